package text

import (
	"unicode"
	"unicode/utf8"
)

// Script is the kind of characters a word is written in.
type Script uint8

// The scripts that are told apart. A number may hold a point, as 3.1.
const (
	Other Script = iota
	Hangul
	Latin
	Number
	Han
)

// Token is one run of characters of one script: an eojeol or a part of one.
type Token struct {
	Text   string // folded: lower case, no diacritics
	Start  int    // offset in bytes of the folded text it was cut from
	Script Script
	Glued  bool // no space or punctuation between this token and the one before
	Break  bool // a sentence, line or other strong punctuation ended just before
}

// End returns the offset in bytes just behind the token.
func (t Token) End() int { return t.Start + len(t.Text) }

func scriptOf(r rune) Script {
	switch {
	case isHangul(r), isCompatJamo(r), r >= jamoL && r < 0x1200:
		return Hangul
	case 'a' <= r && r <= 'z':
		return Latin
	case '0' <= r && r <= '9':
		return Number
	case r < 0x80:
		return Other
	case unicode.Is(unicode.Han, r):
		return Han
	case unicode.Is(unicode.Latin, r):
		return Latin
	}
	return Other
}

// Cut cuts a text that was folded ([Fold]) into tokens and calls yield with
// each until yield returns false. It allocates nothing.
func Cut(s string, yield func(Token) bool) {
	i, prevEnd, brk := 0, -1, true
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		sc := scriptOf(r)
		if sc == Other && !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			if breaks(s, i, r) {
				brk = true
			}
			i += n
			continue
		}
		end := runEnd(s, i+n, sc)
		if !yield(Token{Text: s[i:end], Start: i, Script: sc, Glued: prevEnd == i, Break: brk}) {
			return
		}
		i, prevEnd, brk = end, end, false
	}
}

// breaks reports whether the punctuation at s[i] ends a sentence: a line end,
// or a mark of the end with a space or the text's end behind it.
func breaks(s string, i int, r rune) bool {
	switch r {
	case '\n', '。', '…':
		return true
	case '.', '!', '?', ';':
		return i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n' || s[i+1] == '"' || s[i+1] == '\'' || s[i+1] >= 0x80
	}
	return false
}

// runEnd returns where the run of script sc that goes on at s[i] ends.
func runEnd(s string, i int, sc Script) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		c := scriptOf(r)
		if c == Other && unicode.IsLetter(r) && sc == Other {
			i += n
			continue
		}
		if c == Other && unicode.Is(unicode.Mn, r) {
			i += n
			continue
		}
		if c == sc && sc != Other {
			i += n
			continue
		}
		return i + joins(s, i, r, sc)
	}
	return i
}

// joins returns how many bytes at s[i] still belong to the run although they
// are of another script: the point of 3.1, the comma of 1,000, c++ and c#, don't.
// A word and a number that follow each other (gpt4, h100) stay apart: the index
// keeps them adjacent.
func joins(s string, i int, r rune, sc Script) int {
	next := func(k int) byte {
		if i+k < len(s) {
			return s[i+k]
		}
		return 0
	}
	digit := func(b byte) bool { return '0' <= b && b <= '9' }
	letter := func(b byte) bool { return 'a' <= b && b <= 'z' } // of one byte: a part of a character is none
	switch {
	case sc == Number && (r == '.' || r == ',') && digit(next(1)):
		k := 1
		for digit(next(k)) || ((next(k) == '.' || next(k) == ',') && digit(next(k+1))) {
			k++
		}
		return k
	case sc == Latin && r == '+' && next(1) == '+':
		return 2
	case sc == Latin && r == '#' && i >= 1 && (i == 1 || !letter(s[i-2])):
		return 1
	case sc == Latin && r == '\'' && letter(next(1)):
		k := 1
		for letter(next(k)) {
			k++
		}
		return k
	}
	return 0
}
