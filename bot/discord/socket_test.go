package discord

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// stillAnswers asks something and waits for the answer: the connection is good.
func (r *rig) stillAnswers(what string) {
	r.t.Helper()
	r.waitFor("a connection after "+what, (*fakediscord.Server).Connected)
	id := r.say(fakediscord.Message{Content: r.Mention() + " after " + strings.ReplaceAll(what, "-", " ")})
	r.waitFor("an answer after "+what, func(s *fakediscord.Server) bool {
		for _, m := range s.BotMessages(general) {
			if m.ReplyTo == id {
				return true
			}
		}
		return false
	})
}

func TestTheConnectionSurvivesWhatEndsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults  []fakediscord.Fault
		resumes bool // and nothing said meanwhile is lost
	}{
		"a cut":                        {[]fakediscord.Fault{{Kind: fakediscord.FaultGatewayDrop}}, true},
		"op 7":                         {[]fakediscord.Fault{{Kind: fakediscord.FaultReconnect}}, true},
		"op 9":                         {[]fakediscord.Fault{{Kind: fakediscord.FaultInvalid}}, false},
		"op 9 resumable":               {[]fakediscord.Fault{{Kind: fakediscord.FaultInvalidResumable}}, true},
		"close 4000":                   {[]fakediscord.Fault{{Kind: fakediscord.FaultClose, Code: 4000}}, true},
		"close 4007":                   {[]fakediscord.Fault{{Kind: fakediscord.FaultClose, Code: 4007}}, false},
		"close 4009":                   {[]fakediscord.Fault{{Kind: fakediscord.FaultClose, Code: 4009}}, false},
		"resume refused":               {[]fakediscord.Fault{{Kind: fakediscord.FaultResumeInvalid}, {Kind: fakediscord.FaultGatewayDrop}}, false},
		"op 7 as first frame":          {[]fakediscord.Fault{{Kind: fakediscord.FaultReconnectFirst}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"op 9 as first frame":          {[]fakediscord.Fault{{Kind: fakediscord.FaultInvalidFirst}, {Kind: fakediscord.FaultGatewayDrop}}, false},
		"op 9 resumable, first frame":  {[]fakediscord.Fault{{Kind: fakediscord.FaultInvalidFirstResume}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"a close as first frame":       {[]fakediscord.Fault{{Kind: fakediscord.FaultCloseFirst, Code: 4000}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"no hello":                     {[]fakediscord.Fault{{Kind: fakediscord.FaultNoHello}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"no RESUMED":                   {[]fakediscord.Fault{{Kind: fakediscord.FaultNoReady}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"a resume host that is down":   {[]fakediscord.Fault{{Kind: fakediscord.FaultResumeHostRefuses, Times: -1}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"events repeated after resume": {[]fakediscord.Fault{{Kind: fakediscord.FaultDuplicate}, {Kind: fakediscord.FaultGatewayDrop}}, true},
		"one identify too many":        {[]fakediscord.Fault{{Kind: fakediscord.FaultIdentifyCrowded}, {Kind: fakediscord.FaultInvalid}}, false},
		"a gateway address not known":  {[]fakediscord.Fault{{Kind: fakediscord.FaultStatus, Status: 502, Route: "/gateway/bot"}, {Kind: fakediscord.FaultInvalid}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(_ *fakediscord.Config, a *Adapter, _ *desk) { a.pace.open = 500 * time.Millisecond })
			r.stillAnswers("the start")
			before := r.Identifies()
			for _, f := range c.faults {
				r.inject(f)
			}
			if c.resumes {
				r.say(fakediscord.Message{Content: "while it was away", Channel: dm})
				r.answered(dm, 1)
			}
			r.poll("the connection to end", func() bool { return strings.Contains(r.log.String(), "discord connection ended") })
			r.stillAnswers(name)
			if again := r.Identifies() - before; (again == 0) != c.resumes {
				t.Errorf("%d more identifies", again)
			}
			r.settled()
		})
	}
}

func TestAConnectionWithoutAcknowledgementsIsLeftAndResumed(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *fakediscord.Config, _ *Adapter, _ *desk) { c.HeartbeatInterval = 200 * time.Millisecond })
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultNoACKs, Times: -1})
	r.poll("the watchdog", func() bool { return strings.Contains(r.log.String(), errNoAck.Error()) })
	r.ClearFaults(fakediscord.FaultNoACKs)
	r.stillAnswers("silence")
	if c := r.Closures(); len(c) == 0 || c[0].Code != closeResume {
		t.Errorf("closed with %+v", c)
	}
	if n := r.Identifies(); n != 1 {
		t.Errorf("%d identifies", n)
	}
	if strings.Contains(r.log.String(), errHungUp.Error()) {
		t.Error("discordgo noticed first")
	}
}

func TestItConnectsWhereTheFirstAttemptFails(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fakediscord.Fault{
		"no hello":            {Kind: fakediscord.FaultNoHello},
		"no ready":            {Kind: fakediscord.FaultNoReady},
		"op 7 as first frame": {Kind: fakediscord.FaultReconnectFirst},
		"op 9 as first frame": {Kind: fakediscord.FaultInvalidFirst},
		"gateway unknown":     {Kind: fakediscord.FaultHTML, Route: "/gateway/bot", Times: 4},
		"a dropped request":   {Kind: fakediscord.FaultDrop, Route: "/gateway/bot", Times: 4},
		"rate limited":        {Kind: fakediscord.FaultRateRoute, Route: "/gateway/bot", After: 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := begin(t, func(_ *fakediscord.Config, a *Adapter, d *desk) {
				a.pace.open = 300 * time.Millisecond
			}, first(f))
			r.waitFor("a connection", func(s *fakediscord.Server) bool { return s.Connected() && len(s.Commands("")) == 1 })
			r.stillAnswers(name)
			r.settled()
		})
	}
}

// first injects f before the adapter connects.
func first(f fakediscord.Fault) setting {
	return func(_ *fakediscord.Config, _ *Adapter, d *desk) { d.faults = append(d.faults, f) }
}

func TestAFatalCloseEndsRunAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{
		4004: "DISCORD_TOKEN", 4010: "sharding", 4011: "sharding", 4012: "update openai-explain", 4013: "update openai-explain", 4014: "developer portal",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			r := begin(t, first(fakediscord.Fault{Kind: fakediscord.FaultCloseFirst, Code: code}))
			select {
			case <-r.done:
			case <-r.ctx.Done():
				t.Fatal("Run goes on")
			}
			var p *bot.PermanentError
			if !errors.As(r.err, &p) || !strings.Contains(r.err.Error(), want) {
				t.Errorf("got %v", r.err)
			}
		})
	}
}

func TestAMissingIntentIsNamed(t *testing.T) {
	t.Parallel()
	r := begin(t, func(c *fakediscord.Config, a *Adapter, _ *desk) {
		c.MessageContent = false
		a.config.MessageContent = true
	})
	select {
	case <-r.done:
	case <-r.ctx.Done():
		t.Fatal("Run goes on")
	}
	if r.err == nil || !strings.Contains(r.err.Error(), `"Message Content Intent"`) || !strings.Contains(r.err.Error(), portal) {
		t.Errorf("got %v", r.err)
	}
}

func TestARefusedTokenEndsRun(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.ResetToken()
	_ = r.Inject(fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop}) // the reset may have ended it
	select {
	case <-r.done:
	case <-r.ctx.Done():
		t.Fatal("Run goes on")
	}
	if r.wantErr() != reasonRevoked || !strings.Contains(r.err.Error(), "DISCORD_TOKEN") {
		t.Errorf("got %v", r.err)
	}
	n := len(r.Requests())
	if _, err := r.a.whoAmI(r.ctx); err == nil || len(r.Requests()) != n {
		t.Errorf("still sends requests: %v", err)
	}
}

func TestTheIdentifyBudgetIsRespected(t *testing.T) {
	t.Parallel()
	r := begin(t, func(c *fakediscord.Config, _ *Adapter, _ *desk) { c.IdentifyBudget = identifyReserve })
	r.poll("the warning", func() bool { return strings.Contains(r.log.String(), "discord identify budget used up") })
	if n := r.Identifies(); n != 0 {
		t.Errorf("%d identifies", n)
	}
}

func TestWithoutTheIntentMentionsAndDirectMessagesAreAnswered(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *fakediscord.Config, _ *Adapter, _ *desk) { c.MessageContent = false })
	r.say(fakediscord.Message{Content: "chatter"})
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	r.say(fakediscord.Message{Content: "two", Channel: dm})
	r.answered(general, 1)
	r.answered(dm, 1)
	if got := r.Sessions()[0].Intents; got != 1|1<<9|1<<12 {
		t.Errorf("intents %b", got)
	}
	r.settled()
}

func TestAnUnknownComponentLosesNothing(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultUnknownPart})
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	r.answered(general, 1)
}

func TestStrangeEventsDoNoHarm(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, kind := range []string{"MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "GUILD_ROLE_UPDATE", "VOICE_STATE_UPDATE", "NO_SUCH_EVENT", "READY_SUPPLEMENTAL"} {
		for _, data := range []string{"null", "{}", "[]", "7", `"x"`, `{"id":{},"guilds":[null],"roles":[null,7],"author":null,"member":{"user":[]},"data":[[]]}`} {
			r.Dispatch(kind, json.RawMessage(data))
		}
	}
	r.stillAnswers("strange events")
}

func TestAShutdownHandsOverWhatArrivedAndClosesNormally(t *testing.T) {
	t.Parallel()
	r := start(t)
	release := make(chan struct{})
	r.desk.mu.Lock()
	r.desk.refuse = func(bot.Question) error { <-release; return nil }
	r.desk.mu.Unlock()
	r.say(fakediscord.Message{Content: r.Mention() + " late"})
	r.poll("the store", func() bool {
		if r.desk.mu.TryLock() {
			r.desk.mu.Unlock()
			return false
		}
		return true
	})
	r.stop()
	r.waitFor("the end of the connection", func(s *fakediscord.Server) bool { return !s.Connected() })
	close(release)
	if err := r.halt(); err != nil {
		t.Error(err)
	}
	r.settledAfter(1)
	if c := r.Closures(); len(c) != 1 || c[0].Code != websocket.CloseNormalClosure {
		t.Errorf("closed with %+v", c)
	}
}

func TestRunCanBeStoppedWhileItConnects(t *testing.T) {
	t.Parallel()
	for _, kind := range []fakediscord.FaultKind{fakediscord.FaultNoHello, fakediscord.FaultNoReady} {
		r := begin(t, first(fakediscord.Fault{Kind: kind, Times: -1}))
		r.waitFor("a connection attempt", func(s *fakediscord.Server) bool { return len(s.Requests()) > 0 })
		if err := r.halt(); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestTheLineReadsCompressedFrames(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	fmt.Fprint(z, `{"op":9,"d":true}`)
	z.Close()
	l, err := newLine("wss://gateway.example", time.Second, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.inspect(websocket.BinaryMessage, b.Bytes()); !errors.Is(err, errResumable) {
		t.Errorf("got %v", err)
	}
}

func TestDiscordgoSeesNoEventItWouldDecode(t *testing.T) {
	t.Parallel()
	l, err := newLine("wss://gateway.example", time.Second, func(ready) {})
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.inspect(websocket.TextMessage, []byte(`{"op":0,"s":3,"t":"GUILD_CREATE","d":{}}`))
	if err != nil || !strings.Contains(string(out), `"raw:GUILD_CREATE"`) || !strings.Contains(string(out), `"s":3`) {
		t.Errorf("got %s, %v", out, err)
	}
	for _, in := range []string{"", "null", "[]", `{"op":0}`, `{"op":0,"t":null,"s":1}`, `{"op":10,"d":{"heartbeat_interval":-1}}`, `{"op":"x"}`, `{"op":99}`} {
		if _, err := l.inspect(websocket.TextMessage, []byte(in)); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestIdentifyHasTheFormOfVersion10(t *testing.T) {
	t.Parallel()
	got := string(outgoing([]byte(`{"op":2,"d":{"token":"t","properties":{"$os":"x"},"intents":5,"presence":{"game":{}}}}`)))
	if strings.Contains(got, "$") || strings.Contains(got, "presence") || !strings.Contains(got, `"browser":"discord"`) || !strings.Contains(got, `"intents":5`) {
		t.Errorf("got %s", got)
	}
	for _, same := range []string{`{"op":1,"d":5}`, `{"op":6,"d":{"seq":1}}`, `x`} {
		if got := string(outgoing([]byte(same))); got != same {
			t.Errorf("%s became %s", same, got)
		}
	}
}

func TestConnectedSaysWhetherItIs(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.poll("the connection", func() bool { return r.a.Connected() == 1 })
	if err := r.halt(); err != nil || r.a.Connected() != 0 {
		t.Errorf("%v, %d connected", err, r.a.Connected())
	}
}

func TestAHeartbeatIntervalIsWithinReason(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{
		`{"heartbeat_interval":41250}`: 41250 * time.Millisecond, `{"heartbeat_interval":0}`: 41250 * time.Millisecond,
		`{"heartbeat_interval":-5}`: 41250 * time.Millisecond, `null`: 41250 * time.Millisecond, `{"heartbeat_interval":"x"}`: 41250 * time.Millisecond,
		`{"heartbeat_interval":1}`: 10 * time.Millisecond, `{"heartbeat_interval":1e300}`: 10 * time.Minute,
	} {
		if got := interval([]byte(in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(1, []byte(`{"op":10,"d":{"heartbeat_interval":41250}}`))
	f.Add(1, []byte(`{"op":9,"d":false}`))
	f.Add(2, []byte("x\x9c"))
	f.Fuzz(func(t *testing.T, kind int, raw []byte) {
		if f, ok := parseFrame(kind, raw); ok && f.Op == opHello {
			if d := interval(f.Data); d < 10*time.Millisecond || d > 10*time.Minute {
				t.Errorf("interval %v", d)
			}
		}
	})
}

func TestNewNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	inbox := &desk{}
	for want, cfg := range map[string]Config{
		"no token": {Inbox: inbox}, "no inbox": {Token: "x"}, "white space": {Token: "a b", Inbox: inbox}, "API URL": {Token: "x", Inbox: inbox, APIURL: "ftp://x"},
	} {
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	for _, token := range []bot.Secret{"abc", "Bot abc", " bot  abc\n"} {
		a, err := New(Config{Token: token, Inbox: inbox})
		if err != nil || a.config.Token.Reveal() != "abc" || a.rest.base != DefaultAPIURL {
			t.Errorf("%q: %v", token.Reveal(), err)
		}
	}
}

var _ Inbox = (*desk)(nil)

func (d *desk) inject(ctx context.Context, s *fakediscord.Server) error {
	for _, f := range d.faults {
		if err := s.Inject(f); err != nil {
			return err
		}
	}
	return ctx.Err()
}
