package fakeslack

import (
	"cmp"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// control draws what stands between < and > in a message.
func (d drawing) control(inner string) string {
	body, shown, _ := strings.Cut(inner, "|")
	switch {
	case body == "":
		return ""
	case body[0] == '@':
		return `<span class="mention">@` + html.EscapeString(cmp.Or(d.names[body[1:]], shown, body[1:])) + `</span>`
	case body[0] == '#':
		return `<span class="mention">#` + html.EscapeString(cmp.Or(d.names[body[1:]], shown, body[1:])) + `</span>`
	case body[0] == '!':
		return `<span class="mention loud">@` + html.EscapeString(cmp.Or(shown, body[1:])) + `</span>`
	}
	return anchor(unescape(body), html.EscapeString(unescape(shown)))
}

// anchor is a link; label is HTML. What is not a web or mail address is no link.
func anchor(to, label string) string {
	if label == "" {
		label = html.EscapeString(to)
	}
	if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "http://") && !strings.HasPrefix(to, "mailto:") {
		return label
	}
	return `<a rel="noreferrer" href="` + html.EscapeString(to) + `">` + label + `</a>`
}

// mrkdwn draws Slack's own markup.
func (d drawing) mrkdwn(s string) string {
	var out strings.Builder
	for i, part := range strings.Split(s, "```") {
		if i%2 == 1 {
			out.WriteString(`<pre>` + html.EscapeString(unescape(strings.Trim(part, "\n"))) + `</pre>`)
			continue
		}
		quoted := false
		for j, line := range strings.Split(part, "\n") {
			rest, isQuote := strings.CutPrefix(line, "&gt;")
			switch {
			case isQuote && !quoted:
				out.WriteString(`<blockquote>`)
			case !isQuote && quoted:
				out.WriteString(`</blockquote>`)
			case j > 0:
				out.WriteString("<br>")
			}
			quoted = isQuote
			out.WriteString(d.inline(strings.TrimPrefix(rest, " "), []mark{{"*", "b"}, {"_", "i"}, {"~", "s"}}, false))
		}
		if quoted {
			out.WriteString(`</blockquote>`)
		}
	}
	return emoji(out.String())
}

var (
	heading  = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
	bullet   = regexp.MustCompile(`^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$`)
	rule     = regexp.MustCompile(`^\s*(?:-{3,}|\*{3,}|_{3,})\s*$`)
	tableRow = regexp.MustCompile(`^\s*\|(.*)\|\s*$`)
	tableBar = regexp.MustCompile(`^[\s|:-]+$`)
)

// markdown draws the Markdown of markdown blocks and markdown_text.
func (d drawing) markdown(s string) string {
	var out strings.Builder
	marks := []mark{{"***", "b"}, {"**", "b"}, {"__", "b"}, {"~~", "s"}, {"*", "i"}, {"_", "i"}}
	fence, open := false, ""
	enter := func(tag string) {
		if open == tag {
			return
		}
		if open != "" {
			out.WriteString("</" + open + ">")
		}
		if open = tag; tag != "" {
			out.WriteString("<" + tag + ">")
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		isFence := strings.HasPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence:
			if fence = !fence; fence {
				enter("pre")
			} else {
				enter("")
			}
		case fence:
			out.WriteString(html.EscapeString(line) + "\n")
		case strings.TrimSpace(line) == "":
			enter("")
		default:
			d.markdownLine(&out, line, marks, enter)
		}
	}
	enter("")
	return emoji(out.String())
}

// markdownLine draws one line outside of code.
func (d drawing) markdownLine(out *strings.Builder, line string, marks []mark, enter func(string)) {
	text := func(s string) string { return d.inline(s, marks, true) }
	if m := heading.FindStringSubmatch(line); m != nil {
		enter("")
		out.WriteString("<h4>" + text(m[1]) + "</h4>")
	} else if rule.MatchString(line) {
		enter("")
		out.WriteString("<hr>")
	} else if m := bullet.FindStringSubmatch(line); m != nil {
		enter("ul")
		out.WriteString("<li>" + text(m[2]) + "</li>")
	} else if rest, ok := strings.CutPrefix(line, ">"); ok {
		enter("blockquote")
		out.WriteString(text(strings.TrimPrefix(rest, " ")) + "<br>")
	} else if m := tableRow.FindStringSubmatch(line); m != nil {
		enter("table")
		if !tableBar.MatchString(m[1]) {
			out.WriteString("<tr><td>" + strings.ReplaceAll(text(m[1]), "|", "</td><td>") + "</td></tr>")
		}
	} else {
		enter("p")
		out.WriteString(text(line) + "<br>")
	}
}

// mark is a pair of delimiters and the HTML element they make.
type mark struct{ delim, tag string }

// inline draws one line: code, control sequences, links, emphasis.
func (d drawing) inline(s string, marks []mark, md bool) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		if html, n := d.span(s, i, marks, md); n > 0 {
			out.WriteString(html)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '&' && (strings.HasPrefix(s[i:], "&amp;") || strings.HasPrefix(s[i:], "&lt;") || strings.HasPrefix(s[i:], "&gt;")) {
			out.WriteByte('&')
		} else {
			out.WriteString(html.EscapeString(string(r)))
		}
		i += n
	}
	return out.String()
}

var mdLink = regexp.MustCompile(`^\[([^\]\n]*)\]\(([^)\s]+)\)`)

// span draws what begins at i and says how many bytes it took; 0: nothing begins there.
func (d drawing) span(s string, i int, marks []mark, md bool) (string, int) {
	rest := s[i:]
	switch rest[0] {
	case '\\':
		if md && len(rest) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!~|<>", rest[1]) >= 0 {
			return html.EscapeString(rest[1:2]), 2
		}
	case '`':
		if n := strings.IndexByte(rest[1:], '`'); n > 0 {
			return "<code>" + html.EscapeString(unescape(rest[1:1+n])) + "</code>", n + 2
		}
	case '<':
		if n := strings.IndexByte(rest, '>'); n > 1 {
			return d.control(rest[1:n]), n + 1
		}
	case '[':
		if m := mdLink.FindStringSubmatch(rest); md && m != nil {
			return anchor(m[2], d.inline(m[1], nil, md)), len(m[0])
		}
	}
	for _, k := range marks {
		if n := closing(s, i, k.delim, md); n > 0 {
			inner := s[i+len(k.delim) : n]
			return "<" + k.tag + ">" + d.inline(inner, marks, md) + "</" + k.tag + ">", n + len(k.delim) - i
		}
	}
	return "", 0
}

// closing finds where the emphasis that begins at i ends; 0: none begins there.
// Markdown goes by CommonMark's flanking rules, Slack's markup wants a boundary
// on both sides. Both are why a Korean particle after a closing mark can keep it
// from working.
func closing(s string, i int, delim string, md bool) int {
	if !strings.HasPrefix(s[i:], delim) {
		return 0
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+len(delim):])
	if i == 0 {
		before = ' '
	}
	if unicode.IsSpace(after) || after == utf8.RuneError || (!md && !edge(before)) || (md && edge(after) && !edge(before)) {
		return 0
	}
	for j := i + len(delim) + 1; j+len(delim) <= len(s); j++ {
		if !strings.HasPrefix(s[j:], delim) {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(s[:j])
		next, _ := utf8.DecodeRuneInString(s[j+len(delim):])
		if j+len(delim) == len(s) {
			next = ' '
		}
		if unicode.IsSpace(last) || (!md && !edge(next)) || (md && edge(last) && !edge(next)) {
			continue
		}
		return j
	}
	return 0
}

// edge reports whether r is white space or punctuation.
func edge(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) }

var emojis = strings.NewReplacer(
	":+1:", "👍", ":-1:", "👎", ":thumbsup:", "👍", ":thumbsdown:", "👎", ":books:", "📚", ":book:", "📖", ":bulb:", "💡", ":link:", "🔗",
	":mag:", "🔍", ":question:", "❓", ":warning:", "⚠️", ":wave:", "👋", ":white_check_mark:", "✅", ":x:", "❌", ":hourglass:", "⌛", ":speech_balloon:", "💬",
)

func emoji(s string) string { return emojis.Replace(s) }
