package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

// golden is a question and what has to become of it.
type golden struct{ want, question string }

func goldenQuestions(t *testing.T) []golden {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", "questions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		want, question, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("neither a comment nor a question: %q", line)
		}
		all = append(all, golden{want, question})
	}
	return all
}

// verdict is how an answer compares with what was wanted.
func (g golden) verdict(a jsonAnswer) string {
	switch {
	case g.want == "help":
		return map[bool]string{true: "right", false: "no small talk"}[a.Status == "help"]
	case g.want == "-":
		return map[bool]string{true: "answered though unknown", false: "right"}[a.Status == "answered"]
	case a.Status != "answered":
		return "silent though known"
	}
	first := a.Citations[0]
	if claim, ok := strings.CutSuffix(g.want, "!"); ok {
		switch {
		case first.Claim == claim:
			return "right"
		case slices.ContainsFunc(a.Citations, func(c jsonCitation) bool { return c.Claim == claim }):
			return "right claim not first"
		}
		return "wrong claim"
	}
	if slices.Contains(strings.Split(g.want, "|"), first.Section) {
		return "right"
	}
	return "wrong section"
}

// TestGoldenQuestions compares what becomes of every question with the reviewed
// report: a change of quality is a change of that file.
func TestGoldenQuestions(t *testing.T) {
	t.Parallel()
	questions := goldenQuestions(t)
	var in strings.Builder
	for _, g := range questions {
		in.WriteString(g.question + "\n")
	}
	code, out, errs := call(t, in.String(), "ask", "--json", "--file", "-")
	got := answers(t, out)
	if code != exitOK || len(got) != len(questions) {
		t.Fatalf("exit %d, %d answers to %d questions: %s", code, len(got), len(questions), errs)
	}
	known, unknown := 0, 0
	counts := map[string]int{}
	var failures []string
	for i, g := range questions {
		if g.want == "-" {
			unknown++
		} else {
			known++
		}
		v := g.verdict(got[i])
		counts[v]++
		if v != "right" {
			var claims []string
			for _, c := range got[i].Citations {
				claims = append(claims, c.Claim)
			}
			failures = append(failures, fmt.Sprintf("%s: want %s, got %s %v: %s", v, g.want, got[i].Status, claims, g.question))
		}
	}
	slices.Sort(failures)
	report := fmt.Sprintf("%d questions that have an answer, %d that have none\n", known, unknown)
	for _, v := range []string{"right", "right claim not first", "wrong claim", "wrong section", "silent though known", "answered though unknown", "no small talk"} {
		report += fmt.Sprintf("%-24s %d\n", v, counts[v])
	}
	report += "\n" + strings.Join(failures, "\n") + "\n"
	file := filepath.Join("testdata", "questions.golden")
	if *update {
		if err := os.WriteFile(file, []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), report); diff != "" {
		t.Errorf("quality changed; review it and run with -update (-want +got):\n%s", diff)
	}
}

// TestNoEntryHasAGoldenQuestion keeps the golden questions what they are:
// questions that the entries' authors did not write down.
func TestNoEntryHasAGoldenQuestion(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for _, g := range goldenQuestions(t) {
		asked[lettersOf(g.question)] = true
	}
	lib, problems := knowledge.Load(article.FS)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, e := range lib.Entries {
		for _, lang := range e.Langs() {
			for _, way := range slices.Concat(e.Phrasings[lang], e.NearMisses[lang]) {
				if asked[lettersOf(way)] {
					t.Errorf("%s has the golden question %q", e.File, way)
				}
			}
		}
	}
}

// lettersOf is s without spaces, punctuation and case.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
