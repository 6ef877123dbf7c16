package search

import (
	"cmp"
	"slices"

	"github.com/openai-explain/openai-explain/knowledge"
)

// claims ranks the claims of an entry for the question.
func (sn *snapshot) claims(q *query, f *found, e *knowledge.Entry) []knowledge.ClaimHit {
	scores := make([]float64, len(e.Claims))
	total := q.weight() + 1e-9
	for i := range f.units {
		if u := &f.units[i]; u.kind == unitClaim {
			scores[u.number] = max(scores[u.number], covered(q, u)/total)
		}
	}
	out := make([]knowledge.ClaimHit, len(e.Claims))
	for i := range e.Claims {
		out[i] = knowledge.ClaimHit{Claim: &e.Claims[i], Score: scores[i]}
	}
	slices.SortStableFunc(out, func(a, b knowledge.ClaimHit) int { return cmp.Compare(b.Score, a.Score) })
	return out
}
