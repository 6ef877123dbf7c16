package fakeslack_test

import (
	"bufio"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// nodeApp is somebody else's program in a process of its own, and what it prints.
type nodeApp struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
}

// node starts a script of testdata/bolt, or skips where it cannot run.
func node(t *testing.T, s *fakeslack.Server, script string, env ...string) *nodeApp {
	t.Helper()
	bin, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat(filepath.Join("testdata", "bolt", "node_modules")); err != nil {
		t.Skip("Bolt is not installed: run npm ci in bot/sandbox/fakeslack/testdata/bolt")
	}
	a := &nodeApp{t: t, cmd: exec.Command(bin, script), lines: make(chan string, 1000)}
	a.cmd.Dir = filepath.Join("testdata", "bolt")
	a.cmd.Env = append(os.Environ(), "BASE="+s.URL(), "BOT_TOKEN="+s.BotToken(), "APP_TOKEN="+s.AppToken(), "SIGNING_SECRET="+s.SigningSecret())
	a.cmd.Env = append(a.cmd.Env, env...)
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	a.cmd.Stderr = a.cmd.Stdout
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(a.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			a.lines <- in.Text()
		}
	}()
	t.Cleanup(func() {
		_ = a.cmd.Process.Kill()
		for range a.lines {
		}
		_ = a.cmd.Wait()
	})
	return a
}

// wait reads until a line begins with what, and returns the rest of it.
func (a *nodeApp) wait(what string) string {
	a.t.Helper()
	late := time.After(patience)
	for {
		select {
		case l, more := <-a.lines:
			if rest, ok := strings.CutPrefix(l, what); ok {
				return strings.TrimSpace(rest)
			}
			if !more || strings.HasPrefix(l, "FAILED") {
				a.t.Fatalf("the app said %q, want %q", l, what)
			}
		case <-late:
			a.t.Fatalf("the app did not say %q", what)
		}
	}
}

// bye ends the app as its operator would.
func (a *nodeApp) bye() {
	a.t.Helper()
	if err := a.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		a.t.Fatal(err)
	}
	a.wait("bye")
}

func TestAnUnmodifiedBoltAppIsServedOverItsSocket(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contractsIfAny(), DisconnectGrace: 100 * time.Millisecond})
	a := node(t, s, "app.js", "MODE=socket")
	if who := a.wait("ready"); who != s.BotUserID() {
		t.Errorf("it is %s, want %s", who, s.BotUserID())
	}
	usesBolt(t, s, a)

	// A connection that Slack refreshes costs nothing.
	if s.Disconnect("refresh_requested", true) == 0 {
		t.Error("there was no connection to refresh")
	}
	mention(t, s, a, "after the refresh")
	s.DropSockets()
	mention(t, s, a, "after the drop")
	a.bye()
	noViolations(t, s)
}

func TestAnUnmodifiedBoltAppIsServedOverHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contractsIfAny(), DisconnectGrace: 100 * time.Millisecond})
	a := node(t, s, "app.js", "MODE=http")
	_, port, _ := strings.Cut(a.wait("ready"), " ")
	to := "http://127.0.0.1:" + port + "/slack/events"
	s.UseHTTP(fakeslack.HTTPTargets{Events: to, Commands: to, Interactivity: to})
	if err := s.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
	usesBolt(t, s, a)
	a.bye()
	noViolations(t, s)
}

// usesBolt is everything that people do to the app, and what they see of it.
func usesBolt(t *testing.T, s *fakeslack.Server, a *nodeApp) {
	t.Helper()
	if _, err := s.SlashCommand(t.Context(), fakeslack.Slash{Command: "/ask", Text: "what is it?"}); err != nil {
		t.Fatal(err)
	}
	a.wait("command what is it?")
	if e := s.Ephemerals(fakeslack.General, fakeslack.Alice); len(e) != 1 || e[0].Text != "you asked what is it?" {
		t.Errorf("the asker sees %+v", e)
	}
	root := mention(t, s, a, "hello")
	answer := last(t, s.Replies(fakeslack.General, root))
	if answer.BotID == "" || answer.Thread != root || !strings.Contains(answer.Text, "you said") {
		t.Errorf("everyone sees %+v", answer)
	}
	if _, err := s.Click(t.Context(), fakeslack.Click{Message: answer.TS, ActionID: "go"}); err != nil {
		t.Fatal(err)
	}
	a.wait("click v")
	if v := s.Views(); len(v) != 1 || v[0].Title != "A form" {
		t.Errorf("open: %+v", v)
	}
	if _, err := s.SubmitView(t.Context(), fakeslack.Submit{Values: map[string]map[string]any{"b": {"a": map[string]any{"type": "plain_text_input", "value": "because"}}}}); err != nil {
		t.Fatal(err)
	}
	a.wait("form because")
	if v := s.Views(); len(v) != 0 {
		t.Errorf("still open: %+v", v)
	}
	if _, err := s.UseShortcut(t.Context(), fakeslack.Shortcut{CallbackID: "explain", Message: root}); err != nil {
		t.Fatal(err)
	}
	a.wait("shortcut")
	if _, err := s.OpenHome(t.Context(), fakeslack.Minji, "home"); err != nil {
		t.Fatal(err)
	}
	a.wait("home " + fakeslack.Minji)
	dm := s.DM(fakeslack.Minji)
	ts, err := s.Say(t.Context(), fakeslack.Message{User: fakeslack.Minji, Channel: dm, Text: "stream it"})
	if err != nil {
		t.Fatal(err)
	}
	a.wait("streamed true")
	end := last(t, s.Replies(dm, ts))
	if end.Streaming || !strings.Contains(end.Text+string(end.Blocks), "**one** two, three.") {
		t.Errorf("the stream ends as %+v", end)
	}
}

func last(t *testing.T, list []fakeslack.Message) fakeslack.Message {
	t.Helper()
	if len(list) == 0 {
		t.Fatal("nothing was said")
	}
	return list[len(list)-1]
}

// mention names the app in the channel, and waits until it has seen that.
func mention(t *testing.T, s *fakeslack.Server, a *nodeApp, text string) string {
	t.Helper()
	text = "<@" + s.BotUserID() + "> " + text
	ts, err := s.Say(t.Context(), fakeslack.Message{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	a.wait("mention " + text)
	return ts
}

func TestTheUnmodifiedSocketModeClientIsServed(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 2 * time.Second, DisconnectGrace: 100 * time.Millisecond})
	a := node(t, s, "socket.js")
	a.wait("connected")
	say := func(text string) {
		t.Helper()
		if _, err := s.Say(t.Context(), fakeslack.Message{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	say("hello")
	a.wait("events_api hello 0")
	say("ignore me") // what is not acknowledged comes again
	a.wait("ignored")
	a.wait("events_api ignore me 1")
	for _, reason := range []string{"warning", "too_many_websockets"} {
		s.Disconnect(reason, true)
		a.wait("connected")
		say("after " + reason)
		a.wait("events_api after " + reason)
	}
	if _, err := s.SlashCommand(t.Context(), fakeslack.Slash{Command: "/ask"}); err != nil {
		t.Fatal(err)
	}
	a.wait("slash_commands /ask")
	a.bye()
	noViolations(t, s)
}

// contractsIfAny are the method descriptions, where they stand beside the repository.
func contractsIfAny() fs.FS {
	dir := filepath.Join("..", "..", "..", "..", "shared", "contracts", "slack-methods")
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	return os.DirFS(dir)
}

func noViolations(t *testing.T, s *fakeslack.Server) {
	t.Helper()
	for _, v := range s.Violations() {
		t.Errorf("violation: %s", v)
	}
}
