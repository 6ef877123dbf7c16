package search

import (
	"strings"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// aliasTable finds what else a word or a run of words is called.
type aliasTable struct {
	rows  [][]aliasTerm
	first map[string][]aliasRef // by the form of the first word
	have  map[string]bool
}

type aliasTerm struct {
	forms []string // one per word
	shown string
}

type aliasRef struct{ row, term int }

func newAliasTable() *aliasTable {
	return &aliasTable{first: map[string][]aliasRef{}, have: map[string]bool{}}
}

// add files a row of terms that mean the same. A row that was added before is skipped.
func (t *aliasTable) add(an *text.Analyzer, row []string) {
	if len(row) < 2 || t.have[strings.Join(row, ",")] {
		return
	}
	t.have[strings.Join(row, ",")] = true
	terms := make([]aliasTerm, 0, len(row))
	for _, s := range row {
		if forms := termForms(an, s); len(forms) > 0 && len(forms) <= 5 {
			terms = append(terms, aliasTerm{forms, s})
		}
	}
	n := len(t.rows)
	t.rows = append(t.rows, terms)
	for i, term := range terms {
		t.first[term.forms[0]] = append(t.first[term.forms[0]], aliasRef{n, i})
	}
}

// termForms gives the one form of each word of a table's term: as written, or
// the stem where it is a verb in its dictionary form.
func termForms(an *text.Analyzer, s string) []string {
	var out []string
	for _, w := range an.Words(s) {
		form := w.Readings[0].Form
		if strings.HasSuffix(form, "다") && len([]rune(form)) >= 3 || form == "쓰다" || form == "사다" || form == "팔다" || form == "풀다" || form == "깔다" {
			for _, r := range w.Readings {
				if r.Form[0] == '~' || r.Form == strings.TrimSuffix(form, "하다") {
					form = r.Form
				}
			}
		}
		out = append(out, form)
	}
	return out
}

// match is one term found at a place of the question.
type match struct {
	length int
	ref    aliasRef
}

// at returns the terms that begin at word i.
func (t *aliasTable) at(words []text.Word, i int) []match {
	var out []match
	for _, r := range words[i].Readings {
		for _, ref := range t.first[r.Form] {
			if n := len(t.rows[ref.row][ref.term].forms); t.fits(words[i:], ref) {
				out = append(out, match{n, ref})
			}
		}
	}
	return out
}

func (t *aliasTable) fits(words []text.Word, ref aliasRef) bool {
	forms := t.rows[ref.row][ref.term].forms
	if len(forms) > len(words) {
		return false
	}
next:
	for k, f := range forms[1:] {
		for _, r := range words[k+1].Readings {
			if r.Form == f {
				continue next
			}
		}
		return false
	}
	return true
}
