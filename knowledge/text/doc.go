// Package text turns Korean, English and mixed text into what a search can
// compare: words with all their readings, stems, bigrams, sounds.
//
// It guarantees that any bytes are accepted, that the time it takes is
// proportional to the length of the text, and that a Korean word is never cut
// down to one guess: every reading of "나라" (the noun, and 나 with the particle
// 라) is kept, and whoever compares decides. Nothing here needs a dictionary of
// the language; the embedded tables are particles, endings, words that only
// carry a question, and words of different scripts that mean the same.
//
// It imports nothing of this project, and does not know entries, indexes or
// scores. A language is written as "ko" or "en".
package text
