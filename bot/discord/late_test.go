package discord

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

func TestALateAnswerBecomesAMessageUnlessItIsPrivate(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q, private := r.commanded("one", false), r.commanded("two", true)
	r.Advance(15 * time.Minute)
	q.Asked, private.Asked = q.Asked.Add(-15*time.Minute), private.Asked.Add(-15*time.Minute)
	receipt, err := r.a.Post(r.ctx, q, echo(q))
	if err != nil || len(receipt.Messages) != 1 {
		t.Fatal(err)
	}
	if again, err := r.a.Post(r.ctx, q, echo(q)); err != nil || again.Messages[0] != receipt.Messages[0] {
		t.Errorf("posted again as %v, %v", again.Messages, err)
	}
	if _, err := r.a.Post(r.ctx, private, echo(private)); reasonOf(err) != "interaction_gone" {
		t.Errorf("got %v", err)
	}
	var at address
	decode(q.Address, &at)
	at.Expires = time.Now().Add(-24 * time.Hour) // after a long outage it is not even tried
	q.Address = at.json()
	if _, err := r.a.Post(r.ctx, q, echo(q)); err != nil {
		t.Error(err)
	}
	if n := r.InvalidRequests(); n > 3 {
		t.Errorf("%d invalid requests", n)
	}
}

func TestAnAcknowledgementThatCameTooLateLosesNoAnswer(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultCallbackLate})
	_, err := r.Command(r.ctx, fakediscord.Interaction{Name: commandName, Options: map[string]any{"question": "one"}})
	if !errors.Is(err, fakediscord.ErrNoCallback) {
		t.Fatalf("got %v", err)
	}
	r.settledAfter(1)
	if m := r.answered(general, 1)[0]; !strings.Contains(m.Content, "Answer to one") || m.Interaction != "" {
		t.Errorf("got %+v", m)
	}
}

func TestAnAnswerWaitsForTheAcknowledgement(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultSlowStart, Route: routeCallback, Delay: 700 * time.Millisecond})
	s := r.command(map[string]any{"question": "one"})
	r.waitFor("the answer", func(srv *fakediscord.Server) bool { i, _ := srv.Interaction(s.ID); return i.Done() })
	r.settled()
	for _, q := range r.Requests() {
		if q.Status == 404 {
			t.Errorf("%s %s was not found", q.Method, q.Route)
		}
	}
}

func TestAnAcknowledgementWhoseAnswerIsLostIsGood(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultDropAfter, Route: routeCallback})
	s := r.command(map[string]any{"question": "one"})
	r.waitFor("the answer", func(srv *fakediscord.Server) bool { i, _ := srv.Interaction(s.ID); return i.Done() })
	r.settled()
	if strings.Contains(r.log.String(), "not acknowledged") {
		t.Error("logged as not acknowledged")
	}
}

func TestASharedAnswerReachesAChannelTheBotMayNotWriteIn(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.command(map[string]any{"question": "one", "private": true})
	m := r.answered(general, 1)[0]
	r.settledAfter(1)
	r.SetBotPermissions(general, fakediscord.ViewChannel)
	buttons := m.Buttons()
	if _, err := r.Click(r.ctx, fakediscord.Click{Message: m.ID, CustomID: buttons[len(buttons)-1].CustomID}); err != nil {
		t.Fatal(err)
	}
	r.settledAfter(2)
	public := 0
	for _, m := range r.BotMessages(general) {
		if !m.Ephemeral {
			public++
		}
	}
	if public != 1 {
		t.Errorf("%d messages for everyone", public)
	}
}
