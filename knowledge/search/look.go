package search

import (
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
		w := gr.idf * gr.counts / total
		l.entry += c * w
		if exact[g] {
			l.exact += c * w
		}
		l.every += c * gr.idf * gr.role
		every += gr.idf * gr.role
	}
	l.every /= every
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
