package search

import (
	"hash/maphash"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// dict numbers strings in the order they are added. It holds no pointers to
// them, so that a million entries cost the garbage collector nothing. Not safe
// for concurrent writes; once it is no longer added to, any number may read.
type dict struct {
	seed  maphash.Seed
	blob  []byte
	off   []uint32 // off[i]:off[i+1] is key i
	slots []uint32 // id+1, 0 is free; length a power of two
}

func newDict() *dict {
	return &dict{seed: maphash.MakeSeed(), off: []uint32{0}, slots: make([]uint32, 64)}
}

func (d *dict) len() int { return len(d.off) - 1 }

func (d *dict) key(id uint32) string { return string(d.blob[d.off[id]:d.off[id+1]]) }

func (d *dict) find(key string) (uint32, bool) {
	mask := uint64(len(d.slots) - 1)
	for h := maphash.String(d.seed, key) & mask; ; h = (h + 1) & mask {
		s := d.slots[h]
		if s == 0 {
			return 0, false
		}
		if string(d.blob[d.off[s-1]:d.off[s]]) == key {
			return s - 1, true
		}
	}
}

func (d *dict) add(key string) (id uint32, isNew bool) {
	if id, ok := d.find(key); ok {
		return id, false
	}
	if 4*(d.len()+1) > 3*len(d.slots) {
		d.grow()
	}
	id = uint32(d.len())
	d.blob = append(d.blob, key...)
	d.off = append(d.off, uint32(len(d.blob)))
	d.place(id)
	return id, true
}

func (d *dict) place(id uint32) {
	mask := uint64(len(d.slots) - 1)
	h := maphash.Bytes(d.seed, d.blob[d.off[id]:d.off[id+1]]) & mask
	for d.slots[h] != 0 {
		h = (h + 1) & mask
	}
	d.slots[h] = id + 1
}

func (d *dict) grow() {
	d.slots = make([]uint32, 2*len(d.slots))
	for id := range uint32(d.len()) {
		d.place(id)
	}
}

func (d *dict) clip() {
	d.blob = append(make([]byte, 0, len(d.blob)), d.blob...)
	d.off = append(make([]uint32, 0, len(d.off)), d.off...)
}

// gramDict numbers grams, as dict numbers strings.
type gramDict struct {
	keys  []text.Gram
	slots []uint32
}

func newGramDict() *gramDict { return &gramDict{slots: make([]uint32, 64)} }

func gramHash(g text.Gram) uint64 { return uint64(g) * 0x9E3779B97F4A7C15 >> 20 }

func (d *gramDict) find(g text.Gram) (uint32, bool) {
	mask := uint64(len(d.slots) - 1)
	for h := gramHash(g) & mask; ; h = (h + 1) & mask {
		s := d.slots[h]
		if s == 0 {
			return 0, false
		}
		if d.keys[s-1] == g {
			return s - 1, true
		}
	}
}

func (d *gramDict) add(g text.Gram) uint32 {
	if id, ok := d.find(g); ok {
		return id
	}
	if 4*(len(d.keys)+1) > 3*len(d.slots) {
		d.slots = make([]uint32, 2*len(d.slots))
		for id := range d.keys {
			d.place(uint32(id))
		}
	}
	d.keys = append(d.keys, g)
	d.place(uint32(len(d.keys) - 1))
	return uint32(len(d.keys) - 1)
}

func (d *gramDict) place(id uint32) {
	mask := uint64(len(d.slots) - 1)
	h := gramHash(d.keys[id]) & mask
	for d.slots[h] != 0 {
		h = (h + 1) & mask
	}
	d.slots[h] = id + 1
}
