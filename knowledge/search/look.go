package search

import (
	"math/bits"

	"github.com/openai-explain/openai-explain/knowledge"
)

// look is what a close look at one entry showed. All but the weights are shares, 0 to 1.
type look struct {
	cov      []float64 // of each word of the question, in any unit but near misses
	entry    float64   // share of the question that occurs in the entry
	every    float64   // the same, words that only carry the question included
	exact    float64   // the same, of what occurs as a word and not by alias, sound, spelling or letters
	window   float64   // share in two sentences of a claim on end
	sentence float64   // the same in any unit
	adjacent float64   // share of neighbours in the question that are neighbours in a claim
	anywhere float64   // the same in any unit
	grams    float64   // share of the question's pairs of syllables and triples of letters
	like     float64   // likeness to the most alike phrasing
	second   float64   // to the second, or to the only one
	explains float64   // most of one phrasing that the question has
	pairs    float64   // likeness to a phrasing by pairs of characters, as written
}

// lookAt sums up what the scanner saw of an entry.
func (sn *snapshot) lookAt(q *query, f *found) look {
	l := look{cov: make([]float64, len(q.groups)), grams: f.grams}
	total := q.weight() + 1e-9
	exact := make([]bool, len(q.groups))
	phrasings := 0
	for i := range f.units {
		u := &f.units[i]
		if u.kind == unitMiss {
			continue
		}
		for g, c := range u.cov {
			l.cov[g] = max(l.cov[g], float64(c))
			if a := u.alt[g]; c > 0 && a >= 0 {
				how := q.groups[g].alts[a].how
				exact[g] = exact[g] || how == howWord || how == howStem
			}
		}
		l.sentence = max(l.sentence, u.window/total)
		l.anywhere = max(l.anywhere, min(u.adjacent/total, 1))
		if u.kind == unitClaim {
			l.window = max(l.window, u.window/total)
			l.adjacent = max(l.adjacent, u.adjacent/total)
			continue
		}
		phrasings++
		l.explains = max(l.explains, u.explained/(u.total+1e-9))
		x := likeness(q, u)
		l.like, l.second = max(l.like, x), max(l.second, min(l.like, x))
	}
	if phrasings == 1 {
		l.second = l.like
	}
	l.cover(q, exact, total)
	l.pairs = sn.pairLikeness(q, f)
	return l
}

// cover sums the words up.
func (l *look) cover(q *query, exact []bool, total float64) {
	every := 1e-9
	for g, c := range l.cov {
		gr := &q.groups[g]
		w := gr.idf * roleWeight(gr.Role) / total
		l.entry += c * w
		if exact[g] {
			l.exact += c * w
		}
		l.every += c * gr.idf * gr.role
		every += gr.idf * gr.role
	}
	l.every /= every
}

// pairLikeness compares the question, letter by letter and with all its endings
// and small words, to the entry's phrasings: what way of asking it is shows there.
func (sn *snapshot) pairLikeness(q *query, f *found) float64 {
	best := 0.0
	eachQuestion(sn.segs[f.seg].entries[f.doc], func(n int, korean bool, t string) {
		if !sn.minus.hides(f.seg, f.doc, unit{unitQuestion, n, korean}) {
			best = max(best, q.pairs.likeness(t))
		}
	})
	return best
}

// eachQuestion calls f with the ways to ask for an entry, numbered as in the index.
func eachQuestion(e *knowledge.Entry, f func(n int, korean bool, t string)) {
	n := 0
	for _, l := range langs {
		if t := e.Question[l]; t != "" {
			f(n, l == knowledge.Korean, t)
			n++
		}
	}
	for _, l := range langs {
		for _, t := range e.Phrasings[l] {
			if t != "" {
				f(n, l == knowledge.Korean, t)
				n++
			}
		}
	}
}

// pairSet is the set of pairs of characters of a text, those of one hash as one:
// among 4096 the few dozen of a question seldom meet.
type pairSet struct {
	bits [64]uint64
	n    int
}

// each calls f with the hash of every pair; what is neither letter nor digit is passed over.
func eachPair(t string, f func(h uint32)) {
	last := rune(0)
	for _, r := range t {
		switch {
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < '0', r > '9' && r < 'a', r > 'z' && r < 0xC0, r >= 0x2000 && r < 0x2E80, r >= 0x3000 && r < 0x3040, r >= 0xFF00:
			continue
		}
		if last != 0 {
			f((uint32(last)*31 + uint32(r)) * 0x9E3779B1 >> 20)
		}
		last = r
	}
}

func newPairSet(t string) *pairSet {
	p := &pairSet{}
	eachPair(t, func(h uint32) { p.bits[h>>6] |= 1 << (h & 63) })
	for _, w := range p.bits {
		p.n += bits.OnesCount64(w)
	}
	return p
}

// likeness is the share of pairs that both have (Dice's coefficient).
func (p *pairSet) likeness(t string) float64 {
	o := newPairSet(t)
	both := 0
	for i, w := range o.bits {
		both += bits.OnesCount64(w & p.bits[i])
	}
	return 2 * float64(both) / float64(p.n+o.n+1)
}
