// Package eval measures retrieval with question sets: how often the right entry
// comes first, and how well confidence tells questions that have an answer from
// questions that have none.
//
// It reads sets in the formats that [LoadSet] names, and changes nothing in
// what it measures: every set gets an index of its own, with default options.
// Half of each set's questions, told by a hash of their ID, is never looked at
// while parameters are chosen; results are given for both halves.
package eval
