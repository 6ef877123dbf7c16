package fakeslack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// frame is what a socket receives.
type frame struct {
	Type       string          `json:"type"`
	Reason     string          `json:"reason"`
	EnvelopeID string          `json:"envelope_id"`
	Payload    json.RawMessage `json:"payload"`
	Accepts    bool            `json:"accepts_response_payload"`
	Attempt    int             `json:"retry_attempt"`
	Why        string          `json:"retry_reason"`
	Conns      int             `json:"num_connections"`
	Info       struct {
		AppID string `json:"app_id"`
	} `json:"connection_info"`
	Debug struct {
		Host string `json:"host"`
		Life int    `json:"approximate_connection_time"`
	} `json:"debug_info"`
}

func (f frame) eventID(t *testing.T) string {
	t.Helper()
	var p struct {
		EventID string `json:"event_id"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		t.Fatal(err)
	}
	return p.EventID
}

// raw is a socket without a library around it: what arrives is seen as it is.
type raw struct {
	t  *testing.T
	ws *websocket.Conn
}

func dial(t *testing.T, s *fakeslack.Server) raw {
	t.Helper()
	_, link, err := client(s).StartSocketModeContext(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(soon(t), link, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = ws.Close() })
	return raw{t, ws}
}

func (r raw) read() frame {
	r.t.Helper()
	_ = r.ws.SetReadDeadline(soonTime())
	var f frame
	if err := r.ws.ReadJSON(&f); err != nil {
		r.t.Fatal(err)
	}
	return f
}

func (r raw) ack(id string, payload any) {
	r.t.Helper()
	m := map[string]any{"envelope_id": id}
	if payload != nil {
		m["payload"] = payload
	}
	if err := r.ws.WriteJSON(m); err != nil {
		r.t.Fatal(err)
	}
}

// ackAll acknowledges everything until the socket is closed, calling each time.
func (r raw) ackAll(each ...func()) {
	for {
		var f frame
		if r.ws.ReadJSON(&f) != nil {
			return
		}
		for _, f := range each {
			f()
		}
		if r.ws.WriteJSON(map[string]string{"envelope_id": f.EnvelopeID}) != nil {
			return
		}
	}
}

// ended reads until the socket is closed.
func (r raw) ended() error {
	_ = r.ws.SetReadDeadline(soonTime())
	for {
		if _, _, err := r.ws.ReadMessage(); err != nil {
			return err
		}
	}
}

func TestASocketIsGreetedAndPinged(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{PingInterval: 5 * time.Millisecond})
	r := dial(t, s)
	pings := make(chan string, 100)
	r.ws.SetPingHandler(func(data string) error { pings <- data; return nil })
	hello := r.read()
	if hello.Type != "hello" || hello.Conns != 1 || hello.Info.AppID != s.AppID() || hello.Debug.Host == "" || hello.Debug.Life != 18060 {
		t.Errorf("hello: %+v", hello)
	}
	go func() { _ = r.ended() }()
	for range 3 {
		select {
		case <-pings:
		case <-soon(t).Done():
			t.Fatal("no pings")
		}
	}
}

func TestATicketOpensOneSocket(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	_, link, err := client(s).StartSocketModeContext(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(soon(t), link, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	defer ws.Close()
	_, resp, err = websocket.DefaultDialer.DialContext(soon(t), link, nil)
	if err == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("a second socket with the same ticket: %v", err)
	}
}

func TestAnEventIsSentAgainUntilItIsAcknowledged(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 500 * time.Millisecond})
	r := dial(t, s)
	r.read()
	if _, err := s.Say(soon(t), fakeslack.Message{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	one, two := r.read(), r.read()
	if one.Attempt != 0 || one.Why != "" || one.Accepts || two.Attempt != 1 || two.Why != "timeout" || one.EnvelopeID == two.EnvelopeID || one.eventID(t) != two.eventID(t) {
		t.Errorf("got %+v then %+v", one, two)
	}
	r.ack(two.EnvelopeID, nil)
	if err := s.WaitFor(soon(t), (*fakeslack.State).Settled); err != nil {
		t.Fatal(err)
	}
	if d := s.Deliveries()[0]; !d.Acked || d.Attempts < 2 || d.Event != "message" {
		t.Errorf("got %+v", d)
	}
}

func TestAnEventIsGivenUpAfterThreeRetries(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 10 * time.Millisecond})
	r := dial(t, s)
	r.read()
	go func() { _ = r.ended() }()
	ack, err := s.Deliver(soon(t), fakeslack.EventsAPI, s.UnknownEvent())
	if !errors.Is(err, fakeslack.ErrNotAcknowledged) || ack.Attempts != 4 {
		t.Errorf("%+v, %v", ack, err)
	}
}

func TestACommandIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{AckTimeout: 300 * time.Millisecond, RetryAfter: time.Millisecond})
	r := dial(t, s)
	r.read()
	go func() { _ = r.ended() }()
	ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
	if !errors.Is(err, fakeslack.ErrTimeout) || ack.Attempts != 1 {
		t.Errorf("%+v, %v", ack, err)
	}
}

func TestWhatHappensWhileNoSocketIsOpenComesAfterwards(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	if _, err := s.Say(soon(t), fakeslack.Message{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
		done <- err
	}()
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return len(st.Deliveries()) == 2 }); err != nil {
		t.Fatal(err)
	}
	r := dial(t, s)
	r.read()
	event, command := r.read(), r.read()
	if event.Type != fakeslack.EventsAPI {
		event, command = command, event
	}
	if event.Attempt != 1 || event.Why != "timeout" || command.Type != fakeslack.SlashCommands || !command.Accepts {
		t.Errorf("got %+v and %+v", event, command)
	}
	r.ack(event.EnvelopeID, nil)
	r.ack(command.EnvelopeID, nil)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestEachPayloadGoesToOneOfSeveralConnections(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	var got [3]atomic.Int64
	for i := range got {
		r := dial(t, s)
		if hello := r.read(); hello.Conns != i+1 {
			t.Errorf("hello says %d connections", hello.Conns)
		}
		go r.ackAll(func() { got[i].Add(1) })
	}
	const n = 200
	for range n {
		if _, err := s.Say(soon(t), fakeslack.Message{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.WaitFor(soon(t), (*fakeslack.State).Settled); err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for i := range got {
		sum += got[i].Load()
		if got[i].Load() == 0 {
			t.Errorf("connection %d got nothing", i)
		}
	}
	if sum != n {
		t.Errorf("%d frames for %d payloads", sum, n)
	}
}

func TestOneConnectionTooManyIsToldSo(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{MaxConnections: 2})
	for range 2 {
		dial(t, s).read()
	}
	r := dial(t, s)
	if f := r.read(); f.Type != "disconnect" || f.Reason != fakeslack.TooManyWebsockets {
		t.Errorf("got %+v", f)
	}
	if err := r.ended(); err == nil || s.Connections() != 2 {
		t.Errorf("%v, %d connections", err, s.Connections())
	}
}

func TestAnAcknowledgementOverTheLimitIsDropped(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{AckTimeout: 300 * time.Millisecond})
	r := dial(t, s)
	r.read()
	done := make(chan error)
	go func() {
		_, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
		done <- err
	}()
	r.ack(r.read().EnvelopeID, map[string]string{"text": strings.Repeat("x", 20<<10)})
	if err := <-done; !errors.Is(err, fakeslack.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return len(st.Violations()) > 0 }); err != nil {
		t.Fatal(err)
	}
	if v := s.Violations(); len(v) != 1 || !strings.Contains(v[0], "dropped") {
		t.Errorf("violations %q", v)
	}
}

func TestAckFramesThatMakeNoSenseAreViolations(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	r := dial(t, s)
	r.read()
	for _, text := range []string{`{`, `{}`, `{"envelope_id":"nobody"}`} {
		if err := r.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return len(st.Violations()) == 3 }); err != nil {
		t.Errorf("%v: %q", err, s.Violations())
	}
}
