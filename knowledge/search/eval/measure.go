package eval

import (
	"cmp"
	"hash/fnv"
	"runtime"
	"slices"
	"time"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

// Options say how much is measured.
type Options struct {
	Limit    int                   // questions of a set at most, evenly chosen; 0: all
	Progress func(done, total int) // called now and then; nil: not
	// Search is what is measured in place of index itself, such as a search by
	// vectors beside it; nil: the index.
	Search func(index *search.Index, lib *knowledge.Library) (Searcher, error)
}

// Searcher answers a question with evidence, as search.Index does.
type Searcher interface {
	Search(question string, limit int) knowledge.Evidence
}

// over is what is measured over an index.
func (o Options) over(index *search.Index, lib *knowledge.Library) (Searcher, error) {
	if o.Search == nil {
		return index, nil
	}
	return o.Search(index, lib)
}

// Ranking is how often the right entry came first, among the first five, and
// the mean of 1/rank among the first ten.
type Ranking struct {
	Questions int     `json:"questions"`
	R1        float64 `json:"r1"`
	R5        float64 `json:"r5"`
	MRR       float64 `json:"mrr10"`
}

// Result is what one set showed.
type Result struct {
	Set     string  `json:"set"`
	Entries int     `json:"entries"`
	All     Ranking `json:"all"`
	Tuned   Ranking `json:"tuned_half"`
	LeftOut Ranking `json:"left_out_half"`

	// Without says where the questions without an answer came from: "outside",
	// the set's own, or "removed", half of the entries being taken out.
	Without     string  `json:"without_answer"`
	AUROC       float64 `json:"auroc"`             // of confidence
	AnsweredAt5 float64 `json:"answered_at_5"`     // share answered correctly where 5 % without an answer are answered too
	FalseRate   float64 `json:"false_answer_rate"` // at the threshold found for the set, wanted 2 %

	Build    time.Duration `json:"build_ns"`
	P50, P99 time.Duration
	Heap     uint64 `json:"heap_bytes"` // of the index, after a collection
}

// Measure asks every question of a set. Its error is that of Options.Search.
func Measure(set *Set, o Options) (Result, error) {
	queries, outside := sample(set.Queries, o.Limit), sample(set.Unanswerable, o.Limit)
	m := &meter{o: o, total: len(queries) + len(outside)}
	before := heap()
	start := time.Now()
	lib := knowledge.NewLibrary(set.Entries, nil)
	index := search.New(lib, search.Options{})
	r := Result{Set: set.Name, Entries: len(set.Entries), Build: time.Since(start)}
	r.Heap = heap() - min(before, heap())

	over, err := o.over(index, lib)
	if err != nil {
		return r, err
	}
	asked := m.ask(over, queries)
	r.All = rank(asked, func(outcome) bool { return true })
	r.Tuned = rank(asked, func(x outcome) bool { return half(x.id) })
	r.LeftOut = rank(asked, func(x outcome) bool { return !half(x.id) })
	var without []outcome
	if len(outside) > 0 {
		r.Without = "outside"
		for _, text := range outside {
			without = append(without, m.one(over, Query{Text: text}))
		}
	} else {
		r.Without = "removed"
		if asked, without, err = m.removed(set, queries); err != nil {
			return r, err
		}
	}
	r.confidence(asked, without)
	slices.Sort(m.took)
	r.P50, r.P99 = m.took[len(m.took)/2], m.took[len(m.took)*99/100]
	runtime.KeepAlive(index)
	return r, nil
}

// outcome is one question asked.
type outcome struct {
	id         string
	rank       int // of the right entry, from 1; 0: not among the first ten
	confidence float64
	answered   bool
}

// meter asks, and keeps the time.
type meter struct {
	o           Options
	done, total int
	took        []time.Duration
}

func (m *meter) ask(index Searcher, queries []Query) []outcome {
	out := make([]outcome, len(queries))
	for i, q := range queries {
		out[i] = m.one(index, q)
	}
	return out
}

func (m *meter) one(index Searcher, q Query) outcome {
	start := time.Now()
	ev := index.Search(q.Text, 10)
	m.took = append(m.took, time.Since(start))
	if m.done++; m.o.Progress != nil && m.done%64 == 0 {
		m.o.Progress(m.done, m.total)
	}
	x := outcome{id: q.ID, confidence: ev.Confidence, answered: len(ev.Hits) > 0 && ev.Confidence >= ev.AnswerAt}
	for i, h := range ev.Hits {
		if slices.Contains(q.Gold, h.Entry.ID) {
			x.rank = i + 1
			break
		}
	}
	return x
}

// removed asks a library from which every second entry was taken: questions
// whose answer is gone have none.
func (m *meter) removed(set *Set, queries []Query) (with, without []outcome, err error) {
	var kept []*knowledge.Entry
	there := map[string]bool{}
	for _, e := range set.Entries {
		if half(e.ID) {
			kept = append(kept, e)
			there[e.ID] = true
		}
	}
	lib := knowledge.NewLibrary(kept, nil)
	index, err := m.o.over(search.New(lib, search.Options{}), lib)
	if err != nil {
		return nil, nil, err
	}
	m.total += len(queries)
	for _, q := range queries {
		x := m.one(index, q)
		if slices.ContainsFunc(q.Gold, func(id string) bool { return there[id] }) {
			with = append(with, x)
		} else {
			without = append(without, x)
		}
	}
	return with, without, nil
}

func rank(asked []outcome, in func(outcome) bool) Ranking {
	var r Ranking
	for _, x := range asked {
		if !in(x) {
			continue
		}
		r.Questions++
		if x.rank == 1 {
			r.R1++
		}
		if x.rank >= 1 && x.rank <= 5 {
			r.R5++
		}
		if x.rank >= 1 {
			r.MRR += 1 / float64(x.rank)
		}
	}
	n := float64(max(1, r.Questions))
	r.R1, r.R5, r.MRR = r.R1/n, r.R5/n, r.MRR/n
	return r
}

// confidence compares the questions with an answer and those without.
func (r *Result) confidence(with, without []outcome) {
	if len(with) == 0 || len(without) == 0 {
		return
	}
	less := func(a, b outcome) int { return cmp.Compare(a.confidence, b.confidence) }
	slices.SortFunc(without, less)
	wins := 0.0
	for _, x := range with {
		lo, _ := slices.BinarySearchFunc(without, x, less)
		hi := lo
		for hi < len(without) && without[hi].confidence == x.confidence {
			hi++
		}
		wins += float64(lo) + float64(hi-lo)/2
	}
	r.AUROC = wins / float64(len(with)*len(without))
	at := without[min(len(without)-1, len(without)*95/100)].confidence
	for _, x := range with {
		if x.rank == 1 && x.confidence > at {
			r.AnsweredAt5 += 1 / float64(len(with))
		}
	}
	for _, x := range without {
		if x.answered {
			r.FalseRate += 1 / float64(len(without))
		}
	}
}

// half tells the halves of a set apart, for ever.
func half(id string) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()>>8&1 == 0
}

func sample[T any](all []T, limit int) []T {
	if limit <= 0 || len(all) <= limit {
		return all
	}
	out := make([]T, limit)
	for i := range out {
		out[i] = all[i*len(all)/limit]
	}
	return out
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
