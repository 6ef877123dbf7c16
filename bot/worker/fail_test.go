package worker

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

func TestAfterTheLastAttemptThePersonIsToldOnce(t *testing.T) {
	for _, asFinder := range []bool{false, true} {
		b := newBench(t, asFinder, func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("down") })
		for range 3 { // the verdict is lost, and it is delivered again
			permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
		}
		saw(t, b, "failed")
		if got := b.l.records["q1"]; got.State != bot.Dead || got.Reason != "attempts_exhausted" {
			t.Errorf("recorded %+v", got)
		}
	}
}

func TestTellingSurvivesACrashWithoutARepeat(t *testing.T) {
	b := newBench(t, true, func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("down") })
	b.l.fail = func(rec bot.Record) error {
		if rec.State == bot.Dead {
			return errors.New("crash")
		}
		return nil
	}
	_ = b.Handle(t.Context(), delivery(5))
	b.l.fail = nil
	permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
	saw(t, b, "failed")
	if got := b.l.records["q1"].State; got != bot.Dead {
		t.Errorf("recorded %s", got)
	}
}

func TestAPermanentErrorOfThePlatformIsFinalAtOnce(t *testing.T) {
	b := newBench(t, true, nil)
	b.p.fail = func(context.Context, int, bot.Reply) error {
		return bot.Permanent("channel_not_found", errors.New("channel_not_found"))
	}
	permanent(t, b.Handle(t.Context(), delivery(1)), "channel_not_found")
	permanent(t, b.Handle(t.Context(), delivery(2)), "channel_not_found")
	saw(t, b)
	if b.p.posts != 2 {
		t.Errorf("%d posts, want the answer and the notice, which nobody took", b.p.posts)
	}
	if got := b.l.records["q1"]; got.State != bot.Dead || got.Reason != "channel_not_found" {
		t.Errorf("recorded %+v", got)
	}
}

func TestWhoseAnswerThePlatformDoesNotTakeIsToldOnce(t *testing.T) {
	for _, asFinder := range []bool{false, true} {
		b := newBench(t, asFinder, nil)
		b.p.fail = func(_ context.Context, _ int, r bot.Reply) error {
			if !r.Failed {
				return bot.Permanent("http_400", errors.New("invalid form body"))
			}
			return nil
		}
		permanent(t, b.Handle(t.Context(), delivery(1)), "http_400")
		permanent(t, b.Handle(t.Context(), delivery(2)), "http_400")
		saw(t, b, "failed")
		if got := b.l.records["q1"]; got.State != bot.Dead || got.Reason != "http_400" || !got.Reply.Failed {
			t.Errorf("recorded %+v", got)
		}
	}
}

func TestAPassingFailureOfTheNoticeLeavesNobodyUntold(t *testing.T) {
	for name, once := range map[string]error{
		"slow down": bot.Retry(3*time.Second, errors.New("rate limited")),
		"passing":   errors.New("connection reset"),
	} {
		b := newBench(t, true, func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("down") })
		b.p.fail = func(_ context.Context, n int, _ bot.Reply) error {
			if n == 1 {
				return once
			}
			return nil
		}
		var retry *bot.RetryError
		if err := b.Handle(t.Context(), delivery(5)); !errors.As(err, &retry) || retry.After <= 0 {
			t.Fatalf("%s: %v, want to be delivered again after a while, as no attempt", name, err)
		}
		if n := b.Stats().Dead; n != 0 {
			t.Errorf("%s: set aside before the person was told", name)
		}
		permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
		saw(t, b, "failed")
	}
}

func TestWhoCannotBeAskedForAMomentIsToldLater(t *testing.T) {
	b := newBench(t, true, func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("down") })
	b.p.fail = func(_ context.Context, n int, _ bot.Reply) error {
		if n == 1 {
			return errors.New("connection reset")
		}
		return nil
	}
	_ = b.Handle(t.Context(), delivery(5))
	b.p.findErr = bot.Retry(time.Second, errors.New("rate limited"))
	var retry *bot.RetryError
	if err := b.Handle(t.Context(), delivery(5)); !errors.As(err, &retry) || retry.After != time.Second {
		t.Fatalf("%v, want what the platform asked for", err)
	}
	b.p.findErr = nil
	permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
	saw(t, b, "failed")
}

func TestWhoseLeaseIsOverPostsNeitherAnAnswerNorANotice(t *testing.T) {
	for name, answer := range map[string]answerer{
		"an answer": nil,
		"a notice":  func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("down") },
	} {
		b := newBench(t, true, answer)
		over := false
		ctx := bot.WithLease(t.Context(), func() error {
			if over {
				return bot.ErrLeaseLost
			}
			return nil
		})
		b.l.fail = func(rec bot.Record) error { // stopped right after the ledger said that it is about to be posted
			over = over || rec.State == bot.Posting
			return nil
		}
		if err := b.Handle(ctx, delivery(5)); !errors.Is(err, bot.ErrLeaseLost) {
			t.Errorf("%s: %v", name, err)
		}
		if b.p.posts != 0 {
			t.Errorf("%s was posted", name)
		}
		if got := b.l.records["q1"].State; got != bot.Posting {
			t.Errorf("%s: recorded %q", name, got)
		}
	}
}
