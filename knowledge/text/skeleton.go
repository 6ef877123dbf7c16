package text

import "unicode/utf8"

// Skeleton returns the consonant classes of a Hangul or Latin word, such that
// a word and its transliteration mostly agree: 쿠버네티스 and kubernetes are both
// KPNTS. Vowels drop, ㄱㅋㄲ and c/k/q/g fall together as K, ㅂㅍ and b/p/f/v as P,
// ㄷㅌ and t/d as T, ㅅ and s/th/sh as S, ㅈㅊ and j/z/ch as C. Rules only, so a guess: use it to
// link the two scripts, never within one. A word with other characters has none, "".
func Skeleton(word string) string {
	var buf [24]byte
	out := buf[:0]
	if r, _ := utf8.DecodeRuneInString(word); isHangul(r) {
		return string(hangulSkeleton(out, word))
	}
	return string(latinSkeleton(out, word))
}

// Classes of initials and finals, by number; '-' is none.
const (
	initialClass = "KKNTTLMPPSS-CCCKTPH"
	finalClass   = "-KKKNNNTLKMPSTPLMPPTTNCCKTPH"
)

// put appends class c; equal classes with no vowel between count once (ll, 클라).
func put(out []byte, c byte, adjacent bool) []byte {
	if c == '-' || c == 'H' || (adjacent && len(out) > 0 && out[len(out)-1] == c) {
		return out
	}
	return append(out, c)
}

func hangulSkeleton(out []byte, word string) []byte {
	adjacent := false
	for _, r := range word {
		if !isHangul(r) {
			return nil
		}
		i := int(r - hangulFirst)
		l, t := i/588, i%28
		out = put(out, initialClass[l], adjacent)
		if t != 0 {
			out = put(out, finalClass[t], false)
		}
		adjacent = t != 0
	}
	return out
}

// latinSkeleton reads English spelling, as a Korean transliteration would.
func latinSkeleton(out []byte, w string) []byte {
	adjacent := false
	for i := 0; i < len(w); {
		if w[i] < 'a' || w[i] > 'z' {
			return nil
		}
		if isVowel(w, i) {
			adjacent = false
			i++
			continue
		}
		class, n := latinClass(w, i)
		for k := range len(class) {
			out = put(out, class[k], adjacent)
			adjacent = true
		}
		i += n
	}
	return out
}

func letter(w string, i int) byte {
	if i >= 0 && i < len(w) {
		return w[i]
	}
	return 0
}

func isVowel(w string, i int) bool {
	switch letter(w, i) {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}

// latinClass returns the classes of the consonant letters at w[i] and how many letters they are.
func latinClass(w string, i int) (string, int) {
	next, third := letter(w, i+1), letter(w, i+2)
	soft := next == 'e' || next == 'i' || next == 'y'
	switch w[i] {
	case 'p':
		if next == 'h' {
			return "P", 2
		}
		return "P", 1
	case 'b', 'f', 'v':
		return "P", 1
	case 'c':
		return classC(w, i, soft)
	case 'k':
		if i == 0 && next == 'n' {
			return "", 1
		}
		return "K", 1
	case 'q':
		return "K", 1
	case 'g':
		if next == 'h' {
			return "", 2
		}
		if soft && i > 0 {
			return "C", 1
		}
		return "K", 1
	case 'x':
		if i == 0 {
			return "C", 1
		}
		return "KS", 1
	case 's':
		if next == 'h' || next == 'c' && (third == 'e' || third == 'i') {
			return "S", 2
		}
		return "S", 1
	case 't':
		return classT(w, i)
	case 'd':
		if next == 'g' && third == 'e' {
			return "", 1
		}
		return "T", 1
	case 'z', 'j':
		return "C", 1
	case 'n':
		if next == 'g' && !isVowel(w, i+2) {
			return "N", 2
		}
		return "N", 1
	case 'l':
		return "L", 1
	case 'm':
		return "M", 1
	case 'r':
		if isVowel(w, i+1) || next == 'r' {
			return "L", 1
		}
	}
	return "", 1
}

func classC(w string, i int, soft bool) (string, int) {
	switch {
	case letter(w, i+1) == 'h' && (isVowel(w, i+2) || i+2 == len(w)):
		return "C", 2
	case letter(w, i+1) == 'h':
		return "K", 2
	case soft:
		return "S", 1
	}
	return "K", 1
}

func classT(w string, i int) (string, int) {
	next, third := letter(w, i+1), letter(w, i+2)
	switch {
	case next == 'h':
		return "S", 2
	case next == 'i' && third == 'o':
		return "S", 1
	case next == 'u' && third == 'r' && letter(w, i+3) == 'e':
		return "C", 1
	case next == 'c' && third == 'h':
		return "C", 3
	}
	return "T", 1
}
