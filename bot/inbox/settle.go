package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/openai-explain/openai-explain/bot"
	"golang.org/x/sync/errgroup"
)

// settling bounds what is asked of the broker after a handler returned.
const settling = 5 * time.Second

// serve runs the handler over h and settles it by the verdict. ctx is the
// handler's; what happens afterwards is not cut short by it.
func (in *Inbox) serve(ctx context.Context, handle Handler, h *held) {
	after := context.WithoutCancel(ctx)
	attempt, ok := in.attempt(after, h)
	if !ok {
		return
	}
	if h.still() != nil {
		in.c.Logger.Warn("question left to whoever has it by now", "question", h.q.ID)
		return
	}
	in.hand.put(holding{Seq: h.seq, Since: time.Now().UTC(), Attempt: attempt})
	d := bot.Delivery{Question: h.q, Attempt: attempt, Last: attempt >= in.c.Attempts}
	err := in.safely(bot.WithLease(ctx, h.still), handle, d)

	var permanent *bot.PermanentError
	var retry *bot.RetryError
	log := in.c.Logger.With("question", h.q.ID, "attempt", attempt)
	switch {
	case err == nil:
		in.finish(after, h, log)
	case h.still() != nil: // whatever is said about it now is about somebody else's delivery
		log.Warn("question left to whoever has it by now", "error", err)
	case errors.As(err, &permanent):
		in.setAside(after, h, DeadLetter{Reason: permanent.Reason, Error: err.Error(), Attempts: attempt}, log)
	case ctx.Err() != nil:
		log.Info("question given back, the process stops")
		in.giveBack(h, 0)
	case errors.As(err, &retry) && retry.After > 0 && time.Since(h.q.Asked) < in.c.Patience:
		log.Info("question waits as its platform asks", "delay", retry.After)
		in.giveBack(h, jitter(retry.After))
	case d.Last:
		in.setAside(after, h, DeadLetter{Reason: "attempts_exhausted", Error: err.Error(), Attempts: attempt}, log)
	default:
		delay := in.backoff(attempt)
		if retry != nil {
			delay = max(delay, retry.After)
		}
		log.Warn("question will be tried again", "delay", delay, "error", err)
		in.tryAgain(h, jitter(delay), err)
	}
}

// attempt is the number of this attempt: the deliveries, less those that were
// none. It is not ok where it is too early for one; then h is given back.
func (in *Inbox) attempt(ctx context.Context, h *held) (n int, ok bool) {
	if !in.tried(h) {
		return 1, true
	}
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	t := in.triesOf(ctx, h.seq)
	if in.tooEarly(h, t) {
		return 0, false
	}
	return max(1, h.n-t.Spared, t.Failed+1), true
}

// safely calls handle, and makes a panic an error. What was panicked with may
// hold a person's words, so only the kind of it is told.
func (in *Inbox) safely(ctx context.Context, handle Handler, d bot.Delivery) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if e, ok := p.(runtime.Error); ok {
			what = e.Error()
		}
		in.c.Logger.Error("handler panicked", "question", d.Question.ID, "panic", what, "stack", string(debug.Stack()))
		err = fmt.Errorf("handle question %s: panic: %s", d.Question.ID, what)
	}()
	return handle(ctx, d)
}

// giveBack returns h, to be delivered again after delay; it does not count as
// an attempt. It is written down before the question is let go.
func (in *Inbox) giveBack(h *held, delay time.Duration) {
	in.noteTries(h, func(t *tries) {
		t.Spared++
		t.Next = time.Time{}
		if delay > 0 {
			t.Next = time.Now().Add(delay)
		}
	})
	_ = h.msg.NakWithDelay(delay)
}

// tryAgain returns h after a failed attempt.
func (in *Inbox) tryAgain(h *held, delay time.Duration, cause error) {
	in.noteTries(h, func(t *tries) {
		t.Failed, t.Next, t.Error = t.Failed+1, time.Now().Add(delay), cause.Error()
	})
	_ = h.msg.NakWithDelay(delay) // lost: the lease ends, and it is delivered again too
}

// giveAllBack is giveBack, at once, for questions that nobody looked at.
func (in *Inbox) giveAllBack(all []*held) {
	var g errgroup.Group
	g.SetLimit(16)
	for _, h := range all {
		g.Go(func() error {
			in.giveBack(h, 0)
			return nil
		})
	}
	_ = g.Wait()
}

// finish acknowledges, and waits until the broker has confirmed it.
func (in *Inbox) finish(ctx context.Context, h *held, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	if err := h.msg.AckSync(nats.Context(ctx)); err != nil {
		log.Warn("a finished question will be delivered again", "error", err)
	}
}

// setAside makes h a dead letter. Where that cannot be stored, the question
// comes back: it is never dropped.
func (in *Inbox) setAside(ctx context.Context, h *held, letter DeadLetter, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	letter.Question, letter.At = h.q, time.Now().UTC()
	if err := in.bury(ctx, letter); err != nil {
		log.Error("question cannot be set aside, it comes back", "error", err)
		_ = h.msg.NakWithDelay(jitter(in.c.RetryMax))
		return
	}
	log.Error("question set aside", "reason", letter.Reason, "error", letter.Error)
	if err := h.msg.Term(); err != nil {
		log.Warn("a question that was set aside will be delivered again", "error", err)
	}
}

// backoff is the delay after the attempt-th failed attempt.
func (in *Inbox) backoff(attempt int) time.Duration {
	d := in.c.RetryBase
	for i := 1; i < attempt && d < in.c.RetryMax; i++ {
		d *= 4
	}
	return min(d, in.c.RetryMax)
}

// jitter adds up to a quarter, never takes: "not before" is kept.
func jitter(d time.Duration) time.Duration {
	return d + rand.N(d/4+1)
}
