// Package bot holds the words of the program: a [Question] that somebody asked
// on a [Platform], the [Answer] to it with its [Citation]s, the [Reply] that is
// posted, and the [Receipt] that says where it was posted.
//
// The path of a question: a platform's adapter translates an event into a
// Question and submits it to the inbox; only then does it acknowledge the event.
// A worker takes it from there as a [Delivery], has it answered, posts the Reply
// through the Platform and keeps the Receipt in a [Record], so that a redelivery
// posts nothing twice.
//
// The package guarantees nothing by itself and does no work: it imports the
// standard library only, holds no state, starts no goroutine, and every other
// package of the program may import it.
package bot
