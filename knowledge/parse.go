package knowledge

import (
	"cmp"
	"path"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Parse reads one entry from a file. file is its slash-separated path, for the
// entry's ID and for messages. The entry is nil where a problem is an [Error].
//
// Any bytes are allowed; what is longer than [MaxFileBytes] is a problem.
func Parse(file string, data []byte) (*Entry, []Problem) {
	p := parseFile(file, data)
	return p.entry, p.problems
}

// fileParser reads one file.
type fileParser struct {
	file     string
	problems []Problem
	matter   frontMatter
	parts    []*part
	entry    *Entry         // nil where there was an error
	at       map[string]int // line of "claim ID", "phrasing ko 3", for problems between files

	source    []byte
	starts    []int // offset of each line of source
	firstLine int   // number of the first line of source in the file
	yamlFirst int   // the same for the front matter
	section   section
	before    int // number of the first line with text before the first question, or 0
}

// part is what a file says in one language: one heading that asks and what is
// below it.
type part struct {
	line      int
	lang      Lang
	question  string
	claims    []item
	phrasings []item
	nears     []item
	notes     []item
	source    *sourceLine
}

// item is a claim, a phrasing or a note with the line it begins on.
type item struct {
	line   int
	id     string
	on     []string
	text   string
	plain  string // text without its Markdown
	source *sourceLine
}

func parseFile(file string, data []byte) *fileParser {
	p := &fileParser{file: file, at: map[string]int{}}
	if len(data) > MaxFileBytes {
		p.problem(0, "file-large", MaxFileBytes>>10)
		return p
	}
	text, bad := decode(file, data)
	if bad != nil {
		p.problems = append(p.problems, *bad)
		return p
	}
	if strings.TrimSpace(text) == "" {
		p.problem(1, "empty")
		return p
	}
	matter, body, first, found := splitFrontMatter(text)
	if found {
		p.frontMatter(matter, first-1-strings.Count(matter, "\n"))
	}
	p.body(body, first)
	if len(p.parts) > 0 {
		p.build() // also after an error, to report everything at once
	}
	if HasErrors(p.problems) {
		p.entry = nil
	}
	p.problems = sortProblems(p.problems)
	return p
}

func (p *fileParser) problem(line int, code string, args ...any) {
	p.problems = append(p.problems, newProblem(p.file, line, code, args...))
}

// id is the ID of the entry.
func (p *fileParser) id() string {
	if p.matter.id != "" {
		return p.matter.id
	}
	return fileID(path.Base(p.file))
}

// body reads what follows the front matter.
func (p *fileParser) body(body string, first int) {
	p.firstLine = first
	if line := tooDeep(body); line > 0 {
		p.problem(first+line-1, "nesting", maxNesting)
		return
	}
	if line := tooLong(body); line > 0 {
		p.problem(first+line-1, "paragraph-long", maxParagraphBytes>>10)
		return
	}
	p.source = []byte(body)
	p.starts = []int{0}
	for i, b := range p.source {
		if b == '\n' {
			p.starts = append(p.starts, i+1)
		}
	}
	for n := parseBlocks(p.source).FirstChild(); n != nil; n = n.NextSibling() {
		p.block(n)
	}
	if len(p.parts) == 0 {
		p.problem(first, "no-question")
	} else if p.before > 0 {
		p.problem(p.before, "before-question")
	}
}

// line returns the number of the line in the file that a block begins on.
func (p *fileParser) line(n ast.Node) int {
	offset := n.Pos()
	if n.Lines() != nil && n.Lines().Len() > 0 && n.Kind() != ast.KindFencedCodeBlock {
		offset = n.Lines().At(0).Start
	} else if offset < 0 && n.FirstChild() != nil {
		return p.line(n.FirstChild())
	}
	return p.firstLine + sort.SearchInts(p.starts, offset+1) - 1
}

// block reads one block at the top of the file.
func (p *fileParser) block(n ast.Node) {
	if h, ok := n.(*ast.Heading); ok {
		p.heading(h)
		return
	}
	if len(p.parts) == 0 {
		if p.before == 0 && blockText(n, p.source) != "" {
			p.before = p.line(n)
		}
		return
	}
	part := p.parts[len(p.parts)-1]
	switch p.section {
	case answerSection:
		p.answer(part, n)
	case phrasingSection:
		p.questions(&part.phrasings, n)
	case nearMissSection:
		p.questions(&part.nears, n)
	case noteSection:
		p.notes(part, n)
	case sourceSection:
		p.sourceSection(part, n)
	case unknownSection: // reported at its heading
	}
}

// heading begins a question or a section.
func (p *fileParser) heading(h *ast.Heading) {
	text := oneLine(Plain(join(lines(h, p.source))))
	line := p.line(h)
	if h.Level == 1 {
		if text == "" {
			p.problem(line, "empty-question")
		}
		p.parts = append(p.parts, &part{line: line, question: text})
		p.section = answerSection
		return
	}
	s, similar := sectionOf(text)
	switch {
	case len(p.parts) == 0:
		p.before = cmp.Or(p.before, line)
	case s != unknownSection:
		p.section = s
		if similar != "" {
			p.problem(line, "section-misspelt", text, similar)
		}
	case p.underlined(h):
		p.problem(line, "underlined")
		p.section = unknownSection
	case h.Level == 2 || p.section != answerSection:
		p.problem(line, "section-unknown", text)
		p.section = unknownSection
	default:
		p.problem(line, "subheading", text)
	}
}

// underlined reports a heading made by hyphens in the line below it, which
// authors often mean as a line between two paragraphs.
func (p *fileParser) underlined(h *ast.Heading) bool {
	if h.Level != 2 || h.Lines().Len() == 0 {
		return false
	}
	start := p.starts[sort.SearchInts(p.starts, h.Lines().At(0).Start+1)-1]
	return !strings.HasPrefix(strings.TrimLeft(string(p.source[start:]), " "), "#")
}

// questions reads phrasings or near misses: one for each item of a list, or
// for each line of a paragraph.
func (p *fileParser) questions(to *[]item, n ast.Node) {
	switch n := n.(type) {
	case *ast.List:
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			p.question(to, blocksText(c, p.source), p.line(c))
		}
	case *ast.Paragraph:
		line := p.line(n)
		for i, l := range lines(n, p.source) {
			p.question(to, l, line+i)
		}
	case *ast.HTMLBlock, *ast.ThematicBreak:
	default:
		p.problem(p.line(n), "not-a-question")
	}
}

func (p *fileParser) question(to *[]item, markdown string, line int) {
	on, markdown := cutLabels(markdown, p.id())
	text := oneLine(Plain(markdown))
	if fold(text) == "" {
		p.problem(line, "empty-phrasing")
		return
	}
	if len(text) > maxPhrasingBytes {
		p.problem(line, "phrasing-long", maxPhrasingBytes)
	}
	*to = append(*to, item{line: line, on: on, text: text, plain: text})
}

// maxPhrasingBytes is the length in bytes above which lint asks whether a
// phrasing is one: 130 Korean characters.
const maxPhrasingBytes = 400
