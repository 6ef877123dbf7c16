package text

import (
	"strings"
	"unicode/utf8"
)

// Limits on a run that is cut: longer ones are found by their bigrams.
const (
	maxRun   = 40 // syllables
	maxPiece = 12
)

// Split cuts a Hangul run that people wrote without spaces ("오픈소스장단점좀")
// into words, each of them known or a word of asking, and returns nil where it
// cannot: a part that nothing is known of leaves the whole run uncut. known
// reports whether a form, as in [Reading], occurs in what is searched. The
// fewest words win, then the longer ones in front.
func (a *Analyzer) Split(t Token, known func(form string) bool) []Word {
	r := []rune(t.Text)
	if t.Script != Hangul || len(r) < 3 || len(r) > maxRun {
		return nil
	}
	s := splitter{a: a, r: r, known: known, best: make([]cut, len(r)+1)}
	for i := range s.best {
		s.best[i].cost = -1
	}
	s.best[len(r)].cost = 0
	for i := len(r) - 1; i >= 0; i-- {
		s.from(i)
	}
	return s.words(t)
}

type splitter struct {
	a     *Analyzer
	r     []rune
	known func(string) bool
	best  []cut // by where the rest begins
}

// cut is the best way to cut the rest of a run: its first piece, and what it all costs.
type cut struct {
	word Word
	end  int
	cost int // -1: there is none
}

// from finds the best cut of what begins at syllable i.
func (s *splitter) from(i int) {
	for end := min(len(s.r), i+maxPiece); end > i; end-- {
		rest := s.best[end].cost
		if rest < 0 || (i == 0 && end == len(s.r)) {
			continue
		}
		w, cost := s.piece(i, end)
		if cost > 0 && (s.best[i].cost < 0 || cost+rest < s.best[i].cost) {
			s.best[i] = cut{w, end, cost + rest}
		}
	}
}

// Costs of a piece. One syllable is nearly always a chance hit; a verb reading often is.
const (
	costNoun     = 4
	costParticle = 5
	costVerb     = 6
	costSyllable = 9
)

// piece judges the run between two places as a word: what it costs, 0 where it is none.
func (s *splitter) piece(from, end int) (Word, int) {
	one := end-from == 1
	form := string(s.r[from:end])
	if one && (end < len(s.r) || !strings.Contains(loneSyllables, form)) {
		return Word{}, 0
	}
	w := s.a.Word(Token{Text: form, Script: Hangul})
	switch {
	case one:
		return w, costSyllable
	case s.known(form), w.Role != Content && s.a.scaffold[form] != Content:
		return w, costNoun
	}
	for _, rd := range w.Readings {
		verb := strings.HasPrefix(rd.Form, verbMark)
		switch {
		case !verb && utf8.RuneCountInString(rd.Form) >= 2 && (s.known(rd.Form) || s.a.scaffold[rd.Form] != Content):
			return w, costParticle
		case verb && end == len(s.r) && (s.known(rd.Form) || s.a.scaffold[rd.Form] != Content):
			return w, costVerb
		}
	}
	return Word{}, 0
}

// loneSyllables are the single syllables that people hang on to a word without a space.
const loneSyllables = "좀 뭐 뜻 왜 법 요 임 점 건"

// words lists the pieces of the best cut.
func (s *splitter) words(t Token) []Word {
	if s.best[0].cost < 0 {
		return nil
	}
	var out []Word
	at := t.Start
	for i := 0; i < len(s.r); i = s.best[i].end {
		w := s.best[i].word
		w.Start, w.Glued, w.Break = at, i > 0, i == 0 && t.Break
		if i == 0 {
			w.Glued = t.Glued
		}
		at += len(w.Text)
		out = append(out, w)
	}
	return out
}
