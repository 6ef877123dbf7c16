package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// process is the program as a process of its own.
type process struct {
	cmd *exec.Cmd
	out *lockedBuffer
}

func (w *world) process(t *testing.T, dataDir string, more ...string) *process {
	t.Helper()
	p := &process{exec.Command(os.Args[0], w.args(dataDir, more...)...), &lockedBuffer{}}
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("a process said:\n%s", p.out.String())
		}
	})
	w.connected(t)
	return p
}

// end sends a signal and waits for the process to end.
func (p *process) end(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case err := <-done:
		if s == syscall.SIGTERM && err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(patience):
		t.Fatalf("still running after %v", s)
	}
}

// ask puts n questions to the bot in Slack threads and in Discord.
func (w *world) ask(t *testing.T, n int) (threads []string) {
	t.Helper()
	for i := range n {
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: fakeslack.General, User: fakeslack.Minji, Text: fmt.Sprintf("<@%s> %s", w.slack.BotUserID(), asked[i%2].question)})
		if err != nil {
			t.Fatal(err)
		}
		threads = append(threads, ts)
		if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: asked[i%2].question}); err != nil {
			t.Fatal(err)
		}
	}
	return threads
}

// answeredOnce waits until every question has an answer, and then sees that none has two.
func (w *world) answeredOnce(t *testing.T, threads []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	answers := func(replies func(channel, ts string) []fakeslack.Message, ts string) (n int) {
		for _, m := range replies(fakeslack.General, ts) {
			if m.BotID != "" {
				n++
			}
		}
		return n
	}
	if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool {
		for _, ts := range threads {
			if answers(s.Replies, ts) == 0 {
				return false
			}
		}
		return s.Settled()
	}); err != nil {
		t.Errorf("Slack: not all answered: %v", err)
	}
	for _, ts := range threads {
		if n := answers(w.slack.Replies, ts); n != 1 {
			t.Errorf("%d answers in thread %s", n, ts)
		}
	}
	w.discordAnsweredOnce(ctx, t, len(threads))
}

func (w *world) discordAnsweredOnce(ctx context.Context, t *testing.T, n int) {
	t.Helper()
	answersOf := func(s *fakediscord.Server) map[string]int {
		of := map[string]int{}
		for _, m := range s.BotMessages(fakediscord.DefaultDM) {
			if strings.Contains(m.Content, "[1]") {
				of[m.ReplyTo]++
			}
		}
		return of
	}
	if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { return len(answersOf(s)) >= n }); err != nil {
		t.Errorf("Discord: %d of %d questions answered: %v", len(answersOf(w.discord)), n, err)
	}
	for id, k := range answersOf(w.discord) {
		if k != 1 {
			t.Errorf("%d answers to Discord message %s", k, id)
		}
	}
}

func TestAStopAndAStartLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := t.TempDir()
	first := w.process(t, dir)
	threads := w.ask(t, 4)
	w.answeredOnce(t, threads)
	first.end(t, syscall.SIGTERM)
	contains(t, first.out.String(), "stopped")

	// What was asked in Slack while nobody was there comes when somebody is.
	ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: fakeslack.General, User: fakeslack.Alice, Text: "<@" + w.slack.BotUserID() + "> " + asked[1].question})
	if err != nil {
		t.Fatal(err)
	}
	second := w.process(t, dir)
	w.slackAnswer(t, fakeslack.General, ts)
	w.redeliverAll(t)
	w.answeredOnce(t, threads)
	second.end(t, syscall.SIGTERM)
}

func TestAKillInTheMiddleOfAnswersLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// A model that takes its time keeps questions in the middle of being answered.
	model := llmtest.Start(llmtest.Config{Fault: llmtest.SlowFirst})
	t.Cleanup(model.Close)
	dir := t.TempDir()
	withModel := []string{"--openai-base-url=" + model.URL(), "--openai-model=test-model"}
	first := w.process(t, dir, withModel...)
	threads := w.ask(t, 3)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return s.Settled() }); err != nil {
		t.Fatalf("not everything was acknowledged: %v", err)
	}
	w.stored(t, first, 2*len(threads))
	first.end(t, syscall.SIGKILL)

	second := w.process(t, dir)
	w.redeliverAll(t)
	w.answeredOnce(t, threads)
	second.end(t, syscall.SIGTERM)
}

// redeliverAll sends every event of Slack once more, as after a missed acknowledgement.
func (w *world) redeliverAll(t *testing.T) {
	t.Helper()
	for _, d := range w.slack.Deliveries() {
		if d.EventID == "" {
			continue
		}
		if _, err := w.slack.Redeliver(t.Context(), d.EventID, 1); err != nil {
			t.Fatalf("redeliver %s: %v", d.EventID, err)
		}
	}
}

var statusURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// stored waits until n questions are stored and not yet answered, by the
// program's own metrics.
func (w *world) stored(t *testing.T, p *process, n int) {
	t.Helper()
	url := statusURL.FindString(p.out.String()) + "/metrics"
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if gauge(t, url, "questions_waiting")+gauge(t, url, "questions_running") >= n {
			return
		}
	}
	t.Fatalf("%d questions were not stored in time", n)
}

func gauge(t *testing.T, url, name string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if v, ok := strings.CutPrefix(line, "openai_explain_"+name+" "); ok {
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil {
				t.Fatalf("metric %s: %v", name, err)
			}
			return n
		}
	}
	t.Fatalf("no metric %s in:\n%s", name, body)
	return 0
}
