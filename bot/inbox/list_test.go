package inbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/openai-explain/openai-explain/bot"
)

func list(t *testing.T, in *Inbox) []Item {
	t.Helper()
	all, err := in.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// phases are what is listed, in short.
func phases(t *testing.T, in *Inbox) []string {
	t.Helper()
	var out []string
	for _, i := range list(t, in) {
		out = append(out, fmt.Sprintf("%s %s %d %s %s", i.ID, i.Phase, i.Attempts, i.Reason, i.Error))
	}
	return out
}

func TestWhatWaitsRunsAndIsSetAsideIsListedAndWhatIsAnsweredIsNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir, RetryBase: time.Hour, RetryMax: time.Hour})
	for n := range 5 {
		q := question(n)
		if n == 4 {
			q.Conversation = "C" // waits for 3
		}
		if n == 3 {
			q.Conversation = "C"
		}
		submit(t, in, q)
	}
	running := make(chan struct{})
	stop := working(t, in, 5, func(ctx context.Context, d bot.Delivery) error {
		switch d.Question.ID {
		case "slack:C1:0":
			return in.Save(ctx, bot.Record{Question: d.Question.ID, State: bot.Posted})
		case "slack:C1:1":
			return bot.Permanent("channel_not_found", errors.New("gone"))
		case "slack:C1:2":
			return errors.New("platform down")
		}
		close(running)
		<-ctx.Done()
		return ctx.Err()
	})
	<-running
	want := []string{
		"slack:C1:1 set_aside 1 channel_not_found channel_not_found: gone",
		"slack:C1:2 waiting 1  platform down",
		"slack:C1:3 running 1  ",
		"slack:C1:4 waiting 0  ",
	}
	eventually(t, "all is as far as it comes", func() bool { return cmp.Equal(phases(t, in), want) })
	if next := list(t, in)[1].Next; time.Until(next) < 50*time.Minute {
		t.Errorf("the next attempt is at %v, an hour from now was said", next)
	}
	for _, i := range list(t, in) {
		if i.Text != "" {
			t.Errorf("the list tells what %s says", i.ID)
		}
	}
	shown, err := in.Show(t.Context(), "slack:C1:3")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Item{ID: "slack:C1:3", Phase: Running, Platform: "slack", Kind: bot.Ask, Attempts: 1, Text: question(3).Text},
		shown, cmpopts.IgnoreFields(Item{}, "Asked", "At", "q")); diff != "" {
		t.Error(diff)
	}
	if _, err := in.Show(t.Context(), "slack:C1:0"); !errors.Is(err, ErrNoQuestion) {
		t.Errorf("an answered question is shown: %v", err)
	}

	in.c.Grace = time.Millisecond
	stop()
	shutdown(t, in)
	in, err = Attach(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, in) })
	want[2], want[3] = "slack:C1:3 waiting 0  ", "slack:C1:4 waiting 0  "
	if diff := cmp.Diff(want, phases(t, in)); diff != "" {
		t.Errorf("with the process stopped:\n%s", diff)
	}
}

func TestAttachMakesNothingAndChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Attach(t.Context(), Config{Dir: filepath.Join(dir, "none")}); err == nil {
		t.Error("an inbox that is not there was opened")
	}
	in := open(t, Config{Dir: dir, MaxAge: 100 * time.Hour})
	if _, err := Attach(t.Context(), Config{Dir: dir}); err == nil {
		t.Error("the folder of a running process was opened")
	}
	was := settings(t, in)
	shutdown(t, in)
	in, err := Attach(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, in)
	if diff := cmp.Diff(was, settings(t, in)); diff != "" {
		t.Error(diff)
	}
}

// Nobody knows better than who has the lock that a dead process's lease is over.
func TestAfterACrashQuestionsAreDeliveredAtOnceButNotBeforeTheirTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	was := Config{Dir: filepath.Join(dir, "a"), AckWait: time.Hour, RetryBase: time.Hour, RetryMax: time.Hour}
	in := open(t, was)
	for n := range 3 {
		submit(t, in, question(n))
	}
	reached, release := make(chan struct{}, 2), make(chan struct{})
	stop := working(t, in, 3, func(_ context.Context, d bot.Delivery) error {
		if d.Question.ID == "slack:C1:1" {
			return errors.New("platform down")
		}
		reached <- struct{}{}
		<-release
		return nil
	})
	<-reached
	<-reached
	eventually(t, "one has failed", func() bool {
		all := list(t, in)
		return len(all) == 3 && all[1].Attempts == 1 && all[0].Phase == Running && all[2].Phase == Running
	})
	copyLive(t, filepath.Join(dir, "b"), filepath.Join(dir, "a"))
	close(release)
	stop()

	now := was
	now.Dir = filepath.Join(dir, "b")
	in = open(t, now)
	var got deliveries
	working(t, in, 3, func(ctx context.Context, d bot.Delivery) error {
		got.add(d)
		return in.Save(ctx, bot.Record{Question: d.Question.ID, State: bot.Posted})
	})
	eventually(t, "those that ran are delivered again", func() bool { return len(got.all()) == 2 })
	eventually(t, "the third waits for its time", func() bool {
		all := list(t, in)
		return len(all) == 1 && time.Until(all[0].Next) > 50*time.Minute && stats(t, in).Running == 0
	})
	for _, d := range got.all() {
		if d.Attempt > 2 || d.Question.ID == "slack:C1:1" {
			t.Errorf("question %s: attempt %d", d.Question.ID, d.Attempt)
		}
	}
}
