package inbox

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
)

func TestAPersonHasOneVoteAndMayChangeIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	vote := bot.Vote{Question: "slack:C1:1", Platform: "slack", Person: "UVOTER", Reason: "outdated", Text: "marker-of-an-opinion", At: time.Now().UTC()}
	for _, helpful := range []bool{false, true, false} {
		vote.Helpful = helpful
		if err := in.SaveVote(t.Context(), vote); err != nil {
			t.Fatal(err)
		}
	}
	other := vote
	other.Person, other.Text = "UOTHER", strings.Repeat("가", 1000)
	if err := in.SaveVote(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	got := map[string]bot.Vote{}
	votes := func() {
		clear(got)
		if err := in.Votes(t.Context(), func(v bot.Vote) error { got[v.Person] = v; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	votes()
	other.Text = strings.Repeat("가", 666)
	if diff := cmp.Diff(map[string]bot.Vote{"UVOTER": vote, "UOTHER": other}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := in.Forget(t.Context(), "slack", "UVOTER"); err != nil {
		t.Fatal(err)
	}
	votes()
	if len(got) != 1 || got["UOTHER"].Person == "" {
		t.Errorf("after one was forgotten: %+v", got)
	}
	if found := files(t, dir, "marker-of-an-opinion"); len(found) > 0 {
		t.Errorf("the opinion is still in %v", found)
	}
	if err := in.SaveVote(t.Context(), bot.Vote{Platform: "slack", Person: "U1"}); err == nil {
		t.Error("a vote on nothing was stored")
	}
}

func TestAChannelIsSetForEveryone(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	mode := func() bot.ChannelMode {
		m, err := in.ChannelMode(t.Context(), "slack", "C1")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if got := mode(); got != bot.Mentions {
		t.Errorf("a channel that nobody set is %q", got)
	}
	if err := in.SetChannelMode(t.Context(), "slack", "C1", bot.Auto); err != nil {
		t.Fatal(err)
	}
	if got := mode(); got != bot.Auto {
		t.Errorf("got %q", got)
	}
	if err := in.SetChannelMode(t.Context(), "slack", "C1", "loud"); err == nil {
		t.Error("a mode that does not exist was set")
	}
}

func TestReplicasCountTogether(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for range 20 {
		all.Go(func() {
			n, err := in.Count(t.Context(), "slack U1", time.Hour)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[n] = true
		})
	}
	all.Wait()
	if time.Now().Truncate(time.Hour) != time.Now().Add(-time.Minute).Truncate(time.Hour) {
		t.Skip("the hour changed a moment ago")
	}
	if len(seen) != 20 || !seen[20] {
		t.Errorf("counted %v", seen)
	}
	if n, err := in.Count(t.Context(), "slack U2", time.Hour); err != nil || n != 1 {
		t.Errorf("another person's first is number %d, %v", n, err)
	}
	for _, window := range []time.Duration{0, 2 * time.Hour} {
		if _, err := in.Count(t.Context(), "slack U1", window); err == nil {
			t.Errorf("a window of %v was accepted", window)
		}
	}
}

func TestALeaseHasOneHolder(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), leaseTTL: 2 * time.Second})
	first, err := in.Hold(t.Context(), "shard 0", "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Hold(t.Context(), "shard 0", "b"); !errors.Is(err, ErrHeld) {
		t.Errorf("the second got it: %v", err)
	}
	other, err := in.Hold(t.Context(), "shard 1", "b")
	if err != nil {
		t.Error(err)
	}
	defer other.Release()
	select {
	case <-first.Lost():
		t.Error("lost while it was renewed")
	case <-time.After(3 * time.Second): // longer than its time to live
	}
	first.Release()
	again, err := in.Hold(t.Context(), "shard 0", "b")
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	again.Release()
}

func TestALeaseOfADeadHolderIsFreeAgain(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), leaseTTL: time.Second})
	kv, err := in.kv(bucketLeases)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Create(t.Context(), token("shard 0"), []byte("dead")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "somebody takes it over", func() bool {
		l, err := in.Hold(t.Context(), "shard 0", "b")
		if err != nil {
			return false
		}
		l.Release()
		return true
	})
}

func TestAHolderLearnsThatItsLeaseIsGone(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), leaseTTL: time.Second})
	l, err := in.Hold(t.Context(), "shard 0", "a")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	kv, err := in.kv(bucketLeases)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), token("shard 0"), []byte("thief")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-l.Lost():
	case <-time.After(time.Minute):
		t.Error("the holder does not know")
	}
}

func TestEntriesThatChangeAreToldOf(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), watch: 50 * time.Millisecond})
	if err := in.PutEntry(t.Context(), "vacation.md", []byte("# When?\n\nNow.\n")); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 8)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- in.WatchEntries(ctx, func(name string, md []byte) { told <- name + " " + string(md) }) }()
	next := func(want string) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Errorf("told of %q, want %q", got, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("nobody is told of %q", want)
		}
	}
	next("vacation.md # When?\n\nNow.\n")
	if err := in.PutEntry(t.Context(), "vacation.md", []byte("# When?\n\nLater.\n")); err != nil {
		t.Fatal(err)
	}
	next("vacation.md # When?\n\nLater.\n")
	if err := in.RemoveEntry(t.Context(), "vacation.md"); err != nil {
		t.Fatal(err)
	}
	next("vacation.md ")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if all, err := in.Entries(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("left are %v, %v", all, err)
	}
	if err := in.RemoveEntry(t.Context(), "vacation.md"); !errors.Is(err, ErrNoEntry) {
		t.Errorf("removed twice: %v", err)
	}
	for _, name := range []string{"", "../x.md", "a b.md", "x.txt", strings.Repeat("x", 200) + ".md"} {
		if err := in.PutEntry(t.Context(), name, []byte("x")); err == nil {
			t.Errorf("%q was stored", name)
		}
	}
}
