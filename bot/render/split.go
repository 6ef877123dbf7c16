package render

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// RuneLen counts code points, as Slack's limits are read here.
func RuneLen(s string) int { return utf8.RuneCountInString(s) }

// UTF16Len counts UTF-16 code units, the strictest reading of Discord's limits.
func UTF16Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// Split cuts Markdown into parts of at most limit by size. It cuts between
// paragraphs where it can, else between lines, sentences, words, and at last
// between graphemes, and never inside one. A code fence that a cut goes through
// is closed at the end of its part and opened again in the next; apart from
// these fences the parts put together are the text.
//
// limit must leave room for a fence: at least 40.
func Split(markdown string, limit int, size func(string) int) []string {
	var parts []string
	for _, p := range pieces(markdown, limit, size) {
		parts = append(parts, p.open+p.body+p.close)
	}
	return parts
}

// piece is a part of a text; open and close are fences that the text does not have.
type piece struct{ open, body, close string }

func pieces(s string, limit int, size func(string) int) []piece {
	var out []piece
	open := ""
	for s != "" {
		if size(open)+size(s) <= limit {
			return append(out, piece{open: open, body: s})
		}
		room := limit - size(open)
		body, fence := cut(s, open, room, size)
		p := piece{open: open, body: body}
		open = ""
		if fence != "" {
			p.close = "\n" + ticksOf(fence)
			open = fence + "\n"
		}
		out = append(out, p)
		s = s[len(body):]
	}
	return out
}

// cut returns the longest good beginning of s that fits into room, and the
// fence line that is open at its end.
func cut(s, open string, room int, size func(string) int) (body, fence string) {
	body = fit(s, room, size)
	for {
		body = breakAt(s, body)
		fence = openFence(strings.TrimSuffix(open, "\n"), body)
		if fence == "" {
			return body, ""
		}
		over := size(body) + 1 + size(ticksOf(fence)) - room
		if over <= 0 {
			return body, fence
		}
		shorter := fit(body, size(body)-over, size)
		if shorter == "" || shorter == body {
			return body, fence
		}
		body = shorter
	}
}

// fit is the longest beginning of s, cut between graphemes, of at most room;
// one grapheme at least (or one rune of it, where it is larger than room).
func fit(s string, room int, size func(string) int) string {
	end, used, state := 0, 0, -1
	for rest := s; rest != ""; {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		n := size(g)
		if used+n > room {
			if end == 0 {
				return firstRunes(g, room, size)
			}
			break
		}
		end, used = end+len(g), used+n
	}
	return s[:end]
}

func firstRunes(g string, room int, size func(string) int) string {
	end := 0
	for i, r := range g {
		next := i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, w := utf8.DecodeRuneInString(g[i:])
			next = i + w
		}
		if i > 0 && size(g[:next]) > room {
			break
		}
		end = next
	}
	return g[:end]
}

// breakAt moves the end of body, a beginning of s, back to the best place to
// cut in its second half.
func breakAt(s, body string) string {
	if len(body) == len(s) {
		return body
	}
	half := len(body) / 2
	for _, sep := range []string{"\n\n", "\n", ". ", "。", " "} {
		if at := strings.LastIndex(body[half:], sep); at >= 0 {
			return body[:half+at+len(sep)]
		}
	}
	return body
}

// openFence returns the line that opened the code block which is still open at
// the end of s, when open was the one open at its beginning.
func openFence(open, s string) string {
	for line := range strings.Lines(s) {
		trimmed := strings.TrimRight(line, "\n")
		switch {
		case open == "" && strings.HasPrefix(trimmed, "```"):
			open = trimmed
		case open != "" && trimmed == ticksOf(open):
			open = ""
		}
	}
	return open
}

func ticksOf(fence string) string {
	return fence[:len(fence)-len(strings.TrimLeft(fence, "`"))]
}
