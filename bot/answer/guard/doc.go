// Package guard decides whether a sentence that a model wrote says no more than
// the claims it cites. It is a pure function over two texts, for Korean and
// English: no clock, no network, no randomness, no state.
//
// It is strict on purpose. Numbers with their units, dates, times, names, Latin
// words, addresses and code of the sentence must stand in the cited claims as
// whole tokens; so must its other content words, up to a few neutral ones; they must
// stand there in the same company, negated alike, and no word may come from a
// script, a markup or a place where the claims do not have one. What changes
// freely is the form: endings, particles, the way a number is written, the order
// of sentences and clauses, and what is left out at either end.
//
// So the guard keeps quotations, extracts and mechanical rewrites and refuses
// most free paraphrases: without a model of its own, no check keeps those and
// stops contradictions as well. A refused sentence is no error; the caller shows
// the cited claim itself instead.
//
// What it cannot see: a claim that is true but answers another question, a
// condition that stands in another sentence and was left out, and a change of
// meaning that uses only the claim's own words in the claim's own order.
package guard
