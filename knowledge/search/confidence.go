package search

// featureDepth is how many entries confidence looks at.
const featureDepth = 20

// features are what confidence is made of.
type features [nFeatures]float64

const (
	fIdeal = iota
	fEntry
	fSentence
	fGrams
	fPhrasing
	fLike
	fMargin
	fZ
	fUnknown
	fMiss
	nFeatures
)

// features of a question and what was found for it.
func (sn *snapshot) features(q *query, hits []found) features {
	var f features
	if len(hits) == 0 {
		f[fUnknown] = 1
		return f
	}
	top := &hits[0]
	f[fIdeal] = top.base / (q.ideal + 1e-9)
	total := q.weight() + 1e-9
	cov := make([]float64, len(q.groups))
	for i := range top.units {
		u := &top.units[i]
		if u.kind == unitMiss {
			f[fMiss] = max(f[fMiss], likeness(q, u))
			continue
		}
		for g, c := range u.cov {
			cov[g] = max(cov[g], float64(c))
		}
		f[fSentence] = max(f[fSentence], u.window/total)
		if u.kind == unitQuestion {
			f[fPhrasing] = max(f[fPhrasing], u.explained/(u.total+1e-9))
			f[fLike] = max(f[fLike], likeness(q, u))
		}
	}
	for g, c := range cov {
		f[fEntry] += c * q.groups[g].idf * roleWeight(q.groups[g].Role) / total
		if len(q.groups[g].alts) == 0 {
			f[fUnknown] += q.groups[g].idf * roleWeight(q.groups[g].Role) / total
		}
	}
	f[fMargin] = 1
	if len(hits) > 1 {
		f[fMargin] = (top.score - hits[1].score) / (top.score + 1e-9)
	}
	return f
}

// confidence is the probability that the best entry answers.
func (sn *snapshot) confidence(q *query, hits []found) float64 {
	if len(hits) == 0 || hits[0].score <= 0 {
		return 0
	}
	f := sn.features(q, hits)
	x := -4.5 + 3*f[fEntry] + 2*f[fSentence] + 3*f[fLike] + 1*f[fMargin] + 2*f[fIdeal] - 2*f[fUnknown] - 2*max(0, f[fMiss]-f[fLike])
	return sigmoid(x)
}
