package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/openai-explain/openai-explain/knowledge"
)

// Embedder turns texts into vectors of one dimension, in the order of the texts.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// Dense searches by meaning where the words of a question are not enough.
//
// A question that the index answers with confidence is the index's alone: vectors
// do not improve those, and mixing both rankings makes them worse. For any
// other, the nearest entries by cosine and those by words are put into one list, by
// cosine, and by words where that is equal. How near is near enough is found
// with the library's own phrasings; without enough of them vectors order the
// entries and change nothing about the confidence.
//
// Vectors that are not there, or no longer those of the library, are not used.
type Dense struct {
	index    *Index
	embed    Embedder
	patience time.Duration // for the vector of a question
	failed   func(error)
	cur      atomic.Pointer[vectors]
}

// vectors are those of a library. They never change.
type vectors struct {
	lib  *knowledge.Library
	dims int
	rows []row

	calibrated     bool
	offer, certain float64 // cosines from which the nearest is worth offering, and answers
}

// row is the vector of one text, of length 1.
type row struct {
	entry *knowledge.Entry
	claim *knowledge.Claim // nil: a question or another phrasing
	miss  bool             // a question that the entry must not answer
	v     []float32
}

// denseDepth is how many entries of each ranking are put together.
const denseDepth = 30

// NewDense returns a search over index by words alone until [Dense.Prepare] has
// returned. patience bounds how long a question waits for its vector; failed is
// told why one could not be had.
func NewDense(index *Index, embed Embedder, patience time.Duration, failed func(error)) *Dense {
	return &Dense{index: index, embed: embed, patience: patience, failed: failed}
}

// Prepare makes the vectors of a library's questions, phrasings and claims, by
// embed, which may keep them, and finds how near is near enough. It may be called
// again when the library has changed.
func (d *Dense) Prepare(ctx context.Context, lib *knowledge.Library, embed Embedder) error {
	var rows []row
	var texts []string
	add := func(r row, text string) {
		if text != "" {
			rows, texts = append(rows, r), append(texts, d.index.cfg.plain(text))
		}
	}
	for _, e := range lib.Entries {
		for _, l := range langs {
			add(row{entry: e}, e.Question[l])
			for _, p := range e.Phrasings[l] {
				add(row{entry: e}, p)
			}
			for _, p := range e.NearMisses[l] {
				add(row{entry: e, miss: true}, p)
			}
			for i := range e.Claims {
				add(row{entry: e, claim: &e.Claims[i]}, e.Claims[i].Text[l])
			}
		}
	}
	got, err := embed.Embed(ctx, texts)
	if err != nil {
		return fmt.Errorf("make the vectors of %d texts: %w", len(texts), err)
	}
	if len(got) != len(texts) {
		return fmt.Errorf("make the vectors of %d texts: %d came back", len(texts), len(got))
	}
	v := &vectors{lib: lib, rows: rows}
	for i := range rows {
		if rows[i].v = normal(got[i]); i == 0 {
			v.dims = len(rows[i].v)
		}
		if len(rows[i].v) != v.dims || v.dims == 0 {
			return fmt.Errorf("make the vectors of %d texts: their dimensions differ", len(texts))
		}
	}
	if right, asked := v.apart(); asked >= fewProbes && right < leastRight {
		d.cur.Store(nil)
		return fmt.Errorf("the vectors are of no use here: of %d questions of these entries they find the entry of %.0f %%, at least %.0f %% are needed",
			asked, 100*right, 100*leastRight)
	}
	v.calibrate(d.index.cfg.opts.FalseAnswers)
	d.cur.Store(v)
	return nil
}

// leastRight is the share of a library's own questions, each hidden itself, that
// vectors have to lead to the right entry. A stand-in that knows whole words only, and no
// meaning, took up to 35 points of R@1 from the words where it was used regardless.
const leastRight = 0.5

// denseProbes bounds how many questions are tried: each is compared with all texts.
const denseProbes = 200

// apart is how well the vectors tell the entries apart: the share of questions and
// phrasings that, hidden themselves, lead to their own entry. An entry of one text
// cannot be found this way: a library of such entries stays with the words.
func (v *vectors) apart() (right float64, asked int) {
	step := len(v.rows)/denseProbes + 1
	for i := range v.rows {
		r := &v.rows[i]
		if r.claim != nil || r.miss || asked >= denseProbes || i%step > 1 {
			continue
		}
		asked++
		if found := v.nearest(r.v, func(o *row) bool { return o == r }); len(found) > 0 && found[0].entry == r.entry {
			right++
		}
	}
	return right / float64(max(asked, 1)), asked
}

// normal is v at length 1; nil where it has none.
func normal(v []float32) []float32 {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 1) {
		return nil
	}
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(float64(x) / math.Sqrt(sum))
	}
	return out
}

func dot(a, b []float32) float64 {
	sum := float32(0)
	for i, x := range a {
		sum += x * b[i]
	}
	return float64(sum)
}

// near is how near an entry is: its nearest text.
type near struct {
	entry *knowledge.Entry
	cos   float64
}

// nearest are the entries by their nearest text, nearest first. skip hides rows.
func (v *vectors) nearest(q []float32, skip func(*row) bool) []near {
	best := map[*knowledge.Entry]float64{}
	for i := range v.rows {
		r := &v.rows[i]
		if r.miss || skip != nil && skip(r) {
			continue
		}
		c := dot(q, r.v)
		if old, ok := best[r.entry]; !ok || c > old {
			best[r.entry] = c
		}
	}
	out := make([]near, 0, len(best))
	for _, e := range v.lib.Entries {
		if c, ok := best[e]; ok {
			out = append(out, near{e, c})
		}
	}
	slices.SortStableFunc(out, func(a, b near) int { return cmp.Compare(b.cos, a.cos) })
	return out
}

// calibrate asks at most maxProbes of the library's phrasings with their entry
// hidden, and the near misses: what still comes near answers nothing.
func (v *vectors) calibrate(wanted float64) {
	var unknown []float64
	step := len(v.rows)/maxProbes + 1
	for i := range v.rows {
		r := &v.rows[i]
		if i%step > 1 || len(unknown) >= maxProbes || r.claim != nil || !r.miss && len(r.entry.Phrasings) == 0 {
			continue
		}
		if found := v.nearest(r.v, func(o *row) bool { return !r.miss && o.entry == r.entry }); len(found) > 0 {
			unknown = append(unknown, found[0].cos)
		}
	}
	if len(unknown) < fewProbes {
		return
	}
	slices.Sort(unknown)
	v.calibrated = true
	v.certain = quantile(unknown, 1-wanted)
	v.offer = quantile(unknown, 1-clarifyShare)
}

// Search implements what Index.Search does, with vectors where words are not enough.
func (d *Dense) Search(question string, limit int) knowledge.Evidence {
	ev := d.index.Search(question, max(limit, denseDepth))
	if v := d.cur.Load(); v != nil && ev.Confidence < ev.AnswerAt {
		if q := d.vector(question, v.dims); q != nil {
			v.merge(&ev, q)
		}
	}
	ev.Hits = ev.Hits[:min(limit, len(ev.Hits))]
	return ev
}

// vector is that of a question, nil where it cannot be had in time.
func (d *Dense) vector(question string, dims int) []float32 {
	const enough = 2000 // characters
	if r := []rune(question); len(r) > enough {
		question = string(r[:enough])
	}
	ctx, cancel := context.WithTimeout(context.Background(), d.patience)
	defer cancel()
	got, err := d.embed.Embed(ctx, []string{question})
	if err == nil && (len(got) != 1 || len(got[0]) != dims) {
		err = fmt.Errorf("embed a question: not a vector of %d dimensions", dims)
	}
	if err != nil {
		d.failed(err)
		return nil
	}
	return normal(got[0])
}

// merge orders the entries of both rankings by how near they are.
func (v *vectors) merge(ev *knowledge.Evidence, q []float32) {
	all := v.nearest(q, nil)
	if len(all) == 0 || v.calibrated && all[0].cos < v.offer {
		return // nothing is near: the order by words is the better guess
	}
	hits := map[string]knowledge.Hit{}
	var lexical *knowledge.Entry
	for i, h := range ev.Hits {
		if hits[h.Entry.ID] = h; i == 0 {
			lexical = h.Entry
		}
	}
	var out []knowledge.Hit
	placed := map[string]bool{}
	for i, n := range all {
		h, words := hits[n.entry.ID]
		if i >= denseDepth && !words {
			continue
		}
		if !words {
			h = v.hit(n, q)
		}
		out, placed[n.entry.ID] = append(out, h), true
	}
	for _, h := range ev.Hits {
		if !placed[h.Entry.ID] { // newer than the vectors
			out = append(out, h)
		}
	}
	ev.Hits = out
	if v.calibrated {
		ev.Confidence = v.confidence(*ev, all[0], lexical)
	}
}

// confidence puts a cosine on the scale of the index's confidence: offer is
// ClarifyAt, certain is AnswerAt.
func (v *vectors) confidence(ev knowledge.Evidence, top near, lexical *knowledge.Entry) float64 {
	at := ev.ClarifyAt + (ev.AnswerAt-ev.ClarifyAt)*(top.cos-v.offer)/max(v.certain-v.offer, 1e-6)
	if top.cos >= v.certain {
		at = ev.AnswerAt + (1-ev.AnswerAt)*(top.cos-v.certain)/max(1-v.certain, 1e-6)
	}
	if lexical != nil && lexical.ID == top.entry.ID {
		at = max(at, ev.Confidence) // both say the same
	}
	return min(max(at, 0), 1)
}

// hit is an entry that the words did not find.
func (v *vectors) hit(n near, q []float32) knowledge.Hit {
	best := map[*knowledge.Claim]float64{}
	for i := range v.rows {
		if r := &v.rows[i]; r.entry == n.entry && r.claim != nil {
			best[r.claim] = max(best[r.claim], dot(q, r.v))
		}
	}
	h := knowledge.Hit{Entry: n.entry, Score: n.cos}
	for i := range n.entry.Claims {
		c := &n.entry.Claims[i]
		h.Claims = append(h.Claims, knowledge.ClaimHit{Claim: c, Score: best[c]})
	}
	slices.SortStableFunc(h.Claims, func(a, b knowledge.ClaimHit) int { return cmp.Compare(b.Score, a.Score) })
	return h
}
