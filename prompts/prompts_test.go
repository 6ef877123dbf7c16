package prompts

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/google/go-cmp/cmp"

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

func TestABrokenReplacementIsNamedAtStartWithFileAndLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, src, want string }{
		{"ko/abstain.txt", "{{.Nothing}}", "ko/abstain.txt:1:"},
		{"ko/abstain.txt", "가\n{{if}}", "ko/abstain.txt:2:"},
		{"en/evidence.txt", "Question: {{.Question}}\n\n{{range .Claim}}{{end}}", "en/evidence.txt:3:"},
		{"en/help.txt", "Hello\n{{.Token}}", "en/help.txt:2:"},
		{"en/help.txt", " \n\n", "en/help.txt:1: it says nothing"},
		{"en/help.txt", "a\n\xff\xfe", "en/help.txt:2: not UTF-8"},
		{"en/evidence.txt", "{{.Question}}", `"[1] claim" is nowhere`},
		{"ko/write.txt", "답을 쓰세요.", `"NONE" is nowhere`},
		{"ko/hlep.txt", "안녕하세요", "ko/hlep.txt: there is no sentence of that name"},
		{"fr/help.txt", "Bonjour", "fr/help.txt: there is no sentence of that name"},
		{"help.txt", "Hello", "help.txt: there is no sentence of that name"},
	} {
		_, err := New(fstest.MapFS{c.file: {Data: []byte(c.src)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: got %v, want %q in it", c.file, c.src, err, c.want)
		}
	}
}

func TestFindingsAreWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for _, code := range FindingCodes() {
		w := findings[code]
		for _, pair := range [][2]string{{w.ko.says, w.en.says}, {w.ko.do, w.en.do}} {
			if (pair[0] == "") != (pair[1] == "") {
				t.Errorf("%s is in one language only: %q, %q", code, pair[0], pair[1])
			}
			if pair[0] != "" && !strings.ContainsFunc(pair[0], func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
				t.Errorf("%s: no Korean: %q", code, pair[0])
			}
			if strings.ContainsFunc(pair[1], func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
				t.Errorf("%s: Korean in English: %q", code, pair[1])
			}
			if diff := cmp.Diff(sorted(holes.FindAllString(pair[0], -1)), sorted(holes.FindAllString(pair[1], -1))); diff != "" {
				t.Errorf("%s: the languages are about different things:\n%s", code, diff)
			}
		}
		if w.en.says == "" {
			t.Errorf("%s says nothing", code)
		}
	}
	says, do := Finding(bot.Korean, bot.Found(bot.Warning, "http.taken", "addr", "127.0.0.1:1"))
	if !strings.HasPrefix(says, "127.0.0.1:1 주소를") || !strings.Contains(do, "HTTP_ADDR") {
		t.Errorf("%q, %q", says, do)
	}
}

func sorted(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
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
