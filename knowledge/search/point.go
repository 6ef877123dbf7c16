package search

import (
	"slices"

	"github.com/openai-explain/openai-explain/knowledge"
)

const (
	// pointLike is how alike a phrasing has to be to the question for its author's
	// word on what answers it to be taken.
	pointLike = 0.5
	// pointTie is the share of the best likeness at which another phrasing is as good.
	pointTie = 0.97
)

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
	for i := range f.units {
		u := &f.units[i]
		if u.kind != unitQuestion || u.number >= len(ways) {
			continue
		}
		like[u.number] = likeness(q, u)
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
