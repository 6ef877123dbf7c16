package knowledge_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
)

func library(t *testing.T, files map[string]string) *knowledge.Library {
	t.Helper()
	var entries []*knowledge.Entry
	for name, text := range files {
		entries = append(entries, parse(t, name, text))
	}
	return knowledge.NewLibrary(entries, [][]string{{"라마", "Llama"}})
}

func TestMergedLibrariesAnswerTogether(t *testing.T) {
	t.Parallel()
	mine := library(t, map[string]string{"parking.md": "# Where can I park?\n\nBehind the house.\n"})
	all, problems := knowledge.Merge(loadArticle(t), nil, mine, mine)
	if all.Entry("parking") == nil || all.Entry("rules") == nil || all.Entry("missing") != nil {
		t.Error("an entry is missing")
	}
	if diff := cmp.Diff([]string{"parking.md entry-twice"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
	rows := 0
	for _, row := range all.Aliases {
		if cmp.Equal(row, []string{"라마", "Llama"}) {
			rows++
		}
	}
	if rows != 1 {
		t.Errorf("the same row of aliases stands there %d times", rows)
	}
}

func TestTheFirstOfTwoEntriesWithTheSameClaimStays(t *testing.T) {
	t.Parallel()
	mine := library(t, map[string]string{"mine.md": "# What is bad about it?\n\n- [Q4d] Nothing.\n"})
	all, problems := knowledge.Merge(loadArticle(t), mine)
	if diff := cmp.Diff([]string{"mine.md claim-twice"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
	if e, c := all.Claim("Q4d"); e == nil || e.ID != "strengths-and-weaknesses" || c.ID != "Q4d" {
		t.Errorf("claim Q4d is of %v", e)
	}
}

func TestALibraryMadeByHandFindsWhatAnIndexedOneFinds(t *testing.T) {
	t.Parallel()
	indexed := loadArticle(t)
	literal := &knowledge.Library{Entries: indexed.Entries}
	for _, id := range []string{"rules", "missing"} {
		if indexed.Entry(id) != literal.Entry(id) {
			t.Errorf("entry %s differs", id)
		}
	}
	for _, id := range []string{"Q5b", "missing"} {
		e, c := indexed.Claim(id)
		f, d := literal.Claim(id)
		if e != f || c != d {
			t.Errorf("claim %s differs", id)
		}
	}
}

func TestFormatSaysWhatNoFileCanSay(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]*knowledge.Entry{
		"no claims":   {ID: "a", Question: knowledge.Texts{"en": "Why?"}},
		"no question": {ID: "a", Claims: []knowledge.Claim{{ID: "a.1", Text: knowledge.Texts{"en": "Because."}}}},
		"phrasings without a question": {
			ID: "a", Question: knowledge.Texts{"en": "Why?"}, Phrasings: map[knowledge.Lang][]string{"ko": {"왜?"}},
			Claims: []knowledge.Claim{{ID: "a.1", Text: knowledge.Texts{"en": "Because."}}},
		},
		"odd id": {ID: "a b", Question: knowledge.Texts{"en": "Why?"}, Claims: []knowledge.Claim{{ID: "a.1", Text: knowledge.Texts{"en": "Because."}}}},
		"line break in a question": {
			ID: "a", Question: knowledge.Texts{"en": "Why\n# How?"}, Claims: []knowledge.Claim{{ID: "a.1", Text: knowledge.Texts{"en": "Because."}}},
		},
	} {
		if b, err := knowledge.Format(e); err == nil {
			t.Errorf("%s: written as\n%s", name, b)
		}
	}
}

func TestFormatWritesAnEntryMadeByAProgram(t *testing.T) {
	t.Parallel()
	e := &knowledge.Entry{
		ID: "a", Section: "3", File: "x.md", Tags: []string{"yes", "a: b", `c"d\`},
		Question:  knowledge.Texts{"en": "What is C#", "ko": "C#이 뭔가요?"},
		Phrasings: map[knowledge.Lang][]string{"en": {"- a *star* [x]", "1. one & two", "#" + "hash", "<b>", "[q1] is text", "how old"}},
		Asks:      map[string][]string{"how old": {"q2", "q1"}},
		Claims: []knowledge.Claim{
			{ID: "q1", Text: knowledge.Texts{"en": "A language. It has classes."}},
			{ID: "q2", Text: knowledge.Texts{"ko": "언어입니다.", "en": "Source: a word."}},
		},
		Notes: []knowledge.Note{{ID: "n1", On: []string{"q2"}, Text: knowledge.Texts{"ko": "덧붙입니다."}, Source: &knowledge.Source{
			Publisher: knowledge.Texts{"ko": "회사, 2020-01-01 [1]"}, URL: "https://example.org/a)b", Updated: "2025-01-01"}}},
		Source: &knowledge.Source{Title: knowledge.Texts{"ko": "English title"}, Published: "2024-01-01"},
	}
	b, err := knowledge.Format(e)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", b)
}
