package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestSlackCanPostItsEventsInPlaceOfASocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close() // the program takes it
	var out lockedBuffer
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--http-addr=" + addr, "--data-dir=" + t.TempDir(), "--slack-api-url=" + w.slack.APIURL(),
			"--slack-bot-token=" + w.slack.BotToken(), "--slack-signing-secret=" + w.slack.SigningSecret()}, streams{in: os.Stdin, out: &out, err: &out})
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != exitOK {
			t.Errorf("the program ended with %d:\n%s", code, out.String())
		}
	})
	ready := func() bool {
		resp, err := http.Get("http://" + addr + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
	for end := time.Now().Add(patience); !ready(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the program is not ready:\n%s", out.String())
		}
	}
	base := "http://" + addr + "/slack/"
	w.slack.UseHTTP(fakeslack.HTTPTargets{Events: base + "events", Commands: base + "commands", Interactivity: base + "interactivity"})
	if err := w.slack.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
	for _, q := range asked {
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{User: fakeslack.Minji, Text: "<@" + w.slack.BotUserID() + "> " + q.question})
		if err != nil {
			t.Fatal(err)
		}
		contains(t, string(w.slackAnswer(t, fakeslack.General, ts).Blocks), q.claim, "[1]", q.source)
	}
	if _, err := w.slack.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: asked[0].question, User: fakeslack.Minji}); err != nil {
		t.Fatal(err)
	}
	m := w.slackPrivate(t, fakeslack.General, fakeslack.Minji, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), asked[0].claim) })
	if _, err := w.slack.Click(t.Context(), fakeslack.Click{User: fakeslack.Minji, Message: m.TS, ActionID: "share"}); err != nil {
		t.Fatal(err)
	}
	contains(t, out.String(), "HTTP mode")
}
