package guard

import (
	"slices"
	"strings"
	"testing"

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
				out = append(out, TrialClaim{c.ID, bot.Lang(lang), text})
			}
		}
	}
	slicesSortClaims(out)
	return out
}

func TestTheGuardPassesItsGatesOnTheBuiltInEntries(t *testing.T) {
	t.Parallel()
	report := Evaluate(builtIn(t), 6000, 1, nil)
	t.Log(report)
	if err := report.Err(); err != nil {
		t.Error(err)
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
