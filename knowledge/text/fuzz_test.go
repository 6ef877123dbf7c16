package text_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// texts are seeds with what has been hard: decomposed and half Hangul, ligatures,
// invisible and bidirectional characters, broken UTF-8, long runs.
func texts(f *testing.F) {
	f.Helper()
	for _, s := range []string{
		"", "오픈소스 AI가 뭐야?", "What's the difference between Llama 3.1 and EXAONE?", "ㅋㅋㅋ ㄱㅅ", "가\u200b나\u202e다",
		"\u1100\u1161\u11a8", "\u1112\u1161\u11ab\u1100\u1173\u11af", "ﬁ ① ㎏ ｶﾞ ﾡ", "\xff\xfe가\xed\xa0\x80", "c++ c# don't 1,000.5 gpt-4o", "Meta's라마 don'té",
		"라마(Llama) large language model (LLM)", "오픈소스장단점좀알려줘요", "e\u0301\u0327\u0301 Ǆ ẞ İ", "첫째.\n둘째! “셋째?” e.g. 넷째…", strings.Repeat("가", 50), strings.Repeat("a", 70),
		"\u3164\uffa0\u115f\u1160", "日本語と中文", "\u1162 \u1161 \u11a8 \u1100", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "하셨는데요 빨라졌어요 어두우니까",
	} {
		f.Add(s)
	}
}

func FuzzNormalizingTwiceChangesNothing(f *testing.F) {
	texts(f)
	f.Fuzz(func(t *testing.T, s string) {
		n := text.Normalize(s)
		if !utf8.ValidString(n) {
			t.Fatalf("Normalize(%q) = %q is not UTF-8", s, n)
		}
		for _, r := range n {
			if unseen(r) {
				t.Fatalf("Normalize(%q) = %q has %U, which nobody sees", s, n, r)
			}
		}
		if again := text.Normalize(n); again != n {
			t.Fatalf("Normalize(%q) = %q, and of that %q", s, n, again)
		}
		if len(n) > 40+40*len(s) {
			t.Fatalf("%d bytes became %d", len(s), len(n))
		}
	})
}

// unseen is what Normalize promises to leave out, said in another way than it does it.
func unseen(r rune) bool {
	if r == ' ' || r == '\n' {
		return false
	}
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Variation_Selector) ||
		strings.ContainsRune("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0", r)
}

func FuzzWordsOfAnyText(f *testing.F) {
	texts(f)
	an := text.New()
	f.Fuzz(func(t *testing.T, s string) {
		folded, end := text.Fold(s), 0
		text.Cut(folded, func(tok text.Token) bool {
			if tok.Start < end || tok.End() > len(folded) || tok.Text == "" || folded[tok.Start:tok.End()] != tok.Text {
				t.Fatalf("%q: token %+v after byte %d", folded, tok, end)
			}
			if !utf8.ValidString(tok.Text) {
				t.Fatalf("%q: token %q is cut inside a character", folded, tok.Text)
			}
			if tok.Glued && tok.Start != end {
				t.Fatalf("%q: token %+v is glued to nothing", folded, tok)
			}
			end = tok.End()
			return true
		})
		words := an.Words(s)
		for i := range words {
			checkWord(t, an, &words[i])
		}
		if l := text.Language(s); l != "ko" && l != "en" {
			t.Fatalf("language %q", l)
		}
		for _, sentence := range text.Sentences(s) {
			if strings.TrimSpace(sentence) == "" || !strings.Contains(string([]rune(s)), sentence) {
				t.Fatalf("sentence %q of %q", sentence, s)
			}
		}
		for _, row := range text.MinePairs(s) {
			if len(row) != 2 || strings.TrimSpace(row[0]) == "" || strings.TrimSpace(row[1]) == "" {
				t.Fatalf("pair %q of %q", row, s)
			}
		}
	})
}

// most readings that a word can have: the endings and particles that fit it at once are few.
const mostReadings = 40

func checkWord(t *testing.T, an *text.Analyzer, w *text.Word) {
	t.Helper()
	if len(w.Readings) == 0 || len(w.Readings) > mostReadings || len(w.Grams) > len(w.Text)+2 {
		t.Fatalf("%q: %d readings, %d grams", w.Text, len(w.Readings), len(w.Grams))
	}
	for _, r := range w.Readings {
		if r.Form == "" || r.Weight <= 0 || r.Weight > 1 {
			t.Fatalf("%q: reading %+v", w.Text, r)
		}
		for _, c := range text.Skeleton(r.Form) {
			if c < 'A' || c > 'Z' {
				t.Fatalf("%q: skeleton %q", r.Form, text.Skeleton(r.Form))
			}
		}
		if c := text.Compose(r.Form); !utf8.ValidString(c) {
			t.Fatalf("%q composes to %q", r.Form, c)
		}
	}
	parts := an.Split(w.Token, func(form string) bool { return len(form)%2 == 0 })
	joined := ""
	for i := range parts {
		if parts[i].Start != w.Start+len(joined) {
			t.Fatalf("%q: part %d begins at %d", w.Text, i, parts[i].Start)
		}
		joined += parts[i].Text
	}
	if parts != nil && joined != w.Text {
		t.Fatalf("%q is cut into %q", w.Text, joined)
	}
	if trimmed := text.TrimParticle(w.Text); trimmed == "" || !utf8.ValidString(trimmed) {
		t.Fatalf("%q trims to %q", w.Text, trimmed)
	}
}

func FuzzSpellingOfAnyTwoWords(f *testing.F) {
	for _, p := range [][2]string{{"라마", "라미"}, {"license", "lisence"}, {"오픈소스", "오픈쏘스"}, {"", ""}, {"a", ""}, {"\xff", "가"}, {strings.Repeat("한", 40), strings.Repeat("한", 41)}} {
		f.Add(p[0], p[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		hashes := map[uint32]bool{}
		n := 0
		text.Deletions(a, func(h uint32) {
			hashes[h] = true
			n++
		})
		if n > 61 {
			t.Fatalf("%q yields %d hashes", a, n)
		}
		if !text.Near(a, a) || text.Near(a, b) != text.Near(b, a) {
			t.Fatalf("nearness of %q and %q depends on their order", a, b)
		}
		if text.Mistyped(a, b) && !text.Near(a, b) {
			t.Fatalf("%q is a slip for %q, and not near it", a, b)
		}
		shared, m := false, 0
		text.Deletions(b, func(h uint32) {
			shared = shared || hashes[h]
			m++
		})
		if n > 0 && m > 0 && text.Near(a, b) && !shared {
			t.Fatalf("%q is near %q, and is not found by it", a, b)
		}
	})
}
