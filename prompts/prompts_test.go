package prompts

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/openai-explain/openai-explain/bot"
)

func book(t *testing.T) *Book {
	t.Helper()
	b, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sentences(b *Book, lang bot.Lang) map[string]string {
	return map[string]string{
		"abstain":       b.Abstain(lang, nil),
		"abstain words": b.Abstain(lang, []string{"파라미터", "founder"}),
		"clarify":       b.Clarify(lang),
		"cut":           b.Cut(lang),
		"evidence":      b.Evidence(lang, "Q?", []string{"one", "two"}),
		"forgotten":     b.Forgotten(lang, 1),
		"forgotten nil": b.Forgotten(lang, 0),
		"goodbye":       b.Goodbye(lang),
		"greeting":      b.Greeting(lang),
		"help":          b.Help(lang),
		"my-data":       b.MyData(lang, MyData{Questions: 1, Since: "2024-11-21", Days: 1}),
		"my-data none":  b.MyData(lang, MyData{}),
		"only-in":       b.OnlyIn(lang, bot.English),
		"select":        b.Select(lang, false),
		"select schema": b.Select(lang, true),
		"thanks":        b.Thanks(lang),
		"write":         b.Write(lang),
	}
}

func TestEverySentenceIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	b := book(t)
	for _, lang := range []bot.Lang{bot.Korean, bot.English} {
		for name, s := range sentences(b, lang) {
			if s == "" || strings.Contains(s, "<no value>") || strings.Contains(s, "{{") {
				t.Errorf("%s/%s is %q", lang, name, s)
			}
			hangul := strings.ContainsFunc(strings.NewReplacer("파라미터", "").Replace(s), func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
			if hangul != (lang == bot.Korean) {
				t.Errorf("%s/%s is not in its language: %q", lang, name, s)
			}
		}
	}
}

func TestEvidenceIsNumberedFromOne(t *testing.T) {
	t.Parallel()
	got := book(t).Evidence(bot.English, "Why?", []string{"a", "b"})
	if want := "Question: Why?\n\nEvidence:\n[1] a\n[2] b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAFolderReplacesASentence(t *testing.T) {
	t.Parallel()
	b, err := New(fstest.MapFS{"en/help.txt": {Data: []byte("Ask away.")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Help(bot.English); got != "Ask away." {
		t.Errorf("got %q", got)
	}
	if got := b.Help(bot.Korean); got == "" {
		t.Error("the other language is gone")
	}
}

func TestABrokenReplacementIsNamedAtStart(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"{{.Nothing}}", "{{if}}"} {
		_, err := New(fstest.MapFS{"ko/abstain.txt": {Data: []byte(src)}})
		if err == nil || !strings.Contains(err.Error(), "ko/abstain.txt") {
			t.Errorf("%s: got %v", src, err)
		}
	}
}

func TestLabelsAreWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []bot.Lang{bot.Korean, bot.English, ""} {
		l := Labels(lang)
		for _, s := range []string{l.Question, l.Source, l.Sources, l.Published, l.Updated, l.Note, l.NotSource, l.Suggestions,
			l.Topics, l.Share, l.Shared, l.SharedBy, l.Failed, l.NotAccepted, l.Working, l.Continued} {
			if s == "" {
				t.Errorf("%q: a label is empty: %+v", lang, l)
			}
		}
	}
}
