package knowledge

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// maxClaimRunes is the length in characters above which lint asks to split a
// claim: nobody checks a citation of half a page.
const maxClaimRunes = 600

// answer reads one block of an answer.
func (p *fileParser) answer(to *part, n ast.Node) {
	line := p.line(n)
	switch n := n.(type) {
	case *ast.Paragraph:
		p.paragraph(to, n, line)
	case *ast.List:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.claimItem(to, c)
		}
	case *ast.FencedCodeBlock:
		p.attach(to, blockText(n, p.source), line)
	case *ast.CodeBlock:
		p.problem(line, "indented")
		p.claim(to, item{line: line, text: blockText(n, p.source)})
	case *ast.Blockquote:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.answer(to, c)
		}
	case *ast.HTMLBlock:
		p.html(n, line)
	case *ast.Heading:
		p.claim(to, item{line: line, text: blockText(n, p.source)})
	}
}

// html reports a block of HTML, unless it is a comment.
func (p *fileParser) html(n *ast.HTMLBlock, line int) {
	if n.HTMLBlockType != ast.HTMLBlockType2 {
		p.problem(line, "html")
	}
}

// paragraph reads a paragraph of an answer: a table goes with the claim before
// it, a source is a source, a text with an ID is one claim, any other text one
// claim a sentence.
func (p *fileParser) paragraph(to *part, n ast.Node, line int) {
	text, table := splitTable(lines(n, p.source))
	text, source := p.cutSource(text, line)
	if source != nil {
		to.source = source
	}
	if joined := join(text); joined != "" {
		id, _, rest := cutLabel(joined, p.id())
		if id != "" {
			p.claim(to, item{line: line, id: id, text: rest})
		} else {
			for _, s := range sentences(joined) {
				p.claim(to, item{line: p.lineOf(text, s, line), text: s})
			}
		}
	}
	p.attach(to, strings.Join(table, "\n"), line)
}

// lineOf finds the line that a sentence of a paragraph begins on.
func (p *fileParser) lineOf(paragraph []string, sentence string, first int) int {
	beginning := sentence[:min(len(sentence), 12)]
	for i, l := range paragraph {
		if strings.Contains(l, beginning) {
			return first + i
		}
	}
	return first
}

// claimItem reads one item of a list as one claim.
func (p *fileParser) claimItem(to *part, n ast.Node) {
	it := p.itemOf(n)
	if it.source != nil {
		to.source = it.source
	}
	if it.text == "" {
		if it.source == nil {
			p.problem(it.line, "empty-claim")
		}
		return
	}
	p.claim(to, it)
}

// itemOf reads one item of a list: its paragraphs make one text, its code,
// tables and inner lists follow, and a line that names a source is the item's source.
func (p *fileParser) itemOf(n ast.Node) item {
	it := item{line: p.line(n)}
	blocks := false
	var on string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() != ast.KindParagraph && c.Kind() != ast.KindTextBlock {
			if t := blockText(c, p.source); t != "" {
				it.text = strings.TrimSpace(it.text + "\n\n" + t)
				blocks = true
			}
			continue
		}
		text, table := splitTable(lines(c, p.source))
		text, source := p.cutSource(text, p.line(c))
		if source != nil {
			it.source = source
		}
		joined := join(text)
		if c.PreviousSibling() == nil {
			it.id, on, joined = cutLabel(joined, p.id())
		}
		gap := " "
		if blocks {
			gap = "\n\n"
		}
		it.text = strings.TrimSpace(it.text + gap + joined)
		if len(table) > 0 {
			it.text = strings.TrimSpace(it.text + "\n\n" + strings.Join(table, "\n"))
			blocks = true
		}
	}
	it.on = splitList(on)
	return it
}

// attach puts code or a table to the claim it follows.
func (p *fileParser) attach(to *part, block string, line int) {
	if block == "" {
		return
	}
	if len(to.claims) == 0 {
		p.claim(to, item{line: line, text: block})
		return
	}
	last := &to.claims[len(to.claims)-1]
	last.text = canonical(last.text + "\n\n" + block)
	last.plain = Plain(last.text)
}

var image = regexp.MustCompile(`!\[[^\]\n]*\]\(`)

var linkDefinition = regexp.MustCompile(`^\[[^\]\n]+\]:[ \t]*\S+$`)

// oddLabel is something in brackets that was perhaps meant as an ID.
var oddLabel = regexp.MustCompile(`^\[([A-Za-z]+[0-9]+[^\]\n]{0,12}|[A-Za-z]{1,3} ?[0-9]+[a-z]?)\] `)

// claim checks and adds a claim.
func (p *fileParser) claim(to *part, c item) {
	c.text = canonical(c.text)
	c.plain = Plain(c.text)
	if fold(c.plain) == "" {
		p.problem(c.line, "empty-claim")
		return
	}
	if c.id != "" && !isGenerated(c.id, p.id()) {
		if code := checkID(c.id); code != "" {
			p.problem(c.line, code, c.id)
		}
	}
	inline, _, _ := strings.Cut(c.text, "\n\n")
	switch {
	case linkDefinition.MatchString(inline):
		p.problem(c.line, "link-definition")
	case c.id == "" && oddLabel.MatchString(c.text):
		p.problem(c.line, "id-perhaps", oddLabel.FindStringSubmatch(c.text)[1])
	case image.MatchString(inline):
		p.problem(c.line, "image")
	case utf8.RuneCountInString(inline) > maxClaimRunes:
		p.problem(c.line, "claim-long", maxClaimRunes)
	}
	to.claims = append(to.claims, c)
}

// notes reads one block of notes: one note for each item of a list or paragraph.
func (p *fileParser) notes(to *part, n ast.Node) {
	switch n := n.(type) {
	case *ast.List:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.note(to, p.itemOf(c))
		}
	case *ast.Paragraph:
		text, source := p.cutSource(lines(n, p.source), p.line(n))
		it := item{line: p.line(n), source: source}
		var on string
		it.id, on, it.text = cutLabel(join(text), p.id())
		it.on = splitList(on)
		p.note(to, it)
	case *ast.HTMLBlock:
		p.html(n, p.line(n))
	case *ast.ThematicBreak:
	default:
		p.problem(p.line(n), "not-a-note")
	}
}

func (p *fileParser) note(to *part, n item) {
	n.text = canonical(n.text)
	n.plain = Plain(n.text)
	last := len(to.notes) - 1
	if n.text == "" && n.source != nil && last >= 0 && to.notes[last].source == nil {
		to.notes[last].source = n.source // the source was set apart by an empty line
		return
	}
	if fold(n.plain) == "" {
		p.problem(n.line, "empty-note")
		return
	}
	if n.id != "" && !isGenerated(n.id, p.id()) {
		if code := checkID(n.id); code != "" {
			p.problem(n.line, code, n.id)
		}
	}
	if n.id == "" && oddLabel.MatchString(n.text) {
		p.problem(n.line, "id-perhaps", oddLabel.FindStringSubmatch(n.text)[1])
	}
	to.notes = append(to.notes, n)
}

// sourceSection reads the block below a heading "Source".
func (p *fileParser) sourceSection(to *part, n ast.Node) {
	if html, ok := n.(*ast.HTMLBlock); ok {
		p.html(html, p.line(n))
		return
	}
	text := bytes.TrimSpace([]byte(blockText(n, p.source)))
	if len(text) == 0 {
		return
	}
	line := "Source: " + strings.TrimPrefix(oneLine(string(text)), "- ")
	if _, source := p.cutSource([]string{line}, p.line(n)); source != nil {
		to.source = source
	}
}
