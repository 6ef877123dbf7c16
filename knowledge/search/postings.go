package search

// A posting says how often a term stands in the question zone and in the
// answer zone of one entry. A list is a run of varints: the distance to the entry before it, shifted by
// two, with the common counts in the low bits.
const (
	onceInQuestion = iota // 1, 0
	onceInAnswer          // 0, 1
	onceInBoth            // 1, 1
	counted               // a byte follows: question count in the high four bits, answer count in the low four
)

// maxCount is where counting the occurrences of a term in one zone stops.
const maxCount = 15

func appendPosting(dst []byte, delta uint32, q, a uint8) []byte {
	kind := uint32(counted)
	switch {
	case q == 1 && a == 0:
		kind = onceInQuestion
	case q == 0 && a == 1:
		kind = onceInAnswer
	case q == 1 && a == 1:
		kind = onceInBoth
	}
	dst = appendUvarint(dst, delta<<2|kind)
	if kind == counted {
		dst = append(dst, q<<4|a)
	}
	return dst
}

func appendUvarint(dst []byte, v uint32) []byte {
	for v >= 0x80 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}

// uvarint reads one number; list must hold one.
func uvarint(list []byte, i int) (uint32, int) {
	b := list[i]
	if b < 0x80 {
		return uint32(b), i + 1
	}
	v, shift := uint32(b&0x7f), 7
	for {
		i++
		b = list[i]
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v, i + 1
		}
		shift += 7
	}
}

// each calls f with every posting of a list.
func eachPosting(list []byte, f func(doc uint32, q, a uint8)) {
	doc := uint32(0)
	for i := 0; i < len(list); {
		var v uint32
		v, i = uvarint(list, i)
		doc += v >> 2
		q, a := uint8(1), uint8(0)
		switch v & 3 {
		case onceInAnswer:
			q, a = 0, 1
		case onceInBoth:
			a = 1
		case counted:
			q, a = list[i]>>4, list[i]&15
			i++
		}
		f(doc, q, a)
	}
}

// lists are the finished posting lists of numbered terms.
type lists struct {
	blob []byte
	off  []uint32
	df   []uint32
}

func (l *lists) of(id uint32) []byte { return l.blob[l.off[id]:l.off[id+1]] }

// arena is where posting lists grow: chains of blocks that double in size, in
// chunks that never move, so that building leaves no garbage.
type arena struct {
	chunks [][]byte
	terms  []chain
}

type chain struct {
	head, pos, end uint32 // addresses; end is where the link to the next block stands
	last           uint32 // entry of the last posting
	df, size       uint32
	block          uint32
}

const (
	chunkBits  = 20
	firstBlock = 12
	maxBlock   = 4096
)

func (a *arena) alloc(n uint32) uint32 {
	if k := len(a.chunks); k > 0 && uint32(len(a.chunks[k-1]))+n <= 1<<chunkBits {
		c := a.chunks[k-1]
		a.chunks[k-1] = c[:len(c)+int(n)]
		return uint32(k-1)<<chunkBits | uint32(len(c))
	}
	c := make([]byte, n, 1<<chunkBits)
	a.chunks = append(a.chunks, c)
	return uint32(len(a.chunks)-1) << chunkBits
}

func (a *arena) at(addr uint32) *byte {
	return &a.chunks[addr>>chunkBits][addr&(1<<chunkBits-1)]
}

// post adds a posting of the term; entries must come in rising order.
func (a *arena) post(term, doc uint32, q, as uint8) {
	for int(term) >= len(a.terms) {
		a.terms = append(a.terms, chain{})
	}
	c := &a.terms[term]
	var buf [8]byte
	b := appendPosting(buf[:0], doc-c.last, q, as)
	c.last = doc
	c.df++
	c.size += uint32(len(b))
	if c.pos+uint32(len(b)) <= c.end {
		copy(a.chunks[c.pos>>chunkBits][c.pos&(1<<chunkBits-1):], b)
		c.pos += uint32(len(b))
		return
	}
	for _, x := range b {
		a.push(c, x)
	}
}

func (a *arena) push(c *chain, x byte) {
	if c.block == 0 {
		c.block = firstBlock
		c.head = a.alloc(firstBlock)
		c.pos, c.end = c.head, c.head+firstBlock-4
	}
	if c.pos == c.end {
		c.block = min(2*c.block, maxBlock)
		next := a.alloc(c.block)
		for i := range uint32(4) {
			*a.at(c.end + i) = byte(next >> (8 * i))
		}
		c.pos, c.end = next, next+c.block-4
	}
	*a.at(c.pos) = x
	c.pos++
}

// seal copies the chains into lists; n is the number of terms.
func (a *arena) seal(n int) lists {
	for len(a.terms) < n {
		a.terms = append(a.terms, chain{})
	}
	total := uint32(0)
	l := lists{off: make([]uint32, n+1), df: make([]uint32, n)}
	for i := range a.terms {
		l.off[i], l.df[i] = total, a.terms[i].df
		total += a.terms[i].size
	}
	l.off[n] = total
	l.blob = make([]byte, 0, total)
	for i := range a.terms {
		l.blob = a.copyChain(l.blob, &a.terms[i])
	}
	return l
}

func (a *arena) copyChain(dst []byte, c *chain) []byte {
	left, addr, block := c.size, c.head, uint32(firstBlock)
	for left > 0 {
		n := min(left, block-4)
		off := addr & (1<<chunkBits - 1)
		chunk := a.chunks[addr>>chunkBits]
		dst = append(dst, chunk[off:off+n]...)
		left -= n
		if left > 0 {
			link := chunk[off+block-4:]
			addr = uint32(link[0]) | uint32(link[1])<<8 | uint32(link[2])<<16 | uint32(link[3])<<24
			block = min(2*block, maxBlock)
		}
	}
	return dst
}
