package inbox

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// files returns the files below dir in which marker stands.
func files(t *testing.T, dir, marker string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // the broker replaces files while it runs
		}
		if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte(marker)) {
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// answering posts and records every question, with its text in the answer, as
// a worker does: two states of a record each.
func answering(t *testing.T, in *Inbox) func(context.Context, bot.Delivery) error {
	return func(ctx context.Context, d bot.Delivery) error {
		q := d.Question
		if q.Kind == bot.Topics {
			return bot.Permanent("not_possible", context.Canceled)
		}
		rec := bot.Record{Question: q.ID, Platform: q.Platform, Asker: q.Asker, State: bot.Posting, Asked: q.Text, At: time.Now()}
		rec.Reply.Answer = bot.Answer{Status: bot.Answered, Preface: q.Text}
		if err := in.Save(ctx, rec); err != nil {
			return err
		}
		rec.State, rec.At = bot.Posted, time.Now()
		return in.Save(ctx, rec)
	}
}

// ask submits a question of a person, which is answered or (topics) set aside.
func ask(t *testing.T, in *Inbox, n int, person, text string, kind bot.Kind) {
	t.Helper()
	q := question(n)
	q.Asker, q.Text, q.Kind = person, text, kind
	submit(t, in, q)
}

func TestAPersonWhoIsForgottenIsInNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	stop := working(t, in, 2, answering(t, in))
	for n := range 30 {
		ask(t, in, n, "UMARK-GOES", "marker-of-who-goes", bot.Ask)
		ask(t, in, 100+n, "USTAYS", "marker-of-who-stays", bot.Ask)
	}
	ask(t, in, 200, "UMARK-GOES", "marker-of-who-goes", bot.Topics)
	eventually(t, "all are done", func() bool { s := stats(t, in); return s.Waiting+s.Pending == 0 && s.Dead == 1 })
	stop()
	ask(t, in, 300, "UMARK-GOES", "marker-of-who-goes, waiting", bot.Ask)
	if found := files(t, dir, "marker-of-who-goes"); len(found) < 3 {
		t.Fatalf("before, it is only in %v", found)
	}

	n, err := in.Forget(t.Context(), "slack", "UMARK-GOES")
	if err != nil || n != 31 {
		t.Fatalf("erased %d, %v; want 31", n, err)
	}
	if got := stats(t, in); got.Waiting != 1 {
		t.Errorf("%d questions wait, want the one that was not answered yet", got.Waiting)
	}
	working(t, in, 2, answering(t, in))
	eventually(t, "the last one is answered and erased", func() bool {
		if _, err := in.sweep(t.Context(), false); err != nil {
			t.Error(err)
		}
		return len(files(t, dir, "marker-of-who-goes")) == 0
	})
	for _, marker := range []string{"UMARK-GOES"} {
		if found := files(t, dir, marker); len(found) > 0 {
			t.Errorf("%s is still in %v", marker, found)
		}
	}
	if found := files(t, dir, "marker-of-who-stays"); len(found) == 0 {
		t.Error("the other person is gone as well")
	}
	if rec, ok, err := in.Load(t.Context(), "slack:C1:3"); err != nil || !ok || rec.State != bot.Posted {
		t.Errorf("the record that refuses a duplicate: %+v, %v, %v", rec, ok, err)
	}
}

func TestAFolderFromWhichWasErasedIsNotDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	stop := working(t, in, 2, answering(t, in))
	for n := range 9 {
		ask(t, in, n, []string{"UA", "UB", "UC"}[n%3], "?", bot.Ask)
	}
	eventually(t, "all are done", func() bool { s := stats(t, in); return s.Waiting+s.Pending == 0 })
	stop()
	if n, err := in.Forget(t.Context(), "slack", "UB"); err != nil || n != 3 {
		t.Fatalf("erased %d, %v", n, err)
	}
	shutdown(t, in)
	in = open(t, Config{Dir: dir})
	if err := in.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	// The messages are gone, and with them what the broker knows of their IDs.
	// The ledger still knows that they were answered.
	seen := make(chan bot.Delivery, 1)
	working(t, in, 1, func(ctx context.Context, d bot.Delivery) error {
		seen <- d
		return nil
	})
	ask(t, in, 1, "UB", "?", bot.Ask)
	d := <-seen
	if rec, ok, err := in.Load(t.Context(), d.Question.ID); err != nil || !ok || rec.State != bot.Posted {
		t.Errorf("a repeated question would be answered again: %+v, %v, %v", rec, ok, err)
	}
}

func TestARetentionOfNothingLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir, Retention: KeepNothing, watch: 20 * time.Millisecond})
	working(t, in, 2, answering(t, in))
	for n := range 10 {
		ask(t, in, n, "UMARK", "marker-of-somebody", bot.Ask)
	}
	ask(t, in, 10, "UMARK", "marker-of-somebody", bot.Topics)
	eventually(t, "all are answered and erased", func() bool {
		s := stats(t, in)
		return s.Waiting+s.Pending == 0 && len(files(t, dir, "marker-of-somebody"))+len(files(t, dir, "UMARK")) == 0
	})
	letters, err := in.Dead(t.Context())
	if err != nil || len(letters) != 1 || letters[0].Reason != "not_possible" || letters[0].Question.ID != "slack:C1:10" {
		t.Errorf("an operator sees %+v, %v", letters, err)
	}
}

func TestRetentionShortensEveryAge(t *testing.T) {
	t.Parallel()
	c, err := Config{Dir: "x", Retention: 48 * time.Hour}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if c.MaxAge != 48*time.Hour || c.DeadAge != 48*time.Hour {
		t.Errorf("questions %v, dead letters %v", c.MaxAge, c.DeadAge)
	}
	if c, _ = (Config{Dir: "x", Retention: time.Hour}).withDefaults(); c.MaxAge != DefaultDedup {
		t.Errorf("IDs are kept for %v, duplicates come for %v", c.MaxAge, DefaultDedup)
	}
}

func TestNobodyIsForgottenByMistake(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	for _, who := range [][2]string{{"", "U1"}, {"slack", ""}} {
		if _, err := in.Forget(t.Context(), who[0], who[1]); err == nil {
			t.Errorf("%q was accepted", who)
		}
	}
}
