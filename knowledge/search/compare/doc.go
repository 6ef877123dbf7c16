// Command compare asks the same questions of this project's index, of bleve and
// of SQLite FTS5, over the same entries, and prints one table.
//
// It is a module of its own, so that what it compares with is no part of the
// program. Every engine runs in a process of its own, one after the other, and
// is given the entries' question and answer as two fields that weigh 2 and 0.5.
//
//	go run . [-synthetic 100000] [-questions 1000] FILE…
//
// FILE is a question set as `openai-explain eval retrieval` reads it.
package main
