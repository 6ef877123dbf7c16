package inbox

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

func TestStoppingGivesBackWhatDoesNotRunAndLetsTheRestFinish(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), AckWait: time.Hour}) // nothing comes back by itself
	for n := range 10 {
		q := question(n)
		q.Conversation = fmt.Sprint(n % 2)
		submit(t, in, q)
	}
	var finished deliveries
	started, release := make(chan struct{}, 10), make(chan struct{})
	stop := working(t, in, 2, func(_ context.Context, d bot.Delivery) error {
		started <- struct{}{}
		<-release
		finished.add(d)
		return nil
	})
	<-started
	<-started
	eventually(t, "the rest is taken in", func() bool { return stats(t, in).Pending == 10 })
	time.AfterFunc(100*time.Millisecond, func() { close(release) })
	stop()
	if n := len(finished.all()); n != 2 {
		t.Errorf("%d finished, want the two that ran", n)
	}
	var rest deliveries
	working(t, in, 2, func(_ context.Context, d bot.Delivery) error { rest.add(d); return nil })
	eventually(t, "the rest is delivered at once", func() bool { return len(rest.all()) == 8 })
	for _, d := range rest.all() {
		if d.Attempt != 1 {
			t.Errorf("question %s: attempt %d, nobody tried before", d.Question.ID, d.Attempt)
		}
	}
}

func TestAHandlerCutShortByTheGracePeriodIsNoFailedAttempt(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), AckWait: time.Hour, Grace: 50 * time.Millisecond, Attempts: 2})
	submit(t, in, question(1))
	for range 3 {
		started := make(chan bot.Delivery, 1)
		stop := working(t, in, 1, func(ctx context.Context, d bot.Delivery) error {
			started <- d
			<-ctx.Done()
			return ctx.Err()
		})
		select {
		case d := <-started:
			if d.Attempt != 1 {
				t.Errorf("attempt %d", d.Attempt)
			}
		case <-time.After(time.Minute):
			t.Fatal("it does not come back")
		}
		stop()
	}
}

func TestALongHandlerKeepsItsQuestion(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), AckWait: 1500 * time.Millisecond})
	for n := range 3 { // one runs, one is parked behind it, one is ready
		q := question(n)
		q.Conversation = []string{"a", "a", ""}[n]
		submit(t, in, q)
	}
	var got deliveries
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error {
		got.add(d)
		if len(got.all()) == 1 {
			time.Sleep(4 * time.Second) // more than two leases
		}
		return nil
	})
	eventually(t, "all are answered", func() bool { s := stats(t, in); return s.Waiting == 0 && s.Running == 0 && s.Pending == 0 })
	for _, d := range got.all() {
		if d.Attempt != 1 {
			t.Errorf("question %s was delivered again while it was held", d.Question.ID)
		}
	}
	if n := len(got.all()); n != 3 {
		t.Errorf("%d deliveries", n)
	}
}

func TestSomethingElseInTheInboxIsSetAside(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	if _, err := in.store(t.Context(), "inbox.x", "later:1", []byte("{not JSON")); err != nil {
		t.Fatal(err)
	}
	submit(t, in, question(1))
	var got deliveries
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "the other is answered", func() bool { return len(got.all()) == 1 && stats(t, in).Pending == 0 })
	letter, err := in.DeadLetter(t.Context(), "later:1")
	if err != nil || letter.Reason != "unreadable" {
		t.Errorf("set aside as %+v, %v", letter, err)
	}
}

func TestWorkWithoutRoomIsRefused(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	if err := in.Work(t.Context(), 0, nil); err == nil {
		t.Error("no error")
	}
}

// With the client library's iterators two of twelve runs of this had a question
// that waited 4.5 s, until a missed heartbeat ended the pull: see puller.
func TestNoQuestionWaitsForAHeartbeat(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	in := open(t, Config{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	var answered [8]chan struct{}
	for i := range answered {
		answered[i] = make(chan struct{}, 1)
	}
	working(t, in, 8, func(ctx context.Context, d bot.Delivery) error {
		rec := bot.Record{Question: d.Question.ID, State: bot.Posted}
		defer func() { answered[int(d.Question.Asker[0]-'0')] <- struct{}{} }()
		return in.Save(ctx, rec)
	})
	var people sync.WaitGroup
	for i := range answered {
		people.Go(func() {
			for n := range 100 {
				q := question(1000*i + n)
				q.Asker = fmt.Sprint(i)
				if err := in.Submit(context.Background(), q); err != nil {
					t.Error(err)
					return
				}
				<-answered[i]
			}
		})
	}
	people.Wait()
	if strings.Contains(log.String(), "taking questions failed") {
		t.Errorf("a pull ended:\n%s", log.String())
	}
}

// lockedBuffer is a buffer for many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
