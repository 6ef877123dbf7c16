package knowledge

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits on the shape of a file. CommonMark parsers need time that grows with
// the square of the nesting and of a paragraph's length on hostile input;
// within these limits a file of [MaxFileBytes] takes a few seconds at worst,
// and a file that a person wrote takes about a millisecond.
const (
	maxNesting        = 32       // quotes and list items inside each other on one line
	maxIndent         = 100      // columns before the first character of a line
	maxParagraphBytes = 16 << 10 // text between two empty lines
)

// parseBlocks parses the blocks of a document and leaves the text in them alone.
func parseBlocks(source []byte) ast.Node {
	p := parser.NewParser(parser.WithBlockParsers(parser.DefaultBlockParsers()...))
	return p.Parse(text.NewReader(source))
}

// parseInline parses Markdown whole, without link definitions: a claim stands
// alone, so what a link points to must be in it.
func parseInline(source []byte) ast.Node {
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...))
	return p.Parse(text.NewReader(source))
}

var container = regexp.MustCompile(`^[ \t]*(?:>|[-+*](?:[ \t]|$)|[0-9]{1,9}[.)](?:[ \t]|$))`)

// tooDeep returns the number of the first line that nests deeper than the
// limits, or 0.
func tooDeep(source string) int {
	line := 0
	for l := range strings.SplitSeq(source, "\n") {
		line++
		indent := len(l) - len(strings.TrimLeft(l, " \t"))
		depth := 0
		for depth <= maxNesting {
			at := container.FindStringIndex(l)
			if at == nil {
				break
			}
			l = l[at[1]:]
			depth++
		}
		if depth > maxNesting || (indent > maxIndent && depth > 0) {
			return line
		}
	}
	return 0
}

// tooLong returns the number of the line where the first paragraph above the
// limit begins, or 0.
func tooLong(source string) int {
	line, size, start := 0, 0, 1
	for l := range strings.SplitSeq(source, "\n") {
		line++
		if strings.TrimSpace(l) == "" {
			size = 0
			continue
		}
		if size == 0 {
			start = line
		}
		if size += len(l) + 1; size > maxParagraphBytes {
			return start
		}
	}
	return 0
}

// lines returns the source lines of a block, without what marks the block.
func lines(n ast.Node, source []byte) []string {
	var all []string
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		all = append(all, strings.TrimRight(string(segment.Value(source)), "\n"))
	}
	return all
}

// join makes one line of the lines of a paragraph.
func join(lines []string) string {
	for i, l := range lines {
		l = strings.TrimSpace(l)
		if i < len(lines)-1 && trailingBackslashes(l)%2 == 1 {
			l = l[:len(l)-1] // a hard line break
		}
		lines[i] = l
	}
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

func trailingBackslashes(s string) int {
	return len(s) - len(strings.TrimRight(s, `\`))
}

var delimiterRow = regexp.MustCompile(`^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$`)

// splitTable cuts the lines of a paragraph where a table begins in it; table
// is empty where there is none.
func splitTable(lines []string) (before, table []string) {
	for i := 1; i < len(lines); i++ {
		row := strings.TrimSpace(lines[i])
		if strings.Contains(row, "|") && strings.Contains(lines[i-1], "|") && delimiterRow.MatchString(row) {
			for _, l := range lines[i-1:] {
				table = append(table, strings.TrimSpace(l))
			}
			return lines[:i-1], table
		}
	}
	return lines, nil
}

// blockText writes one block as Markdown in one way only, whatever way its
// author chose, or "" where it says nothing.
func blockText(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		before, table := splitTable(lines(n, source))
		return strings.TrimSpace(join(before) + "\n\n" + strings.Join(table, "\n"))
	case *ast.Heading, *ast.CodeBlock:
		return join(lines(n, source))
	case *ast.FencedCodeBlock:
		return fence(n, source)
	case *ast.List:
		return listText(n, source)
	case *ast.Blockquote:
		return blocksText(n, source)
	}
	return ""
}

// blocksText writes the blocks in n, one empty line between them.
func blocksText(n ast.Node, source []byte) string {
	var parts []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t := blockText(c, source); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, "\n\n")
}

// canonical writes Markdown so that writing it again changes nothing. What
// never settles, which no author writes, becomes one line.
func canonical(s string) string {
	for range 4 {
		again := claimText([]byte(s))
		if again == s {
			return s
		}
		s = again
	}
	return join(strings.Split(s, "\n"))
}

// claimText writes the blocks of a claim: the paragraphs that it begins with
// as one, the rest with an empty line between them.
func claimText(source []byte) string {
	var parts []string
	inline := true
	for c := parseBlocks(source).FirstChild(); c != nil; c = c.NextSibling() {
		t := blockText(c, source)
		if t == "" {
			continue
		}
		paragraph := c.Kind() == ast.KindParagraph && !strings.Contains(t, "\n") // no table in it
		if inline && paragraph && len(parts) > 0 {
			parts[0] += " " + t
		} else {
			parts = append(parts, t)
		}
		inline = inline && paragraph
	}
	return strings.Join(parts, "\n\n")
}

// fence writes a code block, with a fence longer than any in it.
func fence(n *ast.FencedCodeBlock, source []byte) string {
	code := lines(n, source)
	for i, l := range code {
		if strings.TrimSpace(l) == "" {
			code[i] = "" // spaces there get lost when a list item is indented
		}
	}
	mark := "```"
	for strings.Contains(strings.Join(code, "\n"), mark) {
		mark += "`"
	}
	language := strings.ReplaceAll(string(n.Language(source)), "`", "")
	return mark + language + "\n" + strings.Join(append(code, mark), "\n")
}

// listText writes a list and the lists in it, one line an item.
func listText(n *ast.List, source []byte) string {
	var items []string
	number := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		var parts []string
		for b := c.FirstChild(); b != nil; b = b.NextSibling() {
			if t := blockText(b, source); t != "" {
				parts = append(parts, t)
			}
		}
		if len(parts) > 0 {
			items = append(items, mark+indent(strings.Join(parts, "\n"), len(mark)))
		}
	}
	return strings.Join(items, "\n")
}

// indent puts spaces before each line but the first and the empty ones.
func indent(s string, by int) string {
	pad := strings.Repeat(" ", by)
	all := strings.Split(s, "\n")
	for i := 1; i < len(all); i++ {
		if all[i] != "" {
			all[i] = pad + all[i]
		}
	}
	return strings.Join(all, "\n")
}
