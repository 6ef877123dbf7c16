package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search/eval"
)

// engine finds entries. It is asked by one goroutine at a time.
type engine interface {
	// Build indexes the entries.
	Build(entries []*knowledge.Entry) error
	// Search returns the numbers of at most ten entries, best first.
	Search(question string) ([]int, error)
}

// engines by the name the table gives them, in its order.
var engines = []struct {
	name string
	make func() (engine, error)
}{
	{"openai-explain", newOurs},
	{"bleve standard", func() (engine, error) { return newBleve("standard") }},
	{"bleve en", func() (engine, error) { return newBleve("en") }},
	{"bleve cjk", func() (engine, error) { return newBleve("cjk") }},
	{"FTS5 unicode61", func() (engine, error) { return newSQLite("unicode61", wordQuery) }},
	{"FTS5 trigram", func() (engine, error) { return newSQLite("trigram", trigramQuery) }},
}

// result is what one engine did with one set.
type result struct {
	R1, R5, MRR   float64
	P50, P99      time.Duration
	Build         time.Duration
	Resident      float64 // MB that the process grew by
	Entries, Asks int
}

type options struct {
	synthetic, questions int
	engine               string // run this one only, on one set, and print a result as JSON
}

func main() {
	log.SetFlags(0)
	var o options
	flag.IntVar(&o.synthetic, "synthetic", 0, "also a set of this many synthetic entries")
	flag.IntVar(&o.questions, "questions", 1000, "questions to ask of each set, spread evenly over it")
	flag.StringVar(&o.engine, "engine", "", "")
	flag.Parse()
	if err := run(o, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(o options, files []string) error {
	if o.engine != "" {
		return child(o, files)
	}
	var sets [][]string // arguments that name a set
	for _, f := range files {
		sets = append(sets, []string{f})
	}
	if o.synthetic > 0 {
		sets = append(sets, []string{"-synthetic=" + strconv.Itoa(o.synthetic)})
	}
	if len(sets) == 0 {
		return errors.New("compare: name a question set, or -synthetic")
	}
	fmt.Println("| set | engine | R@1 | R@5 | MRR@10 | p50 ms | p99 ms | build s | memory MB |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for _, set := range sets {
		for _, e := range engines {
			if err := row(o, set, e.name); err != nil {
				return fmt.Errorf("%s on %s: %w", e.name, set, err)
			}
		}
	}
	return nil
}

// row measures in a process of its own and prints what came of it.
func row(o options, set []string, name string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := append([]string{"-engine=" + name, "-questions=" + strconv.Itoa(o.questions)}, set...)
	cmd := exec.Command(self, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	var r result
	if err := json.Unmarshal(out, &r); err != nil {
		return err
	}
	title := strings.TrimSuffix(filepath.Base(strings.TrimPrefix(set[0], "-")), ".json")
	ms := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds()*1000, 'g', 3, 64) }
	fmt.Printf("| %s | %s | %.3f | %.3f | %.3f | %s | %s | %.2f | %.0f |\n",
		title, name, r.R1, r.R5, r.MRR, ms(r.P50), ms(r.P99), r.Build.Seconds(), r.Resident)
	return nil
}

func child(o options, files []string) error {
	set, err := load(o, files)
	if err != nil {
		return err
	}
	for _, e := range engines {
		if e.name != o.engine {
			continue
		}
		built, err := e.make()
		if err != nil {
			return err
		}
		r, err := measure(built, set, o.questions)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	return fmt.Errorf("compare: no engine %q", o.engine)
}

func load(o options, files []string) (*eval.Set, error) {
	if o.synthetic > 0 {
		return eval.Synthetic(7, o.synthetic, o.questions), nil
	}
	if len(files) != 1 {
		return nil, errors.New("compare: one set at a time")
	}
	return eval.LoadSet(files[0])
}

func measure(e engine, set *eval.Set, questions int) (result, error) {
	before := resident()
	start := time.Now()
	if err := e.Build(set.Entries); err != nil {
		return result{}, err
	}
	r := result{Build: time.Since(start), Entries: len(set.Entries)}
	r.Resident = resident() - before
	queries := spread(set.Queries, questions)
	var took []time.Duration
	for _, q := range queries {
		t := time.Now()
		hits, err := e.Search(q.Text)
		if err != nil {
			return result{}, fmt.Errorf("ask %q: %w", q.Text, err)
		}
		took = append(took, time.Since(t))
		at := slices.IndexFunc(hits, func(i int) bool { return slices.Contains(q.Gold, set.Entries[i].ID) })
		if at < 0 {
			continue
		}
		r.MRR += 1 / float64(at+1) / float64(len(queries))
		if at < 5 {
			r.R5 += 1 / float64(len(queries))
		}
		if at == 0 {
			r.R1 += 1 / float64(len(queries))
		}
	}
	slices.Sort(took)
	r.Asks, r.P50, r.P99 = len(took), took[len(took)/2], took[len(took)*99/100]
	return r, nil
}

// spread picks at most n questions, evenly.
func spread(all []eval.Query, n int) []eval.Query {
	if len(all) <= n {
		return all
	}
	out := make([]eval.Query, n)
	for i := range out {
		out[i] = all[i*len(all)/n]
	}
	return out
}

// resident is the memory of the process in MB, after what is free was given back.
func resident() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1000
		}
	}
	return 0
}

// zones are an entry's question, with its other phrasings, and its answer.
func zones(e *knowledge.Entry) (question, answer string) {
	var q, a []string
	for _, l := range []knowledge.Lang{knowledge.Korean, knowledge.English} {
		if t := e.Question[l]; t != "" {
			q = append(q, t)
		}
		q = append(q, e.Phrasings[l]...)
		for i := range e.Claims {
			if t := e.Claims[i].Text[l]; t != "" {
				a = append(a, t)
			}
		}
	}
	return strings.Join(q, "\n"), strings.Join(a, "\n")
}
