package search

import (
	"cmp"
	"slices"

	"github.com/openai-explain/openai-explain/knowledge"
)

// found is an entry with everything that was seen when looking closely at it.
type found struct {
	candidate
	base  float64 // BM25F score
	units []unitMatch
	grams float64 // share of the question's letters that the entry has
	look  look
}

// find ranks entries for a question, best first.
func (sn *snapshot) find(q *query, n int) []found {
	cands := sn.top(q, max(n, sn.prm.depth))
	out := make([]found, len(cands))
	mem := sn.cfg.pool.Get().(*scratch)
	defer sn.cfg.pool.Put(mem)
	sc := &mem.scan
	last := -1
	bySeg := make([]int, len(cands))
	for i := range bySeg {
		bySeg[i] = i
	}
	slices.SortStableFunc(bySeg, func(a, b int) int { return cmp.Compare(cands[a].seg, cands[b].seg) })
	for _, i := range bySeg {
		c := cands[i]
		out[i] = found{candidate: c, base: c.score}
		if i >= sn.prm.depth {
			continue
		}
		if c.seg != last {
			sc.open(sn, q, c.seg)
			last = c.seg
		}
		out[i].units = slices.Clone(sc.entry(sn, c.doc))
		out[i].grams = sc.gramShare()
		out[i].look = sn.lookAt(q, &out[i])
		out[i].score = c.score + q.weight()*sn.prm.close.bonus(&out[i].look)
	}
	slices.SortStableFunc(out, func(a, b found) int { return better(a.candidate, b.candidate) })
	return out[:min(n, len(out))]
}

// bonus is what a close look adds to an entry's score, as a share of the
// question's weight.
func (r *rerank) bonus(l *look) float64 {
	return r.window*l.window + r.adjacent*l.adjacent + r.entry*l.entry + r.every*l.every + r.grams*l.grams +
		r.like*l.like + r.second*l.second + r.explains*l.explains + r.pairs*l.pairs
}

// most is the largest bonus.
func (r *rerank) most() float64 {
	return r.window + r.adjacent + r.entry + r.every + r.grams + r.like + r.second + r.explains + r.pairs
}

// weight is what all words of the question count together.
func (q *query) weight() float64 {
	sum := 0.0
	for i := range q.groups {
		sum += q.groups[i].idf * q.groups[i].counts
	}
	return sum
}

// covered is the weight of the question's words that occur in the unit.
func covered(q *query, u *unitMatch) float64 {
	sum := 0.0
	for g, c := range u.cov {
		sum += float64(c) * q.groups[g].idf * q.groups[g].counts
	}
	return sum
}

// likeness is how much a question and a unit are the same, 0 to 1.
func likeness(q *query, u *unitMatch) float64 {
	return (covered(q, u) + u.explained) / (q.weight() + u.total + 1e-9)
}

// Search looks a question up and returns at most limit entries. It may be
// called by any number of goroutines at any time.
func (ix *Index) Search(question string, limit int) knowledge.Evidence {
	sn := ix.cur.Load()
	q := sn.ask(question)
	hits := sn.find(q, max(limit, featureDepth))
	ev := knowledge.Evidence{
		Lang: knowledge.Lang(q.lang), Truncated: q.truncated,
		AnswerAt: sn.cal.AnswerAt, ClarifyAt: sn.cal.ClarifyAt,
		Confidence: sn.confidence(q, hits),
		Unknown:    sn.unknown(q, hits),
	}
	for _, h := range hits[:min(limit, len(hits))] {
		ev.Hits = append(ev.Hits, sn.hit(q, &h))
	}
	return ev
}

// hit puts a found entry into the words of the package's caller.
func (sn *snapshot) hit(q *query, f *found) knowledge.Hit {
	e := sn.segs[f.seg].entries[f.doc]
	return knowledge.Hit{Entry: e, Score: f.score, Claims: sn.claims(q, f, e), Why: sn.why(q, f)}
}

// unknown lists the words that carry the question and that no entry covers.
func (sn *snapshot) unknown(q *query, hits []found) []string {
	type word struct {
		text string
		idf  float64
	}
	var out []word
	for g := range q.groups {
		gr := &q.groups[g]
		if roleWeight(gr.Role) < 1 || len(gr.alts) > 0 || lettersKnown(gr) {
			continue
		}
		out = append(out, word{sn.cfg.an.TrimParticle(gr.shown), gr.idf})
	}
	slices.SortStableFunc(out, func(a, b word) int { return cmp.Compare(b.idf, a.idf) })
	words := make([]string, 0, len(out))
	for _, w := range out {
		if !slices.Contains(words, w.text) {
			words = append(words, w.text)
		}
	}
	return words
}

// lettersKnown reports whether most of the word's syllable pairs occur in entries.
func lettersKnown(g *group) bool {
	n := 0
	for _, u := range g.grams {
		if u.used && u.gram.IsPair() {
			n++
		}
	}
	return n > 0 && 3*n >= 2*len(g.grams)
}
