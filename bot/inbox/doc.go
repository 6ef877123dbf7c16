// Package inbox keeps questions from the moment a platform's event was
// understood until the reply was posted, on NATS JetStream: embedded in the
// process, or an external cluster.
//
// # What it guarantees
//
//   - A question for which [Inbox.Submit] returned nil is on disk, and is
//     delivered to a handler until one is done with it or it is set aside.
//   - A question ID that was stored is not stored again for Config.Dedup (24
//     hours), also after a restart and after it was answered.
//   - Questions of one conversation are worked on one at a time within a
//     process, in order of arrival, except for those that are tried again.
//   - What the ledger saved is what the next read sees, from any process.
//   - Questions of a process that died are delivered to another after AckWait (12
//     s); on one machine, at once when the folder is opened again. What a
//     platform asked to wait is waited, also over a crash.
//   - A handler's context tells by [bot.Leased] whether the question may be
//     somebody else's by now: before that somebody has it. A process that was
//     stopped or cut off for longer than AckWait posts nothing afterwards.
//   - Two processes never use one data folder.
//   - A store that is not what it was is noticed at start: nothing is accepted
//     until an operator has decided.
//
// # What it does not do
//
// It does not deliver exactly once: after a crash, questions of the last tenth
// of a second are delivered again although they were acknowledged. The handler
// asks the ledger first. It does not move a store into a cluster, and does not
// delete single messages before their age.
//
// # Where things are
//
// Sizes are shares of the store, which is 2 GiB, or half of what the disk has.
// "token" is base64url without padding.
//
//	| stream or bucket | subject or key             | keeps                              | age               | size         | when full          |
//	| ---------------- | -------------------------- | ---------------------------------- | ----------------- | ------------ | ------------------ |
//	| INBOX            | inbox.<platform token>     | questions, answered ones too       | MaxAge, 7 days    | 1/2, 1 GiB   | refuses            |
//	|                  | Nats-Msg-Id: question ID   | IDs that are duplicates            | Dedup, 24 h       |              |                    |
//	| DEAD             | dead.<question token>      | the last dead letter of a question | DeadAge, 90 days  | 1/16, 128 MiB| drops the oldest   |
//	| KV_ledger        | <question token>           | bot.Record                         | MaxAge + 24 h     | 1/4, 512 MiB | drops the oldest   |
//	| KV_tries         | sequence in INBOX, decimal | failed and uncounted deliveries    | MaxAge            | 1/64, 32 MiB | drops the oldest   |
//	| KV_forgotten     | hash of platform, person   | until when they asked, RFC 3339    | MaxAge + 24 h     | 1/64, 32 MiB | refuses            |
//	| KV_votes         | person hash.question token | bot.Vote                           | DeadAge, 30 days  | 1/32, 64 MiB | drops the oldest   |
//	| KV_settings      | platform token.channel t.  | bot.ChannelMode                    | none              | 1/64, 32 MiB | refuses            |
//	| KV_leases        | name token                 | who holds it                       | 15 s              | 1/64, 32 MiB | refuses            |
//	| KV_knowledge     | file name of an entry      | its Markdown, the last 5 versions  | none              | 1/32, 64 MiB | refuses            |
//	| KV_conversations | person hash.conv. hash     | IDs of a person's last 4 questions | 24 h              | 1/64, 32 MiB | drops the oldest   |
//	| COUNT            | count.<key token>.<window> | a counter                          | 1 h               | 1/64, 32 MiB | drops the oldest   |
//
// One message is at most 1 MiB, a question at most [MaxQuestion] bytes.
// The consumer "workers" on INBOX is shared by all processes.
//
// In the data folder: nats (the broker's), lock, size.json (how large the store
// was made), mark.json (the last known good state), damaged.json (only while an
// operator has to decide). The running program's admin.sock is beside them.
package inbox
