package search

import (
	"context"
	"errors"
	"hash/fnv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
)

// concepts is a stand-in for an embedding model: words of one row mean the same,
// and any other word is a meaning of its own. It says nothing about a real model.
type concepts struct {
	rows  [][]string
	asked int
	err   error
	dims  int
}

func (c *concepts) Embed(_ context.Context, texts []string) ([][]float32, error) {
	c.asked++
	if c.err != nil {
		return nil, c.err
	}
	out := make([][]float32, len(texts))
	for i, text := range texts {
		out[i] = make([]float32, c.dims)
		for _, w := range strings.Fields(strings.ToLower(strings.Trim(text, "?. "))) {
			h := fnv.New32a()
			_, _ = h.Write([]byte(c.meaning(w)))
			out[i][h.Sum32()%uint32(c.dims)]++
		}
	}
	return out, nil
}

func (c *concepts) meaning(w string) string {
	for _, row := range c.rows {
		for _, same := range row {
			if same == w {
				return row[0]
			}
		}
	}
	return w
}

func denseLibrary() *knowledge.Library {
	entry := func(id, question, claim string) *knowledge.Entry {
		return &knowledge.Entry{
			ID: id, Question: knowledge.Texts{knowledge.English: question},
			Claims: []knowledge.Claim{{ID: id + ".1", Text: knowledge.Texts{knowledge.English: claim}}},
		}
	}
	return knowledge.NewLibrary([]*knowledge.Entry{
		entry("leave", "How many vacation days exist?", "Everybody gets thirty days."),
		entry("laptop", "Where is a notebook ordered?", "Open a ticket."),
		entry("parking", "Where may cars stand?", "Behind the house."),
	}, nil)
}

func dense(t *testing.T, c *concepts) (*Dense, *Index, *[]error) {
	t.Helper()
	lib := denseLibrary()
	index := New(lib, Options{})
	var failed []error
	d := NewDense(index, c, time.Second, func(err error) { failed = append(failed, err) })
	if err := d.Prepare(t.Context(), lib, c); err != nil {
		t.Fatal(err)
	}
	return d, index, &failed
}

func standIn() *concepts {
	return &concepts{dims: 1 << 14, rows: [][]string{{"vacation", "holiday"}, {"days", "time"}, {"notebook", "computer"}, {"ordered", "requested"}}}
}

func TestAQuestionInOtherWordsIsFoundByMeaning(t *testing.T) {
	t.Parallel()
	d, index, _ := dense(t, standIn())
	const question = "computer requested behind?"
	if hits := index.Search(question, 3).Hits; len(hits) > 0 && hits[0].Entry.ID == "laptop" {
		t.Fatal("the words find it: this shows nothing")
	}
	ev := d.Search(question, 2)
	if len(ev.Hits) != 2 || ev.Hits[0].Entry.ID != "laptop" || len(ev.Hits[0].Claims) != 1 {
		t.Errorf("found %+v", ev.Hits)
	}
	if ev.Confidence >= ev.AnswerAt {
		t.Error("without phrasings to calibrate with, vectors made it certain")
	}
}

func TestAConfidentAnswerIsTheWordsAlone(t *testing.T) {
	t.Parallel()
	c := standIn()
	d, index, _ := dense(t, c)
	const question = "How many vacation days exist?"
	want := index.Search(question, 3)
	if want.Confidence < want.AnswerAt {
		t.Skipf("the words are not confident: %.2f of %.2f", want.Confidence, want.AnswerAt)
	}
	asked := c.asked
	if diff := cmp.Diff(want, d.Search(question, 3)); diff != "" {
		t.Errorf("(-words +both):\n%s", diff)
	}
	if c.asked != asked {
		t.Error("the endpoint was asked")
	}
}

func TestWithoutVectorsTheWordsDecideAlone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*concepts){
		"down":             func(c *concepts) { c.err = errors.New("down") },
		"other dimensions": func(c *concepts) { c.dims = 7 },
	} {
		c := standIn()
		d, index, failed := dense(t, c)
		change(c)
		if diff := cmp.Diff(index.Search("computer requested?", 3), d.Search("computer requested?", 3)); diff != "" {
			t.Errorf("%s (-words +both):\n%s", name, diff)
		}
		if len(*failed) != 1 {
			t.Errorf("%s: told %v", name, *failed)
		}
	}
	index := New(denseLibrary(), Options{})
	d := NewDense(index, standIn(), time.Second, func(error) {})
	if diff := cmp.Diff(index.Search("computer?", 3), d.Search("computer?", 3)); diff != "" {
		t.Errorf("before Prepare (-words +both):\n%s", diff)
	}
	if err := d.Prepare(t.Context(), denseLibrary(), &concepts{err: errors.New("down")}); err == nil {
		t.Error("Prepare hides that there are no vectors")
	}
}

func TestVectorsThatDoNotTellTheEntriesApartAreNotUsed(t *testing.T) {
	t.Parallel()
	var entries []*knowledge.Entry
	for i := range 30 {
		word := strings.Repeat(string(rune('a'+i%26)), 3+i/26)
		entries = append(entries, &knowledge.Entry{
			ID: word, Question: knowledge.Texts{knowledge.English: word + "?"},
			Claims: []knowledge.Claim{{ID: word + ".1", Text: knowledge.Texts{knowledge.English: word + " exists"}}},
		})
	}
	lib := knowledge.NewLibrary(entries, nil)
	for dims, use := range map[int]bool{1 << 14: true, 1: false} { // one dimension: everything is the same
		d := NewDense(New(lib, Options{}), &concepts{dims: dims}, time.Second, func(error) {})
		if err := d.Prepare(t.Context(), lib, &concepts{dims: dims}); (err == nil) != use {
			t.Errorf("%d dimensions: %v", dims, err)
		}
		if (d.cur.Load() != nil) != use {
			t.Errorf("%d dimensions: used is %v", dims, !use)
		}
	}
}
