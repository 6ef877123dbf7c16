package search_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
	"github.com/openai-explain/openai-explain/knowledge/search/eval"
)

// same fails where two indexes answer differently. Entries of equal score may
// change places, the last of them with one that is not among the hits.
func same(t *testing.T, question string, a, b knowledge.Evidence) {
	t.Helper()
	if len(a.Hits) != len(b.Hits) {
		t.Fatalf("%q: %d hits and %d", question, len(a.Hits), len(b.Hits))
	}
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-4*max(1, math.Abs(x)) }
	scores := map[string]float64{}
	for i := range b.Hits {
		scores[b.Hits[i].Entry.ID] = b.Hits[i].Score
	}
	for i := range a.Hits {
		h := &a.Hits[i]
		if !near(h.Score, b.Hits[i].Score) {
			t.Fatalf("%q, rank %d: %s scores %v, %s %v", question, i+1, h.Entry.ID, h.Score, b.Hits[i].Entry.ID, b.Hits[i].Score)
		}
		other, ok := scores[h.Entry.ID]
		if (ok && !near(h.Score, other)) || (!ok && !near(h.Score, b.Hits[len(b.Hits)-1].Score)) {
			t.Fatalf("%q: %s scores %v in one, %v (%v) in the other", question, h.Entry.ID, h.Score, other, ok)
		}
	}
}

func TestAnIndexThatWasChangedAnswersAsOneBuiltAnew(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 2))
			c := eval.NewCorpus(seed)
			lib := map[string]*knowledge.Entry{}
			var order []string
			ix := search.New(&knowledge.Library{}, search.Options{})
			for step := range 24 {
				var batch []*knowledge.Entry
				for range 1 + rng.IntN(8) {
					e := c.Entry(rng.IntN(60))
					batch = append(batch, e)
					if lib[e.ID] == nil {
						order = append(order, e.ID)
					}
					lib[e.ID] = e
				}
				ix.Update(batch...)
				if step%3 == 2 {
					at := rng.IntN(len(order))
					ix.Remove(order[at], "nowhere")
					delete(lib, order[at])
					order = append(order[:at], order[at+1:]...)
				}
			}
			fresh := &knowledge.Library{}
			for _, id := range order {
				fresh.Entries = append(fresh.Entries, lib[id])
			}
			anew := search.New(fresh, search.Options{})
			if ix.Len() != anew.Len() {
				t.Fatalf("%d entries, want %d", ix.Len(), anew.Len())
			}
			for _, e := range fresh.Entries {
				q := c.Ask(e)
				same(t, q, ix.Search(q, 5), anew.Search(q, 5))
			}
		})
	}
}

func TestALibraryIndexedInPartsAnswersAsOneIndexedInOne(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one processor: there are no parts")
	}
	set := eval.Synthetic(3, 4100, 60)
	parts := search.New(knowledge.NewLibrary(set.Entries, nil), search.Options{})
	before := runtime.GOMAXPROCS(1)
	one := search.New(knowledge.NewLibrary(set.Entries, nil), search.Options{})
	runtime.GOMAXPROCS(before)
	for _, q := range set.Queries {
		same(t, q.Text, parts.Search(q.Text, 10), one.Search(q.Text, 10))
	}
}

func TestReadersSeeWholeStatesWhileEntriesChange(t *testing.T) {
	t.Parallel()
	c := eval.NewCorpus(11)
	lib := &knowledge.Library{}
	for i := range 40 {
		lib.Entries = append(lib.Entries, c.Entry(i))
	}
	ix := search.New(lib, search.Options{})
	stays := c.Ask(lib.Entries[0])
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if ev := ix.Search(stays, 3); len(ev.Hits) == 0 || ev.Hits[0].Entry.ID != lib.Entries[0].ID {
					t.Errorf("an entry that nobody touched is gone: %v", ev.Hits)
					return
				}
			}
		})
	}
	for i := range 12 {
		e := c.Entry(100 + i)
		ix.Update(e)
		ix.Update(e, lib.Entries[1+i])
		ix.Remove(e.ID)
	}
	close(stop)
	wg.Wait()
	if ix.Len() != len(lib.Entries) {
		t.Errorf("%d entries, want %d", ix.Len(), len(lib.Entries))
	}
}
