package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// asProgram makes the test binary be the program, for tests that need a process
// of its own to stop and to kill.
const asProgram = "OPENAI_EXPLAIN_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for what has to happen. It is long because
// it only matters when something is broken.
const patience = 4 * time.Minute

// shared is the folder with the platforms' own descriptions and with recorded
// traffic, beside the repository; "" where it is not there.
func shared(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(root, "..", "shared")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// world is an offline Slack and an offline Discord. Where the platforms' own
// descriptions are at hand, every request is checked against them.
type world struct {
	slack   *fakeslack.Server
	discord *fakediscord.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	sc, dc := fakeslack.Config{}, fakediscord.Config{MessageContent: true}
	if dir := shared(t); dir != "" {
		sc.Contracts = os.DirFS(filepath.Join(dir, "contracts", "slack-methods"))
		dc.Contract = contract(t, filepath.Join(dir, "contracts", "discord-openapi.json"))
	} else {
		t.Log("the platforms' descriptions are not here: requests are checked by the sandbox's own rules only")
	}
	s, err := fakeslack.Start(sc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	d, err := fakediscord.Start(dc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	w := &world{s, d}
	t.Cleanup(func() {
		for _, v := range append(s.Violations(), d.Violations()...) {
			t.Errorf("the bot sent something the platform does not take: %s", v)
		}
	})
	return w
}

func contract(t *testing.T, file string) *fakediscord.Contract {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := fakediscord.ReadContract(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// args are the arguments that connect the program to this world.
func (w *world) args(dataDir string, more ...string) []string {
	return append([]string{
		"serve", "--http-addr=127.0.0.1:0", "--data-dir=" + dataDir,
		"--slack-bot-token=" + w.slack.BotToken(), "--slack-app-token=" + w.slack.AppToken(), "--slack-api-url=" + w.slack.APIURL(),
		"--discord-token=" + w.discord.Token(), "--discord-api-url=" + w.discord.APIURL(), "--discord-message-content",
	}, more...)
}

// serve runs the program inside the test until the test ends, or until stop.
func (w *world) serve(t *testing.T, more ...string) (stop func()) {
	t.Helper()
	return w.serveIn(t, t.TempDir(), more...)
}

// serveIn is serve with a data folder that the test looks into.
func (w *world) serveIn(t *testing.T, dir string, more ...string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var out lockedBuffer
	done, args := make(chan int, 1), w.args(dir, more...)
	go func() { done <- run(ctx, args, streams{in: os.Stdin, out: &out, err: &out}) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case code := <-done:
				if code != exitOK {
					t.Errorf("the program ended with %d:\n%s", code, out.String())
				}
			case <-time.After(patience):
				t.Errorf("the program does not stop:\n%s", out.String())
			}
			if t.Failed() {
				t.Logf("the program said:\n%s", out.String())
			}
		})
	}
	t.Cleanup(stop)
	w.connected(t)
	return stop
}

// connected waits until the bot is connected to both platforms.
func (w *world) connected(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return s.Connections() > 0 }); err != nil {
		t.Fatalf("Slack: %v", err)
	}
	if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { return s.Connected() }); err != nil {
		t.Fatalf("Discord: %v", err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
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

// slackAnswer waits for the bot's message in a channel or in the thread of ts.
func (w *world) slackAnswer(t *testing.T, channel, ts string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var found fakeslack.Message
	err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool {
		for _, m := range append(s.Replies(channel, ts), s.Messages(channel)...) {
			if m.BotID != "" && m.TS > ts {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("no answer in %s to %s: %v", channel, ts, err)
	}
	return found
}

// slackPrivate waits for what only user sees in channel, and fits.
func (w *world) slackPrivate(t *testing.T, channel, user string, fits func(fakeslack.Message) bool) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var found fakeslack.Message
	err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool {
		for _, m := range s.Ephemerals(channel, user) {
			if fits(m) {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("nothing for %s in %s: %v", user, channel, err)
	}
	return found
}

// discordAnswer waits for a message of the bot in channel that is not one of known.
func (w *world) discordAnswer(t *testing.T, channel string, known int) fakediscord.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var found fakediscord.Message
	err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool {
		bot := s.BotMessages(channel)
		if len(bot) <= known || bot[known].Loading {
			return false
		}
		found = bot[known]
		return true
	})
	if err != nil {
		t.Fatalf("no answer in %s: %v", channel, err)
	}
	return found
}

// contains fails where text lacks one of parts.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is not in:\n%s", p, text)
		}
	}
}

// slackReplyAfter waits for the bot's message in a thread after ts.
func (w *world) slackReplyAfter(t *testing.T, thread, ts string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var found fakeslack.Message
	err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool {
		for _, m := range s.Replies(fakeslack.General, thread) {
			if m.BotID != "" && m.TS > ts {
				found = m
				return true
			}
		}
		return false
	})
	if err != nil {
		t.Fatalf("no reply in thread %s after %s: %v", thread, ts, err)
	}
	return found
}
