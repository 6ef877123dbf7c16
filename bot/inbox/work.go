package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// Handler works on one delivery. Nil means that nothing is left to do. An error
// is a verdict: [bot.PermanentError] sets the question aside, [bot.RetryError]
// and any other error have it delivered again, until Config.Attempts failed.
//
// Its context ends when the process stops and the grace period is over; an
// error after that gives the question back and is no failed attempt. A handler
// must return soon after its context ended: Work waits for it.
type Handler func(context.Context, bot.Delivery) error

// Work delivers questions to handle, up to parallel at a time and one at a time
// per Question.Conversation, in the order in which they came in (except for
// those that are tried again). It returns nil after ctx ended: nothing more is
// taken, what runs may finish within Config.Grace, the rest is given back and
// delivered to somebody else, or at the next start, at once.
//
// A question is delivered again when a process dies over it, so handle may see
// one twice, also after it returned nil: the ledger is to be asked first.
func (in *Inbox) Work(ctx context.Context, parallel int, handle func(context.Context, bot.Delivery) error) error {
	if parallel < 1 {
		return fmt.Errorf("work: %d questions at a time", parallel)
	}
	whole, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	s := &shift{
		in: in, handle: handle, parallel: parallel, handling: whole, stop: stop,
		incoming: make(chan *held), done: make(chan *held),
		held: map[*held]struct{}{}, busy: map[string][]*held{},
	}
	s.run(ctx)
	if s.reports != nil {
		_ = s.reports.sub.Unsubscribe() // the connection is gone: so is the subscription
	}
	return nil
}

// held is a question that this process has taken and not settled.
type held struct {
	msg *nats.Msg
	q   bot.Question
	seq uint64 // in INBOX
	n   int    // deliveries so far, this one included

	reports *reports
	lease   time.Duration

	mu    sync.Mutex
	since sure // the lease runs from here, or from later
	lost  bool
}

// pull takes questions, one ahead of what the shift has room for, until ctx
// ends, through restarts of the broker.
func (s *shift) pull(ctx context.Context) {
	defer close(s.incoming)
	for ctx.Err() == nil {
		err := s.pullFrom(ctx)
		if ctx.Err() != nil {
			return
		}
		if !errors.Is(err, errRestarting) && s.in.flaw.Load() == nil {
			s.in.c.Logger.Warn("taking questions failed, trying again", "error", err)
		}
		sleep(ctx, 500*time.Millisecond)
	}
}

// pullFrom takes questions over one connection until it fails or ctx ends.
func (s *shift) pullFrom(ctx context.Context) error {
	if f := s.in.flaw.Load(); f != nil && f.kind != full {
		return f.err
	}
	l, err := s.in.connected()
	if err != nil {
		return err
	}
	if s.reports == nil || s.reports.nc != l.nc {
		if s.reports, err = newReports(l.nc); err != nil {
			return err
		}
	}
	p, err := newPuller(l.nc, s.in.c.AckWait/6)
	if err != nil {
		return err
	}
	defer p.stop(func(msg *nats.Msg) {
		if h, err := take(msg); err == nil {
			s.in.giveBack(h, 0)
		}
	})
	for {
		msg, err := p.next(ctx)
		if err != nil {
			return err
		}
		h, err := take(msg)
		if err != nil {
			s.in.unreadable(ctx, msg, err)
			continue
		}
		h.reports, h.lease, h.since = s.reports, s.in.c.AckWait, p.before
		h.beat()
		if !s.offer(ctx, h) {
			s.in.giveBack(h, 0)
			return ctx.Err()
		}
	}
}

// offer hands h to the shift, and keeps it from being delivered to somebody
// else while it waits for that.
func (s *shift) offer(ctx context.Context, h *held) bool {
	tick := time.NewTicker(s.in.c.AckWait / beats)
	defer tick.Stop()
	for {
		select {
		case s.incoming <- h:
			return true
		case <-tick.C:
			h.beat()
		case <-ctx.Done():
			return false
		}
	}
}

// take reads a message.
func take(msg *nats.Msg) (*held, error) {
	m, err := msg.Metadata()
	if err != nil {
		return nil, err
	}
	h := &held{msg: msg, seq: m.Sequence.Stream, n: int(m.NumDelivered)}
	if err := json.Unmarshal(msg.Data, &h.q); err != nil {
		return nil, err
	}
	return h, nil
}

// unreadable sets a message aside that is no question: a later version wrote it.
func (in *Inbox) unreadable(ctx context.Context, msg *nats.Msg, cause error) {
	id := bot.QuestionID(msg.Header.Get(jetstream.MsgIDHeader))
	in.c.Logger.Error("a stored question cannot be read", "question", id, "error", cause)
	letter := DeadLetter{Question: bot.Question{ID: id}, Reason: "unreadable", Error: cause.Error(), At: time.Now().UTC()}
	if err := in.bury(ctx, letter); err == nil {
		_ = msg.Term()
	}
}
