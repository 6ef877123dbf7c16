package render

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gmtext "github.com/yuin/goldmark/text"
)

// parser knows CommonMark and the two extensions that claims are written with.
// Raw HTML is never interpreted: it is text.
func newParser() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.Linkify)).Parser()
}

// flankMark is put between punctuation and an emphasis mark, so that CommonMark
// sees emphasis beside Hangul: in **오픈소스(OSS)**의 the closing marks stand between
// a bracket and a letter, where the standard does not let them close. It is a
// noncharacter, which no valid text holds, and taken out again after parsing.
const flankMark = '\ufdd0'

var emphasisMarks = regexp.MustCompile(`\*+|~~|_+`)

func markFlanks(src string) string {
	var b strings.Builder
	last := 0
	for _, at := range emphasisMarks.FindAllStringIndex(src, -1) {
		before, _ := utf8.DecodeLastRuneInString(src[:at[0]])
		after, _ := utf8.DecodeRuneInString(src[at[1]:])
		b.WriteString(src[last:at[0]])
		marks := src[at[0]:at[1]]
		switch {
		case punctuation(before) && wide(after):
			b.WriteRune(flankMark)
			b.WriteString(marks)
		case wide(before) && punctuation(after):
			b.WriteString(marks)
			b.WriteRune(flankMark)
		default:
			b.WriteString(marks)
		}
		last = at[1]
	}
	b.WriteString(src[last:])
	return b.String()
}

func punctuation(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// wide reports whether r is a letter of a script that is written without a
// space between a word and what is attached to it.
func wide(r rune) bool {
	return unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// parseMarkdown reads a claim. A URL becomes a link only if allowed says so.
func parseMarkdown(src string, allowed func(url string) bool) []Block {
	src = strings.ReplaceAll(src, string(flankMark), "")
	source := []byte(markFlanks(src))
	root := newParser().Parse(gmtext.NewReader(source))
	r := reader{source: source, allowed: allowed}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(n)
	}
	return r.blocks
}

type reader struct {
	source  []byte
	allowed func(string) bool
	blocks  []Block
}

func (r *reader) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		r.blocks = append(r.blocks, Block{Kind: Heading, Spans: r.inline(n, Span{})})
	case *ast.Blockquote:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			r.blocks = append(r.blocks, Block{Kind: Quote, Spans: r.inline(c, Span{})})
		}
	case *ast.List:
		r.blocks = append(r.blocks, Block{Kind: List, Items: r.items(n)})
	case *ast.FencedCodeBlock:
		info := ""
		if n.Info != nil {
			info = string(n.Language(r.source))
		}
		r.blocks = append(r.blocks, Block{Kind: Code, Code: r.lines(n), Info: info})
	case *ast.CodeBlock:
		r.blocks = append(r.blocks, Block{Kind: Code, Code: r.lines(n)})
	case *ast.HTMLBlock:
		raw := r.lines(n)
		if n.HasClosure() {
			raw += "\n" + string(n.ClosureLine.Value(r.source))
		}
		r.blocks = append(r.blocks, Block{Kind: Paragraph, Spans: []Span{text(clean(raw))}})
	case *ast.ThematicBreak:
	default:
		r.blocks = append(r.blocks, Block{Kind: Paragraph, Spans: r.inline(n, Span{})})
	}
}

// items flattens nested lists: their depth is shown by the item's own words.
func (r *reader) items(list ast.Node) [][]Span {
	var items [][]Span
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		var spans []Span
		var nested [][]Span
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if c.Kind() == ast.KindList {
				nested = append(nested, r.items(c)...)
				continue
			}
			if len(spans) > 0 {
				spans = append(spans, text(" "))
			}
			spans = append(spans, r.inline(c, Span{})...)
		}
		items = append(append(items, spans), nested...)
	}
	return items
}

func (r *reader) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(r.source))
	}
	return clean(strings.TrimSuffix(b.String(), "\n"))
}

func (r *reader) inline(n ast.Node, style Span) []Span {
	var spans []Span
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		spans = append(spans, r.span(c, style)...)
	}
	return join(spans)
}

func (r *reader) span(n ast.Node, style Span) []Span {
	switch n := n.(type) {
	case *ast.Text:
		s := unescape(n.Segment.Value(r.source))
		if n.HardLineBreak() {
			s += "\n"
		} else if n.SoftLineBreak() {
			s += " "
		}
		style.Text = s
		return []Span{style}
	case *ast.String:
		style.Text = clean(string(n.Value))
		return []Span{style}
	case *ast.CodeSpan:
		style.Code = true
		var b strings.Builder
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if t, ok := c.(*ast.Text); ok {
				b.Write(t.Segment.Value(r.source))
			}
		}
		style.Text = clean(strings.ReplaceAll(b.String(), "\n", " "))
		return []Span{style}
	case *ast.Emphasis:
		style.Bold = style.Bold || n.Level == 2
		style.Italic = style.Italic || n.Level == 1
		return r.inline(n, style)
	case *east.Strikethrough:
		style.Strike = true
		return r.inline(n, style)
	case *ast.Link:
		return r.link(r.inline(n, style), string(n.Destination))
	case *ast.AutoLink:
		style.Text = string(n.Label(r.source))
		return r.link([]Span{style}, string(n.URL(r.source)))
	case *ast.Image:
		return r.link(r.inline(n, style), string(n.Destination))
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			at := n.Segments.At(i)
			b.Write(at.Value(r.source))
		}
		style.Text = clean(b.String())
		return []Span{style}
	}
	return r.inline(n, style)
}

// link makes spans a link to url, or, where that is not allowed, shows the URL
// as code, so that no client turns it into a link by itself.
func (r *reader) link(spans []Span, url string) []Span {
	url = clean(url)
	if r.allowed(url) {
		for i := range spans {
			spans[i].URL = url
		}
		return spans
	}
	label := plain(spans)
	if label != "" && strings.HasSuffix(url, label) { // a bare URL, perhaps written without its scheme
		return []Span{{Text: label, Code: true}}
	}
	return append(spans, text(" ("), Span{Text: url, Code: true}, text(")"))
}

func unescape(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && b[i+1] < utf8.RuneSelf && punctuation(rune(b[i+1])) {
			i++
		}
		out.WriteByte(b[i])
	}
	return clean(entities(out.String()))
}

func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), string(flankMark), "")
}

func join(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if s.Text == "" {
			continue
		}
		if n := len(out); n > 0 {
			last := out[n-1]
			last.Text = s.Text
			if last == s {
				out[n-1].Text += s.Text
				continue
			}
		}
		out = append(out, s)
	}
	return out
}
