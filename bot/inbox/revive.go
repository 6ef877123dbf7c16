package inbox

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// reviveWait is how long the broker gets to see that leases are over: it looks
// 100 ms after the change.
const reviveWait = 250 * time.Millisecond

// revive has every question delivered at once that a process had taken which is
// no more. Whoever holds the folder's lock knows that nobody works on any of
// them, so that nothing is to be waited for; a question that was told to wait
// longer goes back by itself (tooEarly).
func (in *Inbox) revive(ctx context.Context, l *link) (err error) {
	s, err := l.js.Stream(ctx, streamInbox)
	if err != nil {
		return fmt.Errorf("look at stream %s: %w", streamInbox, err)
	}
	in.before = s.CachedInfo().State.LastSeq
	c, err := s.Consumer(ctx, consumerName)
	if err != nil {
		return fmt.Errorf("look at consumer %s: %w", consumerName, err)
	}
	if c.CachedInfo().NumAckPending == 0 {
		return nil
	}
	short := workers(in.c, 1)
	short.AckWait = time.Millisecond
	// Back to what it was also where this is cut short: a lease of a
	// millisecond would have every question delivered to everybody.
	defer func() {
		if err2 := in.setConsumer(context.WithoutCancel(ctx), l, workers(in.c, 1)); err == nil {
			err = err2
		}
	}()
	if err := in.setConsumer(ctx, l, short); err != nil {
		return err
	}
	sleep(ctx, reviveWait)
	return nil
}

func (in *Inbox) setConsumer(ctx context.Context, l *link, c jetstream.ConsumerConfig) error {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	if _, err := l.js.UpdateConsumer(ctx, streamInbox, c); err != nil {
		return fmt.Errorf("set up consumer %s: %w", consumerName, err)
	}
	return nil
}
