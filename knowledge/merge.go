package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// Merge puts libraries together, in their order. Where two entries have the
// same ID, or two claims of different entries, the first entry stays and the
// problems say so.
func Merge(libs ...*Library) (*Library, []Problem) {
	c := newChecker()
	var entries []*Entry
	var aliases [][]string
	var problems []Problem
	rows := map[string]bool{}
	for _, l := range libs {
		if l == nil {
			continue
		}
		for _, e := range l.Entries {
			found := c.add(e, nil)
			problems = append(problems, found...)
			if !HasErrors(found) {
				entries = append(entries, e)
			}
		}
		for _, row := range l.Aliases {
			key := strings.Join(row, "\x00")
			if !rows[key] {
				rows[key] = true
				aliases = append(aliases, row)
			}
		}
	}
	problems = sortProblems(problems)
	return NewLibrary(entries, aliases), problems
}

// checker finds what entries must not share.
type checker struct {
	entries   map[string]*Entry
	claims    map[string]*Entry
	phrasings map[string]*Entry
}

func newChecker() *checker {
	return &checker{map[string]*Entry{}, map[string]*Entry{}, map[string]*Entry{}}
}

// add compares an entry with those before it. at has its lines, and may be nil.
// An entry with an error is not remembered.
func (c *checker) add(e *Entry, at map[string]int) []Problem {
	var problems []Problem
	report := func(place, code string, args ...any) {
		problems = append(problems, newProblem(e.File, at[place], code, args...))
	}
	if first := c.entries[e.ID]; first != nil {
		report("id", "entry-twice", e.ID, first.File)
		return problems
	}
	for i := range e.Claims {
		if first := c.claims[e.Claims[i].ID]; first != nil {
			report("claim "+e.Claims[i].ID, "claim-twice", e.Claims[i].ID, first.File)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	c.entries[e.ID] = e
	for i := range e.Claims {
		c.claims[e.Claims[i].ID] = e
	}
	for _, lang := range []Lang{Korean, English} {
		ways := slices.Concat([]string{e.Question[lang]}, e.Phrasings[lang])
		for i, way := range ways {
			place := "question " + string(lang)
			if i > 0 {
				place = fmt.Sprintf("phrasing %s %d", lang, i-1)
			}
			key := fold(way)
			if first := c.phrasings[key]; first != nil && first != e && key != "" {
				report(place, "phrasing-twice", way, first.File)
				continue
			}
			c.phrasings[key] = e
		}
	}
	return problems
}
