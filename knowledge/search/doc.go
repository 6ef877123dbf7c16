// Package search finds the entries that answer a question, says how sure it
// is, and why.
//
// It keeps everything in memory: postings of all readings of every word,
// weighed by BM25F over groups of alternatives (see README.md). Reading never
// waits for writing; adding, changing or removing one entry is visible within
// milliseconds and rebuilds nothing but the newest small segment.
//
// It does not decide what is said: [Index.Search] returns evidence with a
// confidence and the thresholds that were found for this library, and its
// caller draws the conclusion. It stores nothing, and talks to nobody: [Dense], which
// adds vectors where words are not enough, has them made by its [Embedder].
package search
