package knowledge

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// hangulAfterBold is bold text that CommonMark does not see as bold, because a
// particle follows a bracket: **오픈소스(OSS)**의.
var hangulAfterBold = regexp.MustCompile(`\*\*([^*\s][^*\n]*)\*\*(\p{Hangul})`)

// Plain returns the text of a claim or a note without its Markdown: links and
// emphasis as their words, code as it is, one line break between blocks.
func Plain(markdown string) string {
	if !strings.ContainsAny(markdown, "\\`*_[]<>&#\n!~") && !beginsBlock.MatchString(markdown) {
		return strings.TrimSpace(markdown)
	}
	if len(markdown) > MaxFileBytes || tooDeep(markdown) > 0 || tooLong(markdown) > 0 {
		return markdown // not the text of a library
	}
	markdown = hangulAfterBold.ReplaceAllString(markdown, "$1$2")
	source := []byte(markdown)
	var b strings.Builder
	plainBlocks(&b, parseInline(source), source)
	return strings.TrimSpace(b.String())
}

// plainBlocks writes the text of the blocks in n.
func plainBlocks(b *strings.Builder, n ast.Node, source []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			b.WriteString(strings.Join(lines(c, source), "\n"))
		case *ast.Paragraph, *ast.TextBlock, *ast.Heading:
			plainInline(b, c, source)
		case *ast.HTMLBlock, *ast.ThematicBreak:
			continue
		default:
			plainBlocks(b, c, source)
			continue
		}
		b.WriteByte('\n')
	}
}

// plainInline writes the text of the inline nodes in n.
func plainInline(b *strings.Builder, n ast.Node, source []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			unescape(b, c.Segment.Value(source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.CodeSpan:
			for t := c.FirstChild(); t != nil; t = t.NextSibling() {
				if t, ok := t.(*ast.Text); ok {
					b.Write(t.Segment.Value(source))
				}
			}
		case *ast.AutoLink:
			b.Write(c.URL(source))
		case *ast.RawHTML:
		default:
			plainInline(b, c, source)
		}
	}
}

// unescape writes text with its backslash escapes and character references resolved.
func unescape(b *strings.Builder, s []byte) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]) {
			i++
			b.WriteByte(s[i])
			continue
		}
		if s[i] == '&' {
			if end := strings.IndexByte(string(s[i:min(len(s), i+40)]), ';'); end > 0 {
				reference := s[i : i+end+1]
				if resolved := util.ResolveEntityNames(util.ResolveNumericReferences(reference)); string(resolved) != string(reference) {
					b.WriteString(clean(string(resolved)))
					i += end
					continue
				}
			}
		}
		b.WriteByte(s[i])
	}
}

// escape writes plain text as inline Markdown that Plain turns back into it.
func escape(s string) string {
	if Plain(s) == s {
		return s
	}
	return escapeAll(s)
}

// escapeAll writes a backslash before whatever could be Markdown.
func escapeAll(s string) string {
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune("\\`*_[]<>&#~!|", r) || (strings.ContainsRune("+-=.)", r) && strings.TrimLeft(s[:i], "0123456789 ") == "") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
