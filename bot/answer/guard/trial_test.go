package guard

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

// builtIn are the claims of the built-in entries.
func builtIn(t testing.TB) []TrialClaim {
	t.Helper()
	lib, problems := knowledge.Load(article.FS)
	if knowledge.HasErrors(problems) {
		t.Fatal(problems)
	}
	var out []TrialClaim
	for _, e := range lib.Entries {
		for _, c := range e.Claims {
			for lang, text := range c.Text {
				out = append(out, TrialClaim{ID: c.ID, Lang: bot.Lang(lang), Text: text})
			}
		}
	}
	slicesSortClaims(out)
	return out
}

// fresh are sentences that the guard was not built with.
func fresh(t testing.TB) []TrialClaim {
	t.Helper()
	f, err := os.Open("testdata/fresh.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	claims, err := ReadClaims(f)
	if err != nil || len(claims) < 100 {
		t.Fatalf("%d claims: %v", len(claims), err)
	}
	return claims
}

// The subset that decides here is small; openai-explain eval guard draws a
// bigger one.
func TestTheGuardPassesItsGates(t *testing.T) {
	t.Parallel()
	for name, claims := range map[string][]TrialClaim{"built-in": builtIn(t), "fresh": fresh(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := Evaluate(claims, 4000, 1, nil)
			t.Log(report)
			if err := report.Err(); err != nil {
				t.Error(err)
			}
			classes := map[string]int{}
			for _, r := range report.Rows {
				classes[r.Class] += r.N
			}
			for _, g := range gates {
				if classes[g.class] < 5 {
					t.Errorf("%d samples of %q: the gate says nothing", classes[g.class], g.class)
				}
			}
		})
	}
}

// A gate that every guard passes is none: without any one of its checks, this
// guard must not pass. (What a number is and what a word is are checked together:
// the check of words finds the missing numbers as well.)
func TestAGuardWithoutOneOfItsChecksDoesNotPass(t *testing.T) {
	t.Parallel()
	claims := fresh(t)
	for name, weak := range map[string][]func(reading, *evidence) Reason{
		"words": {checkRelations, checkCitations}, "relations": {checkFacts, checkWords, checkCitations}, "citations": {checkFacts, checkWords, checkRelations},
	} {
		report := evaluate(claims, 1200, 1, func(s string, cited []string, lang bot.Lang) Verdict {
			return check(s, cited, lang, checkSurface, weak)
		}, nil)
		if report.Err() == nil {
			t.Errorf("without the check of %s the guard passes:\n%s", name, report)
		}
	}
	blind := func(string, []string, bot.Lang) Reason { return "" }
	report := evaluate(claims, 1200, 1, func(s string, cited []string, lang bot.Lang) Verdict { return check(s, cited, lang, blind, deep[:]) }, nil)
	if report.Err() == nil || report.Rate("invisible") == 1 {
		t.Errorf("without a look at the characters the guard passes:\n%s", report)
	}
	strict := evaluate(claims, 10, 1, func(string, []string, bot.Lang) Verdict { return refuse(Novelty) }, nil)
	if strict.Err() == nil {
		t.Error("a guard that refuses everything passes")
	}
}

func TestATextToTryIsReadLineByLine(t *testing.T) {
	t.Parallel()
	got, err := ReadClaims(strings.NewReader("# no claim\n\n{서준}은 {하늘}에게 서준의 글을 보냅니다.\n {Ann} wrote it at https://a.example. \n"))
	want := []TrialClaim{
		{ID: "3", Lang: bot.Korean, Text: "서준은 하늘에게 서준의 글을 보냅니다.", Names: []string{"서준", "하늘"}},
		{ID: "4", Lang: bot.English, Text: "Ann wrote it at https://a.example.", Names: []string{"Ann"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("claims (-want +got, %v):\n%s", err, diff)
	}
}

func slicesSortClaims(cs []TrialClaim) {
	slices.SortFunc(cs, func(a, b TrialClaim) int { return strings.Compare(a.ID+string(a.Lang), b.ID+string(b.Lang)) })
}

func BenchmarkCheckFourKilobytes(b *testing.B) {
	claims := builtIn(b)
	for _, lang := range []bot.Lang{bot.Korean, bot.English} {
		var text string
		for len(text) < 3000 {
			for _, c := range claims {
				if c.Lang == lang && len(text)+len(c.Text) < 4000 {
					text += c.Text + " "
				}
			}
		}
		b.Run(string(lang), func(b *testing.B) {
			for b.Loop() {
				Check(text, []string{text}, lang)
			}
		})
	}
}

func FuzzTheGuardNeverPanicsAndKeepsTheClaimItself(f *testing.F) {
	for _, c := range append(slices.Clone(koClaims), enClaims...) {
		f.Add(c, c)
	}
	f.Add("10~20% 5/6 2024.1.1 오후 3시 반 1억 2,000만 원", "‘'s n't 3.1.4 +82-10-1234-5678 @x")
	f.Fuzz(func(t *testing.T, sentence, claim string) {
		Check(sentence, []string{claim}, "")
		CheckLine(sentence, []string{claim, sentence}, bot.Korean)
		if v := Check(sentence, []string{sentence}, ""); !v.OK && (v.Reason == Number || v.Reason == Date || v.Reason == Name || v.Reason == Novelty || v.Reason == LatinWord || v.Reason == Link) {
			t.Errorf("%q does not support itself: %s", sentence, v.Reason)
		}
	})
}
