// Package slack is the Slack side of the bot: it takes questions from Socket
// Mode or over HTTP and posts the replies.
//
//	event.go   what Slack says → bot.Question    pure functions, tolerant structs
//	text.go    Slack's message text → plain text
//	render.go  bot.Reply → blocks and a fallback text
//	adapter.go what is configured
//	socket.go  two supervised Socket Mode connections; conn.go is one of them,
//	           handle.go what follows a frame
//	http.go    HTTP mode in its place; signature.go says what is Slack's
//	post.go    bot.Platform: where a reply goes; find.go, status.go beside it
//	change.go  a question was edited or deleted; edit.go has its answer follow
//	mode.go    what it does in a channel unasked
//	vote.go    what people think of an answer
//	client.go  one Web API call and its verdict; pace.go when it may be made
//	manifest.go the smallest app manifest
//
// It guarantees: an event is acknowledged only once the inbox has stored its
// question, or when it asks nothing; the same message, command or click has the
// same question ID however often and on whichever connection it comes; nothing is
// sent before the time Slack named in a 429; nothing in an answer can notify
// anybody or unfurl; no token and no response_url appears in an error or a log.
//
// It does not deduplicate (the inbox does), does not decide what is answered, and
// keeps nothing over a restart. An envelope that Slack sends on a connection
// after it announced to close it is not seen by the library underneath: Slack
// sends events again, a slash command in that moment times out in the client.
package slack
