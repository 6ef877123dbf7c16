package search

import (
	"math/bits"
	"slices"
)

// pairLikeness compares the question, letter by letter and with all its endings
// and small words, to the entry's phrasings: what way of asking it is shows there.
func (sn *snapshot) pairLikeness(q *query, f *found) float64 {
	best := 0.0
	s := sn.segs[f.seg]
	eachQuestion(s.entries[f.doc], func(n int, korean bool, t string) {
		if !sn.minus.hides(f.seg, f.doc, unit{unitQuestion, n, korean}) {
			best = max(best, q.pairs.likeness(s.ways.of(f.doc, n, t)))
		}
	})
	return best
}

// pairSet is the set of pairs of characters of a question, those of one hash as
// one: among 4096 the few dozen of a question seldom meet.
type pairSet struct {
	bits [64]uint64
	n    int
}

func newPairSet(t string) *pairSet {
	p := &pairSet{}
	eachPair(t, func(h uint16) { p.bits[h>>6] |= 1 << (h & 63) })
	for _, w := range p.bits {
		p.n += bits.OnesCount64(w)
	}
	return p
}

// likeness is the share of pairs that both have (Dice's coefficient); no pair is in others twice.
func (p *pairSet) likeness(others []uint16) float64 {
	both := 0
	for _, h := range others {
		both += int(p.bits[h>>6] >> (h & 63) & 1)
	}
	return 2 * float64(both) / float64(p.n+len(others)+1)
}

// eachPair calls f with the hash of every pair, below 4096; what is neither letter nor digit is passed over.
func eachPair(t string, f func(h uint16)) {
	last := rune(0)
	for _, r := range t {
		switch {
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < '0', r > '9' && r < 'a', r > 'z' && r < 0xC0, r >= 0x2000 && r < 0x2E80, r >= 0x3000 && r < 0x3040, r >= 0xFF00:
			continue
		}
		if last != 0 {
			f(uint16((uint32(last)*31 + uint32(r)) * 0x9E3779B1 >> 20))
		}
		last = r
	}
}

// pairsOf are the pairs of a text, each once.
func pairsOf(t string) []uint16 {
	out := make([]uint16, 0, 64)
	eachPair(t, func(h uint16) { out = append(out, h) })
	slices.Sort(out)
	return slices.Compact(out)
}

// manyWays is up to how many ways to ask a segment keeps their pairs, about 80
// bytes each; in a bigger one the few that are looked at are cut anew.
const manyWays = 20_000

// wayPairs are the pairs of all ways to ask for the entries of a segment; empty where they are too many.
type wayPairs struct {
	first []uint32 // by entry, in off
	off   []uint32 // by way, in list; one more than there are ways
	list  []uint16
}

func pairsOfWays(s *segment) wayPairs {
	if s.phrasings > manyWays {
		return wayPairs{}
	}
	w := wayPairs{first: make([]uint32, 0, len(s.entries)), off: make([]uint32, 1, s.phrasings+1)}
	for _, e := range s.entries {
		w.first = append(w.first, uint32(len(w.off)-1))
		eachQuestion(e, func(_ int, _ bool, t string) {
			w.list = append(w.list, pairsOf(t)...)
			w.off = append(w.off, uint32(len(w.list)))
		})
	}
	w.list = slices.Clip(w.list)
	return w
}

// of are the pairs of an entry's way to ask with the given number and text.
func (w *wayPairs) of(doc uint32, n int, t string) []uint16 {
	if w.first == nil {
		return pairsOf(t)
	}
	at := w.first[doc] + uint32(n)
	return w.list[w.off[at]:w.off[at+1]]
}
