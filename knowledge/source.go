package knowledge

import (
	"regexp"
	"strings"
)

// sourceLine is a source as one line of text names it:
//
//	Source: Publisher, [Title](https://example.org/page), 2025-02-18 (updated 2025-03-01)
//
// Each part is optional.
type sourceLine struct {
	line               int
	publisher, title   string
	url                string
	published, updated string
}

var (
	sourcePrefix = regexp.MustCompile(`^(?i:source|sources|출처)[ ]*[:：][ ]*`)
	sourceDates  = regexp.MustCompile(`[, (]*([0-9][0-9./ -]*[0-9]\.?)?[ ]*(?:[(,][ ]*(?i:updated|수정)[ ]*[:：]?[ ]*([0-9][0-9./ -]*[0-9]\.?)[ ]*[)]?)?[ .)]*$`)
	bareURL      = regexp.MustCompile(`<?(https?://[^\s<>]+)>?`)
)

// cutSource takes the lines that name a source out of the lines of a paragraph.
func (p *fileParser) cutSource(all []string, first int) (rest []string, source *sourceLine) {
	for i, l := range all {
		l = strings.TrimSpace(l)
		if !sourcePrefix.MatchString(l) {
			rest = append(rest, all[i])
			continue
		}
		source = p.sourceLine(sourcePrefix.ReplaceAllString(l, ""), first+i)
	}
	return rest, source
}

// sourceLine reads what follows "Source:".
func (p *fileParser) sourceLine(s string, line int) *sourceLine {
	source := &sourceLine{line: line}
	if before, title, address, after, ok := cutLink(s); ok {
		source.title = oneLine(Plain(title))
		source.url = p.url(address, line)
		source.publisher = before
		p.sourceDates(source, after)
	} else {
		if at := bareURL.FindStringIndex(s); at != nil {
			address := strings.Trim(s[at[0]:at[1]], "<>.,;)")
			source.url = p.url(address, line)
			s = s[:at[0]] + s[at[1]:]
		}
		source.publisher = s
		if at := sourceDates.FindStringIndex(s); at != nil && strings.ContainsAny(s[at[0]:], "-") {
			source.publisher = s[:at[0]]
			p.sourceDates(source, s[at[0]:])
		}
	}
	source.publisher = oneLine(Plain(strings.Trim(source.publisher, " ,")))
	return source
}

// cutLink finds the last [title](address) of a line. Unlike CommonMark it
// allows brackets in the title, which titles have.
func cutLink(s string) (before, title, address, after string, ok bool) {
	middle := strings.LastIndex(s, "](")
	if middle < 0 {
		return "", "", "", "", false
	}
	open := middle
	for depth := 1; depth > 0; {
		open--
		if open < 0 {
			return "", "", "", "", false
		}
		if open > 0 && s[open-1] == '\\' {
			continue
		}
		switch s[open] {
		case '[':
			depth--
		case ']':
			depth++
		}
	}
	rest := s[middle+2:]
	if strings.HasPrefix(rest, "<") {
		address, after, ok = strings.Cut(rest[1:], ">)")
		return s[:open], s[open+1 : middle], address, after, ok
	}
	depth := 1
	for i, r := range rest {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			return s[:open], s[open+1 : middle], strings.TrimSpace(rest[:i]), rest[i+1:], true
		}
	}
	return "", "", "", "", false
}

// sourceDates reads ", 2024-11-21 (updated 2024-11-23)".
func (p *fileParser) sourceDates(to *sourceLine, s string) {
	if strings.Trim(s, " ,.") == "" {
		return
	}
	m := sourceDates.FindStringSubmatchIndex(s)
	if m == nil || strings.Trim(s[:m[0]], " ,") != "" || (m[2] < 0 && m[4] < 0) {
		p.problem(to.line, "date", strings.Trim(s, " ,"))
		return
	}
	if m[2] >= 0 {
		to.published = p.date(s[m[2]:m[3]], to.line)
	}
	if m[4] >= 0 {
		to.updated = p.date(s[m[4]:m[5]], to.line)
	}
}

// addSource puts what one language says about a source to what others said.
func (p *fileParser) addSource(s *Source, l *sourceLine, lang Lang) *Source {
	if l == nil {
		return s
	}
	if s == nil {
		s = &Source{}
	}
	put := func(t *Texts, text string) {
		if text == "" {
			return
		}
		if *t == nil {
			*t = Texts{}
		}
		(*t)[lang] = text
	}
	put(&s.Publisher, l.publisher)
	put(&s.Title, l.title)
	for _, f := range []struct {
		field *string
		value string
	}{{&s.URL, l.url}, {&s.Published, l.published}, {&s.Updated, l.updated}} {
		if *f.field != "" && f.value != "" && *f.field != f.value {
			p.problem(l.line, "source-differs", *f.field, f.value)
		} else if f.value != "" {
			*f.field = f.value
		}
	}
	return s
}
