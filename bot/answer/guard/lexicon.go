package guard

// lexicon remembers, for one check, what the words of its texts are: a sentence
// and its claims have most of their words in common, and taking a word apart is
// what takes the time.
type lexicon struct {
	korean map[string]koreanWord
	latin  map[latinWord][]string
}

type latinWord struct {
	text string
	name bool
}

func newLexicon() *lexicon {
	return &lexicon{korean: map[string]koreanWord{}, latin: map[latinWord][]string{}}
}

func (l *lexicon) analyse(run string) koreanWord {
	w, ok := l.korean[run]
	if !ok {
		w = analyse(run)
		l.korean[run] = w
	}
	return w
}

func (l *lexicon) latinKeys(text string, name bool) []string {
	word := latinWord{text, name}
	keys, ok := l.latin[word]
	if !ok {
		keys = latinKeys(text, name)
		l.latin[word] = keys
	}
	return keys
}
