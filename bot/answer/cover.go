package answer

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// coveredBy reports whether entry i of ev has every word of the question, as a
// word and not by its sound, its letters or a slip of the pen.
func (r reading) coveredBy(ev knowledge.Evidence, i int) bool {
	return i < len(ev.Hits) && len(r.missing(ev.Hits[i])) == 0
}

func (r reading) missing(h knowledge.Hit) []string {
	var out []string
	for _, w := range r.words {
		met := slices.ContainsFunc(h.Why, func(y knowledge.Reason) bool { return y.Word == w && meets(y) })
		if !met && !hasWord(h.Entry, w) {
			out = append(out, w)
		}
	}
	return out
}

// hasWord reports whether an entry says a word, in its answer or in a question
// that it answers.
func hasWord(e *knowledge.Entry, word string) bool {
	forms := formsOf(word)
	for _, q := range e.Question {
		if hasForm(q, forms) {
			return true
		}
	}
	for _, all := range e.Phrasings {
		if slices.ContainsFunc(all, func(p string) bool { return hasForm(p, forms) }) {
			return true
		}
	}
	return slices.ContainsFunc(e.Claims, func(c knowledge.Claim) bool { return claimHas(&c, word) })
}

func claimHas(c *knowledge.Claim, word string) bool {
	forms := formsOf(word)
	for _, t := range c.Text {
		if hasForm(t, forms) {
			return true
		}
	}
	return false
}

// formsOf are the forms of a word that mean the same: of a noun with a particle,
// not the verb that it looks like.
func formsOf(word string) []string {
	var forms []string
	for _, w := range text.Words(word) {
		noun := nounOf(w)
		for _, r := range w.Readings {
			if noun == w.Text || utf8.RuneCountInString(noun) < 2 || !strings.HasPrefix(r.Form, "~") && utf8.RuneCountInString(r.Form) > 1 {
				forms = append(forms, r.Form)
			}
		}
	}
	return forms
}

func hasForm(line string, forms []string) bool {
	return slices.ContainsFunc(text.Words(line), func(w text.Word) bool {
		return slices.ContainsFunc(w.Readings, func(r text.Reading) bool { return slices.Contains(forms, r.Form) })
	})
}

// meets reports whether a match is one of meaning. A noun that met a verb's
// stem only (주가 and 주다) is none.
func meets(y knowledge.Reason) bool {
	if y.How != "word" && y.How != "stem" && y.How != "alias" {
		return false
	}
	noun := text.TrimParticle(y.Word)
	if noun == y.Word || utf8.RuneCountInString(noun) < 2 {
		return true
	}
	return !strings.HasSuffix(y.Matched, "-") && utf8.RuneCountInString(y.Matched) > 1
}

// nearMiss reports whether the question, with the words of the one before it,
// is more like one that the entry is not to answer than like one that it is.
func nearMiss(entry *knowledge.Entry, r reading, s *subject) bool {
	topic := text.Stems(s.topic)
	own := text.Stems(strings.Join(r.words, " "))
	likeness := func(phrases map[knowledge.Lang][]string) float64 {
		best := 0.0
		for _, all := range phrases {
			for _, phrase := range all {
				best = max(best, explained(text.Stems(phrase), own, topic))
			}
		}
		return best
	}
	missed := likeness(entry.NearMisses)
	return missed >= 0.75 && missed > likeness(entry.Phrasings)
}

// explained is the share of a phrase's words that a question and its topic have;
// 0 unless all words of the question are in the phrase.
func explained(phrase, own, topic [][]string) float64 {
	has := func(set [][]string, w []string) bool {
		return slices.ContainsFunc(set, func(x []string) bool {
			return slices.ContainsFunc(x, func(form string) bool { return slices.Contains(w, form) })
		})
	}
	for _, w := range own {
		if !has(phrase, w) {
			return 0
		}
	}
	n := 0
	for _, w := range phrase {
		if has(own, w) || has(topic, w) {
			n++
		}
	}
	return float64(n) / float64(max(len(phrase), 1))
}
