package text

import "testing"

func TestASlipIsRecognised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, word string
		want        bool
	}{
		{"옾픈소스", "오픈소스", true},
		{"오픈쏘스", "오픈소스", true},
		{"쏘스", "소스", true},     // sounds the same
		{"매타", "메타", true},     // sounds the same
		{"엑싸원", "엑사원", true},   // tense
		{"딥페잌", "딥페이크", true},  // contracted
		{"저커버거", "저커버그", true}, // another vowel
		{"잔단점", "장단점", true},   // another final
		{"규재", "규제", true},
		{"라면", "라마", false}, // two syllables: another word as often as not
		{"소시", "소스", false},
		{"엑소", "엑사원", false},
		{"opne", "open", true}, // swapped
		{"oepn", "open", true},
		{"oven", "open", false}, // a word of four letters
		{"beta", "meta", false},
		{"pen", "open", false},
		{"souce", "source", true},
		{"wekness", "weakness", true},
		{"regulatoin", "regulation", true},
		{"deepfak", "deepfake", true},
		{"exaon", "exaone", true},
		{"strenghts", "strengths", true},
		{"linux", "llama", false},
		{"zuckerburgh", "zuckerberg", false}, // two slips
	} {
		if got := Mistyped(c.typed, c.word); got != c.want {
			t.Errorf("Mistyped(%q, %q) = %t, want %t", c.typed, c.word, got, c.want)
		}
	}
}

// shareDeletion reports whether the speller would look at b for a.
func shareDeletion(a, b string) bool {
	seen := map[uint32]bool{}
	Deletions(a, func(h uint32) { seen[h] = true })
	found := false
	Deletions(b, func(h uint32) { found = found || seen[h] })
	return found
}

func TestNeighboursInSpellingShareADeletion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b string }{
		{"open", "opne"}, {"source", "soruce"}, {"license", "licence"}, {"llama", "lama"}, {"meta", "metta"},
		{"오픈소스", "옾픈소스"}, {"딥페이크", "딥페잌"}, {"규제", "규재"}, {"가트너", "가드너"},
	} {
		if !Near(c.a, c.b) || !Near(c.b, c.a) {
			t.Errorf("%s and %s are not near", c.a, c.b)
		}
		if !shareDeletion(c.a, c.b) {
			t.Errorf("%s and %s share no deletion", c.a, c.b)
		}
	}
}

func TestTheSpellerLeavesShortAndVeryLongWordsAlone(t *testing.T) {
	t.Parallel()
	long := make([]byte, 80)
	for i := range long {
		long[i] = 'a' + byte(i%26)
	}
	for _, w := range []string{"", "ai", "gpt", "법", string(long)} {
		Deletions(w, func(uint32) { t.Errorf("%q has deletions", w) })
	}
}
