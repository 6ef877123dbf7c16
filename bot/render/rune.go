package render

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func first(s string) rune {
	if s == "" {
		return ' '
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func last(s string) rune {
	if s == "" {
		return ' '
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func longestRun(s string, of byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// invisible reports whether r shows nothing and can hide or turn text around:
// control, format and bidirectional characters. The joiners that emoji are made
// of are kept.
func invisible(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\u200d' || r == '\ufe0f':
		return false
	case r >= 0xE0000 && r <= 0xE0FFF: // tags, and variation selectors used to smuggle bytes
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

func visible(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if !invisible(r) {
			out = append(out, r)
		}
	}
	return string(out)
}
