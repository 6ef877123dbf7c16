package inbox

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The names of streams, buckets and the consumer: the table in doc.go.
const (
	streamInbox  = "INBOX"
	streamDead   = "DEAD"
	bucketLedger = "ledger"
	bucketTries  = "tries"
	bucketForgot = "forgotten"
	streamCount  = "COUNT"

	bucketVotes     = "votes"
	bucketSettings  = "settings"
	bucketLeases    = "leases"
	bucketKnowledge = "knowledge"
	bucketTurns     = "conversations"
	consumerName    = "workers"

	// maxAckPending bounds the questions that are worked on, parked or waiting
	// for their next attempt. It is large, because the last kind count too: a
	// dead platform must not keep questions of the other from being delivered.
	maxAckPending = 5000
)

// recordStates is how many states of a record are kept: a record goes through
// three at most, and a share that failed through two more each time it is tried.
const recordStates = 8

// counterAge is the longest window of a counter.
const counterAge = time.Hour

// token makes s one token of a subject: IDs and names may hold '.', ':' and spaces.
func token(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// share is a part of the store's size, in 64ths.
func share(size int64, part int64) int64 { return size / 64 * part }

// streams are the settings of every stream for a store of size bytes. Together
// they take 62/64 of it: the broker reserves the sum when they are made, and the rest is
// left for streams of later versions.
func streams(c Config, size int64, replicas int) []jetstream.StreamConfig {
	kv := func(bucket string, part int64, age time.Duration, discard jetstream.DiscardPolicy) jetstream.StreamConfig {
		return jetstream.StreamConfig{
			Name: "KV_" + bucket, Subjects: []string{"$KV." + bucket + ".>"},
			MaxMsgsPerSubject: 1, MaxBytes: share(size, part), MaxAge: age, Discard: discard,
			AllowRollup: true,
			AllowDirect: false, // a follower answers direct reads, and may not know yet what was just put
		}
	}
	all := []jetstream.StreamConfig{
		{
			// Limits, not WorkQueue: deduplication is rebuilt from stored
			// messages, and a work queue removes those that were answered.
			Name: streamInbox, Subjects: []string{"inbox.>"}, Retention: jetstream.LimitsPolicy,
			Duplicates: c.Dedup, MaxAge: c.MaxAge, MaxBytes: share(size, 32), MaxMsgSize: 1 << 20,
			Discard: jetstream.DiscardNew, DenyPurge: true,
		},
		{
			Name: streamDead, Subjects: []string{"dead.>"},
			MaxMsgsPerSubject: 2, MaxAge: c.DeadAge, MaxBytes: share(size, 4), Discard: jetstream.DiscardOld,
		},
		// The record outlives its question by a day, so that no question is
		// ever delivered without its record. When the bucket is full the
		// records written longest ago go: theirs were answered long ago.
		kv(bucketLedger, 16, c.ledgerAge(), jetstream.DiscardOld),
		kv(bucketTries, 1, c.MaxAge, jetstream.DiscardOld),
		kv(bucketForgot, 1, c.ledgerAge(), jetstream.DiscardNew),
		kv(bucketVotes, 2, c.DeadAge, jetstream.DiscardOld),
		kv(bucketSettings, 1, 0, jetstream.DiscardNew),
		kv(bucketLeases, 1, c.leaseTTL, jetstream.DiscardNew),
		kv(bucketKnowledge, 2, 0, jetstream.DiscardNew),
		kv(bucketTurns, 1, turnAge, jetstream.DiscardOld),
		{
			Name: streamCount, Subjects: []string{"count.>"}, AllowMsgCounter: true,
			MaxMsgsPerSubject: 1, MaxAge: counterAge, MaxBytes: share(size, 1), Discard: jetstream.DiscardOld,
		},
	}
	// What is replaced stays readable in its block. The sweeper overwrites earlier
	// states of a record, which it can only while they are there.
	for i := range all {
		switch all[i].Name {
		case "KV_" + bucketLedger, "KV_" + bucketVotes:
			all[i].MaxMsgsPerSubject = recordStates
		case "KV_" + bucketKnowledge:
			all[i].MaxMsgsPerSubject = 5 // earlier versions, for whoever has to look
		}
	}
	for i := range all {
		all[i].Storage = jetstream.FileStorage
		all[i].Replicas = replicas
	}
	return all
}

// workers is the consumer that all processes share. BackOff stays unset: its
// first element would replace AckWait. MaxDeliver stays unlimited: the broker's
// own limit leaves the message behind without telling anybody.
func workers(c Config, replicas int) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable: consumerName, AckPolicy: jetstream.AckExplicitPolicy, DeliverPolicy: jetstream.DeliverAllPolicy,
		AckWait: c.AckWait, MaxDeliver: -1, MaxAckPending: maxAckPending, Replicas: replicas,
	}
}

// ensure makes streams and consumer what they should be. A stream that is there
// keeps the larger size and the larger number of replicas, so that a smaller
// disk or a later start never drops what is stored, and whatever an operator
// set that is not ours to decide. What is right already is not written again.
func ensure(ctx context.Context, js jetstream.JetStream, c Config, size int64, replicas int) error {
	for _, want := range streams(c, size, replicas) {
		have, err := js.Stream(ctx, want.Name)
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound):
			_, err = js.CreateStream(ctx, want)
		case err == nil:
			was := have.CachedInfo().Config
			if now := merge(was, want); !reflect.DeepEqual(now, was) {
				_, err = js.UpdateStream(ctx, now)
			}
		}
		if err != nil {
			return fmt.Errorf("set up stream %s: %w", want.Name, err)
		}
	}
	if _, err := js.CreateOrUpdateConsumer(ctx, streamInbox, workers(c, replicas)); err != nil {
		return fmt.Errorf("set up consumer %s: %w", consumerName, err)
	}
	return nil
}

// merge is was with the settings of want.
func merge(was, want jetstream.StreamConfig) jetstream.StreamConfig {
	now := was
	now.Subjects, now.Retention, now.Discard = want.Subjects, want.Retention, want.Discard
	now.MaxAge, now.MaxBytes, now.Replicas = want.MaxAge, max(want.MaxBytes, was.MaxBytes), max(want.Replicas, was.Replicas)
	now.DenyPurge, now.DenyDelete, now.AllowRollup, now.AllowDirect = want.DenyPurge, want.DenyDelete, want.AllowRollup, want.AllowDirect
	if want.Duplicates > 0 { // else the broker's own
		now.Duplicates = want.Duplicates
	}
	if want.MaxMsgSize > 0 {
		now.MaxMsgSize = want.MaxMsgSize
	}
	if want.MaxMsgsPerSubject > 0 {
		now.MaxMsgsPerSubject = want.MaxMsgsPerSubject
	}
	return now
}
