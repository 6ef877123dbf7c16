package knowledge

// Evidence is what a search found for a question.
type Evidence struct {
	Lang Lang  // language of the question
	Hits []Hit // entries, best first

	// Confidence is the probability, 0 to 1, that Hits[0] answers the question.
	Confidence float64

	// AnswerAt and ClarifyAt are the thresholds on Confidence that were found
	// for this library: at AnswerAt and above the best entry answers, at
	// ClarifyAt and above the nearest questions are worth offering.
	// 0 ≤ ClarifyAt ≤ AnswerAt ≤ 1.
	AnswerAt, ClarifyAt float64

	// Unknown are the words of the question that no entry covers, as asked,
	// most telling first.
	Unknown []string

	// Truncated means that the question was longer than the limit and that only its
	// beginning was looked at.
	Truncated bool
}

// Hit is an entry that a search found.
type Hit struct {
	Entry  *Entry
	Score  float64    // comparable within one Evidence only
	Claims []ClaimHit // the claims of the entry, the one that answers most directly first
	Why    []Reason   // what matched, heaviest first
}

// ClaimHit is a claim and how well it fits the question by itself.
type ClaimHit struct {
	Claim *Claim
	Score float64 // 0: nothing of the question occurs in it; comparable within one Hit only
	// Direct means that this claim by itself answers the question, where the
	// entry as a whole says more than was asked.
	Direct bool
}

// Reason says why an entry was found: a word of the question, what it matched,
// where and how.
type Reason struct {
	Word    string  // as in the question
	Matched string  // as in the entry
	How     string  // "word", "stem", "alias", "sound" (a transliteration), "spelling", "letters" (part of a word)
	Field   string  // "question" or "answer"
	Weight  float64 // share of the entry's score
}
