package search

// places maps a few hundred numbers to the slots where they stand; made for
// one question, and used again for the next without giving memory back.
type places struct {
	keys  []uint32 // number+1
	heads []int32  // into list, or -1
	list  []place
	n     int
	bloom [128]uint64 // most numbers asked for are not there; this says so fast
}

type place struct {
	slot
	next int32
}

func hash32(x uint32) uint32 { return x * 0x9E3779B1 >> 7 }

func (p *places) reset() {
	if p.keys == nil {
		p.keys, p.heads = make([]uint32, 256), make([]int32, 256)
	}
	clear(p.keys)
	p.list, p.n, p.bloom = p.list[:0], 0, [128]uint64{}
}

// at returns where the number is or would go.
func (p *places) at(id uint32) uint32 {
	mask := uint32(len(p.keys) - 1)
	h := hash32(id) & mask
	for p.keys[h] != 0 && p.keys[h] != id+1 {
		h = (h + 1) & mask
	}
	return h
}

func (p *places) first(id uint32) int32 {
	b := hash32(id)
	if p.bloom[b>>6&127]>>(b&63)&1 == 0 {
		return -1
	}
	h := p.at(id)
	if p.keys[h] == 0 {
		return -1
	}
	return p.heads[h]
}

// add files a slot behind those that the number has.
func (p *places) add(id uint32, s slot) {
	if 2*(p.n+1) > len(p.keys) {
		p.grow()
	}
	b := hash32(id)
	p.bloom[b>>6&127] |= 1 << (b & 63)
	h := p.at(id)
	if p.keys[h] == 0 {
		p.keys[h], p.heads[h] = id+1, -1
		p.n++
	}
	p.list = append(p.list, place{s, -1})
	added := int32(len(p.list) - 1)
	if p.heads[h] < 0 {
		p.heads[h] = added
		return
	}
	last := p.heads[h]
	for p.list[last].next >= 0 {
		last = p.list[last].next
	}
	p.list[last].next = added
}

func (p *places) grow() {
	old := *p
	p.keys, p.heads = make([]uint32, 2*len(old.keys)), make([]int32, 2*len(old.keys))
	for i, k := range old.keys {
		if k != 0 {
			h := p.at(k - 1)
			p.keys[h], p.heads[h] = k, old.heads[i]
		}
	}
}

// memo remembers a number for a number.
type memo struct {
	keys []uint32 // number+1
	vals []int32
	n    int
}

func (m *memo) reset() {
	if m.keys == nil || m.n > 1<<14 {
		m.keys, m.vals = make([]uint32, 1024), make([]int32, 1024)
	}
	clear(m.keys)
	m.n = 0
}

func (m *memo) at(id uint32) uint32 {
	mask := uint32(len(m.keys) - 1)
	h := hash32(id) & mask
	for m.keys[h] != 0 && m.keys[h] != id+1 {
		h = (h + 1) & mask
	}
	return h
}

func (m *memo) find(id uint32) (int32, bool) {
	h := m.at(id)
	return m.vals[h], m.keys[h] != 0
}

func (m *memo) add(id uint32, v int32) {
	if 2*(m.n+1) > len(m.keys) {
		old := *m
		m.keys, m.vals = make([]uint32, 2*len(old.keys)), make([]int32, 2*len(old.keys))
		for i, k := range old.keys {
			if k != 0 {
				h := m.at(k - 1)
				m.keys[h], m.vals[h] = k, old.vals[i]
			}
		}
	}
	h := m.at(id)
	if m.keys[h] == 0 {
		m.n++
	}
	m.keys[h], m.vals[h] = id+1, v
}
