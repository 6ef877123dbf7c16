package knowledge

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// sentenceEnd is a full stop, question or exclamation mark, what closes after
// it, and the space before the next sentence.
var sentenceEnd = regexp.MustCompile(`[.!?。！？…]+["'”’)\]」』»*_]*( )`)

// beginsBlock is text that CommonMark would take for something else than a
// sentence at the beginning of a line, and a claim's id.
var beginsBlock = regexp.MustCompile("^(?:[-+*#>=~|<`_]|[0-9]{1,9}[.)]|\\[[^\\]\\n]*\\](?:[^(]|$)| )")

// abbreviations end in a full stop that does not end a sentence.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "st": true, "vs": true, "no": true, "nos": true,
	"art": true, "fig": true, "e.g": true, "i.e": true, "cf": true, "approx": true, "u.s": true, "u.k": true,
}

// koreanDate is a date before its last full stop, as in 2024. 11. 21.
var koreanDate = regexp.MustCompile(`\b[0-9]{4}\. ?[0-9]{1,2}(?:\. ?[0-9]{1,2})?$`)

// sentences splits inline Markdown into sentences. It never splits inside
// emphasis, links, code or brackets, nor where what follows would not read as
// a sentence of its own.
func sentences(s string) []string {
	var all []string
	start := 0
	plain := plainRanges(s)
	for _, m := range sentenceEnd.FindAllStringSubmatchIndex(s, -1) {
		space := m[2]
		if !within(plain, m[0], space) || !endsSentence(s[start:m[0]], s[m[0]:space]) || !beginsSentence(s[m[0]:space], s[space+1:]) {
			continue
		}
		if strings.Count(s[start:space], "(") > strings.Count(s[start:space], ")") {
			continue
		}
		all = append(all, s[start:space])
		start = space + 1
	}
	if rest := s[start:]; rest != "" {
		all = append(all, rest)
	}
	return all
}

// endsSentence reports whether the mark after before ends a sentence.
func endsSentence(before, mark string) bool {
	if mark[0] != '.' || strings.HasPrefix(mark, "..") {
		return strings.TrimSpace(before) != ""
	}
	word := before[strings.LastIndexAny(before, " (\"'“‘")+1:]
	word = strings.ToLower(strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	if word == "" || abbreviations[word] || koreanDate.MatchString(lastBytes(before, longestDate)) {
		return false
	}
	r, size := utf8.DecodeRuneInString(word)
	return size < len(word) || !unicode.Is(unicode.Latin, r) // an initial, as in "J. Kim"
}

// longestDate is more than a date takes. Only so much is looked at: the whole
// text before each full stop would take time that grows with its square.
const longestDate = 32

func lastBytes(s string, n int) string { return s[max(0, len(s)-n):] }

// beginsSentence reports whether rest, after mark, can be a sentence by itself.
func beginsSentence(mark, rest string) bool {
	if rest == "" || beginsBlock.MatchString(rest) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLower(r) && mark != "。" {
		return false
	}
	if unicode.IsDigit(r) && mark == "." { // 2024. 11. 21.
		return false
	}
	for _, quoting := range []string{"라고", "라는", "라며", "라면서", "하고 ", "고 "} {
		if strings.HasPrefix(rest, quoting) {
			return false
		}
	}
	return true
}

// plainRanges returns where in inline Markdown there is text outside of
// emphasis, links and code.
func plainRanges(s string) [][2]int {
	paragraph := parseInline([]byte(s)).FirstChild()
	if paragraph == nil || paragraph.Kind() != ast.KindParagraph {
		return nil
	}
	var ranges [][2]int
	for c := paragraph.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			continue
		}
		if last := len(ranges) - 1; last >= 0 && ranges[last][1] == t.Segment.Start {
			ranges[last][1] = t.Segment.Stop
			continue
		}
		ranges = append(ranges, [2]int{t.Segment.Start, t.Segment.Stop})
	}
	return ranges
}

// within reports whether one of the ranges holds all from one offset to another.
func within(ranges [][2]int, from, to int) bool {
	return slices.ContainsFunc(ranges, func(r [2]int) bool { return r[0] <= from && to <= r[1] })
}
