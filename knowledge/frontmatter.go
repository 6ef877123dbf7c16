package knowledge

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	yamlast "github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// maxFrontMatterBytes bounds the lines between the two rows of hyphens.
const maxFrontMatterBytes = 16 << 10

// frontMatter is what the lines between two rows of hyphens at the beginning
// of a file say. They are optional, and so is each of them.
type frontMatter struct {
	id      string
	idLine  int
	section string
	lang    Lang
	source  *Source
	tags    []string
}

// splitFrontMatter cuts the front matter off a file. body begins at the line
// with the number first, counted from 1; a file without front matter is all body.
func splitFrontMatter(s string) (matter, body string, first int, found bool) {
	rest := strings.TrimLeft(s, "\n \t")
	skipped := strings.Count(s[:len(s)-len(rest)], "\n")
	opening, rest, ok := strings.Cut(rest, "\n")
	if !ok || !isRule(opening) {
		return "", s, 1, false
	}
	at := 0
	for l := range strings.SplitAfterSeq(rest, "\n") {
		if isRule(l) || strings.TrimSpace(l) == "..." {
			matter = rest[:at]
			return matter, rest[at+len(l):], skipped + 3 + strings.Count(matter, "\n"), true
		}
		at += len(l)
	}
	return "", s, 1, false
}

// isRule reports a line of three or more hyphens, or what a word processor
// makes of them.
func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return strings.Trim(line, "-") == "" && len(line) >= 3 || strings.Trim(line, "—–-") == "" && strings.ContainsAny(line, "—–")
}

// frontMatter reads the front matter whose first line has the number first.
func (p *fileParser) frontMatter(matter string, first int) {
	if len(matter) > maxFrontMatterBytes || strings.Count(matter, "[")+strings.Count(matter, "{") > 200 {
		p.problem(first, "front-matter-long", maxFrontMatterBytes>>10)
		return
	}
	file, err := parseYAML(strings.ReplaceAll(matter, "\t", "  "))
	if err != nil {
		line, why := yamlError(err)
		p.problem(first+line, "front-matter", why)
		return
	}
	p.yamlFirst = first
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == yamlast.CommentType {
			continue
		}
		values, ok := p.mapping(doc.Body)
		if !ok {
			p.problem(p.yamlLine(doc.Body), "front-matter", "not `name: value`")
			return
		}
		for _, v := range values {
			p.field(v)
		}
	}
}

// parseYAML turns a panic of the library into an error: its input is any file
// that somebody put into a folder.
func parseYAML(s string) (file *yamlast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse front matter: %v", r)
		}
	}()
	return yamlparser.ParseBytes([]byte(s), 0)
}

// yamlError returns the line of an error, counted from 0, and what it is.
func yamlError(err error) (line int, why string) {
	if e, ok := err.(yaml.Error); ok {
		if t := e.GetToken(); t != nil && t.Position != nil {
			line = max(t.Position.Line-1, 0)
		}
		return line, e.GetMessage()
	}
	return 0, "YAML"
}

func (p *fileParser) yamlLine(n yamlast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return p.yamlFirst + max(t.Position.Line-1, 0)
	}
	return p.yamlFirst
}

// mapping returns the pairs of a mapping.
func (p *fileParser) mapping(n yamlast.Node) ([]*yamlast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *yamlast.MappingNode:
		return n.Values, true
	case *yamlast.MappingValueNode:
		return []*yamlast.MappingValueNode{n}, true
	}
	return nil, false
}

// field reads one field at the top.
func (p *fileParser) field(v *yamlast.MappingValueNode) {
	line := p.yamlLine(v.Key)
	m := &p.matter
	switch key := strings.ToLower(v.Key.String()); key {
	case "id":
		m.id, m.idLine = p.scalar(v), line
		if code := checkID(m.id); code != "" {
			p.problem(line, code, m.id)
		}
	case "section":
		m.section = p.scalar(v)
	case "lang":
		switch l := Lang(strings.ToLower(p.scalar(v))); l {
		case Korean, English:
			m.lang = l
		default:
			p.problem(line, "lang", string(l))
		}
	case "source":
		p.sourceField(v)
	case "tags":
		m.tags = p.list(v)
	default:
		p.problem(line, "front-matter-key", key)
	}
}

// sourceField reads the fields of the source, or a source that is only a title.
func (p *fileParser) sourceField(v *yamlast.MappingValueNode) {
	values, ok := p.mapping(v.Value)
	if !ok {
		if title := p.scalar(v); title != "" {
			p.matter.source = &Source{Title: Texts{orEnglish(langOf(title)): title}}
		}
		return
	}
	s := &Source{}
	for _, v := range values {
		line := p.yamlLine(v.Key)
		switch key := strings.ToLower(v.Key.String()); key {
		case "publisher":
			s.Publisher = p.texts(v)
		case "title":
			s.Title = p.texts(v)
		case "url":
			s.URL = p.url(p.scalar(v), line)
		case "published":
			s.Published = p.date(p.scalar(v), line)
		case "updated":
			s.Updated = p.date(p.scalar(v), line)
		default:
			p.problem(line, "front-matter-key", "source: "+key)
		}
	}
	p.matter.source = s
}

// texts reads a text that is plain or has one version for each language.
func (p *fileParser) texts(v *yamlast.MappingValueNode) Texts {
	values, ok := p.mapping(v.Value)
	if !ok {
		s := p.scalar(v)
		if s == "" {
			return nil
		}
		return Texts{orEnglish(langOf(s)): s}
	}
	var texts Texts
	for _, v := range values {
		switch key := Lang(strings.ToLower(v.Key.String())); key {
		case Korean, English:
			if s := p.scalar(v); s != "" {
				if texts == nil {
					texts = Texts{}
				}
				texts[key] = s
			}
		default:
			p.problem(p.yamlLine(v.Key), "front-matter-key", string(key))
		}
	}
	return texts
}

// scalar reads one value on one line.
func (p *fileParser) scalar(v *yamlast.MappingValueNode) string {
	s, ok := scalarText(v.Value)
	if !ok {
		p.problem(p.yamlLine(v.Key), "front-matter-value", v.Key.String())
	}
	return s
}

func scalarText(n yamlast.Node) (string, bool) {
	switch n := n.(type) {
	case nil, *yamlast.NullNode:
		return "", true
	case *yamlast.StringNode:
		return oneLine(n.Value), true
	case *yamlast.LiteralNode:
		return oneLine(n.Value.Value), true
	case *yamlast.IntegerNode, *yamlast.FloatNode, *yamlast.BoolNode:
		return oneLine(n.GetToken().Value), true
	}
	return "", false
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// list reads a list of values, or one row with commas.
func (p *fileParser) list(v *yamlast.MappingValueNode) []string {
	sequence, ok := v.Value.(*yamlast.SequenceNode)
	if !ok {
		return splitList(p.scalar(v))
	}
	var all []string
	for _, n := range sequence.Values {
		s, ok := scalarText(n)
		if !ok {
			p.problem(p.yamlLine(n), "front-matter-value", v.Key.String())
		} else if s != "" {
			all = append(all, s)
		}
	}
	return all
}

// splitList splits a row at its commas, Korean ones too.
func splitList(s string) []string {
	var all []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '，' || r == '、' }) {
		if part = oneLine(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// date checks a date; "" stays "".
func (p *fileParser) date(s string, line int) string {
	if s == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		p.problem(line, "date", s)
		return ""
	}
	return s
}

// url checks a web address; "" stays "".
func (p *fileParser) url(s string, line int) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || strings.ContainsAny(s, " <>\"`\\") {
		p.problem(line, "url", s)
		return ""
	}
	return s
}

func orEnglish(l Lang) Lang {
	if l == "" {
		return English
	}
	return l
}
