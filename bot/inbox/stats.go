package inbox

import (
	"context"
	"fmt"
	"time"
)

// Stats is the state of the inbox, for metrics and for an operator.
type Stats struct {
	Waiting     int // stored and not worked on: new ones, and those that wait for their next attempt
	Running     int // being worked on in this process
	Pending     int // delivered to any process and not settled; alert at half of MaxPending
	MaxPending  int
	Redelivered int // of Pending: delivered more than once
	Dead        int // set aside

	Bytes    int64 // of the stored questions, answered ones included
	MaxBytes int64 // at which questions are refused
	Free     int64 // free space for the embedded store; 0 for a cluster
}

// Stats asks the broker.
func (in *Inbox) Stats(ctx context.Context) (Stats, error) {
	l, err := in.connected()
	if err != nil {
		return Stats{}, fmt.Errorf("inbox stats: %w", err)
	}
	inbox, err := l.js.Stream(ctx, streamInbox)
	if err != nil {
		return Stats{}, fmt.Errorf("inbox stats: %w", err)
	}
	dead, err := l.js.Stream(ctx, streamDead)
	if err != nil {
		return Stats{}, fmt.Errorf("inbox stats: %w", err)
	}
	c, err := inbox.Consumer(ctx, consumerName)
	if err != nil {
		return Stats{}, fmt.Errorf("inbox stats: %w", err)
	}
	info, i := c.CachedInfo(), inbox.CachedInfo()
	running := int(in.running.Load())
	s := Stats{
		Waiting: int(info.NumPending) + max(0, info.NumAckPending-running), Running: running,
		Pending: info.NumAckPending, MaxPending: maxAckPending, Redelivered: info.NumRedelivered,
		Dead:  int(dead.CachedInfo().State.Msgs),
		Bytes: int64(i.State.Bytes), MaxBytes: i.Config.MaxBytes,
	}
	if l.srv != nil {
		s.Free, err = in.c.free(in.c.Dir)
	}
	return s, err
}

// Ready is nil while questions are accepted. Otherwise it says, for an
// operator, why not and what to do.
func (in *Inbox) Ready(ctx context.Context) error {
	l, err := in.current()
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	if l.srv != nil {
		if err := in.room(); err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
		if !l.srv.JetStreamEnabled() {
			return fmt.Errorf("inbox: %w", errBroken)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if _, err := l.js.Stream(ctx, streamInbox); err != nil {
		return fmt.Errorf("inbox: the broker does not answer: %w", err)
	}
	return nil
}
