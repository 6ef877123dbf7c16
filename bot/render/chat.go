package render

import (
	"strings"
)

// dialect is what differs between the Markdown of the chat platforms.
type dialect struct {
	escape func(string) string            // text that must not be markup
	code   func(string) string            // the inside of code
	link   func(label, url string) string // a link that is allowed; label is escaped
	small  func(line string) string       // a line of small print
}

func (d dialect) document(doc Document) string {
	var parts []string
	for _, b := range doc.Blocks {
		if s := d.block(b); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n\n")
}

func (d dialect) block(b Block) string {
	switch b.Kind {
	case Heading:
		return "**" + d.line(unbold(b.Spans)) + "**"
	case Quote:
		return "> " + strings.ReplaceAll(d.line(b.Spans), "\n", "\n> ")
	case Small:
		return d.small(d.line(b.Spans))
	case Code:
		return fence(b.Info, d.code(b.Code))
	case List:
		var lines []string
		for _, item := range b.Items {
			lines = append(lines, "- "+strings.ReplaceAll(d.line(item), "\n", "\n  "))
		}
		return strings.Join(lines, "\n")
	}
	return d.lineStart(d.line(b.Spans))
}

// line puts spans into one run of Markdown.
func (d dialect) line(spans []Span) string {
	var b strings.Builder
	for i, s := range spans {
		next := ""
		if i+1 < len(spans) {
			next = spans[i+1].Text
		}
		b.WriteString(d.span(s, last(b.String()), first(next)))
	}
	return strings.TrimSpace(b.String())
}

func (d dialect) span(s Span, before, after rune) string {
	if s.Code {
		return codeSpan(d.code(s.Text))
	}
	if s.URL != "" {
		return d.link(d.escape(s.Text), s.URL)
	}
	marks := ""
	if s.Bold {
		marks += "**"
	}
	if s.Italic {
		marks += "*"
	}
	if s.Strike {
		marks += "~~"
	}
	if marks == "" {
		return d.escape(s.Text)
	}
	lead, body, tail := flanked(s.Text, before, after)
	if body == "" {
		return d.escape(s.Text)
	}
	return d.escape(lead) + marks + d.escape(body) + reverse(marks) + d.escape(tail)
}

// flanked cuts from a styled text what would keep its marks from being read as
// marks: white space at either end, and punctuation at an end that touches a
// letter (the standard does not close ** between a bracket and a letter).
func flanked(s string, before, after rune) (lead, body, tail string) {
	body = strings.TrimLeft(s, " \t\n")
	lead = s[:len(s)-len(body)]
	trimmed := strings.TrimRight(body, " \t\n")
	tail = body[len(trimmed):]
	body = trimmed
	if inner, ok := unwrap(body); ok && (letter(after) || letter(before)) {
		open, end := body[:len(string(first(body)))], body[len(body)-len(string(last(body))):]
		return lead + open, inner, end + tail
	}
	if tail == "" && letter(after) && punctuation(last(body)) {
		kept := trimClause(body)
		tail, body = body[len(kept):], kept
	}
	if lead == "" && letter(before) && punctuation(first(body)) {
		kept := strings.TrimLeftFunc(body, punctuation)
		lead, body = body[:len(body)-len(kept)], kept
	}
	return lead, body, tail
}

// brackets are the pairs that are styled whole or not at all.
var brackets = [][2]string{{"(", ")"}, {"[", "]"}, {"“", "”"}, {"‘", "’"}, {"「", "」"}, {"《", "》"}}

// unwrap takes off the one pair of brackets that s as a whole stands in.
func unwrap(s string) (string, bool) {
	for _, pair := range brackets {
		inner, ok := strings.CutPrefix(s, pair[0])
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, pair[1]); ok && inner != "" && !strings.Contains(inner, pair[1]) {
			return inner, true
		}
	}
	return s, false
}

// trimClause cuts punctuation from the end of s, and with a closing bracket
// all that it encloses.
func trimClause(s string) string {
	kept := strings.TrimRightFunc(s, punctuation)
	for _, pair := range brackets {
		if strings.Count(kept, pair[0]) > strings.Count(kept, pair[1]) {
			kept = kept[:strings.LastIndex(kept, pair[0])]
		}
	}
	return strings.TrimRight(kept, " ")
}

func codeSpan(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

func fence(info, code string) string {
	ticks := strings.Repeat("`", max(3, longestRun(code, '`')+1))
	return ticks + word(info) + "\n" + code + "\n" + ticks
}

// word is the language of a code block, or nothing where it is not one short word.
func word(info string) string {
	for _, r := range info {
		if !letter(r) && !strings.ContainsRune("+-#.", r) {
			return ""
		}
	}
	if len(info) > 20 {
		return ""
	}
	return info
}

// lineStart keeps a paragraph from being read as a list, a heading or a quotation.
func (d dialect) lineStart(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = guardLine(line)
	}
	return strings.Join(lines, "\n")
}

func guardLine(line string) string {
	rest := strings.TrimLeft(line, " \t")
	switch {
	case rest == "":
		return ""
	case strings.ContainsRune("#>+-=", rune(rest[0])):
		return `\` + rest
	}
	digits := strings.TrimLeft(rest, "0123456789")
	if len(digits) < len(rest) && (strings.HasPrefix(digits, ". ") || strings.HasPrefix(digits, ") ")) {
		return rest[:len(rest)-len(digits)] + `\` + digits
	}
	return rest
}

func unbold(spans []Span) []Span {
	out := make([]Span, len(spans))
	for i, s := range spans {
		s.Bold = false
		out[i] = s
	}
	return out
}
