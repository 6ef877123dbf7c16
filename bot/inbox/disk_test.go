package inbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

func TestADiskThatFillsIsRefusedEarlyAndComesBackByItself(t *testing.T) {
	t.Parallel()
	var free atomic.Int64
	free.Store(10 << 30)
	in := open(t, Config{Dir: t.TempDir(), watch: 20 * time.Millisecond,
		free: func(string) (int64, error) { return free.Load(), nil }})
	submit(t, in, question(1))
	free.Store(1 << 20)
	start := time.Now()
	err := in.Submit(t.Context(), question(2))
	if !errors.Is(err, bot.ErrNotAccepted) || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
	if d := time.Since(start); d >= try {
		t.Errorf("refused after %v", d)
	}
	if err := in.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("ready: %v", err)
	}
	var got deliveries
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "what was accepted is worked on", func() bool { return len(got.all()) == 1 })
	free.Store(10 << 30)
	eventually(t, "questions are accepted again", func() bool { return in.Submit(t.Context(), question(2)) == nil })
	eventually(t, "and worked on", func() bool { return len(got.all()) == 2 && in.Ready(t.Context()) == nil })
}

func TestABrokerThatSwitchedItselfOffIsStartedAgain(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir(), watch: 20 * time.Millisecond})
	submit(t, in, question(1))
	var got deliveries
	working(t, in, 2, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "the first is answered", func() bool { return len(got.all()) == 1 && stats(t, in).Pending == 0 })

	in.watcher.Go(func() { _ = in.link.Load().srv.ShutdownJetStream() }) // what the server does when its disk is full
	srv := in.link.Load().srv
	eventually(t, "it is off", func() bool { return !srv.JetStreamEnabled() })
	start := time.Now()
	if err := in.Submit(t.Context(), question(2)); err != nil {
		if d := time.Since(start); d >= try || !errors.Is(err, bot.ErrNotAccepted) {
			t.Errorf("after %v: %v", d, err)
		}
	}
	eventually(t, "questions are accepted again", func() bool { return in.Submit(t.Context(), question(2)) == nil })
	eventually(t, "and worked on", func() bool { return len(got.all()) == 2 })
	again, err := in.submit(t.Context(), question(1))
	if err != nil || !again {
		t.Errorf("the first: duplicate %v, error %v", again, err)
	}
}

// filled makes a store of n questions in dir, closed cleanly.
func filled(t *testing.T, dir string, n int) {
	t.Helper()
	in := open(t, Config{Dir: dir})
	for i := range n {
		submit(t, in, question(i))
	}
	shutdown(t, in)
}

// refused opens a damaged store, twice, and checks that it says so each time.
func refused(t *testing.T, dir, reason string) {
	t.Helper()
	for range 2 {
		in := open(t, Config{Dir: dir})
		err := in.Ready(t.Context())
		if err == nil {
			t.Fatal("a damaged store is ready")
		}
		for _, want := range []string{"damaged", reason, "openai-explain restore", filepath.Join(dir, damageFile)} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
		if err := in.Submit(t.Context(), question(5000)); !errors.Is(err, bot.ErrNotAccepted) {
			t.Errorf("submit: %v", err)
		}
		var got deliveries
		stop := working(t, in, 1, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
		time.AfterFunc(50*time.Millisecond, stop)
		stop()
		if n := len(got.all()); n > 0 {
			t.Errorf("%d questions of a damaged store were handled", n)
		}
		shutdown(t, in)
	}
}

func TestAFlippedBitIsNoticedAtThisAndTheNextStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	filled(t, dir, 200)
	blocks, err := filepath.Glob(filepath.Join(dir, "nats/jetstream/$G/streams/INBOX/msgs/*.blk"))
	if err != nil || len(blocks) == 0 {
		t.Fatal("no blocks", err)
	}
	flip(t, blocks[len(blocks)-1])
	// After a kill there is no index that the server could trust instead.
	if err := os.Remove(filepath.Join(dir, "nats/jetstream/$G/streams/INBOX/msgs/index.db")); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, "stream INBOX")

	in := open(t, Config{Dir: dir, watch: 20 * time.Millisecond})
	if there, err := ClearDamage(dir); err != nil || !there {
		t.Errorf("clear: %v, %v", there, err)
	}
	eventually(t, "it goes on with what is left", func() bool { return in.Ready(t.Context()) == nil })
	submit(t, in, question(5000))
	shutdown(t, in)
	in = open(t, Config{Dir: dir})
	if err := in.Ready(t.Context()); err != nil {
		t.Errorf("not ready although the operator decided: %v", err)
	}
	if there, err := ClearDamage(dir); err != nil || there {
		t.Errorf("clear again: %v, %v", there, err)
	}
}

func flip(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 4
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreThatWasPutBackToAnEarlierStateIsNoticed(t *testing.T) {
	t.Parallel()
	dir, old := t.TempDir(), filepath.Join(t.TempDir(), "old")
	filled(t, dir, 10)
	if err := os.CopyFS(old, os.DirFS(filepath.Join(dir, "nats"))); err != nil {
		t.Fatal(err)
	}
	filled(t, dir, 20)
	if err := os.RemoveAll(filepath.Join(dir, "nats")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "nats"), os.DirFS(old)); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, "ends at 10, it went to 20")
}

func TestAStoreThatIsGoneIsNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	filled(t, dir, 10)
	if err := os.RemoveAll(filepath.Join(dir, "nats")); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, "stream INBOX is gone, it held 10 messages")
}

func TestACleanStoreIsReadyAtEveryStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := range 4 {
		in := open(t, Config{Dir: dir})
		if err := in.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			submit(t, in, question(10*n+i))
		}
		var got deliveries
		stop := working(t, in, 4, func(_ context.Context, d bot.Delivery) error {
			got.add(d)
			rec := bot.Record{Question: d.Question.ID, State: bot.Posted}
			return in.Save(context.Background(), rec)
		})
		eventually(t, "all are answered", func() bool { return len(got.all()) == 10 && stats(t, in).Pending == 0 })
		stop()
		shutdown(t, in)
	}
}

func TestAFileIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := range 3 {
		if err := writeFile(dir, "a.json", storeSize{int64(n)}); err != nil {
			t.Fatal(err)
		}
	}
	var got storeSize
	if there, err := readFile(dir, "a.json", &got); err != nil || !there || got.Bytes != 2 {
		t.Errorf("read %v, %v, %v", got, there, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readFile(dir, "a.json", &got); err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("a torn file: %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files are left", len(files))
	}
}
