package answer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// sense is how a question was understood.
type sense int

const (
	senseWhole    sense = iota // by itself
	senseFollowUp              // from the conversation
	senseNoMore                // as a follow-up to which the entry has nothing to say
	senseUnclear               // it refers to something that was never said
)

const (
	// wider is how many entries are looked at to find the one that answered last.
	wider = 20
	// onTopic is the share of the best claim's score from which on another claim
	// of the entry is about the same thing.
	onTopic = 0.45
	// close is the same for an example: one of something else misleads.
	close = 0.6
	// closest is the same in an entry that the conversation was not about.
	closest = 0.9
	// comparable is the share of the best entry's score from which on the entry
	// that answered last goes before it.
	comparable = 0.7
)

// lookUp finds the evidence for a question, with what the same person asked
// before it.
//
// A question that stands by itself is looked up as it is, whatever was asked
// before. One that does not is asked of the entry that answered last: the entry
// comes from the conversation, the claim from the question's own words. Every
// word of it that says what it is about must be one that the entry covers: "and
// its share price?" is not answered because the company is known.
func (a *Answerer) lookUp(question string, past []bot.Turn) (knowledge.Evidence, sense) {
	r := read(question)
	if r.shape == wholeQuestion {
		return a.Search.Search(question, nearest), senseWhole
	}
	s, last := subjectOf(past)
	var entry *knowledge.Entry
	if s != nil {
		entry = a.Library().Entry(s.entry)
	}
	switch {
	case r.shape == bareQuestion && (entry == nil || !last):
		return knowledge.Evidence{}, senseUnclear
	case r.shape == bareQuestion:
		return a.bare(r, entry, s)
	case entry == nil:
		return a.unreferred(question, r)
	}
	return a.short(question, r, entry, s)
}

// unreferred looks up a short question that nothing was said before.
func (a *Answerer) unreferred(question string, r reading) (knowledge.Evidence, sense) {
	ev := a.Search.Search(question, nearest)
	if r.refers && !r.coveredBy(ev, 0) {
		return knowledge.Evidence{}, senseUnclear
	}
	return ev, senseWhole
}

// bare answers "why?", "for example?", "더 자세히" from the entry that answered
// last: with claims that were not said yet, or that have what is asked for.
func (a *Answerer) bare(r reading, entry *knowledge.Entry, s *subject) (knowledge.Evidence, sense) {
	ev := a.Search.Search(s.topic, wider)
	near := on(ev, entry)
	var picked []*knowledge.Claim
	for i := range entry.Claims {
		c := &entry.Claims[i]
		cited := slices.Contains(s.cited, c.ID)
		topical := cited && len(s.cited) < len(entry.Claims) || near.score(c) >= onTopic
		ok := false
		switch r.want {
		case wantMore:
			ok = !s.seen[c.ID]
		case wantOther:
			ok = !s.seen[c.ID] && topical && sameAspect(entry, c, s)
		case wantWhy: // the only thing that was said is not the reason for it
			ok = topical && (!cited || len(s.cited) > 1) && r.want.answersTo(c, s.topic, ev.Lang)
		case wantExample:
			ok = (topical && cited || near.score(c) >= close) && r.want.answersTo(c, s.topic, ev.Lang)
		case wantUnclear, wantAny:
		default:
			ok = topical && r.want.answersTo(c, s.topic, ev.Lang)
		}
		if ok {
			picked = append(picked, c)
		}
	}
	if r.want == wantOther {
		slices.SortStableFunc(picked, func(x, y *knowledge.Claim) int { return cmp.Compare(near.score(y), near.score(x)) })
	}
	picked = citedFirst(picked, s, r.want)
	if len(picked) > 0 {
		return evidenceOf(ev, entry, picked), senseFollowUp
	}
	if other, ok := a.elsewhere(r, entry, s, ev.Lang); ok {
		return other, senseFollowUp
	}
	return open(ev, entry), senseNoMore
}

// sameAspect reports whether a claim says what most of the last answer said, and
// not the whole entry: after the strengths, a weakness is nothing "else".
func sameAspect(entry *knowledge.Entry, c *knowledge.Claim, s *subject) bool {
	none := true
	for _, w := range contentWords(text.Normalize(s.topic)) {
		cited, all := 0, 0
		for i := range entry.Claims {
			if !claimHas(&entry.Claims[i], w) {
				continue
			}
			all++
			if slices.Contains(s.cited, entry.Claims[i].ID) {
				cited++
			}
		}
		if all == len(entry.Claims) || 2*cited < len(s.cited) {
			continue
		}
		if none = false; claimHas(c, w) {
			return true
		}
	}
	return none
}

// citedFirst leaves those of the last answer alone where they have what is
// wanted: when it was is then said, and not when something else was.
func citedFirst(picked []*knowledge.Claim, s *subject, w want) []*knowledge.Claim {
	if w == wantMore || w == wantOther || w == wantWhy {
		return picked
	}
	var cited []*knowledge.Claim
	for _, c := range picked {
		if slices.Contains(s.cited, c.ID) {
			cited = append(cited, c)
		}
	}
	if len(cited) > 0 {
		return cited
	}
	return picked
}

// elsewhere looks for what a bare question wants in another entry, which has to
// be certain and to cover what the conversation is about: the last question, or
// most of what was answered to it.
func (a *Answerer) elsewhere(r reading, entry *knowledge.Entry, s *subject, lang knowledge.Lang) (knowledge.Evidence, bool) {
	word := r.want.searchWord(lang)
	if word == "" {
		return knowledge.Evidence{}, false
	}
	for _, t := range []struct {
		about string
		share float64 // of its words that the entry has to cover
	}{{s.topic, 0.7}, {claimText(entry, s.cited[0], lang), 0.6}} {
		words := contentWords(text.Normalize(t.about))
		ev := a.Search.Search(strings.Join(append(slices.Clone(words), word), " "), nearest)
		if len(words) == 0 || verdictOf(ev) != bot.Answered {
			continue
		}
		for _, have := range ev.Hits {
			if have.Entry == entry || have.Score < ev.Hits[0].Score/2 {
				continue
			}
			missing := (reading{words: words}).missing(have)
			if float64(len(missing)) > (1-t.share)*float64(len(words)) || len((reading{words: []string{word}}).missing(have)) > 0 {
				continue
			}
			if picked := r.marked(on(ev, have.Entry), s, lang); len(picked) > 0 {
				return evidenceOf(ev, have.Entry, picked), true
			}
		}
	}
	return knowledge.Evidence{}, false
}

// marked are the claims of another entry that have what is wanted.
func (r reading) marked(h hit, s *subject, lang knowledge.Lang) []*knowledge.Claim {
	var picked []*knowledge.Claim
	for _, c := range h.Claims {
		if !s.seen[c.Claim.ID] && h.score(c.Claim) >= closest && r.want.answersTo(c.Claim, s.topic, lang) {
			picked = append(picked, c.Claim)
		}
	}
	return picked
}

func claimText(entry *knowledge.Entry, id string, lang knowledge.Lang) string {
	for i := range entry.Claims {
		if entry.Claims[i].ID == id {
			said, _ := entry.Claims[i].Text.In(lang)
			return knowledge.Plain(said)
		}
	}
	return ""
}

// short answers a question of a few words: of the entry that answered last,
// where that covers them about as well as any other, else by itself.
func (a *Answerer) short(question string, r reading, entry *knowledge.Entry, s *subject) (knowledge.Evidence, sense) {
	var whole *knowledge.Evidence // of a sentence that does not point back
	if r.asks && !r.refers && !r.other {
		byItself := a.Search.Search(question, nearest)
		if verdictOf(byItself) != bot.Clarify {
			return byItself, senseWhole // it says all it has to
		}
		whole = &byItself
	}
	ev := a.Search.Search(r.text, wider)
	near := slices.IndexFunc(ev.Hits, func(h knowledge.Hit) bool { return h.Entry == entry })
	certain := verdictOf(ev) == bot.Answered && r.coveredBy(ev, 0)
	enough := comparable
	if len(r.words) > 1 {
		enough = closest // two words say more of themselves than one
	}
	if near >= 0 && r.coveredBy(ev, near) && (!certain || ev.Hits[near].Score >= enough*ev.Hits[0].Score || r.single() && a.belongs(r, entry, s)) {
		switch picked := r.pick(on(ev, entry), s, ev.Lang); {
		case nearMiss(entry, r, s):
			return refused(ev, r), senseFollowUp
		case len(picked) > 0:
			return evidenceOf(ev, entry, picked), senseFollowUp
		}
		return open(ev, entry), senseNoMore
	}
	if whole != nil { // only the entry that answered last could make more of it
		return *whole, senseWhole
	}
	if certain {
		return clipped(ev), senseFollowUp
	}
	if together, ok := a.together(r, s); ok {
		return together, senseFollowUp
	}
	return refused(ev, r), senseFollowUp
}

// belongs reports whether the question together with the one before it is asked
// of entry, which has its very words.
func (a *Answerer) belongs(r reading, entry *knowledge.Entry, s *subject) bool {
	topic := contentWords(text.Normalize(s.topic))
	ev := a.Search.Search(strings.Join(append(topic, r.words...), " "), nearest)
	if len(ev.Hits) == 0 || ev.Hits[0].Entry != entry || !r.coveredBy(ev, 0) {
		return false
	}
	return !slices.ContainsFunc(r.words, func(w string) bool { return !hasWord(entry, w) })
}

// together looks the question up with the words of the one before it.
func (a *Answerer) together(r reading, s *subject) (knowledge.Evidence, bool) {
	topic := contentWords(text.Normalize(s.topic))
	ev := a.Search.Search(strings.Join(topic, " ")+" "+r.text, nearest)
	if verdictOf(ev) != bot.Answered || !r.coveredBy(ev, 0) {
		return knowledge.Evidence{}, false
	}
	picked := r.pick(on(ev, ev.Hits[0].Entry), s, ev.Lang)
	return evidenceOf(ev, ev.Hits[0].Entry, picked), len(picked) > 0
}

// pick are the claims of an entry that a short question asks for: those that
// answer it directly, else those that have most of its words. Asked for a date
// or a number, a claim without one is no answer; asked for reasons, those that
// give some go alone.
func (r reading) pick(h hit, s *subject, lang knowledge.Lang) []*knowledge.Claim {
	var direct, best, reasons []*knowledge.Claim
	for _, c := range h.Claims {
		strict := r.want == wantWhen || r.want == wantCount
		if r.other && s.seen[c.Claim.ID] || strict && !r.want.answersTo(c.Claim, s.topic, lang) {
			continue
		}
		if c.Direct {
			direct = append(direct, c.Claim)
		}
		if h.score(c.Claim) >= comparable {
			best = append(best, c.Claim)
		}
		if r.want == wantWhy && h.score(c.Claim) >= onTopic && r.want.answersTo(c.Claim, s.topic, lang) {
			reasons = append(reasons, c.Claim)
		}
	}
	for _, picked := range [][]*knowledge.Claim{reasons, direct} {
		if len(picked) > 0 {
			return picked
		}
	}
	slices.SortStableFunc(best, func(x, y *knowledge.Claim) int { // what was not said yet goes first
		return cmp.Compare(map[bool]int{true: 1}[s.seen[x.ID]], map[bool]int{true: 1}[s.seen[y.ID]])
	})
	return best
}

// hit is a Hit with its claims' scores as a share of the best.
type hit struct {
	knowledge.Hit
	best float64
}

func on(ev knowledge.Evidence, entry *knowledge.Entry) hit {
	h := hit{}
	for _, have := range ev.Hits {
		if have.Entry != entry {
			continue
		}
		h.Hit = have
		for _, c := range have.Claims {
			h.best = max(h.best, c.Score)
		}
	}
	return h
}

// score is 0 to 1; 1 for every claim where the search found nothing to tell them apart.
func (h hit) score(claim *knowledge.Claim) float64 {
	if h.best == 0 {
		return 1
	}
	for _, c := range h.Claims {
		if c.Claim == claim {
			return c.Score / h.best
		}
	}
	return 0
}

// evidenceOf is ev with entry in front, answered by claims in this order.
func evidenceOf(ev knowledge.Evidence, entry *knowledge.Entry, claims []*knowledge.Claim) knowledge.Evidence {
	h := on(ev, entry).Hit
	h.Entry = entry
	rest := h.Claims
	h.Claims = nil
	for _, c := range claims {
		h.Claims = append(h.Claims, knowledge.ClaimHit{Claim: c, Score: 1, Direct: true})
	}
	for _, c := range rest {
		if !slices.Contains(claims, c.Claim) {
			h.Claims = append(h.Claims, knowledge.ClaimHit{Claim: c.Claim, Score: c.Score})
		}
	}
	ev = behind(ev, entry)
	ev.Hits = append([]knowledge.Hit{h}, ev.Hits[:min(len(ev.Hits), nearest-1)]...)
	ev.Confidence = max(ev.Confidence, ev.AnswerAt)
	return ev
}

// behind is ev without entry.
func behind(ev knowledge.Evidence, entry *knowledge.Entry) knowledge.Evidence {
	ev.Hits = slices.DeleteFunc(slices.Clone(ev.Hits), func(h knowledge.Hit) bool { return h.Entry == entry })
	return ev
}

// open is evidence that does not answer, with the entry in front for a model
// that may find more in it.
func open(ev knowledge.Evidence, entry *knowledge.Entry) knowledge.Evidence {
	h := on(ev, entry).Hit
	h.Entry = entry
	ev = behind(ev, entry)
	ev.Hits = append([]knowledge.Hit{h}, ev.Hits[:min(len(ev.Hits), nearest-1)]...)
	ev.Confidence, ev.Unknown = ev.ClarifyAt, nil
	return ev
}

// refused is evidence that certainly does not answer.
func refused(ev knowledge.Evidence, r reading) knowledge.Evidence {
	ev = clipped(ev)
	ev.Confidence = 0
	if len(ev.Hits) > 0 {
		ev.Unknown = nil
		for _, w := range r.missing(ev.Hits[0]) {
			ev.Unknown = append(ev.Unknown, text.TrimParticle(w))
		}
	}
	return ev
}

func clipped(ev knowledge.Evidence) knowledge.Evidence {
	ev.Hits = ev.Hits[:min(len(ev.Hits), nearest)]
	return ev
}
