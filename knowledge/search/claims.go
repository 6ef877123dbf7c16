package search

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/knowledge"
)

// Thresholds of a direct answer. Chosen on questions about the built-in entries
// in both languages; the table in article_test.go holds them to it.
const (
	wholeQuestion = 0.85 // a question that has this much of the entry's own asks for the whole entry
	directShare   = 0.08 // what a claim has to have of the question that its neighbours lack
	directRange   = 0.6  // a claim with this share of the best one's is direct as well
	wantedBonus   = 1.35 // for a claim with a date where the question asks when, and the like
)

// claimScore is what one claim has of the question.
type claimScore struct {
	cov      []float64 // by group
	covered  float64   // share of the question
	special  float64   // of it, what tells this claim from its neighbours
	explains float64   // share of the claim that the question has
}

// claims ranks the claims of an entry for the question. Where the question asks
// for less than the entry says, the claims that say it are direct, and first;
// else the author's order stays.
func (sn *snapshot) claims(q *query, f *found, e *knowledge.Entry) []knowledge.ClaimHit {
	scores := claimScores(q, f, len(e.Claims))
	if first := pointed(q, f, e); first != nil {
		return pointedFirst(e, scores, first)
	}
	direct := make([]bool, len(e.Claims))
	if len(e.Claims) > 1 && mainExplained(f, len(e.Question)) < wholeQuestion {
		special(q, f, e, scores)
		direct = directClaims(scores)
	}
	order := make([]int, len(e.Claims))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case direct[a] != direct[b]:
			return map[bool]int{true: -1, false: 1}[direct[a]]
		case !direct[a]:
			return 0
		}
		return cmp.Or(cmp.Compare(scores[b].special, scores[a].special), cmp.Compare(scores[b].explains, scores[a].explains))
	})
	out := make([]knowledge.ClaimHit, len(order))
	for k, i := range order {
		out[k] = knowledge.ClaimHit{Claim: &e.Claims[i], Score: scores[i].covered, Direct: direct[i]}
	}
	return out
}

func claimScores(q *query, f *found, n int) []claimScore {
	scores := make([]claimScore, n)
	for i := range scores {
		scores[i].cov = make([]float64, len(q.groups))
	}
	total := q.weight() + 1e-9
	for i := range f.units {
		u := &f.units[i]
		if u.kind != unitClaim {
			continue
		}
		s := &scores[u.number]
		for g, c := range u.cov {
			if asWord(&q.groups[g], u.alt[g]) {
				s.cov[g] = max(s.cov[g], float64(c))
			}
		}
		s.covered = max(s.covered, covered(q, u)/total)
		s.explains = max(s.explains, u.explained/(u.total+1e-9))
	}
	return scores
}

// asWord reports whether a match can tell one claim from another: shared letters
// cannot, nor can a word that stands for several (장단점 for 장점 and 단점), each of
// which may be another claim's.
func asWord(g *group, alt int16) bool {
	return alt >= 0 && int(alt) < len(g.alts) && len(g.alts[alt].forms) == 1
}

// mainExplained is how much of the entry's own question, in the language where
// that is most, the question has. The entry's own questions are its first units.
func mainExplained(f *found, own int) float64 {
	most := 0.0
	for i := range f.units {
		if u := &f.units[i]; u.kind == unitQuestion && u.number < own {
			most = max(most, u.explained/(u.total+1e-9))
		}
	}
	return most
}

// special weighs the words of the question by how few of the claims have them:
// a word that all have tells nothing, nor does one that none has, nor one that
// people use whatever they ask of this entry.
func special(q *query, f *found, e *knowledge.Entry, scores []claimScore) {
	n, usual := float64(len(scores)), usualness(q, f)
	total := q.weight() + 1e-9
	for g := range q.groups {
		holders := 0.0
		for i := range scores {
			holders += scores[i].cov[g]
		}
		if holders == 0 || holders > n-0.5 {
			continue
		}
		local := math.Log((n+0.5)/(holders+0.5)) / math.Log((n+0.5)/1.5)
		w := q.groups[g].idf * q.groups[g].counts / total * (1 - usual[g]) * (1 - usual[g])
		for i := range scores {
			scores[i].special += w * scores[i].cov[g] * local
		}
	}
	for i := range scores {
		if wants(q, &e.Claims[i]) {
			scores[i].special *= wantedBonus
		}
	}
}

// usualness is the share of the entry's phrasings that have a word of the question, by group.
func usualness(q *query, f *found) []float64 {
	usual, n := make([]float64, len(q.groups)), 1e-9
	for i := range f.units {
		if u := &f.units[i]; u.kind == unitQuestion {
			n++
			for g, c := range u.cov {
				usual[g] += float64(c)
			}
		}
	}
	for g := range usual {
		usual[g] /= n
	}
	return usual
}

func directClaims(scores []claimScore) []bool {
	best := 0.0
	for i := range scores {
		best = max(best, scores[i].special)
	}
	direct := make([]bool, len(scores))
	if best < directShare {
		return direct
	}
	n := 0
	for i := range scores {
		if direct[i] = scores[i].special >= directRange*best; direct[i] {
			n++
		}
	}
	if n == len(scores) {
		return make([]bool, len(scores))
	}
	return direct
}

var (
	asksWhen = regexp.MustCompile(`^(언제.*|시기.*|날짜.*|when|date)$`)
	hasDate  = regexp.MustCompile(`\d{4}년|\d{1,2}월|\b(19|20)\d{2}\b|\b(January|February|March|April|May|June|July|August|September|October|November|December)\b`)
	asksMany = regexp.MustCompile(`^(몇.*|얼마.*|many|much)$`)
	hasCount = regexp.MustCompile(`\d`)
)

// wants reports whether the claim has the kind of thing that the question asks for.
func wants(q *query, c *knowledge.Claim) bool {
	for g := range q.groups {
		word := strings.ToLower(q.groups[g].Text)
		for _, text := range c.Text {
			if asksWhen.MatchString(word) && hasDate.MatchString(text) || asksMany.MatchString(word) && hasCount.MatchString(text) {
				return true
			}
		}
	}
	return false
}
