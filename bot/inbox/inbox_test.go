package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("INBOX_TEST_CHILD"); dir != "" {
		submitUntilKilled(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// open opens an inbox that is closed at the end of the test.
func open(t testing.TB, c Config) *Inbox {
	t.Helper()
	if c.Logger == nil && testing.Verbose() {
		c.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	in, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, in) })
	return in
}

func shutdown(t testing.TB, in *Inbox) {
	t.Helper()
	if err := in.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

func question(n int) bot.Question {
	return bot.Question{
		ID: bot.QuestionID(fmt.Sprintf("slack:C1:%d", n)), Platform: "slack", Kind: bot.Ask,
		Text: "오픈소스 AI의 단점은?", Asked: time.Now().UTC(), Address: []byte(`{"channel":"C1"}`),
	}
}

func submit(t testing.TB, in *Inbox, q bot.Question) {
	t.Helper()
	if err := in.Submit(t.Context(), q); err != nil {
		t.Fatal(err)
	}
}

// working runs Work until stop is called, which waits for it.
func working(t testing.TB, in *Inbox, parallel int, handle Handler) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- in.Work(ctx, parallel, handle) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("work: %v", err)
			}
		case <-time.After(time.Minute):
			t.Error("work does not return")
		}
	})
	t.Cleanup(stop)
	return stop
}

// deliveries collects what a handler was given.
type deliveries struct {
	mu  sync.Mutex
	got []bot.Delivery
}

func (d *deliveries) add(x bot.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got = append(d.got, x)
}

func (d *deliveries) all() []bot.Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]bot.Delivery(nil), d.got...)
}

func (d *deliveries) ids() []string {
	var ids []string
	for _, x := range d.all() {
		ids = append(ids, string(x.Question.ID))
	}
	return ids
}

// eventually polls until ok, up to a minute: a busy machine syncs slowly.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func stats(t testing.TB, in *Inbox) Stats {
	t.Helper()
	s, err := in.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASubmittedQuestionIsDeliveredAsItWas(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	q := question(1)
	q.Conversation = "C1 thread.1/2>*"
	submit(t, in, q)
	var got deliveries
	working(t, in, 2, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "the question is handled", func() bool { return stats(t, in).Waiting == 0 && len(got.all()) == 1 })
	want := []bot.Delivery{{Question: q, Attempt: 1}}
	if diff := cmp.Diff(want, got.all()); diff != "" {
		t.Error(diff)
	}
}

func TestADuplicateIsRefusedAfterTheAnswerAndARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	for n := range 20 {
		submit(t, in, question(n))
	}
	var got deliveries
	stop := working(t, in, 4, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "all are answered", func() bool { s := stats(t, in); return len(got.all()) == 20 && s.Pending == 0 })
	stop()
	shutdown(t, in)

	in = open(t, Config{Dir: dir})
	for n := range 20 {
		again, err := in.submit(t.Context(), question(n))
		if err != nil || !again {
			t.Errorf("question %d: duplicate %v, error %v", n, again, err)
		}
	}
	if s := stats(t, in); s.Waiting != 0 {
		t.Errorf("%d questions wait, none should", s.Waiting)
	}
}

func TestTheRunningBrokerSyncsAndOpensNoPort(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	srv := in.link.Load().srv
	v, err := srv.Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.JetStream.Config.SyncAlways {
		t.Error("the running broker acknowledges before it syncs")
	}
	if srv.Addr() != nil {
		t.Errorf("the broker listens on %v", srv.Addr())
	}
	for _, want := range streams(in.c, in.size, 1) {
		s, err := in.link.Load().js.Stream(t.Context(), want.Name)
		if err != nil {
			t.Fatal(err)
		}
		if c := s.CachedInfo().Config; c.AllowDirect {
			t.Errorf("stream %s allows direct reads", c.Name)
		}
	}
}

func TestASecondProcessOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	_, err := Open(t.Context(), Config{Dir: dir})
	if err == nil {
		t.Fatal("the folder was opened twice")
	}
	for _, want := range []string{dir, fmt.Sprintf("PID %d", os.Getpid())} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	shutdown(t, in)
	open(t, Config{Dir: dir})
}

func TestAQuestionThatCanNeverBeStoredIsAPermanentError(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	large, noID, badID := question(1), question(2), question(3)
	large.Text = strings.Repeat("가", MaxQuestion/3)
	noID.ID, badID.ID = "", "a/b c"
	for name, q := range map[string]bot.Question{"large": large, "no ID": noID, "bad ID": badID} {
		err := in.Submit(t.Context(), q)
		var permanent *bot.PermanentError
		if !errors.As(err, &permanent) || !errors.Is(err, bot.ErrNotAccepted) {
			t.Errorf("%s: %v", name, err)
		}
	}
	largest := question(4)
	largest.Text = strings.Repeat("a", MaxQuestion-1024)
	submit(t, in, largest)
}

func TestSubmitAfterCloseIsNotAccepted(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	shutdown(t, in)
	shutdown(t, in) // idempotent
	if err := in.Submit(t.Context(), question(1)); !errors.Is(err, bot.ErrNotAccepted) {
		t.Errorf("got %v", err)
	}
	if err := in.Ready(t.Context()); err == nil {
		t.Error("a closed inbox is ready")
	}
	if _, _, err := in.Load(t.Context(), "slack:C1:1"); err == nil {
		t.Error("a closed inbox reads")
	}
}

func TestAFullInboxRefusesAndKeepsWhatItHas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir, MaxStore: minStore})
	q := question(0)
	q.Text = strings.Repeat("a", 500<<10)
	refused := 0
	for n := range 80 {
		q.ID = bot.QuestionID(fmt.Sprintf("big:%d", n))
		err := in.Submit(t.Context(), q)
		if err == nil {
			continue
		}
		if !errors.Is(err, bot.ErrNotAccepted) {
			t.Fatal(err)
		}
		refused++
	}
	s := stats(t, in)
	if refused == 0 || s.Waiting+refused != 80 {
		t.Errorf("%d refused, %d wait", refused, s.Waiting)
	}
	if s.Bytes > s.MaxBytes {
		t.Errorf("%d bytes of %d", s.Bytes, s.MaxBytes)
	}
}

func TestADiskThatIsTooSmallIsRefusedWithTheNumbers(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{Dir: t.TempDir(), free: func(string) (int64, error) { return 100 << 20, nil }})
	if err == nil || !strings.Contains(err.Error(), "100 MiB free") || !strings.Contains(err.Error(), "128 MiB are needed") {
		t.Errorf("got %v", err)
	}
}

func TestTheStoreFitsASmallDiskAndNeverShrinks(t *testing.T) {
	t.Parallel()
	c := Config{Dir: t.TempDir(), MaxStore: 2 << 30}
	for _, step := range []struct{ free, want int64 }{
		{1 << 30, 1 << 29}, {200 << 20, 1 << 29}, {100 << 30, 2 << 30}, {1 << 20, 2 << 30},
	} {
		c.free = func(string) (int64, error) { return step.free, nil }
		got, err := storeBytes(c)
		if err != nil || got != step.want {
			t.Errorf("%d MiB free: store of %d MiB, %v; want %d", step.free>>20, got>>20, err, step.want>>20)
		}
	}
}

func TestTheLedgerReadsWhatItWrote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	id := bot.QuestionID("discord:1.2:3")
	if _, found, err := in.Load(t.Context(), id); found || err != nil {
		t.Fatalf("found %v, error %v", found, err)
	}
	rec := bot.Record{Question: id, State: bot.Posting, Asked: "Q?", At: time.Now().UTC()}
	rec.Reply.Answer = bot.Answer{Status: bot.Answered, Sentences: []bot.Sentence{{Text: "A.", Cites: []int{1}}}}
	for n := range 50 {
		rec.Reason = fmt.Sprint(n)
		if err := in.Save(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		got, found, err := in.Load(t.Context(), id)
		if err != nil || !found {
			t.Fatalf("found %v, error %v", found, err)
		}
		if diff := cmp.Diff(rec, got); diff != "" {
			t.Fatal(diff)
		}
	}
	shutdown(t, in)
	in = open(t, Config{Dir: dir})
	got, _, err := in.Load(t.Context(), id)
	if diff := cmp.Diff(rec, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAPostedRecordIsNotTakenBack(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	rec := bot.Record{Question: "a:1", State: bot.Posted, At: time.Now().UTC()}
	if err := in.Save(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	rec.State = bot.Posting
	if err := in.Save(t.Context(), rec); !errors.Is(err, ErrOutdated) {
		t.Errorf("got %v", err)
	}
	got, _, _ := in.Load(t.Context(), "a:1")
	if got.State != bot.Posted {
		t.Errorf("the record is %s", got.State)
	}
}

func TestARecordThatIsTooLargeIsAPermanentError(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	var permanent *bot.PermanentError
	err := in.Save(t.Context(), bot.Record{Question: "a:1", Asked: strings.Repeat("a", MaxRecord)})
	if !errors.As(err, &permanent) {
		t.Errorf("got %v", err)
	}
	rec := bot.Record{Question: "a:1", State: bot.Posting, Asked: strings.Repeat("a", MaxRecord-1024)}
	if err := in.Save(t.Context(), rec); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatCannotBeMadeIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{Dir: filepath.Join(file, "data")}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}
