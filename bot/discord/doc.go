// Package discord is the Discord adapter: it turns what people do in Discord
// into [bot.Question]s, and [bot.Reply]s into messages.
//
// # The way in
//
// [Adapter.Run] keeps one gateway connection open (socket.go, line.go). Every
// dispatch is decoded by tolerant structs of this package (event.go): a mention
// of the bot, a reply to it, a direct message, the command, a click on a button
// of ours. A question is handed to the inbox first, and Discord or the person
// is answered only once the inbox has confirmed it (intake.go).
//
// # The way out
//
// [Adapter.Post] renders a reply, splits it at Discord's 2,000 characters and
// sends it (post.go) with this package's own requests and rate limiter
// (client.go, limit.go), against API v10.
//
// # What it guarantees
//
//   - The same message or interaction, however often delivered, has the same question ID.
//   - An interaction is acknowledged after its question was stored, and told at
//     once that it was not where it could not be.
//   - Posting again shows no second answer: interactions are answered by editing
//     the original response; messages carry a nonce, and [Adapter.Find] finds an
//     earlier reply. The exception is an answer to an interaction that is longer than
//     one message: a crash between its parts repeats the later ones.
//   - Nobody is pinged: every create and edit says allowed_mentions {"parse": []}.
//   - No error and no log line holds a token, a text or a name.
//   - When Run has returned, nothing of it runs.
//
// # What it does not do
//
// Sharding, catching up on what was asked while it was not connected, forum
// posts, edits while an answer is written.
package discord
