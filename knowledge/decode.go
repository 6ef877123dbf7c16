package knowledge

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"
)

// decode turns the bytes of a file into clean text: UTF-8 without a byte order
// mark, composed (NFC, since macOS takes Hangul apart), lines that end in \n,
// ordinary spaces, and without invisible characters that come with pasted
// text. A file in another encoding is a problem that names the encoding.
func decode(file string, data []byte) (string, *Problem) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if line, encoding := foreign(data); encoding != "" {
		p := newProblem(file, line, "encoding", encoding)
		return "", &p
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		p := newProblem(file, 1+bytes.Count(data[:i], []byte("\n")), "binary")
		return "", &p
	}
	return clean(norm.NFC.String(string(data))), nil
}

// foreign names the encoding that data seems to be in where it is not UTF-8,
// and the line of the first byte that shows it.
func foreign(data []byte) (line int, encoding string) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) || looksUTF16(data) {
		return 1, "UTF-16"
	}
	if utf8.Valid(data) {
		return 0, ""
	}
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	line = 1 + bytes.Count(data[:at], []byte("\n"))
	if bytes.IndexByte(data, 0) >= 0 {
		return 0, "" // reported as binary
	}
	if looksCP949(data) {
		return line, "CP949 (EUC-KR)"
	}
	return line, "Windows-1252"
}

// looksUTF16 reports whether every second byte of the beginning is mostly NUL,
// as in Latin text that Notepad saved as "Unicode" without a mark.
func looksUTF16(data []byte) bool {
	data = data[:min(len(data), 512)]
	var nul [2]int
	for i, b := range data {
		if b == 0 {
			nul[i%2]++
		}
	}
	half := len(data) / 2
	return half >= 4 && (nul[0] > half*6/10 || nul[1] > half*6/10) && min(nul[0], nul[1]) <= half/10
}

// looksCP949 reports whether data reads as Hangul in Korean Windows' encoding.
func looksCP949(data []byte) bool {
	text, err := korean.EUCKR.NewDecoder().Bytes(data[:min(len(data), 64<<10)])
	if err != nil {
		return false
	}
	hangul, broken := 0, 0
	for _, r := range string(text) {
		switch {
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case r == utf8.RuneError:
			broken++
		}
	}
	return hangul > 0 && hangul > 4*broken
}

// clean unifies line ends and spaces, and drops what cannot be seen.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zs, r): // no-break space, ideographic space, …
			return ' '
		case r < ' ' || (r >= 0x7f && r < 0xa0) || isInvisible(r) || isBidi(r):
			return -1
		}
		return r
	}, s)
	// What was between two parts of a character may be gone now.
	return norm.NFC.String(s)
}

// isInvisible reports zero-width characters that carry no meaning in Korean
// and English. The zero-width joiner stays: emoji need it.
func isInvisible(r rune) bool {
	switch r {
	case 0x00ad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x200b, 0x200c, 0x2060, 0x3164, 0xfeff, 0xffa0:
		return true
	}
	return (r >= 0x2061 && r <= 0x2064) || (r >= 0xe0000 && r <= 0xe007f)
}

// isBidi reports characters that change the direction of the text after them.
func isBidi(r rune) bool {
	return r == 0x200e || r == 0x200f || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069)
}

// langOf returns the language whose script s is written in: Korean where at
// least three letters in ten are Hangul (a syllable says as much as two or
// three Latin letters), English where there are Latin letters, "" otherwise.
func langOf(s string) Lang {
	hangul, latin := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	switch {
	case hangul > 0 && hangul*10 >= (hangul+latin)*3:
		return Korean
	case latin > 0:
		return English
	}
	return ""
}
