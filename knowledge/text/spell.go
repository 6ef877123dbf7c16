package text

import (
	"slices"
	"unicode/utf8"
)

// Deletions calls yield with the hash of the word and of every word that one
// deletion makes of it: over letters for Latin, over jamo for Hangul. Two
// words at an edit distance of one (a letter too much, too little, another or
// two swapped) always share a hash; so do some further apart, which
// [Near] tells. A word shorter than four letters or jamo, or longer than 60, yields nothing.
func Deletions(word string, yield func(hash uint32)) {
	var buf [64]rune
	j := spellRunes(buf[:0], word)
	if len(j) < 4 || len(j) > 60 {
		return
	}
	yield(hashWithout(j, -1))
	for i := range j {
		if i > 0 && j[i] == j[i-1] {
			continue
		}
		yield(hashWithout(j, i))
	}
}

// Mistyped reports whether typed is likely to be a slip for word: [Near], and in
// a short word nothing but what people do confuse, since there the next word is
// another word as often as not. The first letter of a Latin word is nearly always right.
func Mistyped(typed, word string) bool {
	var x, y [64]rune
	a, b := spellRunes(x[:0], typed), spellRunes(y[:0], word)
	if !near(a, b) {
		return false
	}
	if isHangulWord(typed) {
		return utf8.RuneCountInString(typed) > 2 || string(a) == string(b)
	}
	swapped := len(a) == len(b) && len(a) > 1 && a[0] == b[1] && a[1] == b[0]
	switch {
	case len(a) < 4 || len(b) < 4:
		return false
	case len(a) > 5:
		return true
	case len(a) == len(b) && len(a) == 4:
		return sameLetters(a, b)
	}
	return a[0] == b[0] || swapped
}

// sameLetters reports whether b has the letters of a in another order.
func sameLetters(a, b []rune) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func isHangulWord(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return isHangul(r)
}

// spellRunes are what spelling is compared over. Initial and final consonants
// count as the same letter, as they are on a keyboard, and so do the letters
// that sound the same or nearly: 쏘스 and 소스, 매타 and 메타.
func spellRunes(dst []rune, word string) []rune {
	for _, r := range word {
		if !isHangul(r) {
			dst = append(dst, r)
			continue
		}
		i := r - hangulFirst
		dst = append(dst, jamoL+plainInitial[i/588], jamoV+plainVowel[i/28%21])
		if t := i % 28; t != 0 {
			dst = append(dst, finalLetter[t])
		}
		if len(dst) > 60 {
			break
		}
	}
	return dst
}

// plainInitial takes initials by number to the plain one of a pair, ㄲ to ㄱ.
var plainInitial = [19]rune{0, 0, 2, 3, 3, 5, 6, 7, 7, 9, 9, 11, 12, 12, 14, 15, 16, 17, 18}

// plainVowel takes vowels by number to one of those that sound alike: ㅐ ㅔ, ㅒ ㅖ, ㅙ ㅚ ㅞ, ㅢ ㅣ.
var plainVowel = [21]rune{0, 1, 2, 3, 4, 1, 6, 3, 8, 9, 11, 11, 12, 13, 14, 11, 16, 17, 18, 20, 20}

// finalLetter gives finals as initials, compound ones as their first letter's own code.
var finalLetter = [28]rune{0, jamoL, jamoL + 1, 0x11AA, jamoL + 2, 0x11AC, 0x11AD, jamoL + 3, jamoL + 5, 0x11B0, 0x11B1, 0x11B2, 0x11B3, 0x11B4, 0x11B5,
	0x11B6, jamoL + 6, jamoL + 7, 0x11B9, jamoL + 9, jamoL + 10, jamoL + 11, jamoL + 12, jamoL + 14, jamoL + 15, jamoL + 16, jamoL + 17, jamoL + 18}

func hashWithout(j []rune, skip int) uint32 {
	h := uint32(2166136261)
	for i, r := range j {
		if i == skip {
			continue
		}
		h = (h ^ uint32(r)) * 16777619
		h ^= h >> 15
	}
	return h
}

// Near reports whether the words are at an edit distance of one over letters or
// jamo, a swap of neighbours counting as one.
func Near(a, b string) bool {
	var x, y [64]rune
	return near(spellRunes(x[:0], a), spellRunes(y[:0], b))
}

func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if i == len(a) {
		return true
	}
	same := func(p, q []rune) bool { return len(p) == len(q) && string(p) == string(q) }
	if len(a) < len(b) {
		return same(a[i:], b[i+1:])
	}
	if same(a[i+1:], b[i+1:]) {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && same(a[i+2:], b[i+2:])
}
