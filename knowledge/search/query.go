package search

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// Limits on a question. Beyond them only its beginning is looked at.
const (
	maxQuestion = 4000 // bytes of the normalised question
	maxWords    = 80
)

// How a word of the question met a word of an entry; knowledge.Reason.How.
const (
	howWord     = "word"
	howStem     = "stem"
	howAlias    = "alias"
	howSound    = "sound"
	howSpelling = "spelling"
	howLetters  = "letters"
)

// alternative is one way in which an entry can match a word of the question:
// one form, or several that must all occur.
type alternative struct {
	forms  []string
	weight float64
	how    string
	df     uint32
	idf    float64
	left   bool // out of the ranking: too common in a big library
}

// group is a word of the question with everything that counts as a match for it.
type group struct {
	text.Word
	shown  string // as asked
	alts   []alternative
	missed []alternative // as alts, of words that near misses have and no other text
	known  bool          // a reading of the word itself is in some entry
	common uint32        // entries that have it
	idf    float64       // how telling the word is
	role   float64       // 1 for content, less for words that only carry the question
	counts float64       // what it counts when judging whether the question is answered, idf aside
	grams  []gramUse
}

type gramUse struct {
	gram  text.Gram
	df    uint32
	idf   float64
	scale float64
	used  bool // takes part in the ranking
}

// query is a question made ready for one snapshot.
type query struct {
	groups    []group
	across    []gramUse
	ideal     float64
	truncated bool
	lang      string
	text      string // normalised
	pairs     *pairSet
}

// ask reads a question.
func (sn *snapshot) ask(question string) *query {
	q := &query{}
	if len(question) > 4*maxQuestion {
		question, q.truncated = clip(question, 4*maxQuestion), true
	}
	norm := text.Normalize(question)
	if len(norm) > maxQuestion {
		norm, q.truncated = clip(norm, maxQuestion), true
	}
	q.lang, q.text = text.Language(norm), norm
	q.pairs = newPairSet(norm)
	words := sn.cfg.an.Words(norm)
	if len(words) > maxWords {
		words, q.truncated = words[:maxWords], true
	}
	mended := sn.mend(words)
	words = words[:0:0]
	for i := range mended {
		words = append(words, mended[i].Word)
	}
	for i := range words {
		q.groups = append(q.groups, sn.group(words, i))
	}
	sn.addAliases(q, words)
	sn.addPairs(q, words)
	for i := range q.groups {
		g := &q.groups[i]
		g.shown = mended[i].typed
		if mended[i].spelling {
			g.guessed(sn.prm.spelling)
		}
		sn.finish(g)
	}
	for i := 1; i < len(words); i++ {
		if g, ok := text.Across(words[i-1].Token, words[i].Token); ok {
			q.across = append(q.across, sn.gramUse(g, q.groups[i].known && q.groups[i-1].known))
		}
	}
	sn.prune(q)
	q.ideal = sn.ideal(q)
	return q
}

// prune leaves words that very many entries have out of the ranking of a big
// library, where rarer words of the question tell more: their lists are the
// long ones. The close look at the best entries still counts them.
func (sn *snapshot) prune(q *query) {
	if sn.live < sn.prm.pruneFrom {
		return
	}
	many, few := uint32(sn.live/20), uint32(sn.live/50)
	telling := 0
	for i := range q.groups {
		if g := &q.groups[i]; g.known && g.Role == text.Content && g.common <= few {
			telling++
		}
	}
	if telling < 2 {
		return
	}
	for i := range q.groups {
		g := &q.groups[i]
		for k := range g.alts {
			g.alts[k].left = g.alts[k].df > many
		}
		for k := range g.grams {
			g.grams[k].used = g.grams[k].used && g.grams[k].df <= few
		}
	}
	for k := range q.across {
		q.across[k].used = q.across[k].used && q.across[k].df <= few
	}
}

// clip cuts s to at most n bytes, between characters.
func clip(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// group starts a group with the readings of the word.
func (sn *snapshot) group(words []text.Word, i int) group {
	w := words[i]
	g := group{Word: w, shown: w.Text, role: 1}
	if w.Role != text.Content {
		g.role = sn.prm.scaffold
	}
	for k, r := range w.Readings {
		how := howStem
		if k == 0 && r.Form == w.Text {
			how = howWord
		}
		g.add(r.Form, float64(r.Weight), how)
	}
	return g
}

// guessed makes all that the group means a guess at what was mistyped.
func (g *group) guessed(weight float64) {
	for i := range g.alts {
		g.alts[i].weight *= weight
		g.alts[i].how = howSpelling
	}
}

func (g *group) add(form string, weight float64, how string) {
	g.addAll([]string{form}, weight, how)
}

func (g *group) addAll(forms []string, weight float64, how string) {
	for i := range g.alts {
		if slices.Equal(g.alts[i].forms, forms) {
			if weight > g.alts[i].weight {
				g.alts[i].weight, g.alts[i].how = weight, how
			}
			return
		}
	}
	g.alts = append(g.alts, alternative{forms: forms, weight: weight, how: how})
}

// generalWeight is what a word counts that people use whatever they ask about
// and that no text has: little, since a library that lacks it lacks nothing.
const generalWeight = 0.3

// joined are the forms of two words written as one.
func (cfg *config) joined(l, r *text.Word) []string {
	if l.Script == text.Latin {
		return []string{cfg.an.Word(text.Token{Text: l.Text + r.Text, Script: text.Latin}).Readings[0].Form}
	}
	var out []string
	for _, rd := range r.Readings {
		if rd.Form[0] != '~' {
			out = append(out, l.Text+rd.Form)
		}
	}
	return out
}

// finish adds sounds and spellings and looks up how common everything is.
func (sn *snapshot) finish(g *group) {
	common, least := uint32(0), math.MaxFloat64
	for i := range g.alts {
		a := &g.alts[i]
		a.df = sn.termsDF(a.forms)
		if a.df > 0 && (a.how == howWord || a.how == howStem) {
			g.known = true
		}
	}
	if g.Script == text.Hangul || g.Script == text.Latin {
		for _, r := range g.Readings {
			if r.Form[0] == '~' {
				continue
			}
			if k := text.Skeleton(r.Form); len(k) >= 2 {
				sn.addSounds(g, k, g.Script)
			}
		}
		if !g.known {
			sn.addSpellings(g)
		}
	}
	for i := range g.alts {
		a := &g.alts[i]
		a.df = sn.termsDF(a.forms)
		a.idf = sn.idf(a.df)
		if a.df > 0 && a.weight*a.idf < least && (a.weight >= 0.95 || !g.known) {
			least = a.weight * a.idf
			common = a.df
		}
	}
	for _, a := range g.alts {
		if a.df == 0 && len(a.forms) == 1 && a.weight >= 0.8 && sn.hasForm(a.forms[0]) {
			g.missed = append(g.missed, a)
		}
	}
	g.alts = slices.DeleteFunc(g.alts, func(a alternative) bool { return a.df == 0 })
	g.common, g.idf, g.counts = common, sn.idf(common), roleWeight(g.Role)
	if g.Use == text.General && len(g.alts) == 0 {
		g.counts *= generalWeight
		g.role *= generalWeight
	}
	for _, gr := range g.Grams {
		u := sn.gramUse(gr, g.known)
		u.scale *= g.role
		g.grams = append(g.grams, u)
	}
}

// gramUse looks up a gram; one that is common says nothing that the word did not.
func (sn *snapshot) gramUse(g text.Gram, known bool) gramUse {
	df := uint32(0)
	for _, s := range sn.segs {
		df += s.gramDF(g)
	}
	if sn.minus != nil && sn.minus.takesGram(sn, g) {
		df--
	}
	u := gramUse{gram: g, df: df, idf: sn.idf(df), scale: sn.prm.trigram}
	if g.IsPair() {
		u.scale = sn.prm.gram
	}
	u.used = df > 0 && (!known || float64(df) <= sn.prm.commonGram*float64(sn.live))
	return u
}

func (sn *snapshot) formDF(form string) uint32 {
	df := uint32(0)
	for _, s := range sn.segs {
		df += s.formDF(form)
	}
	if sn.minus != nil && sn.minus.takesForm(sn, form) {
		df--
	}
	return df
}

// hasForm reports whether the form stands in any text, near misses included.
func (sn *snapshot) hasForm(form string) bool {
	return slices.ContainsFunc(sn.segs, func(s *segment) bool { _, ok := s.forms.find(form); return ok })
}

// alt is an alternative by its number: those of near misses only follow the others.
func (g *group) alt(i int16) *alternative {
	if int(i) < len(g.alts) {
		return &g.alts[i]
	}
	return &g.missed[int(i)-len(g.alts)]
}

// termsDF is the number of entries of the rarest form, 0 where one is nowhere.
func (sn *snapshot) termsDF(forms []string) uint32 {
	least := uint32(math.MaxUint32)
	for _, f := range forms {
		least = min(least, sn.formDF(f))
	}
	return least
}

// idf is how telling a term is. prior entries that contain it nowhere are
// supposed to exist beside the real ones, so that in a library of six entries
// a word of all six still counts, and an unknown one counts most.
func (sn *snapshot) idf(df uint32) float64 {
	if int(df) < len(sn.idfs) {
		return sn.idfs[df]
	}
	n := float64(sn.live) + sn.prm.prior
	return math.Log(1 + (n-min(float64(df), n)+0.5)/(float64(df)+0.5))
}

// ideal is what an entry would score that has every word once.
func (sn *snapshot) ideal(q *query) float64 {
	sum := 0.0
	for i := range q.groups {
		g := &q.groups[i]
		if len(g.alts) == 0 || slices.ContainsFunc(g.alts, func(a alternative) bool { return !a.left }) {
			sum += g.role * g.idf
		}
		for _, u := range g.grams {
			if u.used {
				sum += u.scale * u.idf
			}
		}
	}
	for _, u := range q.across {
		if u.used {
			sum += u.scale * u.idf
		}
	}
	return sum
}
