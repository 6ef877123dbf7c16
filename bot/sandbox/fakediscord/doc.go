// Package fakediscord is an offline Discord that speaks the real wire protocols
// on loopback: REST v10 (v9 is tolerated) and the gateway, JSON encoding, with
// payload and zlib-stream compression. A bot library that was written for
// Discord connects to it unmodified; tests and people drive the other side.
//
// # What it does
//
// [Start] gives a [Server] with one guild, a few channels, one person and one
// application. [Server.Say], [Server.Command], [Server.Click] and their kind do
// what a person does in Discord's client; [Server.Messages],
// [Server.Interaction], [Server.Requests] and their kind read what the bot did;
// [Server.WaitFor] waits for a condition without sleeping; [Server.Inject]
// makes it misbehave as Discord is known to. A control surface under /sandbox/
// offers the same to people and to other processes.
//
// # What it guarantees
//
// It rejects what Discord is documented to reject, with Discord's numbered
// error codes. With a [Contract] every request body is validated against
// Discord's own OpenAPI description, and what does not fit is answered with
// 50035 and kept in [Server.Violations]. State changes and the events about
// them happen in one order, the same for every session. After [Server.Close] no
// goroutine and no socket of it is left.
//
// # What it does not do
//
// Voice, stickers, polls, moderation, OAuth2, the HTTP interactions endpoint,
// ETF encoding, zstd. It keeps everything in memory and forgets it on Close.
// Where Discord's behaviour is not documented, the comment at that place says
// what was assumed. It is not hardened for an open network: the control surface
// has no password, which is why the default address is loopback.
package fakediscord
