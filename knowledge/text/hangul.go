package text

// Hangul syllables are arithmetic: 19 initials × 21 vowels × 28 finals.
const (
	hangulFirst, hangulLast = 0xAC00, 0xD7A3

	jamoL, jamoV, jamoT = 0x1100, 0x1161, 0x11A7 // T counts from 1; jamoT itself means "no final"
)

func isHangul(r rune) bool { return r >= hangulFirst && r <= hangulLast }

// finalL is the number of the final ㄹ, after which 으로 loses its 으.
const finalL = 8

// toJamo appends the jamo of s to dst; runes that are no syllables stay.
func toJamo(dst []rune, s []rune) []rune {
	for _, r := range s {
		if !isHangul(r) {
			dst = append(dst, r)
			continue
		}
		i := r - hangulFirst
		dst = append(dst, jamoL+i/588, jamoV+i/28%21)
		if t := i % 28; t != 0 {
			dst = append(dst, jamoT+t)
		}
	}
	return dst
}

func isL(r rune) bool { return r >= jamoL && r < jamoL+19 }
func isV(r rune) bool { return r >= jamoV && r < jamoV+21 }
func isT(r rune) bool { return r > jamoT && r < jamoT+28 }

// compose puts jamo back into syllables as far as they make any.
func compose(j []rune) string {
	out := make([]rune, 0, len(j)/2+1)
	for i := 0; i < len(j); {
		if !isL(j[i]) || i+1 == len(j) || !isV(j[i+1]) {
			out = append(out, j[i])
			i++
			continue
		}
		r := hangulFirst + (j[i]-jamoL)*588 + (j[i+1]-jamoV)*28
		i += 2
		if i < len(j) && isT(j[i]) {
			r += j[i] - jamoT
			i++
		}
		out = append(out, r)
	}
	return string(out)
}

// compatFinal maps a single consonant as typed (ㄴ) to the jamo of a final.
var compatFinal = map[rune]rune{
	'ㄱ': jamoT + 1, 'ㄴ': jamoT + 4, 'ㄷ': jamoT + 7, 'ㄹ': jamoT + 8, 'ㅁ': jamoT + 16, 'ㅂ': jamoT + 17,
	'ㅅ': jamoT + 19, 'ㅆ': jamoT + 20, 'ㅇ': jamoT + 21,
}

// endingJamo reads an ending from its table: a leading consonant alone is a final.
func endingJamo(s string) []rune {
	r := []rune(s)
	if t, ok := compatFinal[r[0]]; ok {
		return toJamo([]rune{t}, r[1:])
	}
	return toJamo(nil, r)
}

func hasSuffix(j, suffix []rune) bool {
	if len(suffix) > len(j) {
		return false
	}
	j = j[len(j)-len(suffix):]
	for i, r := range suffix {
		if j[i] != r {
			return false
		}
	}
	return true
}

// Compose puts the jamo of a verb reading's form back into syllables, for display.
func Compose(form string) string { return compose([]rune(form)) }
