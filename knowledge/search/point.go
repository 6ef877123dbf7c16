package search

import (
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/knowledge"
)

const (
	// pointLike is how alike a phrasing has to be to the question for its author's
	// word on what answers it to be taken.
	pointLike = 0.5
	// pointTie is the share of the best likeness at which another phrasing is as good.
	pointTie = 0.97
	// otherAsk is what a phrasing loses that asks for something else: "why are they
	// exempt?" has the words of "are they exempt?", and another answer.
	otherAsk = 0.15
)

// kinds are what a question can ask for, and the words that show it.
var kinds = [...][]string{
	{"왜", "이유", "까닭", "why", "reason"},
	{"언제", "몇 년", "몇 월", "시점", "시기", "날짜", "when", "date", "month", "year"},
	{"어디", "where", "country", "나라"},
	{"누가", "누구", "who "},
}

// asksFor is which of the kinds a question asks for, a bit each.
func asksFor(question string) uint8 {
	folded, asks := strings.ToLower(question)+" ", uint8(0)
	for i, words := range kinds {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(folded, w) }) {
			asks |= 1 << i
		}
	}
	return asks
}

// pointed returns the numbers of the claims that the phrasing which is most
// like the question asks for, as its author said: empty where it asks for the
// whole entry, nil where no phrasing is like enough or the author said nothing.
func pointed(q *query, f *found, e *knowledge.Entry) []int {
	if len(e.Asks) == 0 {
		return nil
	}
	ways := wayTexts(e)
	best, whole := 0.0, 0.0
	like := make([]float64, len(ways))
	asks := asksFor(q.text)
	for i := range f.units {
		u := &f.units[i]
		if u.kind != unitQuestion || u.number >= len(ways) {
			continue
		}
		if like[u.number] = likeness(q, u); like[u.number] > pointLike && asksFor(ways[u.number]) != asks {
			like[u.number] -= otherAsk
		}
		if len(e.Asks[ways[u.number]]) > 0 {
			best = max(best, like[u.number])
		} else {
			whole = max(whole, like[u.number])
		}
	}
	switch {
	case max(best, whole) < pointLike:
		return nil
	case whole > best:
		return []int{}
	}
	first := []int{}
	for _, least := range []float64{best, pointTie * best} {
		for n, l := range like {
			if l < least {
				continue
			}
			for _, id := range e.Asks[ways[n]] {
				c := slices.IndexFunc(e.Claims, func(c knowledge.Claim) bool { return c.ID == id })
				if c >= 0 && !slices.Contains(first, c) {
					first = append(first, c)
				}
			}
		}
	}
	return first
}

// wayTexts are an entry's own questions and phrasings in the order of their units.
func wayTexts(e *knowledge.Entry) []string {
	var out []string
	for _, l := range langs {
		if e.Question[l] != "" {
			out = append(out, e.Question[l])
		}
	}
	for _, l := range langs {
		for _, p := range e.Phrasings[l] {
			if p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

// pointedFirst puts the claims with the given numbers first, and says that they
// answer; none of them does more than another where there are no such.
func pointedFirst(e *knowledge.Entry, scores []claimScore, first []int) []knowledge.ClaimHit {
	var out []knowledge.ClaimHit
	for _, i := range first {
		out = append(out, knowledge.ClaimHit{Claim: &e.Claims[i], Score: scores[i].covered, Direct: len(first) < len(e.Claims)})
	}
	for i := range e.Claims {
		if !slices.Contains(first, i) {
			out = append(out, knowledge.ClaimHit{Claim: &e.Claims[i], Score: scores[i].covered})
		}
	}
	return out
}
