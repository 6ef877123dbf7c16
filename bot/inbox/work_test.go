package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
)

func TestQuestionsOfOneConversationRunOneAtATimeInOrder(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	want := map[string][]string{}
	for n := range 60 {
		q := question(n)
		q.Conversation = fmt.Sprintf("C%d", n%3)
		want[q.Conversation] = append(want[q.Conversation], string(q.ID))
		submit(t, in, q)
	}
	var got deliveries
	var running [3]atomic.Int32
	var overlap atomic.Bool
	working(t, in, 8, func(_ context.Context, d bot.Delivery) error {
		r := &running[d.Question.Conversation[1]-'0']
		if r.Add(1) > 1 {
			overlap.Store(true)
		}
		defer r.Add(-1)
		time.Sleep(time.Millisecond) // gives an overlap the time to happen
		got.add(d)
		return nil
	})
	eventually(t, "all are handled", func() bool { return len(got.all()) == 60 })
	if overlap.Load() {
		t.Error("two questions of one conversation ran at the same time")
	}
	order := map[string][]string{}
	for _, d := range got.all() {
		order[d.Question.Conversation] = append(order[d.Question.Conversation], string(d.Question.ID))
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
}

func TestABusyConversationDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	for n := range maxParked + 20 { // more than are kept here for one conversation
		q := question(n)
		q.Conversation = "busy"
		submit(t, in, q)
	}
	quick := question(1000)
	quick.Conversation = "quick"
	submit(t, in, quick)
	release := make(chan struct{})
	answered := make(chan struct{})
	var got deliveries
	working(t, in, 2, func(ctx context.Context, d bot.Delivery) error {
		got.add(d)
		if d.Question.Conversation == "quick" {
			close(answered)
			return nil
		}
		select {
		case <-release:
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	select {
	case <-answered:
	case <-time.After(time.Minute):
		t.Fatal("a question of another conversation waits")
	}
	if n := len(got.all()); n != 2 {
		t.Errorf("%d ran, want one of each conversation", n)
	}
	close(release)
	eventually(t, "all are handled, and none of them failed", func() bool {
		return len(got.all()) == maxParked+21 && !slices.ContainsFunc(got.all(), func(d bot.Delivery) bool { return d.Attempt > 1 })
	})
}

func TestALongConversationTakesTurnsWithNewOnes(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	for n := range 20 {
		q := question(n)
		q.Conversation = "long"
		submit(t, in, q)
	}
	other := question(1000)
	other.Conversation = "other"
	submit(t, in, other)
	var got deliveries
	release := make(chan struct{})
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error {
		<-release
		got.add(d)
		return nil
	})
	eventually(t, "all are taken in", func() bool { return stats(t, in).Pending == 21 })
	close(release)
	eventually(t, "all are handled", func() bool { return len(got.all()) == 21 })
	if at := slices.Index(got.ids(), string(other.ID)); at != 1 {
		t.Errorf("the other conversation came %d., want right after the question that ran", at+1)
	}
}

func TestParallelismIsBounded(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	for n := range 40 {
		submit(t, in, question(n))
	}
	var running, most, done atomic.Int32
	release := make(chan struct{})
	working(t, in, 5, func(context.Context, bot.Delivery) error {
		now := running.Add(1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		<-release
		running.Add(-1)
		done.Add(1)
		return nil
	})
	// Five run, five are ready, one is pulled: nothing more can be taken.
	eventually(t, "all that can be is taken", func() bool { return running.Load() == 5 && stats(t, in).Pending == 11 })
	close(release)
	eventually(t, "all are handled", func() bool { return done.Load() == 40 })
	if most.Load() != 5 {
		t.Errorf("%d ran at the same time, want 5", most.Load())
	}
}

func TestAFailedQuestionComesBackLaterAndLaterUntilItIsSetAside(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), RetryBase: 50 * time.Millisecond, Attempts: 3})
	q := question(1)
	submit(t, in, q)
	var got deliveries
	at := make(chan time.Time, 10)
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error {
		got.add(d)
		at <- time.Now()
		return errors.New("platform down")
	})
	var letters []DeadLetter
	eventually(t, "it is set aside", func() bool {
		var err error
		if letters, err = in.Dead(t.Context()); err != nil {
			t.Fatal(err)
		}
		return len(letters) == 1
	})
	want := []bot.Delivery{{Question: q, Attempt: 1}, {Question: q, Attempt: 2}, {Question: q, Attempt: 3, Last: true}}
	if diff := cmp.Diff(want, got.all()); diff != "" {
		t.Error(diff)
	}
	first, second, third := <-at, <-at, <-at
	if d := second.Sub(first); d < 50*time.Millisecond {
		t.Errorf("tried again after %v", d)
	}
	if d := third.Sub(second); d < 200*time.Millisecond {
		t.Errorf("tried a third time after %v", d)
	}
	letter := letters[0]
	if letter.Reason != "attempts_exhausted" || letter.Attempts != 3 || letter.Error != "platform down" || letter.Question.ID != q.ID {
		t.Errorf("set aside as %+v", letter)
	}
	if again, err := in.submit(t.Context(), q); err != nil || !again {
		t.Errorf("a question that was set aside: duplicate %v, error %v", again, err)
	}
	eventually(t, "nothing is pending", func() bool { s := stats(t, in); return s.Pending == 0 && s.Waiting == 0 && s.Dead == 1 })
}

func TestBackoffGrowsUpToItsMaximum(t *testing.T) {
	t.Parallel()
	c, err := Config{Dir: "x"}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	in := &Inbox{c: c}
	for attempt, want := range map[int]time.Duration{
		1: 2 * time.Second, 2: 8 * time.Second, 3: 32 * time.Second, 4: 128 * time.Second, 6: 10 * time.Minute, 1000: 10 * time.Minute,
	} {
		if got := in.backoff(attempt); got != want {
			t.Errorf("attempt %d: %v, want %v", attempt, got, want)
		}
		if got := jitter(want); got < want || got > want+want/4 {
			t.Errorf("%v with jitter is %v", want, got)
		}
	}
}

func TestWhatAPlatformAsksToWaitIsWaitedAndIsNoFailedAttempt(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), Attempts: 2})
	submit(t, in, question(1))
	var got deliveries
	at := make(chan time.Time, 10)
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error {
		got.add(d)
		at <- time.Now()
		if len(got.all()) <= 3 {
			return bot.Retry(300*time.Millisecond, errors.New("429"))
		}
		return nil
	})
	eventually(t, "it is answered", func() bool { return len(got.all()) == 4 && stats(t, in).Pending == 0 })
	before := <-at
	for range 3 {
		after := <-at
		if d := after.Sub(before); d < 300*time.Millisecond {
			t.Errorf("asked again after %v", d)
		}
		before = after
	}
	for _, d := range got.all() {
		if d.Attempt != 1 || d.Last {
			t.Errorf("attempt %d, last %v", d.Attempt, d.Last)
		}
	}
}

func TestAPlatformThatAlwaysAsksToWaitEndsInADeadLetter(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), Attempts: 2, Patience: time.Nanosecond, RetryBase: time.Millisecond})
	submit(t, in, question(1))
	working(t, in, 1, func(context.Context, bot.Delivery) error {
		return bot.Retry(20*time.Millisecond, errors.New("429"))
	})
	eventually(t, "it is set aside", func() bool { return stats(t, in).Dead == 1 })
}

func TestAPermanentErrorSetsAsideAtOnceWithItsReason(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	submit(t, in, question(1))
	var got deliveries
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error {
		got.add(d)
		return fmt.Errorf("post: %w", bot.Permanent("channel_not_found", errors.New("gone")))
	})
	eventually(t, "it is set aside", func() bool { return stats(t, in).Dead == 1 })
	letter, err := in.DeadLetter(t.Context(), "slack:C1:1")
	if err != nil || letter.Reason != "channel_not_found" || letter.Attempts != 1 {
		t.Errorf("set aside as %+v, %v", letter, err)
	}
	if n := len(got.all()); n != 1 {
		t.Errorf("delivered %d times", n)
	}
}

func TestAPanicIsAFailedAttempt(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), RetryBase: time.Millisecond, Attempts: 2})
	submit(t, in, question(1))
	working(t, in, 1, func(context.Context, bot.Delivery) error { panic("words of a person") })
	eventually(t, "it is set aside", func() bool { return stats(t, in).Dead == 1 })
	letter, err := in.DeadLetter(t.Context(), "slack:C1:1")
	if err != nil || strings.Contains(letter.Error, "words") || !strings.Contains(letter.Error, "panic") {
		t.Errorf("set aside as %+v, %v", letter, err)
	}
}

func TestDeadLettersAreListedRequeuedAndDropped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	var dead atomic.Bool
	dead.Store(true)
	var got deliveries
	handle := func(ctx context.Context, d bot.Delivery) error {
		if dead.Load() {
			rec := bot.Record{Question: d.Question.ID, State: bot.Dead, Reason: "revoked", At: time.Now()}
			if err := in.Save(ctx, rec); err != nil {
				return err
			}
			return bot.Permanent("revoked", errors.New("token_revoked"))
		}
		got.add(d)
		return nil
	}
	for n := range 3 {
		submit(t, in, question(n))
		stop := working(t, in, 1, handle)
		eventually(t, "it is set aside", func() bool { return stats(t, in).Dead == n+1 })
		stop()
	}
	shutdown(t, in)
	in = open(t, Config{Dir: dir})

	letters, err := in.Dead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, l := range letters {
		ids = append(ids, string(l.Question.ID))
	}
	if diff := cmp.Diff([]string{"slack:C1:2", "slack:C1:1", "slack:C1:0"}, ids); diff != "" {
		t.Error(diff)
	}
	if err := in.Drop(t.Context(), "slack:C1:0"); err != nil {
		t.Error(err)
	}
	for _, id := range []bot.QuestionID{"slack:C1:0", "never:1"} {
		if err := in.Requeue(t.Context(), id); !errors.Is(err, ErrNoDeadLetter) {
			t.Errorf("requeue %s: %v", id, err)
		}
	}
	if err := in.Requeue(t.Context(), "slack:C1:1"); err != nil {
		t.Error(err)
	}
	if _, found, err := in.Load(t.Context(), "slack:C1:1"); found || err != nil {
		t.Errorf("the ledger says that it is dead: %v, %v", found, err)
	}
	dead.Store(false)
	working(t, in, 1, handle)
	eventually(t, "the requeued one is answered", func() bool { return len(got.all()) == 1 && stats(t, in).Pending == 0 })
	want := []bot.Delivery{{Question: letters[1].Question, Attempt: 1}}
	if diff := cmp.Diff(want, got.all()); diff != "" {
		t.Error(diff)
	}
	if s := stats(t, in); s.Dead != 1 {
		t.Errorf("%d are set aside, want the one that was neither dropped nor requeued", s.Dead)
	}
}
