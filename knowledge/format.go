package knowledge

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Format writes an entry as a file that [Parse] reads back as the same entry.
// It returns an error where no file says what the entry says, for example a
// claim without text or phrasings in a language that has no question.
func Format(e *Entry) ([]byte, error) {
	var differs string
	for _, langs := range [][]Lang{{Korean, English}, {English, Korean}} {
		f := formatter{entry: e}
		for _, l := range langs {
			if e.Question[l] != "" {
				f.langs = append(f.langs, l)
			}
		}
		f.frontMatter()
		for _, l := range f.langs {
			f.part(l)
		}
		back, problems := Parse(e.File, f.out.Bytes())
		if back == nil {
			return nil, fmt.Errorf("format entry %q: %s", e.ID, firstError(problems))
		}
		if differs = difference(e, back); differs == "" {
			return f.out.Bytes(), nil
		}
		// The order of claims is that of the first language, then of the other.
	}
	return nil, fmt.Errorf("format entry %q: %s cannot be written as they are", e.ID, differs)
}

func firstError(problems []Problem) string {
	for _, p := range problems {
		if p.Severity == Error {
			return p.String()
		}
	}
	return "not readable"
}

// difference names the first field in which two entries differ, or is "".
func difference(a, b *Entry) string {
	for _, f := range []struct {
		name string
		a, b any
	}{
		{"the ID", a.ID, b.ID},
		{"the section", a.Section, b.Section},
		{"the questions", filled(a.Question), filled(b.Question)},
		{"the phrasings", filled(a.Phrasings), filled(b.Phrasings)},
		{"what the phrasings ask for", filled(a.Asks), filled(b.Asks)},
		{"the near misses", filled(a.NearMisses), filled(b.NearMisses)},
		{"the claims", filled(a.Claims), filled(b.Claims)},
		{"the notes", filled(a.Notes), filled(b.Notes)},
		{"the source", filled(a.Source), filled(b.Source)},
		{"the tags", filled(a.Tags), filled(b.Tags)},
	} {
		if !reflect.DeepEqual(f.a, f.b) {
			return f.name
		}
	}
	return ""
}

// filled returns v, or nil where there is nothing in it.
func filled(v any) any {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Map, reflect.Slice:
		if r.Len() == 0 {
			return nil
		}
	case reflect.Pointer:
		if r.IsNil() {
			return nil
		}
	}
	return v
}

// formatter writes one entry.
type formatter struct {
	entry *Entry
	langs []Lang // languages that have a question, in the order of writing
	out   bytes.Buffer
}

func (f *formatter) frontMatter() {
	e := f.entry
	f.out.WriteString("---\n")
	f.field("", "id", e.ID)
	f.field("", "section", e.Section)
	if f.needsLang() {
		f.field("", "lang", string(f.langs[0]))
	}
	if s := e.Source; s != nil {
		f.out.WriteString("source:\n")
		f.texts("publisher", s.Publisher)
		f.texts("title", s.Title)
		f.field("  ", "url", s.URL)
		f.field("  ", "published", s.Published)
		f.field("  ", "updated", s.Updated)
	}
	if len(e.Tags) > 0 {
		var tags []string
		for _, t := range e.Tags {
			tags = append(tags, yamlText(t))
		}
		f.out.WriteString("tags: [" + strings.Join(tags, ", ") + "]\n")
	}
	f.out.WriteString("---\n")
}

// needsLang reports whether a language would be taken for the other one.
func (f *formatter) needsLang() bool {
	for _, l := range f.langs {
		all := f.entry.Question[l]
		for _, c := range f.entry.Claims {
			all += " " + Plain(c.Text[l])
		}
		if langOf(all) != l {
			return true
		}
	}
	return false
}

func (f *formatter) field(indent, name, value string) {
	if value != "" {
		f.out.WriteString(indent + name + ": " + yamlText(value) + "\n")
	}
}

func (f *formatter) texts(name string, t Texts) {
	for _, l := range []Lang{Korean, English} {
		if len(t) == 1 && t[l] != "" && orEnglish(langOf(t[l])) == l {
			f.field("  ", name, t[l])
			return
		}
	}
	if len(t) == 0 {
		return
	}
	f.out.WriteString("  " + name + ":\n")
	for _, l := range []Lang{Korean, English} {
		f.field("    ", string(l), t[l])
	}
}

var (
	yamlPlain = regexp.MustCompile(`^[\p{L}][\p{L}\p{N} ._/()-]*[\p{L}\p{N})]$|^\p{L}$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$|^https?://[A-Za-z0-9._~/?=&%+-]+$`)
	yamlWord  = regexp.MustCompile(`(?i)^(?:true|false|yes|no|on|off|y|n|null|nan|inf)$`)
)

// yamlText writes a value, in quotes where YAML could read it as something else.
func yamlText(s string) string {
	if yamlPlain.MatchString(s) && !yamlWord.MatchString(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// part writes the entry in one language.
func (f *formatter) part(lang Lang) {
	e := f.entry
	f.out.WriteString("\n# " + escapeHeading(e.Question[lang]) + "\n\n")
	label := f.needsLabels()
	for i := range e.Claims {
		c := &e.Claims[i]
		if c.Text[lang] == "" {
			continue
		}
		id := ""
		if label {
			id = "[" + c.ID + "]"
		}
		f.item(id, c.Text[lang], "")
	}
	f.questions(phrasingSection, lang, e.Phrasings[lang])
	f.questions(nearMissSection, lang, e.NearMisses[lang])
	f.notes(lang)
}

// escapeHeading is escape for a heading, where a # at the end is no text.
func escapeHeading(s string) string {
	if strings.HasSuffix(s, "#") {
		return escapeAll(s)
	}
	return escape(s)
}

// needsLabels reports whether position alone does not say which claim is which.
func (f *formatter) needsLabels() bool {
	for i, c := range f.entry.Claims {
		if c.ID != fmt.Sprintf("%s.%d", f.entry.ID, i+1) {
			return true
		}
		for _, l := range f.langs {
			text := c.Text[l]
			if text == "" || beginsBlock.MatchString(text) || beginsTable(text) || sourcePrefix.MatchString(text) {
				return true
			}
		}
	}
	return false
}

// item writes one item of a list: what identifies it, its text, its source.
func (f *formatter) item(label, text, source string) {
	inline, blocks := text, ""
	first := parseBlocks([]byte(text)).FirstChild()
	if first == nil || first.Kind() != ast.KindParagraph || beginsTable(text) {
		inline, blocks = "", text
	} else if at := strings.Index(text, "\n\n"); at >= 0 {
		inline, blocks = text[:at], text[at+2:]
	}
	f.out.WriteString("- " + strings.TrimSpace(label+" "+inline) + "\n")
	if source != "" {
		f.out.WriteString("  " + source + "\n")
	}
	if blocks != "" {
		f.out.WriteString("\n  " + indent(blocks, 2) + "\n\n")
	}
}

func beginsTable(text string) bool {
	first, _, _ := strings.Cut(text, "\n\n")
	before, table := splitTable(strings.Split(first, "\n"))
	return len(table) > 0 && len(before) == 0
}

func (f *formatter) questions(s section, lang Lang, all []string) {
	if len(all) == 0 {
		return
	}
	f.out.WriteString("\n## " + sectionNames[s][lang][0] + "\n\n")
	for _, q := range all {
		on := ""
		if ids := f.entry.Asks[q]; s == phrasingSection && len(ids) > 0 {
			on = "[" + strings.Join(ids, ", ") + "] "
		}
		f.out.WriteString("- " + on + f.escapeQuestion(q) + "\n")
	}
}

// escapeQuestion is escape for a phrasing, where what looks like the name of a claim is text.
func (f *formatter) escapeQuestion(s string) string {
	if on, _ := cutLabels(s, f.entry.ID); on != nil {
		return escapeAll(s)
	}
	return escape(s)
}

func (f *formatter) notes(lang Lang) {
	heading := false
	for i := range f.entry.Notes {
		n := &f.entry.Notes[i]
		if n.Text[lang] == "" {
			continue
		}
		if !heading {
			f.out.WriteString("\n## " + sectionNames[noteSection][lang][0] + "\n\n")
			heading = true
		}
		label := "[" + n.ID + ": " + strings.Join(n.On, ", ") + "]"
		f.item(label, n.Text[lang], f.source(n, lang))
	}
}

// source writes the line that names a note's source in a language. The
// language that is written first says what belongs to no language.
func (f *formatter) source(n *Note, lang Lang) string {
	s := n.Source
	if s == nil || (s.Publisher[lang] == "" && s.Title[lang] == "" && lang != f.firstOf(n)) {
		return ""
	}
	var parts []string
	if publisher := s.Publisher[lang]; publisher != "" {
		parts = append(parts, escape(publisher))
	}
	if title := s.Title[lang]; title != "" || s.URL != "" || strings.ContainsAny(s.Publisher[lang], "0123456789[]:") {
		url := s.URL
		if strings.ContainsAny(url, "()") {
			url = "<" + url + ">"
		}
		parts = append(parts, "["+strings.NewReplacer("[", `\[`, "]", `\]`).Replace(escape(title))+"]("+url+")")
	}
	if s.Published != "" {
		parts = append(parts, s.Published)
	}
	line := map[Lang]string{Korean: "출처: ", English: "Source: "}[lang] + strings.Join(parts, ", ")
	if s.Updated != "" {
		line += " (" + map[Lang]string{Korean: "수정", English: "updated"}[lang] + " " + s.Updated + ")"
	}
	return line
}

// firstOf is the language in which a note is written first.
func (f *formatter) firstOf(n *Note) Lang {
	for _, l := range f.langs {
		if n.Text[l] != "" {
			return l
		}
	}
	return ""
}
