// Package fakeslack is an offline Slack: a server on loopback that speaks the
// real wire protocols, so that a bot, in whatever language, can be developed and
// tested without a workspace.
//
// It serves the Web API (form and JSON bodies, scopes, the errors and limits that
// Slack documents), Socket Mode (hello, pings, envelopes, acknowledgements,
// redelivery, disconnect notices, several connections), response URLs, and
// delivery over HTTP with signatures. People are driven from Go ([Server.Say],
// [Server.SlashCommand], [Server.Click], …) or over HTTP below /sandbox/, where
// there is also a page to look at. What the bot did is read back with
// [Server.Messages] and its siblings; [Server.WaitFor] waits for a state without
// polling. Faults are switched on with [Server.AddFault] and the methods around
// [Server.Disconnect].
//
// It guarantees that a call is either refused with the code Slack documents or
// has taken effect when it is answered; that a timestamp is unique in its channel;
// that each envelope goes to one connection; and that [Server.Close] leaves no
// goroutine behind. Given the method descriptions in [Config.Contracts] it checks
// every call against them and keeps the differences in [Server.Violations].
//
// It does not count calls against Slack's rate tiers (429 answers are a fault to
// switch on), keeps nothing on disk, has no user tokens, no files' contents, no
// search and no Enterprise Grid, and draws messages only roughly.
package fakeslack
