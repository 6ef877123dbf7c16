package render

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func joined(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.body)
	}
	return b.String()
}

func checkSplit(t *testing.T, s string, limit int, size func(string) int) {
	t.Helper()
	ps := pieces(s, limit, size)
	if got := joined(ps); got != s {
		t.Fatalf("parts put together are not the text:\n got %q\nwant %q", got, s)
	}
	for i, p := range ps {
		if p.body == "" {
			t.Fatalf("part %d is empty", i)
		}
		if n := size(p.open + p.body + p.close); n > limit && utf8.RuneCountInString(p.body) > 1 {
			t.Fatalf("part %d has size %d, over %d: %q", i, n, limit, p)
		}
		if i > 0 && (ps[i-1].close == "") != (p.open == "") {
			t.Fatalf("part %d closes a fence that part %d does not open again, or the reverse", i-1, i)
		}
	}
}

func randomText(r *rand.Rand) string {
	words := []string{"오픈소스", "source", "a", "👩‍👩‍👧‍👦", "é", "**굵게**", "[1]", "\n", "\n\n", ". ", " ", "```go\n", "```\n", "\n```\n", "가나다라마바사", strings.Repeat("x", 50), "\xff", "한글"}
	var b strings.Builder
	for range r.IntN(120) {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

func TestSplitLosesAndReordersNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		s, limit := randomText(r), 40+r.IntN(200)
		checkSplit(t, s, limit, RuneLen)
		checkSplit(t, s, limit, UTF16Len)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("가나다\n```go\nx\n```\n", 40)
	f.Add(strings.Repeat("👩‍👩‍👧‍👦", 30), 41)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		if limit < 40 || limit > 5000 || len(s) > 1<<16 {
			t.Skip("outside the contract, or too slow to be worth a run")
		}
		checkSplit(t, s, limit, UTF16Len)
	})
}

func TestSplitClosesAndReopensACodeFence(t *testing.T) {
	t.Parallel()
	code := "```go\n" + strings.Repeat("fmt.Println(1)\n", 20) + "```"
	parts := Split(code, 100, RuneLen)
	if len(parts) < 3 {
		t.Fatalf("got %d parts", len(parts))
	}
	for i, p := range parts {
		if !strings.HasPrefix(p, "```go\n") || !strings.HasSuffix(p, "```") {
			t.Errorf("part %d is not a whole code block: %q", i, p)
		}
	}
}

func TestSplitPrefersTheEndOfAParagraph(t *testing.T) {
	t.Parallel()
	s := strings.Repeat("가", 30) + "\n\n" + strings.Repeat("나", 30)
	parts := Split(s, 45, RuneLen)
	if len(parts) != 2 || strings.Contains(parts[0], "나") {
		t.Fatalf("got %q", parts)
	}
}

func TestUTF16LenCountsAnEmojiTwice(t *testing.T) {
	t.Parallel()
	if n := UTF16Len("가😀"); n != 3 {
		t.Fatalf("got %d", n)
	}
}
