package search_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
	"github.com/openai-explain/openai-explain/knowledge/search/eval"
)

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// sizes of the libraries; a million takes minutes and is measured on request:
// SEARCH_BENCH=1000000 go test -bench=. -benchtime=2000x -timeout=30m
func sizes() []int {
	if s, err := strconv.Atoi(os.Getenv("SEARCH_BENCH")); err == nil {
		return []int{s}
	}
	return []int{1_000, 100_000}
}

// BenchmarkSearch reports build time, the index' heap beyond the entries themselves,
// p50 and p99 of a search, and how long a changed entry takes to be found.
func BenchmarkSearch(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := eval.NewCorpus(7)
			empty := heapInUse()
			lib := &knowledge.Library{Entries: make([]*knowledge.Entry, n)}
			for i := range lib.Entries {
				lib.Entries[i] = c.Entry(i)
			}
			entries := heapInUse() - empty
			before := heapInUse()
			start := time.Now()
			ix := search.New(lib, search.Options{})
			build := time.Since(start)
			heap := heapInUse() - before
			asks := make([]string, 2000)
			for i := range asks {
				asks[i] = c.Ask(lib.Entries[(i*7919)%n])
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				t := time.Now()
				ix.Search(asks[i%len(asks)], 3)
				took = append(took, time.Since(t))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			for part, size := range search.Parts(ix) {
				b.ReportMetric(float64(size)/1e6, part+"-MB")
			}
			b.ReportMetric(float64(heap)/1e6, "heap-MB")
			b.ReportMetric(float64(entries)/1e6, "entries-MB")
			b.ReportMetric(build.Seconds(), "build-s")
			added, removed := visible(b, ix, c, n)
			b.ReportMetric(float64(added.Microseconds())/1e3, "visible-ms")
			b.ReportMetric(float64(removed.Microseconds())/1e3, "gone-ms")
		})
	}
}

// visible is how long after the call of Update another goroutine finds the
// entry, and after that of Remove no longer: the longest of several times.
func visible(b *testing.B, ix *search.Index, c *eval.Corpus, n int) (added, removed time.Duration) {
	for i := n + 5_000_000; i < n+5_000_010; i++ {
		e := c.Entry(i)
		added = max(added, until(b, ix, c.Code(i), e.ID, true, func() { ix.Update(e) }))
		removed = max(removed, until(b, ix, c.Code(i), e.ID, false, func() { ix.Remove(e.ID) }))
	}
	return added, removed
}

// until is the time from the call of change to the first search that finds the entry, or does not.
func until(b *testing.B, ix *search.Index, question, id string, want bool, change func()) time.Duration {
	b.Helper()
	done := make(chan struct{})
	start := time.Now()
	go func() {
		change()
		close(done)
	}()
	for time.Since(start) < time.Minute {
		if ev := ix.Search(question, 1); (len(ev.Hits) > 0 && ev.Hits[0].Entry.ID == id) == want {
			took := time.Since(start)
			<-done
			return took
		}
	}
	b.Fatal("an entry was changed, and searching never saw it")
	return 0
}
