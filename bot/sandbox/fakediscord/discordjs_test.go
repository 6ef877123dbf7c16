package fakediscord_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// nodeBot is a bot in a process of its own, and what it prints.
type nodeBot struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string
}

// discordjs starts testdata/discordjs/bot.js, or skips where it cannot run.
func discordjs(t *testing.T, s *fakediscord.Server) *nodeBot {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat(filepath.Join("testdata", "discordjs", "node_modules")); err != nil {
		t.Skip("discord.js is not installed: run npm ci in bot/sandbox/fakediscord/testdata/discordjs")
	}
	b := &nodeBot{t: t, cmd: exec.Command(node, "bot.js"), lines: make(chan string, 1000)}
	b.cmd.Dir = filepath.Join("testdata", "discordjs")
	b.cmd.Env = append(os.Environ(), "BASE="+s.URL(), "TOKEN="+s.Token())
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.cmd.Stderr = b.cmd.Stdout
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(b.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			b.lines <- in.Text()
		}
	}()
	t.Cleanup(func() {
		b.cmd.Process.Kill()
		for range b.lines {
		}
		b.cmd.Wait()
	})
	return b
}

// wait reads until every one of want was printed, in any order.
func (b *nodeBot) wait(want ...string) {
	b.t.Helper()
	c := ctx(b.t)
	missing := map[string]bool{}
	for _, w := range want {
		missing[w] = true
	}
	for len(missing) > 0 {
		select {
		case l, more := <-b.lines:
			if !more || strings.HasPrefix(l, "FAILED") {
				b.t.Fatalf("the bot said %q, want %q", l, want)
			}
			delete(missing, l)
		case <-c.Done():
			b.t.Fatalf("the bot did not say %v", missing)
		}
	}
}

func TestUnmodifiedDiscordJSIsServed(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{MessageContent: true, HeartbeatInterval: 2 * time.Second})
	b := discordjs(t, s)
	b.wait("ready openai-explain Sandbox 2")
	hello := s.Mention() + " hello thread parts"
	say(t, s, hello)
	b.wait("message "+hello, "replied to "+hello+" true")
	if _, err := s.Say(ctx(t), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: "안녕"}); err != nil {
		t.Fatal(err)
	}
	b.wait("replied to 안녕 true")
	discordjsInteractions(t, s, b)

	post, err := s.Post(ctx(t), fakediscord.Post{Title: "How?", Content: "please", Hold: true})
	if err != nil {
		t.Fatal(err)
	}
	b.wait("thread How? true 10008")
	s.ReleasePost(post)
	b.wait("message please")
	id := say(t, s, "plain")
	for _, err := range []error{
		s.React(fakediscord.DefaultChannel, id, fakediscord.DefaultUser, "👍", false),
		s.Edit(fakediscord.DefaultChannel, id, "new"), s.Delete(fakediscord.DefaultChannel, id),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	b.wait("reaction 👍", "update new", "delete "+id)
	discordjsReconnects(t, s, b)
	clean(t, s)
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	b.wait("bye")
}

func discordjsInteractions(t *testing.T, s *fakediscord.Server, b *nodeBot) {
	t.Helper()
	in, err := s.Command(ctx(t), fakediscord.Interaction{Name: "ask", Options: m{"question": "왜?"}})
	if err != nil || !in.Deferred || !in.Ephemeral {
		t.Fatalf("command: %+v, %v", in, err)
	}
	b.wait("answered answer to 왜?")
	if got, _ := s.Interaction(in.ID); len(got.FollowUps) != 1 || got.FollowUps[0].Content != "more, edited" {
		t.Errorf("follow-ups %+v", got.FollowUps)
	}
	in, err = s.Autocomplete(ctx(t), fakediscord.Interaction{Name: "ask", Options: m{"question": "w"}}, "question")
	if err != nil || len(in.Choices) != 1 {
		t.Errorf("autocomplete: %+v, %v", in, err)
	}
	target := say(t, s, "a word")
	if _, err := s.Command(ctx(t), fakediscord.Interaction{Name: "Explain this", Target: target}); err != nil {
		t.Error(err)
	}
	b.wait("resource about a word")
	button := ""
	for _, x := range s.BotMessages(fakediscord.DefaultChannel) {
		if len(x.Buttons()) > 0 {
			button = x.ID
		}
	}
	if in, err = s.Click(ctx(t), fakediscord.Click{Message: button, CustomID: "why"}); err != nil {
		t.Fatal(err)
	}
	in, err = s.SubmitModal(ctx(t), fakediscord.Modal{Interaction: in.ID, Values: map[string]string{"reason": "I ask"}})
	if err != nil || in.Original.Content != "because I ask" {
		t.Errorf("form: %+v, %v", in, err)
	}
}

func discordjsReconnects(t *testing.T, s *fakediscord.Server, b *nodeBot) {
	t.Helper()
	for _, f := range []fakediscord.Fault{
		{Kind: fakediscord.FaultGatewayDrop}, {Kind: fakediscord.FaultReconnect}, {Kind: fakediscord.FaultClose, Code: 4000},
		{Kind: fakediscord.FaultInvalidResumable},
	} {
		inject(t, s, f)
		// On op 9 true it resumes at once, on the same connection.
		if f.Kind == fakediscord.FaultInvalidResumable {
			b.wait("resumed")
			continue
		}
		if err := s.WaitFor(ctx(t), disconnected); err != nil {
			t.Fatalf("%s: %v", f.Kind, err)
		}
		missed := "missed " + string(f.Kind)
		say(t, s, missed)
		b.wait("message "+missed, "resumed")
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultResumeInvalid})
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop})
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool { return s.Identifies() == 2 && s.Connected() }); err != nil {
		t.Fatal(err)
	}
	say(t, s, "after a new session")
	b.wait("message after a new session")
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultNoACKs})
	if err := s.WaitFor(ctx(t), disconnected); err != nil {
		t.Fatal(err)
	}
	s.ClearFaults()
	if err := s.WaitFor(ctx(t), (*fakediscord.Server).Connected); err != nil {
		t.Fatal(err)
	}
	say(t, s, "after a deaf spell")
	b.wait("message after a deaf spell")
}
