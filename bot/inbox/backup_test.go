package inbox

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/openai-explain/openai-explain/bot"
)

// stored makes an inbox with ten answered questions, one that was set aside,
// three that wait, and somebody who asked to be forgotten.
func storedInbox(t *testing.T, c Config) *Inbox {
	t.Helper()
	in := open(t, c)
	stop := working(t, in, 2, answering(t, in))
	for n := range 10 {
		ask(t, in, n, "U1", "answered", bot.Ask)
	}
	ask(t, in, 10, "U1", "set aside", bot.Topics)
	eventually(t, "all are done", func() bool { s := stats(t, in); return s.Waiting+s.Pending == 0 && s.Dead == 1 })
	stop()
	for n := range 3 {
		ask(t, in, 20+n, "U2", "waiting", bot.Ask)
	}
	if _, err := in.Forget(t.Context(), "slack", "U3"); err != nil {
		t.Fatal(err)
	}
	return in
}

func TestABackupRestoredIsTheSameInbox(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	want, err := storedInbox(t, Config{Dir: t.TempDir()}).Backup(t.Context(), &file)
	if err != nil {
		t.Fatal(err)
	}
	if want[streamInbox] != 14 || want[streamDead] != 1 || want["KV_ledger"] != 10 || want["KV_forgotten"] != 1 {
		t.Errorf("backed up %v", want)
	}
	c := Config{Dir: t.TempDir()}
	got, err := Restore(t.Context(), c, bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := got.match(want); err != nil {
		t.Error(err)
	}

	in := open(t, c)
	var answered deliveries
	working(t, in, 2, func(ctx context.Context, d bot.Delivery) error {
		if rec, ok, err := in.Load(ctx, d.Question.ID); err != nil || ok && rec.State == bot.Posted {
			return err
		}
		if d.Question.Kind == bot.Topics {
			return bot.Permanent("not_possible", context.Canceled)
		}
		answered.add(d)
		return nil
	})
	eventually(t, "what waited is answered", func() bool { s := stats(t, in); return s.Waiting+s.Pending == 0 })
	if got := strings.Join(answered.ids(), " "); len(answered.all()) != 3 || !strings.Contains(got, "slack:C1:20") {
		t.Errorf("answered %s, want the three that waited", got)
	}
	for n := range 10 { // also those that had been answered are known
		if again, err := in.submit(t.Context(), question(n)); err != nil || !again {
			t.Errorf("question %d is taken again: %v", n, err)
		}
	}
	letters, err := in.Dead(t.Context())
	if err != nil || len(letters) != 1 || letters[0].Question.ID != "slack:C1:10" {
		t.Errorf("dead letters %+v, %v", letters, err)
	}
}

func TestABackupThatIsNotWholeIsNotRestored(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if _, err := storedInbox(t, Config{Dir: t.TempDir()}).Backup(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(file.Bytes())
	flipped[len(flipped)/2] ^= 4
	for name, data := range map[string][]byte{
		"empty": nil, "no backup": []byte("hello"), "cut": file.Bytes()[:file.Len()/2], "flipped": flipped,
	} {
		if _, err := Restore(t.Context(), Config{Dir: t.TempDir()}, bytes.NewReader(data)); err == nil || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARestoreOverwritesNothing(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	c := Config{Dir: t.TempDir()}
	in := storedInbox(t, c)
	if _, err := in.Backup(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), c, bytes.NewReader(file.Bytes())); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("into a folder that is in use: %v", err)
	}
	shutdown(t, in)
	if _, err := Restore(t.Context(), c, bytes.NewReader(file.Bytes())); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a folder with a store: %v", err)
	}
}

func TestABackupIsTakenWhileQuestionsComeIn(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	working(t, in, 2, answering(t, in))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 0; ctx.Err() == nil; n++ {
			if err := in.Submit(t.Context(), question(n)); err != nil {
				t.Error(err)
			}
		}
	}()
	eventually(t, "some are stored", func() bool { return stats(t, in).Bytes > 20_000 })
	for range 3 {
		var file bytes.Buffer
		want, err := in.Backup(t.Context(), &file)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Restore(t.Context(), Config{Dir: t.TempDir()}, &file); err != nil || got[streamInbox] != want[streamInbox] {
			t.Errorf("restored %v of %v: %v", got, want, err)
		}
	}
	cancel()
	<-done
}

// external starts a broker that stands on its own.
func external(t *testing.T) (url string) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		ServerName: "external", Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true,
		JetStream: true, SyncAlways: true, StoreDir: t.TempDir(), JetStreamMaxStore: 3 << 30,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { stopServer(s) })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the broker does not become ready")
	}
	return s.ClientURL()
}

func TestAStoreMovesToOtherServersAndBack(t *testing.T) {
	t.Parallel()
	folder, servers, back := Config{Dir: t.TempDir()}, Config{NATSURL: external(t)}, Config{Dir: t.TempDir()}
	shutdown(t, storedInbox(t, folder))
	for _, step := range [][2]Config{{folder, servers}, {servers, back}} {
		had, got, err := Copy(t.Context(), step[0], step[1])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(had, got); diff != "" || had[streamInbox] != 14 {
			t.Errorf("copied %v: %s", had, diff)
		}
	}
	if _, _, err := Copy(t.Context(), folder, servers); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("copied onto what is there: %v", err)
	}
	in := open(t, back)
	if again, err := in.submit(t.Context(), question(3)); err != nil || !again {
		t.Errorf("an answered question is taken again: %v", err)
	}
}
