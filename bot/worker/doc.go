// Package worker takes one question at a time from delivery to receipt: have it
// answered, say in the ledger that the reply is about to be posted, post it, say
// where it was posted.
//
// # What it guarantees
//
//   - A question whose reply was posted is not answered again, however often it
//     is delivered.
//   - After a crash between posting and recording, the platform is asked first
//     (where it is a [bot.Finder]), and otherwise the same words are posted in
//     the same place: one visible answer.
//   - Nothing is posted by a process whose lease on the question is over.
//   - When the last attempt fails, or the platform refuses the answer for good, the
//     person is told so, once, where the platform takes that, and the question
//     is set aside. Where the platform cannot be told now but perhaps later, the
//     question waits for that. What failed is never shown to them.
//   - Where the platform is a [bot.Editor], an answer follows its question: changed
//     with it in place, gone with it. A change that fails is told nobody, nor is
//     the failure of what nobody asked.
//   - An answer is shared with a channel once, however often that is asked for.
//
// # What it does not do
//
// It decides neither when a question is tried again nor how many run at the same
// time: the errors of [Worker.Handle] are verdicts for the inbox. It writes no
// words: those of an answer are the answerer's, the rest the platform's. It
// keeps nothing but the ledger's records, and no stream or bucket of its own:
//
//	| record               | key               | states                                            |
//	| -------------------- | ----------------- | ------------------------------------------------- |
//	| reply to a question  | Question.ID       | posting → posted, or posting → dead, or dead      |
//	| a shared answer      | share:Question.Of | the same                                          |
//
// Their age and size limits are the ledger's: see package inbox.
package worker
