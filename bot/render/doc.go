// Package render turns an answer into what a platform shows: one small document
// model, and from it Markdown for Slack, Markdown for Discord, text for a
// terminal, and plain text for notifications and screen readers.
//
// It guarantees that nothing a source, a model or an asker wrote becomes live
// markup: no mention, no channel link, no time stamp, no command link, and a URL
// is a link only where the answer lists it (bot.Answer.Links); any other is
// shown as code. It guarantees that [Split] loses and reorders nothing.
//
// It does not know the platforms' message formats (blocks, components): those
// are the adapters', which are given the text and the [Action]s.
package render
