package fakeslack_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestEveryDisconnectReasonIsSentAndEndsTheSocket(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{fakeslack.Warning, fakeslack.RefreshRequested, fakeslack.LinkDisabled, fakeslack.TooManyWebsockets} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s := start(t, fakeslack.Config{DisconnectGrace: 20 * time.Millisecond})
			r := dial(t, s)
			r.read()
			if n := s.Disconnect(reason, false); n != 1 {
				t.Errorf("%d were told", n)
			}
			if f := r.read(); f.Type != "disconnect" || f.Reason != reason || f.Debug.Host == "" {
				t.Errorf("got %+v", f)
			}
			if err := r.ended(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

func TestAConnectionIsRefreshedWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{ConnectionLife: 20 * time.Millisecond})
	r := dial(t, s)
	r.read()
	if f := r.read(); f.Reason != fakeslack.RefreshRequested {
		t.Errorf("got %+v", f)
	}
}

func TestAnEnvelopeAfterTheWarningIsAcknowledgedOnAnotherSocketAfterItsRetry(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 500 * time.Millisecond, DisconnectGrace: 5 * time.Second})
	old := dial(t, s)
	old.read()
	next := dial(t, s)
	next.read()
	done := make(chan fakeslack.Ack)
	go func() {
		ack, _ := s.DeliverAfterWarning(soon(t), fakeslack.EventsAPI, s.UnknownEvent())
		done <- ack
	}()
	if f := old.read(); f.Reason != fakeslack.Warning {
		t.Errorf("got %+v", f)
	}
	if f := old.read(); f.Type != fakeslack.EventsAPI || f.Attempt != 0 {
		t.Errorf("after the warning: %+v", f)
	}
	f := next.read() // the old socket is not used any more
	if f.Attempt != 1 {
		t.Errorf("the retry: %+v", f)
	}
	next.ack(f.EnvelopeID, nil)
	if ack := <-done; ack.Attempts < 2 {
		t.Errorf("got %+v", ack)
	}
}

func TestADuplicateHasTheSameEnvelopeAndAttempt(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	r := dial(t, s)
	r.read()
	s.DuplicateNext(1)
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "x"})
	one, two := r.read(), r.read()
	if one.EnvelopeID != two.EnvelopeID || two.Attempt != 0 {
		t.Errorf("got %+v and %+v", one, two)
	}
	r.ack(one.EnvelopeID, nil)
	r.ack(two.EnvelopeID, nil)
	if err := s.WaitFor(soon(t), (*fakeslack.State).Settled); err != nil || len(s.Violations()) > 0 {
		t.Errorf("%v, %q", err, s.Violations())
	}
}

func TestALostAcknowledgementBringsTheEventAgainAndALateRetryOnceMore(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 500 * time.Millisecond})
	var seen atomic.Int64
	bot(t, s, func(socketmode.Event) (bool, any) { seen.Add(1); return true, nil })
	s.LoseAcks(1)
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "x"})
	if err := s.WaitFor(soon(t), (*fakeslack.State).Settled); err != nil {
		t.Fatal(err)
	}
	d := s.Deliveries()[0]
	before := seen.Load()
	if !d.Acked || d.Attempts < 2 || before < 2 {
		t.Errorf("%d attempts, %d seen", d.Attempts, seen.Load())
	}
	if ack, err := s.Redeliver(soon(t), d.EventID, 3); err != nil || seen.Load() <= before {
		t.Errorf("late retry: %+v, %v, %d seen", ack, err, seen.Load())
	}
}

func TestADeadLinkSwallowsFramesAndPings(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{PingInterval: time.Millisecond, RetryAfter: 30 * time.Millisecond})
	dead := dial(t, s)
	dead.read()
	s.SilenceSockets()
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "x"})
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return st.Deliveries()[0].Attempts > 0 }); err != nil {
		t.Fatal(err)
	}
	alive := dial(t, s)
	alive.read()
	for range 30 { // each goes to one of the two links: one of them comes through
		_, _ = s.Say(soon(t), fakeslack.Message{Text: "y"})
	}
	alive.ack(alive.read().EnvelopeID, nil)
	_ = dead.ws.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, _, err := dead.ws.ReadMessage(); err == nil {
		t.Error("something came through the dead link")
	}
}

func TestSlackGoReconnectsAfterEveryKindOfEnd(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 500 * time.Millisecond})
	bot(t, s, nil)
	for name, end := range map[string]func(){
		"refresh": func() { s.Disconnect(fakeslack.RefreshRequested, false) },
		"drop":    func() { s.DropSockets() },
		"garbage": func() { s.SendFrame([]byte(`{"type":"hel`)) },
	} {
		end()
		if _, err := s.Say(soon(t), fakeslack.Message{Text: name}); err != nil {
			t.Fatal(err)
		}
		if err := s.WaitFor(soon(t), (*fakeslack.State).Settled); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
		if list := s.Deliveries(); !list[len(list)-1].Acked {
			t.Errorf("after %s the event was given up", name)
		}
	}
}

func TestASocketThatIsRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	s.RefuseSockets(http.StatusServiceUnavailable)
	sm := socketmode.New(client(s))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = sm.RunContext(ctx) }()
	defer func() { cancel(); <-ended }()
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return len(st.Calls("apps.connections.open")) >= 2 }); err != nil {
		t.Fatal(err)
	}
	s.RefuseSockets(0)
	connected(t, s, 1)
}

func TestEventsThatAreNotSubscribedAreNotSent(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Events: []string{"app_mention", "message.im"}})
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "<@" + s.BotUserID() + "> x"})
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "<@" + s.BotUserID() + "> y", Channel: s.DM(fakeslack.Alice)})
	var got []string
	for _, e := range inner(t, s) {
		got = append(got, e["type"].(string)+" "+e["text"].(string)[len(e["text"].(string))-1:])
	}
	if strings.Join(got, ", ") != "app_mention x, message y" {
		t.Errorf("got %q", got)
	}
}

func TestAnUnknownElementReachesTheApp(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "x", Blocks: fakeslack.UnknownElements()})
	_, _, _, err := client(s).GetConversationRepliesContext(soon(t), &slack.GetConversationRepliesParameters{ChannelID: fakeslack.General, Timestamp: s.Messages(fakeslack.General)[0].TS})
	if err == nil {
		t.Error("slack-go read a thread with an unknown element: the fault is not what it was")
	}
}
