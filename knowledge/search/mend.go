package search

import (
	"slices"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// asked is a word of the question as it is looked up, and as it was typed.
type asked struct {
	text.Word
	typed    string
	spelling bool // put right: another word than was typed
}

// mend cuts words that were written without a space, and puts right those that
// were mistyped: both only where nothing is known of the word as it stands.
func (sn *snapshot) mend(words []text.Word) []asked {
	out := make([]asked, 0, len(words))
	for i := range words {
		w := words[i]
		if w.Role != text.Content || (w.Script != text.Hangul && w.Script != text.Latin) || sn.knows(&w) || sn.knownTogether(words, i) {
			out = append(out, asked{Word: w, typed: w.Text})
			continue
		}
		if parts := sn.cfg.an.Split(w.Token, sn.knownForm); parts != nil {
			for _, p := range parts {
				out = append(out, asked{Word: p, typed: p.Text})
			}
			continue
		}
		if right, ok := sn.respell(&w); ok {
			out = append(out, asked{Word: right, typed: w.Text, spelling: true})
			continue
		}
		out = append(out, asked{Word: w, typed: w.Text})
	}
	return out
}

// knows reports whether a reading of the word occurs in an entry or is a term of the aliases.
func (sn *snapshot) knows(w *text.Word) bool {
	return slices.ContainsFunc(w.Readings, func(r text.Reading) bool { return sn.knownForm(r.Form) })
}

// knownTogether reports whether the word and the one before or behind it are one
// known word, written with a space in it: 멀티 모달.
func (sn *snapshot) knownTogether(words []text.Word, i int) bool {
	one := func(l, r *text.Word) bool {
		return l.Script == r.Script && !r.Break && len(l.Text)+len(r.Text) <= 60 && slices.ContainsFunc(sn.cfg.joined(l, r), sn.knownForm)
	}
	return i > 0 && one(&words[i-1], &words[i]) || i+1 < len(words) && one(&words[i], &words[i+1])
}

func (sn *snapshot) knownForm(form string) bool {
	return sn.formDF(form) > 0 || sn.aliased(form)
}

// aliased reports whether form is a term of the aliases, a term of whose row occurs.
func (sn *snapshot) aliased(form string) bool {
	for _, t := range sn.aliases {
		for _, ref := range t.first[form] {
			row := t.rows[ref.row]
			if len(row[ref.term].forms) == 1 && slices.ContainsFunc(row, func(o aliasTerm) bool { return sn.termsDF(o.forms) > 0 }) {
				return true
			}
		}
	}
	return false
}

// respell finds the one word that was meant: at an edit distance of one, of
// those the commonest.
func (sn *snapshot) respell(w *text.Word) (text.Word, bool) {
	best, bestDF := "", uint32(0)
	for k, r := range w.Readings {
		if r.Form[0] == '~' || (k > 0 && r.Weight < 0.95) {
			continue
		}
		from := r.Form
		if w.Script == text.Latin {
			from = w.Text // the dictionary has words as they are written
		}
		text.Deletions(from, func(h uint32) {
			for _, s := range sn.segs {
				for _, id := range s.spells.find(h) {
					if form := s.forms.key(id); text.Mistyped(from, form) {
						if df := sn.wordDF(form, w.Script); df > bestDF || df == bestDF && df > 0 && form < best {
							best, bestDF = form, df
						}
					}
				}
			}
		})
	}
	if bestDF == 0 {
		return text.Word{}, false
	}
	t := w.Token
	t.Text = best
	return sn.cfg.an.Word(t), true
}

// wordDF is the number of entries that have a word as the analyzer reads it.
func (sn *snapshot) wordDF(word string, script text.Script) uint32 {
	if r, _ := utf8.DecodeRuneInString(word); (r < utf8.RuneSelf) != (script == text.Latin) {
		return 0
	}
	return sn.formDF(sn.cfg.an.Word(text.Token{Text: word, Script: script}).Readings[0].Form)
}
