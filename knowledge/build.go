package knowledge

import (
	"fmt"
	"strings"
	"unicode"
)

// build makes an entry of the parts of a file.
func (p *fileParser) build() {
	if !p.languages() {
		return
	}
	e := &Entry{
		ID: p.id(), Section: p.matter.section, File: p.file, Tags: p.matter.tags,
		Question: Texts{}, Phrasings: map[Lang][]string{}, Asks: map[string][]string{}, NearMisses: map[Lang][]string{},
		Source: p.matter.source,
	}
	p.at["id"] = max(p.matter.idLine, 1)
	for _, part := range p.parts {
		e.Question[part.lang] = part.question
		p.at["question "+string(part.lang)] = part.line
		if len(part.claims) == 0 {
			p.problem(part.line, "no-answer", part.question)
		}
		p.distinct(e, part)
		e.Source = p.addSource(e.Source, part.source, part.lang)
	}
	e.Source = orNil(e.Source)
	p.buildClaims(e)
	p.checkAsks()
	p.buildNotes(e)
	p.order(e.Source, 1)
	p.entry = e
}

// languages finds the language of each part; false where that is impossible.
func (p *fileParser) languages() bool {
	for i, part := range p.parts {
		var all strings.Builder
		all.WriteString(part.question)
		for _, c := range part.claims {
			all.WriteString(" " + c.plain)
		}
		if part.lang = langOf(all.String()); part.lang == "" {
			p.problem(part.line, "language-unknown", part.question)
			part.lang = English
		}
		if p.matter.lang != "" {
			part.lang = p.matter.lang
			if i == 1 {
				part.lang = other(p.matter.lang)
			}
		}
		for _, before := range p.parts[:i] {
			if before.lang == part.lang {
				p.problem(part.line, "second-question", part.question)
				return false
			}
		}
	}
	for _, part := range p.parts {
		p.mismatches(part)
	}
	return true
}

func other(l Lang) Lang {
	if l == Korean {
		return English
	}
	return Korean
}

// mismatches reports text that stands under a heading of the other language.
func (p *fileParser) mismatches(part *part) {
	for _, items := range [][]item{part.claims, part.phrasings, part.nears, part.notes} {
		for _, it := range items {
			if hasOtherLanguage(it.plain, part.lang) {
				p.problem(it.line, "language-mismatch", it.plain)
			}
		}
	}
}

// hasOtherLanguage reports text that is not in lang. English names and
// keywords are at home in Korean text, so a sentence is Korean with any Hangul
// in it, and a few words without.
func hasOtherLanguage(text string, lang Lang) bool {
	if lang == English {
		return langOf(text) == Korean
	}
	return len(strings.Fields(text)) >= 6 && !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) && langOf(text) == English
}

// distinct adds phrasings and near misses, each once.
func (p *fileParser) distinct(e *Entry, part *part) {
	seen := map[string]bool{fold(part.question): true}
	for _, it := range part.phrasings {
		if key := fold(it.text); seen[key] {
			p.problem(it.line, "phrasing-repeated", it.text)
			continue
		} else {
			seen[key] = true
		}
		p.at[fmt.Sprintf("phrasing %s %d", part.lang, len(e.Phrasings[part.lang]))] = it.line
		e.Phrasings[part.lang] = append(e.Phrasings[part.lang], it.text)
		if len(it.on) > 0 {
			e.Asks[it.text] = it.on
		}
	}
	near := map[string]bool{}
	for _, it := range part.nears {
		switch key := fold(it.text); {
		case seen[key]:
			p.problem(it.line, "near-miss-is-phrasing", it.text)
		case near[key]:
			p.problem(it.line, "phrasing-repeated", it.text)
		default:
			near[key] = true
			e.NearMisses[part.lang] = append(e.NearMisses[part.lang], it.text)
		}
	}
}

// buildClaims pairs the claims of the languages and names those without an ID.
func (p *fileParser) buildClaims(e *Entry) {
	var rows []row
	for i, part := range p.parts {
		rows = p.pair(rows, part.claims, part.lang, i, "claim-repeated")
	}
	for i, r := range rows {
		c := Claim{ID: r.id, Text: Texts{}}
		if c.ID == "" {
			c.ID = fmt.Sprintf("%s.%d", e.ID, i+1)
		}
		for lang, it := range r.items {
			c.Text[lang] = it.text
		}
		if _, twice := p.at["claim "+c.ID]; twice {
			p.problem(r.line, "claim-repeated", c.ID)
		}
		p.at["claim "+c.ID] = r.line
		e.Claims = append(e.Claims, c)
	}
	p.unpaired(rows, "claim-alone", func(i int) string { return e.Claims[i].ID })
}

// checkAsks reports phrasings that ask for a claim which the file does not have,
// and near misses that ask for one at all.
func (p *fileParser) checkAsks() {
	for _, part := range p.parts {
		for _, it := range part.phrasings {
			for _, id := range it.on {
				if _, ok := p.at["claim "+id]; !ok {
					p.problem(it.line, "phrasing-unknown-claim", id)
				}
			}
		}
		for _, it := range part.nears {
			if len(it.on) > 0 {
				p.problem(it.line, "near-miss-claim", it.text)
			}
		}
	}
}

// unpaired reports what one of two languages lacks, once.
func (p *fileParser) unpaired(rows []row, code string, id func(int) string) {
	for i, r := range rows {
		if len(r.items) < len(p.parts) {
			p.problem(r.line, code, id(i))
			return
		}
	}
}

// row is a claim or a note in the languages it has.
type row struct {
	id    string
	line  int
	items map[Lang]item
}

// pair adds the items of the language with an index to those of the languages
// before it: by ID, and what has none in one of the languages by its position
// among what is left.
func (p *fileParser) pair(rows []row, items []item, lang Lang, index int, repeated string) []row {
	byID := map[string]int{}
	for i, r := range rows {
		if r.id != "" {
			byID[r.id] = i
		}
	}
	taken := map[string]bool{}
	for _, it := range items {
		if it.id != "" && taken[it.id] {
			p.problem(it.line, repeated, it.id)
		}
		taken[it.id] = true
	}
	var free []int // rows that no item names, in order
	for i, r := range rows {
		if r.id == "" || !taken[r.id] {
			free = append(free, i)
		}
	}
	for _, it := range items {
		at, known := byID[it.id]
		switch {
		case known:
			rows[at].items[lang] = it
		case index > 0 && len(free) > 0 && (it.id == "" || rows[free[0]].id == ""):
			at, free = free[0], free[1:]
			rows[at].items[lang] = it
			if rows[at].id == "" {
				rows[at].id = it.id
			}
		default:
			rows = append(rows, row{id: it.id, line: it.line, items: map[Lang]item{lang: it}})
		}
	}
	return rows
}

// buildNotes pairs the notes of the languages and ties them to their claims.
func (p *fileParser) buildNotes(e *Entry) {
	var rows []row
	for i, part := range p.parts {
		rows = p.pair(rows, part.notes, part.lang, i, "note-repeated")
	}
	for i, r := range rows {
		n := Note{ID: r.id, Text: Texts{}}
		if n.ID == "" {
			n.ID = fmt.Sprintf("%s.note%d", e.ID, i+1)
		}
		for _, part := range p.parts {
			it, ok := r.items[part.lang]
			if !ok {
				continue
			}
			n.Text[part.lang] = it.text
			n.Source = p.addSource(n.Source, it.source, part.lang)
			n.On = p.addOn(n.On, it, r)
		}
		if len(n.On) == 0 { // a note on nothing is a note on everything
			for _, c := range e.Claims {
				n.On = append(n.On, c.ID)
			}
		}
		n.Source = orNil(n.Source)
		p.order(n.Source, r.line)
		e.Notes = append(e.Notes, n)
	}
	p.unpaired(rows, "note-alone", func(i int) string { return e.Notes[i].ID })
}

// addOn adds the claims that a note in one language names to those before.
func (p *fileParser) addOn(on []string, it item, r row) []string {
	known := map[string]bool{}
	for _, id := range on {
		known[id] = true
	}
	added := false
	for _, id := range it.on {
		if _, ok := p.at["claim "+id]; !ok {
			p.problem(it.line, "note-unknown-claim", id)
		}
		if !known[id] {
			on = append(on, id)
			known[id], added = true, true
		}
	}
	if len(r.items) > 1 && added && len(on) != len(it.on) {
		p.problem(it.line, "note-differs", it.id)
	}
	return on
}

// orNil returns nil for a source that says nothing.
func orNil(s *Source) *Source {
	if s != nil && len(s.Publisher)+len(s.Title) == 0 && s.URL+s.Published+s.Updated == "" {
		return nil
	}
	return s
}

// order reports a source that was updated before it was published.
func (p *fileParser) order(s *Source, line int) {
	if s != nil && s.Published != "" && s.Updated != "" && s.Updated < s.Published {
		p.problem(line, "dates-reversed", s.Updated, s.Published)
	}
}
