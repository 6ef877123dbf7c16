package search

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/knowledge"
)

// syllables make words that look like Korean to the analysis.
const syllables = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추기니디리미비시이지치키티피히과관국군금김단대동등련만면목문민반방법본분사산상생서선설성세소속수시신실심안약양어업연영예용원위유의인일입자작장재적전점정제조종주준중지직진질집차참책천청체초출치크통특파평품하학한합해행현형호화확환활회후"

const (
	particles = " 은 는 이 가 을 를 에 에서 으로 의 와 도 까지 부터 만"
	endings   = " 합니다 했습니다 하는 됩니다 되는 해야 하고 하면 됐어요 할까요"
)

// corpus makes entries of about 255 characters: a question and two answer
// sentences over a vocabulary of 20,000 words, common ones far commoner than
// rare ones, and a code that no other entry has.
type corpus struct {
	words []string
	zipf  *rand.Zipf
	rng   *rand.Rand
}

func newCorpus(seed uint64) *corpus {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := []rune(syllables)
	c := &corpus{rng: rng, zipf: rand.NewZipf(rng, 1.1, 8, 19_999)}
	for range 20_000 {
		w := make([]rune, 2+rng.IntN(3))
		for i := range w {
			w[i] = s[rng.IntN(len(s))]
		}
		c.words = append(c.words, string(w))
	}
	return c
}

func (c *corpus) sentence(n int) string {
	p, e := strings.Fields(particles), strings.Fields(endings)
	var b strings.Builder
	for range n {
		b.WriteString(c.words[c.zipf.Uint64()])
		b.WriteString(p[c.rng.IntN(len(p))])
		b.WriteByte(' ')
	}
	b.WriteString(c.words[c.zipf.Uint64()])
	b.WriteString(e[c.rng.IntN(len(e))])
	return b.String()
}

func (c *corpus) entry(i int) *knowledge.Entry {
	q := c.sentence(9) + "?"
	a := c.sentence(24) + ". " + c.sentence(22) + " K" + strconv.Itoa(100_000+i) + "."
	id := "e" + strconv.Itoa(i)
	return &knowledge.Entry{ID: id, Question: knowledge.Texts{knowledge.Korean: q},
		Claims: []knowledge.Claim{{ID: id + ".1", Text: knowledge.Texts{knowledge.Korean: a}}}}
}

func (c *corpus) library(n int) *knowledge.Library {
	lib := &knowledge.Library{Entries: make([]*knowledge.Entry, n)}
	for i := range lib.Entries {
		lib.Entries[i] = c.entry(i)
	}
	return lib
}

// ask is a question like that of an entry: some of its words, one replaced.
func (c *corpus) ask(e *knowledge.Entry) string {
	w := strings.Fields(e.Question[knowledge.Korean])
	w[c.rng.IntN(len(w))] = c.words[c.zipf.Uint64()]
	return strings.Join(w, " ")
}

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
			c := newCorpus(7)
			empty := heapInUse()
			lib := c.library(n)
			entries := heapInUse() - empty
			before := heapInUse()
			start := time.Now()
			ix := New(lib, Options{})
			build := time.Since(start)
			heap := heapInUse() - before
			asks := make([]string, 2000)
			for i := range asks {
				asks[i] = c.ask(lib.Entries[c.rng.IntN(n)])
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
			for part, size := range parts(ix) {
				b.ReportMetric(float64(size)/1e6, part+"-MB")
			}
			b.ReportMetric(float64(heap)/1e6, "heap-MB")
			b.ReportMetric(float64(entries)/1e6, "entries-MB")
			b.ReportMetric(build.Seconds(), "build-s")
			b.ReportMetric(float64(visible(ix, c, n).Microseconds())/1e3, "visible-ms")
		})
	}
}

// visible is how long after the call of Update another goroutine finds the entry.
func visible(ix *Index, c *corpus, n int) time.Duration {
	e := c.entry(n + 5_000_000)
	word := "K" + strconv.Itoa(100_000+n+5_000_000)
	start := time.Now()
	done := make(chan struct{})
	go func() {
		ix.Update(e)
		close(done)
	}()
	for {
		if ev := ix.Search(word, 1); len(ev.Hits) > 0 && ev.Hits[0].Entry.ID == e.ID {
			break
		}
	}
	took := time.Since(start)
	<-done
	return took
}

// parts are the bytes of an index by what they are for.
func parts(ix *Index) map[string]int {
	p := map[string]int{}
	for _, s := range ix.cur.Load().segs {
		p["forms"] += cap(s.forms.blob) + 4*cap(s.forms.off) + 4*cap(s.forms.slots)
		p["grams"] += 8*cap(s.grams.keys) + 4*cap(s.grams.slots)
		p["form-postings"] += cap(s.formLists.blob) + 4*cap(s.formLists.off) + 4*cap(s.formLists.df)
		p["gram-postings"] += cap(s.gramLists.blob) + 4*cap(s.gramLists.off) + 4*cap(s.gramLists.df)
		p["texts"] += cap(s.stream) + 4*cap(s.streamOff) + 2*cap(s.lenQ) + 2*cap(s.lenA)
		p["words"] += 4*cap(s.wordForms.ids) + 4*cap(s.wordForms.off) + 4*cap(s.wordGrams.ids) + 4*cap(s.wordGrams.off) + cap(s.wordRoles) + 4*cap(s.wordDF)
		p["sounds-and-spellings"] += 4*cap(s.sounds.keys) + 4*cap(s.sounds.ids) + 4*cap(s.spells.keys) + 4*cap(s.spells.ids)
		p["ids"] += 8*cap(s.entries) + 4*cap(s.ids)
	}
	return p
}
