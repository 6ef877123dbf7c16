package render

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// TerminalOptions say how a terminal shows text.
type TerminalOptions struct {
	Width int  // columns; lines are not wrapped where it is under 20
	Color bool // ANSI styles; without them the text is plain
}

// Terminal is the document for a terminal, with a newline at its end. Escape
// sequences in the text are taken out.
func Terminal(d Document, o TerminalOptions) string {
	t := terminal{o}
	var parts []string
	for _, b := range d.Blocks {
		parts = append(parts, t.block(b))
	}
	var picks []string
	for _, a := range d.Actions {
		if a.Kind == ActionPick {
			picks = append(picks, t.wrap(fmt.Sprintf("  %d. ", len(picks)+1), "     ", visible(a.Label)))
		}
	}
	out := strings.Join(parts, "\n\n")
	if len(picks) > 0 {
		out += "\n" + strings.Join(picks, "\n")
	}
	return strings.TrimLeft(out, "\n") + "\n"
}

type terminal struct{ TerminalOptions }

func (t terminal) block(b Block) string {
	switch b.Kind {
	case List:
		var lines []string
		for _, item := range b.Items {
			lines = append(lines, t.wrap("  • ", "    ", t.line(item)))
		}
		return strings.Join(lines, "\n")
	case Code:
		return "    " + strings.ReplaceAll(visible(b.Code), "\n", "\n    ")
	case Quote:
		return t.wrap("> ", "> ", t.line(b.Spans))
	case Small:
		return t.wrap("", "  ", t.line(b.Spans))
	case Heading:
		return t.style("1", t.line(b.Spans))
	}
	return t.wrap("", "", t.line(b.Spans))
}

func (t terminal) line(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		out := visible(s.Text)
		switch {
		case s.Bold:
			out = t.style("1", out)
		case s.Italic:
			out = t.style("3", out)
		case s.Code:
			out = t.style("36", out)
		}
		b.WriteString(out)
		if s.URL != "" && s.URL != s.Text {
			b.WriteString(" <" + visible(s.URL) + ">")
		}
	}
	return b.String()
}

func (t terminal) style(code, s string) string {
	if !t.Color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// wrap breaks s at spaces so that no line is wider than the terminal; Hangul
// takes two columns a letter. A word that is wider by itself is left whole.
func (t terminal) wrap(first, rest, s string) string {
	var out []string
	prefix := first
	for _, line := range strings.Split(s, "\n") {
		current, width := "", 0
		for _, w := range strings.Fields(line) {
			columns := runewidth.StringWidth(plainANSI(w))
			if t.Width >= 20 && width > 0 && runewidth.StringWidth(prefix)+width+1+columns > t.Width {
				out = append(out, prefix+current)
				prefix, current, width = rest, "", 0
			}
			if width > 0 {
				current, width = current+" ", width+1
			}
			current, width = current+w, width+columns
		}
		out = append(out, prefix+current)
		prefix = rest
	}
	return strings.Join(out, "\n")
}

// plainANSI is s without the styles that this package put there.
func plainANSI(s string) string {
	for {
		start := strings.Index(s, "\x1b[")
		if start < 0 {
			return s
		}
		end := strings.IndexByte(s[start:], 'm')
		if end < 0 {
			return s[:start]
		}
		s = s[:start] + s[start+end+1:]
	}
}
