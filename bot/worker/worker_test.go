package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
)

func handle(t *testing.T, b *bench, d bot.Delivery) {
	t.Helper()
	if err := b.Handle(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// saw checks what people see: the text of each reply, or "failed".
func saw(t *testing.T, b *bench, want ...string) {
	t.Helper()
	var got []string
	for _, r := range b.p.seen {
		s := r.Answer.Text()
		if r.Failed {
			s = "failed"
		}
		got = append(got, s)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func permanent(t *testing.T, err error, reason string) {
	t.Helper()
	var p *bot.PermanentError
	if !errors.As(err, &p) || p.Reason != reason {
		t.Errorf("got %v, want a permanent error %q", err, reason)
	}
}

func TestAQuestionIsAnsweredPostedAndRecorded(t *testing.T) {
	b := newBench(t, false, nil)
	handle(t, b, delivery(1))
	saw(t, b, "answer 1 to Q? [1]")
	want := bot.Record{
		Question: "q1", Platform: "chat", Asker: "U1", State: bot.Posted, Asked: "Q?", At: time.Unix(1700000000, 0),
		Reply:   bot.Reply{Answer: words("answer 1 to Q?"), Asked: "Q?"},
		Receipt: bot.Receipt{Messages: []string{"1"}},
	}
	if diff := cmp.Diff(want, b.l.records["q1"]); diff != "" {
		t.Error(diff)
	}
	if b.p.working != 1 || b.p.stopped == 0 {
		t.Errorf("working was shown %d times and ended %d times", b.p.working, b.p.stopped)
	}
}

func TestAPostedQuestionIsNotAnsweredAgain(t *testing.T) {
	b := newBench(t, false, nil)
	for attempt := range 3 {
		handle(t, b, delivery(attempt+1))
	}
	saw(t, b, "answer 1 to Q? [1]")
	if b.answers != 1 || b.p.posts != 1 {
		t.Errorf("%d answers, %d posts", b.answers, b.p.posts)
	}
}

func TestAReplyPostedBeforeTheCrashIsFoundAndNotRepeated(t *testing.T) {
	b := newBench(t, true, nil)
	b.l.fail = func(rec bot.Record) error { // the crash: posted, and not recorded
		if rec.State == bot.Posted {
			return errors.New("crash")
		}
		return nil
	}
	if err := b.Handle(t.Context(), delivery(1)); err == nil {
		t.Fatal("the crash was not noticed")
	}
	b.l.fail = nil
	handle(t, b, delivery(2))
	saw(t, b, "answer 1 to Q? [1]")
	if got := b.l.records["q1"]; got.State != bot.Posted || got.Receipt.Messages[0] != "1" {
		t.Errorf("recorded %+v", got)
	}
	if s := b.Stats(); s.Found != 1 {
		t.Errorf("found %d", s.Found)
	}
}

func TestARedeliveryPostsTheSameWords(t *testing.T) {
	for _, asFinder := range []bool{false, true} {
		b := newBench(t, asFinder, nil)
		b.p.fail = func(_ context.Context, n int, _ bot.Reply) error {
			if n < 3 {
				return errors.New("503")
			}
			return nil
		}
		for attempt := 1; b.Handle(t.Context(), delivery(attempt)) != nil; attempt++ {
		}
		saw(t, b, "answer 1 to Q? [1]")
		if b.answers != 1 {
			t.Errorf("answered %d times", b.answers)
		}
	}
}

func TestALostPostResponseDoesNotDoubleTheReply(t *testing.T) {
	b := newBench(t, true, nil)
	b.p.lose = func(n int) error { return errors.New("connection reset") }
	for attempt := 1; b.Handle(t.Context(), delivery(attempt)) != nil; attempt++ {
	}
	saw(t, b, "answer 1 to Q? [1]")
}

func TestALostResponseOnTheLastAttemptIsNoFailure(t *testing.T) {
	b := newBench(t, true, nil)
	b.p.lose = func(n int) error { return errors.New("connection reset") }
	handle(t, b, delivery(5))
	saw(t, b, "answer 1 to Q? [1]")
	if got := b.l.records["q1"].State; got != bot.Posted {
		t.Errorf("recorded %s", got)
	}
}

func TestWhoCannotBeAskedIsNotPostedToBlindly(t *testing.T) {
	b := newBench(t, true, nil)
	b.p.fail = func(context.Context, int, bot.Reply) error { return errors.New("503") }
	_ = b.Handle(t.Context(), delivery(1))
	b.p.fail, b.p.findErr = nil, errors.New("503")
	if err := b.Handle(t.Context(), delivery(2)); err == nil {
		t.Error("no error")
	}
	saw(t, b)
	var retry *bot.RetryError
	if err := b.Handle(t.Context(), delivery(5)); !errors.As(err, &retry) || retry.After <= 0 {
		t.Errorf("at the last attempt: %v, want to be delivered again", err)
	}
	b.p.findErr = bot.Permanent("token_revoked", errors.New("token_revoked"))
	permanent(t, b.Handle(t.Context(), delivery(5)), "token_revoked")
	saw(t, b)
}

func TestAnErrorAndAPanicOfTheAnswererAreTriedAgainAndNeverShown(t *testing.T) {
	for name, answer := range map[string]answerer{
		"error": func(context.Context, bot.Question) (bot.Answer, error) {
			return words("half"), errors.New("secret words")
		},
		"panic": func(context.Context, bot.Question) (bot.Answer, error) { panic("secret words") },
		"nil": func(context.Context, bot.Question) (bot.Answer, error) {
			var nobody *bot.Answer
			return *nobody, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, true, answer)
			var log bytes.Buffer
			b.c.Logger = slog.New(slog.NewTextHandler(&log, nil))
			for attempt := 1; attempt < 5; attempt++ {
				err := b.Handle(t.Context(), delivery(attempt))
				var p *bot.PermanentError
				if err == nil || errors.As(err, &p) {
					t.Fatalf("attempt %d: %v", attempt, err)
				}
			}
			saw(t, b)
			permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
			saw(t, b, "failed")
			if b.p.stopped != b.p.working {
				t.Errorf("working was shown %d times and ended %d times", b.p.working, b.p.stopped)
			}
			if strings.Contains(log.String(), "secret words") {
				t.Errorf("the log tells: %s", log.String())
			}
		})
	}
}

func TestWhatThePlatformAsksToWaitIsPassedOn(t *testing.T) {
	b := newBench(t, true, nil)
	b.p.fail = func(_ context.Context, n int, _ bot.Reply) error {
		if n == 1 {
			return bot.Retry(7*time.Second, errors.New("429"))
		}
		return nil
	}
	for _, attempt := range []int{5, 5} { // not even the last attempt ends in a notice
		err := b.Handle(t.Context(), delivery(attempt))
		var retry *bot.RetryError
		if attempt == 5 && b.p.posts == 1 && (!errors.As(err, &retry) || retry.After != 7*time.Second) {
			t.Errorf("got %v", err)
		}
	}
	saw(t, b, "answer 1 to Q? [1]")
}

func TestAnUnknownPlatformIsAPermanentError(t *testing.T) {
	b := newBench(t, false, nil)
	d := delivery(1)
	d.Question.Platform = "irc"
	permanent(t, b.Handle(t.Context(), d), "unknown_platform")
}

func TestStoppingIsARetryAndNoFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, true, func(ctx context.Context, _ bot.Question) (bot.Answer, error) {
		cancel()
		return bot.Answer{}, ctx.Err()
	})
	err := b.Handle(ctx, delivery(5))
	var retry *bot.RetryError
	if !errors.As(err, &retry) {
		t.Errorf("got %v", err)
	}
	saw(t, b)
	if rec, found := b.l.records["q1"]; found {
		t.Errorf("recorded %+v", rec)
	}
}

func TestAReplyPostedWhileTheProcessStopsIsRecorded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, false, nil)
	b.p.lose = func(int) error { cancel(); return nil }
	if err := b.Handle(ctx, delivery(1)); err != nil {
		t.Fatal(err)
	}
	if got := b.l.records["q1"].State; got != bot.Posted {
		t.Errorf("recorded %s", got)
	}
}

func TestAnAttemptThatTakesTooLongFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, true, func(ctx context.Context, _ bot.Question) (bot.Answer, error) {
			<-ctx.Done()
			return bot.Answer{}, ctx.Err()
		})
		start := time.Now()
		err := b.Handle(t.Context(), delivery(1))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
		saw(t, b, "failed")
	})
}

func TestALedgerThatDoesNotAnswerKeepsAnythingFromBeingPosted(t *testing.T) {
	b := newBench(t, true, nil)
	b.l.loadErr = errors.New("timeout")
	for attempt := range 5 {
		if err := b.Handle(t.Context(), delivery(attempt+1)); err == nil {
			t.Error("no error")
		}
	}
	b.l.loadErr, b.l.fail = nil, func(bot.Record) error { return errors.New("timeout") }
	if err := b.Handle(t.Context(), delivery(1)); err == nil {
		t.Error("no error")
	}
	saw(t, b)
}

func shareDelivery(id string) bot.Delivery {
	d := delivery(1)
	d.Question = bot.Question{ID: bot.QuestionID(id), Platform: "chat", Kind: bot.Share, Of: "q1", Asker: "U2"}
	return d
}

func TestAnAnswerIsSharedOnceHoweverOftenItIsClicked(t *testing.T) {
	b := newBench(t, false, nil)
	handle(t, b, delivery(1))
	var clicks sync.WaitGroup
	for n := range 8 {
		clicks.Go(func() {
			if err := b.Handle(t.Context(), shareDelivery(fmt.Sprintf("click%d", n%4))); err != nil {
				t.Error(err)
			}
		})
	}
	clicks.Wait()
	saw(t, b, "answer 1 to Q? [1]", "answer 1 to Q? [1]")
	want := bot.Reply{Answer: words("answer 1 to Q?"), Asked: "Q?", SharedBy: "U2"}
	if diff := cmp.Diff(want, b.p.seen[1]); diff != "" {
		t.Error(diff)
	}
	if b.answers != 1 || len(b.keys.held) != 0 {
		t.Errorf("answered %d times, %d keys are held", b.answers, len(b.keys.held))
	}
}

func TestAnExpiredAnswerIsSharedAnewWhereItsTextIsKnown(t *testing.T) {
	b := newBench(t, false, nil)
	d := shareDelivery("click")
	d.Question.Text = "Q?"
	handle(t, b, d)
	saw(t, b, "answer 1 to Q? [1]")
	if r := b.p.seen[0]; r.SharedBy != "U2" || r.Asked != "Q?" {
		t.Errorf("shared %+v", r)
	}
}

func TestAnExpiredAnswerWithoutTextIsAPermanentError(t *testing.T) {
	b := newBench(t, false, nil)
	permanent(t, b.Handle(t.Context(), shareDelivery("click1")), "share_expired")
	saw(t, b, "failed")
	permanent(t, b.Handle(t.Context(), shareDelivery("click2")), "share_expired")
}

func TestAFailureNoticeIsNotShared(t *testing.T) {
	down := true
	b := newBench(t, false, func(_ context.Context, q bot.Question) (bot.Answer, error) {
		if down {
			return bot.Answer{}, errors.New("down")
		}
		return words("up"), nil
	})
	permanent(t, b.Handle(t.Context(), delivery(5)), "attempts_exhausted")
	down = false
	d := shareDelivery("click")
	d.Question.Text = "Q?"
	handle(t, b, d)
	saw(t, b, "failed", "up [1]")
}

func TestTwoPlatformsOfOneNameAreRefused(t *testing.T) {
	p := &platform{}
	_, err := New(Config{Answerer: answerer(nil), Ledger: &ledger{}, Platforms: []bot.Platform{p, p}})
	if err == nil || !strings.Contains(err.Error(), "chat") {
		t.Errorf("got %v", err)
	}
}

func TestWhoWaitsForARecordLeavesWhenTheProcessStops(t *testing.T) {
	k := keys{held: map[bot.QuestionID]*key{}}
	free, err := k.take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.take(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	free()
	if len(k.held) != 0 {
		t.Errorf("%d keys are held", len(k.held))
	}
}
