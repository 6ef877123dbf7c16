package search

import (
	"math"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// featureDepth is how many entries confidence looks at.
const featureDepth = 20

// features are what confidence is made of; each is between about 0 and 2.
type features [nFeatures]float64

const (
	fOne       = iota
	fIdeal     // score ÷ score of an entry with every word
	fEntry     // share of the question that occurs in the entry
	fSentence  // in its best sentences
	fGrams     // the same over syllable pairs and letter triples
	fPhrasing  // how much of the entry's own question the question explains
	fLike      // likeness to the entry's most alike phrasing
	fMargin    // lead over the second, as a share of the score
	fZ         // lead over ranks 5 to 20, in standard deviations
	fUnknown   // share of the question that is in no entry
	fLack      // share of its heaviest word that is not in the entry
	fMiss      // how much more it is like a near miss than like a phrasing
	fAdjacent  // share of neighbours in the question that are neighbours in the entry
	fEvery     // share of all words of the question, those that only carry it included
	fLength    // logarithm of how many telling words the question has
	fSquare    // fSentence squared: the last missing word weighs most
	fTotal     // score after the close look ÷ the best possible
	fExact     // share of the question that occurs as a word, not by alias, sound, spelling or letters
	fGap       // lead over the second, as a share of the best possible
	fSecond    // likeness to the second most alike phrasing
	fPairs     // likeness to a phrasing by pairs of characters
	fForeign   // most of a word that is in near misses and not in the entry
	fAttribute // most of a word that names what is asked of a thing, and is not in the entry
	fSubject   // most of a word that is not in the entry, and neither of these nor used about anything
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
	l := &top.look
	f[fGrams], f[fSentence], f[fAdjacent] = l.grams, l.sentence, l.anywhere
	f[fPhrasing], f[fLike] = l.explains, l.like
	f[fEntry], f[fExact], f[fEvery] = l.entry, l.exact, l.every
	f[fSecond], f[fPairs] = l.second, l.pairs
	f[fUnknown], f[fLack], f[fSubject] = 0, 0, 0
	for g, c := range l.cov {
		w := q.groups[g].idf * q.groups[g].counts / total
		f[fLack] = max(f[fLack], (1-c)*w)
		if len(q.groups[g].alts) == 0 {
			f[fUnknown] += w
		}
		if gr := &q.groups[g]; gr.Use == text.Subject && gr.counts == 1 && c < 0.5 {
			f[fSubject] = max(f[fSubject], 1-c)
		}
	}
	f[fLength] = math.Log(1+total/sn.idf(0)) / 2
	f[fSquare] = f[fSentence] * f[fSentence]
	possible := q.ideal + total*sn.prm.close.most()
	f[fTotal] = top.score / possible
	if len(hits) > 1 {
		f[fGap] = (top.score - hits[1].score) / possible
	}
	f[fMargin], f[fZ] = spread(hits)
	f[fMiss] = max(0, missed(q, hits)-f[fLike])
	f[fForeign], f[fAttribute] = foreign(q, hits), attribute(q, l)
	return f
}

// foreign is how much of the question's most foreign word is in a near miss of an
// entry that was looked at, and not in the best entry.
func foreign(q *query, hits []found) float64 {
	most := 0.0
	for g, c := range hits[0].look.cov {
		if c >= 0.75 || q.groups[g].counts < 1 {
			continue
		}
		for h := range hits {
			for i := range hits[h].units {
				if u := &hits[h].units[i]; u.kind == unitMiss && u.alt[g] >= 0 {
					most = max(most, float64(u.cov[g])-c)
				}
			}
		}
	}
	return most
}

// attribute is how much is lacking of the word that names what is asked of a thing.
func attribute(q *query, l *look) float64 {
	most := 0.0
	for g, c := range l.cov {
		if gr := &q.groups[g]; gr.Use == text.Attribute && gr.Role == text.Content && c < 0.75 {
			most = max(most, 1-c)
		}
	}
	return most
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
var shipped = weights{-4.330, 0.339, 0.267, 0.362, -0.305, -0.053, 2.105, 2.669, 0.031, -0.808, 0.527, -6, 0.210, 1.109, -0.038, 0.834, 0.974, -1.255, 0.396, 1.391, 2.189, -1, -1, -1}

// shippedPassages are for libraries of texts without a question of their own,
// fitted on such sets and on others with their questions taken off.
var shippedPassages = weights{-3.304, 1.277, 0.183, 0.663, 1.220, 0, 0, 1.525, 1.261, -0.720, -0.805, -4, 0.741, 0.322, -1.770, 1.236, 0.922, 0.247, 1.799, 0, 0, -1, -1, -1}

func (w *weights) score(f *features) float64 {
	x := 0.0
	for i := range f {
		x += w[i] * f[i]
	}
	return x
}

// nearerMiss is what is left of the probability where the question is more like
// a question that an author will not have answered than like any that is, by
// surelyNearer or more: of the golden questions that have an answer, none is.
const (
	nearerMiss   = 0.2
	surelyNearer = 0.1
	// leastLike is how alike a phrasing has to be for the rest of the features to
	// mean something: {{7*7}} meets a 7 and nothing else.
	leastLike = 0.25
)

// probability is the score as a probability.
func (w *weights) probability(f *features) float64 {
	p := sigmoid(w.score(f))
	p *= 1 - (1-nearerMiss)*min(1, f[fMiss]/surelyNearer)
	return p * min(1, f[fLike]/leastLike)
}

// confidence is the probability that the best entry answers.
func (sn *snapshot) confidence(q *query, hits []found) float64 {
	if len(hits) == 0 || hits[0].score <= 0 {
		return 0
	}
	f := sn.features(q, hits)
	return sn.cal.weights.probability(&f)
}
