package text

// SameBeat reports whether a Hangul word can be the way a Latin word is spoken,
// by the number of its syllables: 그록 has the one of grok and an ㅡ between
// consonants, 고르고 has two. A vowel letter may be silent at the end and two
// together may be one; ai, igh and the like are two syllables in Korean.
func SameBeat(hangul, latin string) bool {
	n := 0
	for _, r := range hangul {
		if isHangul(r) && (r-hangulFirst)/28%21 != 18 { // ㅡ
			n++
		}
	}
	least, most := beats(latin)
	return least <= n && n <= most
}

func beats(w string) (least, most int) {
	vowel := func(i int) bool {
		switch w[i] {
		case 'a', 'e', 'i', 'o', 'u':
			return true
		case 'y':
			return i > 0
		}
		return false
	}
	long := false
	for i := range len(w) {
		if !vowel(i) {
			continue
		}
		most++
		if i == 0 || !vowel(i-1) {
			least++
		}
		if i+2 < len(w) && !vowel(i+1) && w[i+2] == 'e' || i == len(w)-1 && (w[i] == 'i' || w[i] == 'y') {
			long = true // fake 페이크, gemini 제미나이
		}
	}
	if n := len(w); n > 2 && w[n-1] == 'e' && !vowel(n-2) && least > 1 {
		least--
	}
	if long {
		most++
	}
	return max(least, 1), max(most, 1)
}
