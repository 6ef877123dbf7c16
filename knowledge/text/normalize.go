package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns s as the rest of this package compares it: valid UTF-8,
// NFKC, Hangul composed, without invisible, bidirectional and control
// characters (line ends stay, as \n). Single jamo as in "ㅋㅋ" stay what they are.
// Case and punctuation stay. Normalizing twice changes nothing.
func Normalize(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, " ")
	s = strings.Map(visible, s)
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		i := strings.IndexFunc(s, isCompatJamo)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(norm.NFKC.String(s[:i]))
		s = s[i:]
		for s != "" {
			r, n := utf8.DecodeRuneInString(s)
			if !isCompatJamo(r) {
				break
			}
			b.WriteRune(r)
			s = s[n:]
		}
	}
	// NFKC can bring out characters that visible would have dropped or spaced.
	out := strings.Map(visible, b.String())
	if !norm.NFKC.IsNormalString(out) && out != s {
		return composeAgain(out)
	}
	return out
}

// composeAgain composes what became adjacent when something between was dropped.
func composeAgain(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexFunc(s, isCompatJamo)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(norm.NFKC.String(s[:i]))
		s = s[i:]
		if s != "" {
			r, n := utf8.DecodeRuneInString(s)
			b.WriteRune(r)
			s = s[n:]
		}
	}
	return b.String()
}

// isPlain reports whether s needs no work: printable ASCII, Hangul syllables and line ends.
func isPlain(s string) bool {
	for _, r := range s {
		if (r < ' ' && r != '\n') || (r > '~' && (r < hangulFirst || r > hangulLast)) {
			return false
		}
	}
	return true
}

func isCompatJamo(r rune) bool { return r >= 0x3131 && r <= 0x318E && r != 0x3164 }

// visible maps a rune to itself, to a space, or to -1 where nobody would see it.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\r', r == 0x2028, r == 0x2029, r == 0x85:
		return '\n'
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Zs, r), r == utf8.RuneError:
		return ' '
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r),
		r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x17B4, r == 0x17B5:
		return -1
	}
	return r
}

// fold lowers one rune and takes off a Latin diacritic, as é → e.
func fold(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	if r >= hangulFirst && r <= hangulLast {
		return r
	}
	r = unicode.ToLower(r)
	if r >= 0xC0 && r < 0x250 || r >= 0x1E00 && r < 0x1F00 {
		var buf [8]byte
		d := norm.NFD.AppendString(buf[:0], string(r))
		if b, _ := utf8.DecodeRune(d); b < 0x80 {
			return b
		}
	}
	return r
}

// Fold returns s normalised, in lower case and without Latin diacritics.
func Fold(s string) string { return strings.Map(fold, Normalize(s)) }
