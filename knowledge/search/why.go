package search

import (
	"cmp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// why explains a hit: for each word of the question the best match, heaviest first.
func (sn *snapshot) why(q *query, f *found) []knowledge.Reason {
	var out []knowledge.Reason
	sum := 0.0
	for g := range q.groups {
		gr := &q.groups[g]
		var best *unitMatch
		w := 0.0
		for i := range f.units {
			u := &f.units[i]
			field := sn.prm.wA
			if u.kind == unitQuestion {
				field = sn.prm.wQ
			}
			if x := float64(u.cov[g]) * field; u.kind != unitMiss && x > w {
				best, w = u, x
			}
		}
		if best == nil {
			continue
		}
		r := knowledge.Reason{Word: gr.shown, Field: "answer", How: howLetters, Matched: gr.shown}
		if best.kind == unitQuestion {
			r.Field = "question"
		}
		if a := best.alt[g]; a >= 0 {
			r.How, r.Matched = gr.alts[a].how, readable(gr.alts[a].forms)
		}
		r.Weight = float64(best.cov[g]) * gr.idf * gr.role
		sum += r.Weight
		out = append(out, r)
	}
	for i := range out {
		out[i].Weight /= sum
	}
	slices.SortStableFunc(out, func(a, b knowledge.Reason) int { return cmp.Compare(b.Weight, a.Weight) })
	return out
}

// readable turns forms back into something to read.
func readable(forms []string) string {
	parts := make([]string, len(forms))
	for i, f := range forms {
		parts[i] = f
		if s, ok := strings.CutPrefix(f, "~"); ok {
			parts[i] = text.Compose(s) + "-"
		}
	}
	return strings.Join(parts, " ")
}
