package search

import "math"

// featureDepth is how many entries confidence looks at.
const featureDepth = 20

// features are what confidence is made of; each is between about 0 and 2.
type features [nFeatures]float64

const (
	fOne      = iota
	fIdeal    // score ÷ score of an entry with every word
	fEntry    // share of the question that occurs in the entry
	fSentence // in its best sentences
	fGrams    // the same over syllable pairs and letter triples
	fPhrasing // how much of the entry's own question the question explains
	fLike     // likeness to the entry's most alike phrasing
	fMargin   // lead over the second, as a share of the score
	fZ        // lead over ranks 5 to 20, in standard deviations
	fUnknown  // share of the question that is in no entry
	fLack     // share of its heaviest word that is not in the entry
	fMiss     // how much more it is like a near miss than like a phrasing
	fAdjacent // share of neighbours in the question that are neighbours in the entry
	fEvery    // share of all words of the question, those that only carry it included
	fLength   // logarithm of how many telling words the question has
	fSquare   // fSentence squared: the last missing word weighs most
	fTotal    // score after the close look ÷ the best possible
	fExact    // share of the question that occurs as a word, not by alias, sound, spelling or letters
	fGap      // lead over the second, as a share of the best possible
	nFeatures
)

// features of a question and what was found for it.
func (sn *snapshot) features(q *query, hits []found) features {
	f := features{fOne: 1, fUnknown: 1, fLack: 1}
	if len(hits) == 0 {
		return f
	}
	top := &hits[0]
	total := q.weight() + 1e-9
	f[fIdeal] = min(top.base/(q.ideal+1e-9), 2)
	f[fGrams] = top.grams
	cov := make([]float64, len(q.groups))
	for i := range top.units {
		u := &top.units[i]
		if u.kind == unitMiss {
			continue
		}
		for g, c := range u.cov {
			cov[g] = max(cov[g], float64(c))
		}
		f[fSentence] = max(f[fSentence], u.window/total)
		f[fAdjacent] = max(f[fAdjacent], min(u.adjacent/total, 1))
		if u.kind == unitQuestion {
			f[fPhrasing] = max(f[fPhrasing], u.explained/(u.total+1e-9))
			f[fLike] = max(f[fLike], likeness(q, u))
		}
	}
	f[fUnknown], f[fLack] = 0, 0
	every := 1e-9
	exact := make([]bool, len(q.groups))
	for i := range top.units {
		for g, a := range top.units[i].alt {
			if top.units[i].kind != unitMiss && top.units[i].cov[g] > 0 && a >= 0 {
				how := q.groups[g].alts[a].how
				exact[g] = exact[g] || how == howWord || how == howStem
			}
		}
	}
	for g, c := range cov {
		w := q.groups[g].idf * roleWeight(q.groups[g].Role) / total
		f[fEntry] += c * w
		if exact[g] {
			f[fExact] += c * w
		}
		f[fEvery] += c * q.groups[g].idf * q.groups[g].role
		every += q.groups[g].idf * q.groups[g].role
		f[fLack] = max(f[fLack], (1-c)*w)
		if len(q.groups[g].alts) == 0 {
			f[fUnknown] += w
		}
	}
	f[fEvery] /= every
	f[fLength] = math.Log(1+total/sn.idf(0)) / 2
	f[fSquare] = f[fSentence] * f[fSentence]
	f[fTotal] = top.score / (q.ideal + total*(sn.prm.window+sn.prm.phrasing))
	if len(hits) > 1 {
		f[fGap] = (top.score - hits[1].score) / (q.ideal + total*(sn.prm.window+sn.prm.phrasing))
	}
	f[fMargin], f[fZ] = spread(hits)
	f[fMiss] = max(0, missed(q, hits)-f[fLike])
	return f
}

// missed is the likeness to the most alike near miss of any entry that was looked at.
func missed(q *query, hits []found) float64 {
	best := 0.0
	for h := range hits {
		for i := range hits[h].units {
			u := &hits[h].units[i]
			if u.kind == unitMiss {
				best = max(best, likeness(q, u))
			}
		}
	}
	return best
}

// spread tells how far the best stands out.
func spread(hits []found) (margin, z float64) {
	if len(hits) == 1 {
		return 1, 1
	}
	margin = (hits[0].score - hits[1].score) / (hits[0].score + 1e-9)
	rest := hits[min(4, len(hits)-1):min(featureDepth, len(hits))]
	mean, sq := 0.0, 0.0
	for i := range rest {
		mean += rest[i].score
	}
	mean /= float64(len(rest))
	for i := range rest {
		sq += (rest[i].score - mean) * (rest[i].score - mean)
	}
	sd := math.Sqrt(sq/float64(len(rest))) + 0.05*hits[0].score + 1e-9
	return margin, min((hits[0].score-mean)/sd/10, 2)
}

// weights of the features, in the order above.
type weights [nFeatures]float64

// shipped were fitted on the tuning halves of all sets together (see README.md).
var shipped = weights{-5.906, 1.065, 0.321, 1.794, 0.211, 0.904, 0.085, 1.995, 0.934, -0.879, 1.320, -4, 0.895, 0.029, 1.477, 0.481, 2.284, -1.063, 1.222}

func (w *weights) score(f *features) float64 {
	x := 0.0
	for i := range f {
		x += w[i] * f[i]
	}
	return x
}

// nearerMiss is what is left of the probability where the question is more like
// a question that an author will not have answered than like any that is: of the
// golden questions that have an answer, none is.
const nearerMiss = 0.2

// probability is the score as a probability.
func (w *weights) probability(f *features) float64 {
	p := sigmoid(w.score(f))
	if f[fMiss] > 0 {
		p *= nearerMiss
	}
	return p
}

// confidence is the probability that the best entry answers.
func (sn *snapshot) confidence(q *query, hits []found) float64 {
	if len(hits) == 0 || hits[0].score <= 0 {
		return 0
	}
	f := sn.features(q, hits)
	return sn.cal.weights.probability(&f)
}
