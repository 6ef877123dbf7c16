package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// command runs the program and returns its exit status and all it wrote.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out lockedBuffer
	code := run(t.Context(), args, streams{in: os.Stdin, out: &out, err: &out})
	return code, out.String()
}

// backupOf is the backup of a store with one question that waits.
func backupOf(t *testing.T, dir string) []byte {
	t.Helper()
	in, err := inbox.Open(t.Context(), inbox.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	q := bot.Question{ID: "slack:1", Platform: "slack", Kind: bot.Ask, Text: "?", Asked: time.Now()}
	if err := in.Submit(context.Background(), q); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := in.Backup(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestARestoreMovesAStoreAsideOnlyWhenToldTo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(t.TempDir(), "backup.gz")
	if err := os.WriteFile(file, backupOf(t, dir), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "restore", "--data-dir="+dir, file); code != exitError || !strings.Contains(out, "--replace") {
		t.Errorf("over a store: %d\n%s", code, out)
	}
	code, out := command(t, "restore", "--replace", "--data-dir="+dir, file)
	if code != exitOK || !strings.Contains(out, "INBOX") {
		t.Errorf("%d\n%s", code, out)
	}
	if old, err := filepath.Glob(dir + ".before-*"); err != nil || len(old) != 1 {
		t.Errorf("moved aside: %v, %v", old, err)
	}
	in, err := inbox.Open(t.Context(), inbox.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if s, err := in.Stats(t.Context()); err != nil || s.Waiting != 1 {
		t.Errorf("restored %+v, %v", s, err)
	}
	if code, out := command(t, "restore", "--replace", "--data-dir="+dir, file); code != exitError || !strings.Contains(out, "in use") {
		t.Errorf("while it is in use: %d\n%s", code, out)
	}
}

func TestAMigrationWantsAStoreAndACluster(t *testing.T) {
	t.Parallel()
	if code, out := command(t, "migrate", "--data-dir="+t.TempDir()); code != exitUsage || !strings.Contains(out, "NATS_URL") {
		t.Errorf("without a cluster: %d\n%s", code, out)
	}
	if code, out := command(t, "migrate", "--nats-url=nats://127.0.0.1:1", "--data-dir="+t.TempDir()); code != exitError || !strings.Contains(out, "no store") {
		t.Errorf("without a store: %d\n%s", code, out)
	}
}

func TestAnOperatorAddsAnEntryBacksUpAndForgetsWhileItRuns(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	stop := w.serveIn(t, dir)
	in := "--data-dir=" + dir
	works := func(says string, args ...string) {
		t.Helper()
		if code, out := command(t, args...); code != exitOK || !strings.Contains(out, says) {
			t.Fatalf("%v: %d\n%s", args, code, out)
		}
	}

	entry := filepath.Join(t.TempDir(), "laptop.md")
	if err := os.WriteFile(entry, []byte("# How do I get a new laptop?\n\nOpen a ticket with the help desk.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	works("added laptop.md", "kb", "add", in, entry)
	works("laptop.md", "kb", "list", in)
	dm := w.slack.DM(fakeslack.Alice)
	for found := false; !found; { // the running process is told at once, and not before the command ends
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: dm, User: fakeslack.Alice, Text: "How do I get a new laptop?"})
		if err != nil {
			t.Fatal(err)
		}
		found = strings.Contains(string(w.slackAnswer(t, dm, ts).Blocks), "Open a ticket with the help desk.")
	}

	file := filepath.Join(t.TempDir(), "backup.gz")
	works("INBOX", "backup", in, file)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup can be read by others: %v, %v", info.Mode(), err)
	}
	works("erased", "forget", in, "slack", fakeslack.Alice)
	works("removed", "kb", "remove", in, "laptop.md")
	if code, out := command(t, "kb", "remove", in, "laptop.md"); code != exitError || !strings.Contains(out, "no such entry") {
		t.Errorf("removed twice: %d\n%s", code, out)
	}
	broken := filepath.Join(t.TempDir(), "broken.md")
	if err := os.WriteFile(broken, []byte("no heading\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, "kb", "add", in, broken); code != exitError || !strings.Contains(out, "broken.md") {
		t.Errorf("a broken entry: %d\n%s", code, out)
	}
	stop()
	if found := filesWith(t, dir, fakeslack.Alice); len(found) > 0 {
		t.Errorf("the person is still in %v", found)
	}
	works("INBOX", "restore", "--data-dir="+filepath.Join(t.TempDir(), "new"), file)
}
