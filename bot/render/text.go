package render

import (
	"html"
	"regexp"
	"strings"
)

// entities decodes &amp; and its like, as CommonMark does in text.
func entities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return html.UnescapeString(s)
}

// urlLike finds what a chat client would turn into a link by itself.
var urlLike = regexp.MustCompile(`(?i)\b(?:https?://|www\.|mailto:)[^\s<>"'‘’“”]+`)

// plainSpans are the spans of a text that is not Markdown: an asker's words, the
// program's own. URLs in it are shown as code.
func plainSpans(s string) []Span {
	var spans []Span
	last := 0
	for _, at := range urlLike.FindAllStringIndex(s, -1) {
		spans = append(spans, text(s[last:at[0]]), Span{Text: s[at[0]:at[1]], Code: true})
		last = at[1]
	}
	return join(append(spans, text(s[last:])))
}

func plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Plain is the text of a document without any markup, a line a block.
func Plain(d Document) string {
	var lines []string
	for _, b := range d.Blocks {
		switch b.Kind {
		case List:
			for _, item := range b.Items {
				lines = append(lines, "• "+plain(item))
			}
		case Code:
			lines = append(lines, b.Code)
		default:
			lines = append(lines, plain(b.Spans))
		}
	}
	return strings.Join(lines, "\n")
}
