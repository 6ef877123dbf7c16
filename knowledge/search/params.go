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
	close      rerank     // of what a close look shows
	passages   bool       // the entries have no questions of their own
	depth      int        // how many entries are looked at closely
	pruneFrom  int        // entries from which very common words are left out of the ranking
}

// rerank are the weights of what a close look at an entry shows; see look. They
// are the weights of a listwise logistic score, BM25F's being 1, fitted on the tuning halves.
type rerank struct {
	window, adjacent, entry, every, grams, like, second, explains, pairs float64
}

func defaultParams() params {
	return params{
		k1: 1.8, b: 0.75, wQ: 2, wA: 0.5, gram: 0.5, trigram: 0.15, commonGram: 0.2,
		scaffold: 0.6, alias: 0.8, pair: 0.9, spelling: 0.7,
		sound: [6]float64{0, 0, 0.2, 0.6, 0.8, 0.9}, prior: 20,
		close: rerank{window: 2.8, entry: -1.8, every: 4, like: 1, second: 3.4, explains: 0.5, pairs: 4.4},
		depth: 20, pruneFrom: 20_000,
	}
}

// shaped adapts the parameters to what the library is made of.
func (p params) shaped(withQ, phrasings int, words uint64) params {
	switch {
	case withQ == 0: // passages
		p.k1, p.wA, p.depth, p.passages = 0.6, 1, 30, true
		p.close = rerank{window: 1.2, entry: 0.57, every: 0.52, grams: 0.23}
	case words < 3*uint64(phrasings): // passages with a title
		p.k1, p.depth = 1.2, 30
		p.close = rerank{window: 1.1, like: 0.1, entry: 0.9, every: 0.9, grams: 0.8, explains: 0.4}
	}
	return p
}
