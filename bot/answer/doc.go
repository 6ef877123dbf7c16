// Package answer turns a question into an answer: it searches, decides whether
// what was found answers the question, and puts the answer together from
// claims, each sentence with its citation.
//
// It guarantees that every sentence of an answer either is a claim of the
// knowledge base, word for word, or passed the guard against the claims it
// cites; that a note is there whenever a claim it belongs to is cited; and that
// a model which is down, slow or talks nonsense costs time and nothing else:
// the answer is then composed from the claims, as without a model.
//
// It does not search by itself (that is a Searcher), does not talk to an
// endpoint (that is a Model), posts nothing and stores nothing.
package answer
