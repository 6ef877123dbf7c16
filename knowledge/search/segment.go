package search

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// segment is the index of some entries. It never changes.
type segment struct {
	entries []*knowledge.Entry
	ids     []uint32 // open addressing over entries' IDs, entry+1
	seed    maphash.Seed

	forms     *dict // readings and stems
	grams     *gramDict
	formLists lists
	gramLists lists

	lenQ, lenA []uint16 // words in the zones, by entry
	sumQ, sumA uint64
	withQ      int // entries with a question zone
	phrasings  int // phrasings of all entries

	// What every entry says, word by word, for looking closely at the best
	// few. A stream is varints: markBreak, markUnit and its unit, or a word's number + marks.
	stream    []byte
	streamOff []uint32
	wordForms flat // word → forms
	wordGrams flat // word → grams
	wordRoles []text.Role
	wordDF    []uint32 // entries that have the commonest form of a word
	words     *dict

	pairs [][]string // aliases mined from the entries' texts
	ways  wayPairs   // of the ways to ask, where there are few

	sounds hashes // consonant skeleton → form
	spells hashes // word with a letter deleted → form
}

const (
	markBreak = iota // the next word begins a sentence
	markUnit         // a phrasing, near miss or claim begins; kind, number and language follow
	marks
)

type unitKind uint8

const (
	unitQuestion unitKind = iota // the question or another phrasing
	unitMiss                     // a near miss: scanned, not indexed
	unitClaim
)

// unit is a piece of an entry that can be matched by itself.
type unit struct {
	kind   unitKind
	number int // of the claim; of the phrasing over both languages
	korean bool
}

// flat is a list of short lists.
type flat struct {
	ids []uint32
	off []uint32
}

func (f *flat) of(i uint32) []uint32 { return f.ids[f.off[i]:f.off[i+1]] }

func (f *flat) end() { f.off = append(f.off, uint32(len(f.ids))) }

// hashes finds numbers by a hash, with false finds that the caller sorts out.
type hashes struct {
	keys []uint32
	ids  []uint32
}

func (h *hashes) add(key, id uint32) {
	h.keys = append(h.keys, key)
	h.ids = append(h.ids, id)
}

// keep drops the numbers that f rejects.
func (h *hashes) keep(f func(id uint32) bool) {
	n := 0
	for i, id := range h.ids {
		if f(id) {
			h.keys[n], h.ids[n] = h.keys[i], id
			n++
		}
	}
	h.keys, h.ids = h.keys[:n], h.ids[:n]
}

func (h *hashes) sort() {
	order := make([]uint64, len(h.keys))
	for i, k := range h.keys {
		order[i] = uint64(k)<<32 | uint64(h.ids[i])
	}
	slices.Sort(order)
	order = slices.Compact(order)
	h.keys, h.ids = make([]uint32, len(order)), make([]uint32, len(order))
	for i, o := range order {
		h.keys[i], h.ids[i] = uint32(o>>32), uint32(o)
	}
}

// find returns the numbers filed under a hash.
func (h *hashes) find(key uint32) []uint32 {
	i, ok := slices.BinarySearchFunc(h.keys, key, cmp.Compare[uint32])
	if !ok {
		return nil
	}
	k := i
	for k < len(h.keys) && h.keys[k] == key {
		k++
	}
	return h.ids[i:k]
}

// entry returns the number of the entry with an ID.
func (s *segment) entry(id string) (uint32, bool) {
	if len(s.ids) == 0 {
		return 0, false
	}
	mask := uint64(len(s.ids) - 1)
	for h := maphash.String(s.seed, id) & mask; s.ids[h] != 0; h = (h + 1) & mask {
		if s.entries[s.ids[h]-1].ID == id {
			return s.ids[h] - 1, true
		}
	}
	return 0, false
}

func (s *segment) fileIDs() {
	size := 16
	for size < 2*len(s.entries) {
		size *= 2
	}
	s.seed, s.ids = maphash.MakeSeed(), make([]uint32, size)
	mask := uint64(size - 1)
	for i, e := range s.entries {
		h := maphash.String(s.seed, e.ID) & mask
		for s.ids[h] != 0 {
			h = (h + 1) & mask
		}
		s.ids[h] = uint32(i) + 1
	}
}

// formDF and gramDF return in how many entries the term stands.
func (s *segment) formDF(form string) uint32 {
	if id, ok := s.forms.find(form); ok {
		return s.formLists.df[id]
	}
	return 0
}

func (s *segment) gramDF(g text.Gram) uint32 {
	if id, ok := s.grams.find(g); ok {
		return s.gramLists.df[id]
	}
	return 0
}
