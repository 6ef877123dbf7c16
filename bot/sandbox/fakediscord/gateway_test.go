package fakediscord_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

func TestHeartbeatsAreAcknowledgedUntilTheFault(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	g.send(1, g.seq)
	g.want(11, "")
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultNoACKs})
	g.send(1, g.seq)
	say(t, s, s.Mention())
	g.want(0, "MESSAGE_CREATE") // and no acknowledgement before it
	s.ClearFaults(fakediscord.FaultNoACKs)
	g.send(1, g.seq)
	g.want(11, "")
}

func TestAResumeReplaysWhatWasMissedInOrder(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"resume", "main"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			s := start(t, fakediscord.Config{})
			g := ready(t, s)
			say(t, s, s.Mention()+" 0")
			g.want(0, "MESSAGE_CREATE")
			inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop})
			g.wantClose(1006)
			if err := s.WaitFor(ctx(t), disconnected); err != nil {
				t.Fatal(err)
			}
			say(t, s, s.Mention()+" 1")
			say(t, s, s.Mention()+" 2")
			url := g.resume
			if where == "main" {
				url = s.GatewayURL()
			}
			n := g.again(url, s.Token())
			for _, end := range []string{" 1", " 2"} {
				if got := content(t, n.want(0, "MESSAGE_CREATE")); !strings.HasSuffix(got, end) {
					t.Errorf("replayed %q, want …%q", got, end)
				}
			}
			n.want(0, "RESUMED")
			if got := s.Sessions(); len(got) != 1 || got[0].Resumes != 1 || !got[0].Connected {
				t.Errorf("sessions %+v", got)
			}
		})
	}
}

func TestASessionClosedWith1000CannotBeResumed(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	g.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
	g.wantClose(1000)
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool { return len(s.Sessions()) == 0 }); err != nil {
		t.Fatal(err)
	}
	n := g.again(g.resume, s.Token())
	if p := n.want(9, ""); string(p.D) != "false" {
		t.Errorf("op 9 with %s, want false", p.D)
	}
	n.identify(s.Token(), intents, nil) // on the same connection, as discordgo does
	n.started()
}

func TestASessionClosedWith4000CanBeResumed(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	g.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4000, ""))
	g.wantClose(4000)
	if err := s.WaitFor(ctx(t), disconnected); err != nil {
		t.Fatal(err)
	}
	g.again(g.resume, s.Token()).want(0, "RESUMED")
	want := []fakediscord.Closure{{Code: 4000, ByClient: true}}
	if diff := cmp.Diff(want, s.Closures()); diff != "" {
		t.Error(diff)
	}
}

func TestFramesThatCannotBeAcceptedCloseWithTheirCodes(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	token := s.Token()
	for name, r := range map[string]struct {
		code int
		send func(*socket)
	}{
		"unknown opcode":        {4001, func(g *socket) { g.send(99, nil) }},
		"not JSON":              {4002, func(g *socket) { g.ws.WriteMessage(websocket.TextMessage, []byte("{")) }},
		"too large":             {4002, func(g *socket) { g.send(1, strings.Repeat("x", 5000)) }},
		"presence before":       {4003, func(g *socket) { g.send(3, m{}) }},
		"wrong token":           {4004, func(g *socket) { g.identify("wrong", intents, nil) }},
		"wrong token on resume": {4004, func(g *socket) { g.send(6, m{"token": "x", "session_id": "y", "seq": 1}) }},
		"identify twice":        {4005, func(g *socket) { g.identify(token, intents, nil); g.started(); g.identify(token, intents, nil) }},
		"sequence from tomorrow": {4007, func(g *socket) {
			g.identify(token, intents, nil)
			g.started()
			g.send(6, m{"token": token, "session_id": g.session, "seq": 999})
		}},
		"121 payloads": {4008, func(g *socket) {
			for range 121 {
				g.send(1, nil)
			}
		}},
		"shard 2 of 2":       {4010, func(g *socket) { g.identify(token, intents, m{"shard": []int{2, 2}}) }},
		"unknown intent":     {4013, func(g *socket) { g.identify(token, 1<<30, nil) }},
		"message content":    {4014, func(g *socket) { g.identify(token, intents|1<<15, nil) }},
		"presences":          {4014, func(g *socket) { g.identify(token, intents|1<<8, nil) }},
		"bot prefix is fine": {4001, func(g *socket) { g.identify("Bot "+token, intents, nil); g.started(); g.send(77, nil) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := connect(t, s)
			r.send(g)
			g.wantClose(r.code)
		})
	}
}

func TestAnUnknownVersionIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	dial(t, s.GatewayURL()+"?v=6&encoding=json").wantClose(4012)
}

func TestLargePayloadsAreCompressedForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := connect(t, s)
	g.identify(s.Token(), intents, m{"compress": true})
	g.started()
	g.send(1, g.seq)
	g.want(11, "")
	if g.binary != 1 {
		t.Errorf("%d compressed frames, want GUILD_CREATE alone", g.binary)
	}
}

func TestATransportStreamIsOneZlibStream(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := dial(t, s.GatewayURL()+"?v=10&encoding=json&compress=zlib-stream")
	g.want(10, "")
	g.identify(s.Token(), intents, nil)
	g.started()
	say(t, s, s.Mention()+" hello")
	g.want(0, "MESSAGE_CREATE")
	if g.binary != 4 {
		t.Errorf("%d compressed frames, want all 4", g.binary)
	}
}

func TestFaultsBeforeASessionIsReady(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	t.Run("no hello", func(t *testing.T) {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultNoHello})
		g := dial(t, s.GatewayURL())
		g.send(1, nil)
		g.want(11, "") // the first frame is not Hello
	})
	t.Run("no ready", func(t *testing.T) {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultNoReady})
		g := connect(t, s)
		g.identify(s.Token(), intents, nil)
		g.send(1, nil)
		g.want(11, "")
	})
	t.Run("op 7 first", func(t *testing.T) {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultReconnectFirst})
		g := connect(t, s)
		g.identify(s.Token(), intents, nil)
		g.want(7, "")
	})
	for kind, want := range map[fakediscord.FaultKind]string{
		fakediscord.FaultInvalidFirst: "false", fakediscord.FaultInvalidFirstResume: "true", fakediscord.FaultIdentifyCrowded: "false",
	} {
		t.Run(string(kind), func(t *testing.T) {
			inject(t, s, fakediscord.Fault{Kind: kind})
			g := connect(t, s)
			g.identify(s.Token(), intents, nil)
			if p := g.want(9, ""); string(p.D) != want {
				t.Errorf("op 9 with %s, want %s", p.D, want)
			}
		})
	}
	t.Run("close first", func(t *testing.T) {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultCloseFirst, Code: 4014})
		g := connect(t, s)
		g.identify(s.Token(), intents, nil)
		g.wantClose(4014)
	})
	if got := s.PendingFaults(); len(got) != 0 {
		t.Errorf("faults left over: %+v", got)
	}
}

func TestFaultsInTheMiddleOfASession(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	if err := s.Inject(fakediscord.Fault{Kind: fakediscord.FaultReconnect}); err == nil {
		t.Error("op 7 without a session was not an error")
	}
	if err := s.Inject(fakediscord.Fault{Kind: "nonsense"}); err == nil {
		t.Error("an unknown fault was not an error")
	}
	g := ready(t, s)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultReconnect})
	g.want(7, "")
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultInvalidResumable})
	g.want(9, "")
	g.send(6, m{"token": s.Token(), "session_id": g.session, "seq": g.seq})
	g.want(0, "RESUMED")
	say(t, s, s.Mention())
	first := g.want(0, "MESSAGE_CREATE")
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultRedeliver})
	if again := g.want(0, "MESSAGE_CREATE"); again.S != first.S || content(t, again) != content(t, first) {
		t.Errorf("redelivered %+v, want the same", again)
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultClose, Code: 4009})
	g.wantClose(4009)
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool { return len(s.Sessions()) == 0 }); err != nil {
		t.Fatalf("a session that timed out can still be resumed: %v", err)
	}
}

func TestFaultsOnResume(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	drop := func(g *socket) {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop})
		g.wantClose(1006)
		if err := s.WaitFor(ctx(t), disconnected); err != nil {
			t.Fatal(err)
		}
	}
	g := ready(t, s)
	say(t, s, s.Mention()+" seen")
	g.want(0, "MESSAGE_CREATE")
	drop(g)

	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultResumeHostRefuses})
	if _, _, err := websocket.DefaultDialer.DialContext(ctx(t), g.resume, nil); err == nil {
		t.Fatal("the resume address answered")
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultDuplicate})
	g = g.again(s.GatewayURL(), s.Token())
	var names []string
	for !slices.Contains(names, "RESUMED") {
		p, err := g.read()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, p.T)
	}
	if diff := cmp.Diff([]string{"READY", "GUILD_CREATE", "MESSAGE_CREATE", "RESUMED"}, names); diff != "" {
		t.Errorf("replayed although seen: %s", diff)
	}
	drop(g)

	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultResumeInvalid})
	g = g.again(g.resume, s.Token())
	if p := g.want(9, ""); string(p.D) != "false" {
		t.Errorf("op 9 with %s", p.D)
	}
}

func TestIdentifiesAreLimitedAndBudgeted(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{IdentifyInterval: 5 * time.Second, IdentifyBudget: 2})
	ready(t, s)
	g := connect(t, s)
	g.identify(s.Token(), intents, nil)
	g.want(9, "")
	s.Advance(5 * time.Second)
	g.identify(s.Token(), intents, nil)
	g.started()
	s.Advance(5 * time.Second)
	old := s.Token()
	g = connect(t, s)
	g.identify(old, intents, nil)
	g.wantClose(4004)
	if s.Token() == old {
		t.Error("the token was not reset when the budget was used up")
	}
}

func TestAResetTokenEndsEverySession(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	s.ResetToken()
	g.wantClose(4004)
}

func TestEachShardGetsItsGuildsOnly(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{Shards: 2})
	g := connect(t, s)
	g.identify(s.Token(), intents, nil)
	g.wantClose(4011)
	// 100000000000000010 >> 22 is even: shard 0.
	zero, one := connect(t, s), connect(t, s)
	zero.identify(s.Token(), intents, m{"shard": []int{0, 2}})
	zero.started()
	one.identify(s.Token(), intents, m{"shard": []int{1, 2}})
	one.want(0, "READY")
	other := s.AddGuild(fakediscord.Guild{ID: "100000000004194314", Name: "Odd", Bot: true})
	one.want(0, "GUILD_CREATE")
	ch := s.AddChannel(fakediscord.Channel{Guild: other, Name: "odd"})
	one.want(0, "CHANNEL_CREATE")
	for _, c := range []string{ch, fakediscord.DefaultDM, fakediscord.DefaultChannel} {
		if _, err := s.Say(ctx(t), fakediscord.Message{Channel: c, Content: c}); err != nil {
			t.Fatal(err)
		}
	}
	if got := field(t, one.want(0, "MESSAGE_CREATE"), "channel_id"); got != ch {
		t.Errorf("shard 1 got the message of channel %s", got)
	}
	for _, want := range []string{fakediscord.DefaultDM, fakediscord.DefaultChannel} {
		if got := field(t, zero.want(0, "MESSAGE_CREATE"), "channel_id"); got != want {
			t.Errorf("shard 0 got the message of channel %s, want %s", got, want)
		}
	}
}
