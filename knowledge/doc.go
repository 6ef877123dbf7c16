// Package knowledge is what the program knows: reviewed questions with their
// answers, kept as Markdown files that people who do not program can write.
//
// An [Entry] is one question; a [Claim] is the smallest statement that can be
// cited; a [Note] is a correction that belongs to a claim but not to its
// source. A [Library] is an immutable set of entries. [Evidence] is what a
// search found for a question.
//
// The package reads and checks Markdown, and does not search, answer or talk to
// anyone. It works without the bot.
package knowledge
