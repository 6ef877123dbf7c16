package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func opens(r *rig) int { return len(r.srv.Calls("apps.connections.open")) }

func TestTwoConnectionsAreKept(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	for _, reason := range []string{fakeslack.Warning, fakeslack.RefreshRequested} {
		r.srv.Disconnect(reason, true)
		r.settled()
		ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> " + reason + "?"})
		r.replies(fakeslack.General, ts, 1)
		eventually(t, "both are back", func() bool { return r.srv.Connections() == 2 && r.a.Connected() == 2 })
	}
	r.srv.DropSockets()
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> dropped?"})
	r.replies(fakeslack.General, ts, 1)
	r.up(2)
	if n := opens(r); n > 12 {
		t.Errorf("%d connections opened", n)
	}
	containsAll(t, r.logs.String(), "disconnected by Slack: warning", "disconnected by Slack: refresh_requested")
	r.clean()
}

func TestASecondConnectionIsStartedApart(t *testing.T) {
	t.Parallel()
	r := start(t, setup{timing: func(t *timing) { t.apart = 300 * time.Millisecond }}).up(2)
	calls := r.srv.Calls("apps.connections.open")
	if d := calls[1].Time.Sub(calls[0].Time); d < 300*time.Millisecond {
		t.Errorf("%v apart", d)
	}
}

func TestAServerThatHangsUpAtOnceCausesNoStorm(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{fakeslack.Warning, fakeslack.RefreshRequested, fakeslack.TooManyWebsockets} {
		def := defaultTiming()
		r := start(t, setup{timing: func(t *timing) {
			// The real proportions, a hundred times faster.
			t.backoff, t.ceiling, t.refill, t.burst = def.backoff/100, def.ceiling/100, def.refill/100, def.burst
			t.steady = time.Hour
		}})
		over := time.After(2 * time.Second) // two hundred seconds
		for storm := true; storm; {
			select {
			case <-over:
				storm = false
			default:
				r.srv.Disconnect(reason, false)
				tick := time.NewTimer(time.Millisecond)
				<-tick.C
			}
		}
		// The burst, and one more for each refill: 6 + 2 s / 0.2 s.
		if n := opens(r); n < 2 || n > def.burst+11 {
			t.Errorf("%s: %d connections opened", reason, n)
		}
		_ = r.stop()
	}
}

func TestWhatWaitingDoesNotChangeEndsRunWithAdvice(t *testing.T) {
	t.Parallel()
	for method, codes := range map[string][]string{
		"apps.connections.open": {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type", "missing_scope", "forbidden_team"},
		"auth.test":             {"invalid_auth", "account_inactive", "token_revoked", "token_expired"},
	} {
		for _, code := range codes {
			t.Run(method+" "+code, func(t *testing.T) {
				t.Parallel()
				srv, err := fakeslack.Start(fakeslack.Config{})
				if err != nil {
					t.Fatal(err)
				}
				defer srv.Close()
				srv.AddFault(fakeslack.FailWith(method, code))
				a, err := New(Config{BotToken: bot.Secret(srv.BotToken()), AppToken: bot.Secret(srv.AppToken()), APIURL: srv.APIURL(), Inbox: newBox(t)})
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), soon)
				defer cancel()
				err = a.Run(ctx)
				if err == nil || !strings.Contains(err.Error(), code) || !strings.Contains(err.Error(), advice[code]) || strings.Contains(err.Error(), srv.AppToken()) {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

func TestSocketModeSwitchedOffEndsRun(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	r.srv.Disconnect(fakeslack.LinkDisabled, false)
	eventually(t, "Run ends", func() bool { return r.a.Connected() == 0 })
	if err := r.stop(); err == nil || !strings.Contains(err.Error(), "Socket Mode is off") {
		t.Errorf("%v", err)
	}
}

func TestSlackBeingAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: quick}).up(2)
	remove := r.srv.AddFault(fakeslack.HTMLPage("apps.connections.open"))
	r.srv.DropSockets()
	r.wait("attempts", func(st *fakeslack.State) bool { return len(st.Calls("apps.connections.open")) > 4 })
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> there?"})
	remove()
	r.replies(fakeslack.General, ts, 1)
	r.srv.RefuseSockets(503)
	r.srv.DropSockets()
	n := opens(r)
	r.wait("attempts", func(st *fakeslack.State) bool { return len(st.Calls("apps.connections.open")) > n+2 })
	r.srv.RefuseSockets(0)
	r.up(2).clean()
}

func TestARateLimitedOpenIsHonoured(t *testing.T) {
	t.Parallel()
	r := start(t, setup{config: func(c *Config) { c.Connections = 1 }}).up(1)
	r.srv.AddFault(fakeslack.RateLimit("apps.connections.open", time.Second))
	r.srv.DropSockets()
	eventually(t, "it is noticed", func() bool { return opens(r) == 2 })
	r.up(1).clean()
	if n := opens(r); n != 3 {
		t.Errorf("%d opened", n)
	}
}

func TestADeadLinkIsNoticed(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: fakeslack.Config{RetryAfter: 100 * time.Millisecond, PingInterval: 50 * time.Millisecond}, timing: func(t *timing) { t.idle = 400 * time.Millisecond }}).up(2)
	began := time.Now()
	n := opens(r)
	r.srv.SilenceSockets()
	r.wait("new connections", func(st *fakeslack.State) bool { return len(st.Calls("apps.connections.open")) >= n+2 })
	if d := time.Since(began); d < 300*time.Millisecond || d > 3*time.Second {
		t.Errorf("noticed after %v", d)
	}
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> there?"})
	r.replies(fakeslack.General, ts, 1)
	r.clean()
}

func TestAnEventAfterTheWarningIsAnswered(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: quick}).up(2)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	payload := json.RawMessage(strings.NewReplacer("C1", fakeslack.General, "U0BOT", r.srv.BotUserID(), "T1", r.srv.TeamID()).Replace(mention("<@U0BOT> after?")))
	ack, err := r.srv.DeliverAfterWarning(ctx, typeEvents, payload)
	if err != nil {
		t.Fatal(err)
	}
	if ack.Attempts > 2 {
		t.Errorf("%d attempts", ack.Attempts)
	}
	eventually(t, "it is stored", func() bool { _, stored := r.box.count(); return stored == 1 })
}

func TestAConnectionThatDropsAfterStoringAsksOnce(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: quick}).up(2)
	var once sync.Once
	r.box.mu.Lock()
	r.box.after = func(bot.Question) { once.Do(func() { r.srv.DropSockets() }) }
	r.box.mu.Unlock()
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.settled()
	r.replies(fakeslack.General, ts, 1)
	_ = r.stop()
	if _, stored := r.box.count(); stored != 1 || len(byBot(r.srv.Replies(fakeslack.General, ts))) != 1 {
		t.Errorf("%d questions", stored)
	}
	r.clean()
}

// TestShutdownSendsTheAcknowledgements stops while questions are being stored: what
// is stored is acknowledged, and nothing else is.
func TestShutdownSendsTheAcknowledgements(t *testing.T) {
	t.Parallel()
	for round := range 20 {
		r := start(t, setup{idle: true, slack: fakeslack.Config{RetryAfter: time.Minute}}).up(2)
		stall := make(chan struct{})
		r.box.mu.Lock()
		r.box.stall = stall
		r.box.mu.Unlock()
		const n = 10
		for i := range n {
			r.say(fakeslack.Message{Text: fmt.Sprintf("<@%s> %d?", r.srv.BotUserID(), i)})
		}
		eventually(t, "all are being stored", func() bool { _, stored := r.box.count(); return stored == n })
		done := make(chan error)
		go func() { done <- r.stop() }()
		eventually(t, "it is stopping", func() bool { r.a.sup.mu.Lock(); defer r.a.sup.mu.Unlock(); return r.a.sup.stopping })
		close(stall)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		eventually(t, fmt.Sprintf("round %d: all acknowledgements arrive", round), func() bool {
			for _, d := range r.srv.Deliveries() {
				if d.Event == "app_mention" && !d.Acked {
					return false
				}
			}
			return true
		})
		r.srv.Close()
	}
}

// TestWhatAConnectionCouldNotSendGoesOverAnother queues an acknowledgement on a
// connection that is never opened, and ends it.
func TestWhatAConnectionCouldNotSendGoesOverAnother(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true, slack: fakeslack.Config{RetryAfter: time.Minute}}).up(2)
	r.box.mu.Lock()
	r.box.failures = 1
	r.box.mu.Unlock()
	dm := r.srv.DM(fakeslack.Minji)
	r.say(fakeslack.Message{User: fakeslack.Minji, Channel: dm, Text: "one?"})
	eventually(t, "it is refused", func() bool { return strings.Contains(r.logs.String(), "question not stored") })
	c := newConn(r.a, r.a.sup.take, r.a.sup.announce)
	r.a.sup.add(c)
	if err := c.ack(t.Context(), r.srv.Deliveries()[0].EnvelopeID, nil); err != nil {
		t.Fatal(err)
	}
	r.a.sup.remove(c)
	r.settled()
	r.clean()
}

func TestAReadEndsWhenNothingArrives(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	defer there.Close()
	w := &watched{Conn: here, idle: 30 * time.Millisecond}
	defer w.Close()
	go func() { _, _ = there.Write([]byte("x")) }()
	b := make([]byte, 1)
	if _, err := w.Read(b); err != nil || b[0] != 'x' {
		t.Fatalf("%q %v", b, err)
	}
	if _, err := w.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an idle link: %v", err)
	}
	w.idle = time.Hour
	if err := w.SetReadDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("an earlier deadline of the user: %v", err)
	}
	if err := w.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = there.Write([]byte("y")) }()
	if _, err := w.Read(b); err != nil || b[0] != 'y' {
		t.Errorf("after lifting it: %q %v", b, err)
	}
}

func TestACommandDuringShutdownIsAnsweredWithAnApology(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true}).up(2)
	stall := make(chan struct{})
	r.box.mu.Lock()
	r.box.stall = stall
	r.box.mu.Unlock()
	r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	eventually(t, "it is being stored", func() bool { _, stored := r.box.count(); return stored == 1 })
	done := make(chan error)
	go func() { done <- r.stop() }()
	eventually(t, "it is stopping", func() bool { r.a.sup.mu.Lock(); defer r.a.sup.mu.Unlock(); return r.a.sup.stopping })
	r.slash(fakeslack.Alice, "too late?")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return strings.Contains(m.Text, "can't take questions") })
	close(stall)
	<-done
}

func TestAFloodIsTakenCompletely(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true}).up(2)
	const n = 300
	for i := range n {
		r.say(fakeslack.Message{Text: fmt.Sprintf("<@%s> %d?", r.srv.BotUserID(), i)})
	}
	r.settled()
	if _, stored := r.box.count(); stored != n {
		t.Errorf("%d stored", stored)
	}
	for _, d := range r.srv.Deliveries() {
		if d.Attempts != 1 {
			t.Errorf("%d attempts", d.Attempts)
		}
	}
	r.clean()
}

func TestNewSaysWhichTokenIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ bot, app, want string }{
		{"xapp-1", "xoxb-1", "swapped"},
		{"", "xapp-1", "no bot token (SLACK_BOT_TOKEN)"},
		{"xoxb-1", "", "no app token (SLACK_APP_TOKEN)"},
		{"xoxp-1", "xapp-1", "user token"},
		{"xapp-1", "xapp-1", "app-level token"},
		{"xoxb-1", "xoxb-2", "is a bot token"},
		{"hello", "xapp-1", "does not begin with xoxb-"},
		{"xoxb-1", "hello", "does not begin with xapp-"},
	} {
		_, err := New(Config{BotToken: bot.Secret(c.bot), AppToken: bot.Secret(c.app), Inbox: newBox(t)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %q: %v", c.bot, c.app, err)
		}
	}
	good := Config{BotToken: " xoxb-1\n", AppToken: "xapp-1", Inbox: newBox(t)}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
	for _, url := range []string{"ftp://x", "nonsense", "https://u:p@x/", "https://x/?a=b"} {
		bad := good
		bad.APIURL = url
		if _, err := New(bad); err == nil || strings.Contains(err.Error(), url) {
			t.Errorf("%s: %v", url, err)
		}
	}
	for _, n := range []int{-1, 11} {
		bad := good
		bad.Connections = n
		if _, err := New(bad); err == nil {
			t.Errorf("%d connections", n)
		}
	}
	if _, err := New(Config{BotToken: "xoxb-1", AppToken: "xapp-1"}); err == nil {
		t.Error("no inbox")
	}
}
