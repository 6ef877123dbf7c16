package search

import (
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// addAliases adds what the words are also called.
func (sn *snapshot) addAliases(q *query, words []text.Word) {
	for i := range words {
		for _, t := range sn.aliases {
			for _, m := range t.at(words, i) {
				for k, term := range t.rows[m.ref.row] {
					if k == m.ref.term {
						continue
					}
					for n := range m.length {
						q.groups[i+n].addAll(term.forms, sn.prm.alias, howAlias)
					}
				}
			}
		}
	}
}

// addPairs adds the two words written as one (open source → opensource).
func (sn *snapshot) addPairs(q *query, words []text.Word) {
	for i := 1; i < len(words); i++ {
		l, r := words[i-1], words[i]
		if l.Script != r.Script || (l.Script != text.Hangul && l.Script != text.Latin) || r.Break || len(l.Text)+len(r.Text) > 60 {
			continue
		}
		for _, joined := range sn.cfg.joined(&l, &r) {
			if sn.formDF(joined) > 0 {
				q.groups[i-1].add(joined, sn.prm.pair, howWord)
				q.groups[i].add(joined, sn.prm.pair, howWord)
			}
			if k := text.Skeleton(joined); len(k) >= 4 {
				sn.addSounds(&q.groups[i-1], k, l.Script)
				sn.addSounds(&q.groups[i], k, l.Script)
			}
		}
	}
}

// addSounds adds the words of the other script with this skeleton.
func (sn *snapshot) addSounds(g *group, skeleton string, script text.Script) {
	weight := sn.prm.sound[min(len(skeleton), 5)]
	h := soundHash(skeleton, script == text.Latin)
	for _, s := range sn.segs {
		for _, id := range s.sounds.find(h) {
			form := s.forms.key(id)
			if (form[0] >= 0x80) == (script == text.Latin) && text.Skeleton(form) == skeleton && soundsAlike(form, g.Text) {
				g.add(form, weight, howSound)
			}
		}
	}
}

// soundsAlike rejects what agrees in consonants but not in length ("a" in 아이) or
// in the number of syllables (forecast and 브렉시트).
func soundsAlike(a, b string) bool {
	if a[0] < 0x80 {
		a, b = b, a
	}
	h, l := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	return l <= 4*h+1 && h <= l+2 && text.SameBeat(a, b)
}

// addSpellings adds the known words at an edit distance of one from a word that is not known.
func (sn *snapshot) addSpellings(g *group) {
	for k, r := range g.Readings {
		if r.Form[0] == '~' || (k > 0 && r.Weight < 1) {
			continue
		}
		n := 0
		text.Deletions(r.Form, func(h uint32) {
			for _, s := range sn.segs {
				for _, id := range s.spells.find(h) {
					if form := s.forms.key(id); n < 12 && text.Near(form, r.Form) {
						g.add(form, sn.prm.spelling*float64(r.Weight), howSpelling)
						n++
					}
				}
			}
		})
	}
}
