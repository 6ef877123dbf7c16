package search

// params are the numbers of the ranking. They were chosen on the tuning halves
// of all the sets together; README.md says what each is worth.
type params struct {
	k1, b      float64
	wQ, wA     float64 // weight of the zones
	gram       float64 // of a pair of syllables
	trigram    float64 // of three letters
	commonGram float64 // share of the entries above which the grams of a known word are left out
	scaffold   float64 // of words that only carry a question
	alias      float64
	pair       float64
	spelling   float64
	sound      [6]float64 // by length of the skeleton
	prior      float64    // entries supposed to exist beside the real ones, for idf
	window     float64    // re-rank: of the best two sentences
	adjacent   float64    // re-rank: of words that stand together as in the question
	phrasing   float64    // re-rank: of likeness to the entry's own best phrasing
	depth      int        // re-rank: how many entries
	pruneFrom  int        // entries from which very common words are left out of the ranking
}

func defaultParams() params {
	return params{
		k1: 1.2, b: 0.75, wQ: 2, wA: 0.5, gram: 0.5, trigram: 0.15, commonGram: 0.2,
		scaffold: 0.6, alias: 0.8, pair: 0.9, spelling: 0.7,
		sound: [6]float64{0, 0, 0.4, 0.6, 0.8, 0.9}, prior: 20,
		window: 1, adjacent: 0.4, phrasing: 1.2, depth: 30, pruneFrom: 20_000,
	}
}

// shaped adapts the parameters to what the library is made of.
func (p params) shaped(withQ, phrasings, entries int, words uint64) params {
	switch {
	case withQ == 0: // passages
		p.k1, p.wA = 0.6, 1
		return p
	case words < 3*uint64(phrasings): // passages with a title
		return p
	case phrasings >= 3*entries:
		p.k1 = 1.5
	}
	p.window *= 0.4
	p.depth = 20
	return p
}
