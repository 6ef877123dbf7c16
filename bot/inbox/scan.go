package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// stored is a message of a stream.
type stored struct {
	subject, id string // id: Nats-Msg-Id
	seq         uint64
	at          time.Time
	data        []byte
}

// scanBatch is how many messages are asked for at once.
const scanBatch = 256

// scan reads a stream from its first message to what is its last one when it
// begins, until next returns false. It reads through a consumer of its own, which
// the broker forgets: one message at a time would be a request each.
func scan(ctx context.Context, l *link, stream string, next func(stored) (bool, error)) error {
	return scanFrom(ctx, l, stream, 1, next)
}

// scanFrom is scan from the message with that sequence, or the first behind it.
func scanFrom(ctx context.Context, l *link, stream string, first uint64, next func(stored) (bool, error)) (err error) {
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("read stream %s: %w", stream, err)
	}
	last := s.CachedInfo().State.LastSeq
	if s.CachedInfo().State.Msgs == 0 || first > last {
		return nil
	}
	c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
		AckPolicy: jetstream.AckNonePolicy, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: first,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Minute,
	})
	if err != nil {
		return fmt.Errorf("read stream %s: %w", stream, err)
	}
	defer func() {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
		defer cancel()
		_ = s.DeleteConsumer(short, c.CachedInfo().Name) // else the broker does, after a minute
	}()
	for {
		done, err := scanSome(ctx, c, last, next)
		if err != nil {
			return fmt.Errorf("read stream %s: %w", stream, err)
		}
		if done {
			return nil
		}
	}
}

// scanSome reads one batch, and reports whether the end was reached.
func scanSome(ctx context.Context, c jetstream.Consumer, last uint64, next func(stored) (bool, error)) (bool, error) {
	batch, err := c.FetchNoWait(scanBatch)
	if err != nil {
		return false, err
	}
	n, more := 0, true
	for m := range batch.Messages() {
		n++
		if !more || err != nil {
			continue // the batch has to be emptied
		}
		var one stored
		if one, err = read(m); err != nil {
			continue
		}
		if more, err = next(one); one.seq >= last {
			more = false
		}
	}
	if err == nil {
		err = errors.Join(batch.Error(), ctx.Err())
	}
	return n == 0 || !more, err
}

func read(m jetstream.Msg) (stored, error) {
	meta, err := m.Metadata()
	if err != nil {
		return stored{}, err
	}
	return stored{
		subject: m.Subject(), id: m.Headers().Get(jetstream.MsgIDHeader),
		seq: meta.Sequence.Stream, at: meta.Timestamp, data: m.Data(),
	}, nil
}

// eachValue calls do with every key's value.
func eachValue(ctx context.Context, kv jetstream.KeyValue, do func(jetstream.KeyValueEntry) error) error {
	w, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return fmt.Errorf("read bucket %s: %w", kv.Bucket(), err)
	}
	defer func() { _ = w.Stop() }()
	for {
		select {
		case e, ok := <-w.Updates():
			if !ok || e == nil { // nil: all there was
				return nil
			}
			if err := do(e); err != nil {
				return fmt.Errorf("read bucket %s: %w", kv.Bucket(), err)
			}
		case <-ctx.Done():
			return fmt.Errorf("read bucket %s: %w", kv.Bucket(), ctx.Err())
		}
	}
}
