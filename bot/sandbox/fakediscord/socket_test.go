package fakediscord_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// Intents of a bot that reads messages: guilds, messages and reactions in guilds and direct messages.
const intents = 1<<0 | 1<<9 | 1<<10 | 1<<12 | 1<<13

// socket is a gateway client without a library, following the documentation.
type socket struct {
	t       *testing.T
	ws      *websocket.Conn
	stream  io.Reader // of zlib-stream
	in      bytes.Buffer
	binary  int // frames that were compressed
	seq     int
	session string
	resume  string
}

type payload struct {
	Op int             `json:"op"`
	T  string          `json:"t"`
	S  int             `json:"s"`
	D  json.RawMessage `json:"d"`
}

func dial(t *testing.T, url string) *socket {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(ctx(t), url, nil)
	if err != nil {
		t.Fatalf("dial %s: %v", url, err)
	}
	if resp != nil {
		resp.Body.Close()
	}
	t.Cleanup(func() { ws.Close() })
	return &socket{t: t, ws: ws}
}

// connect dials and reads Hello.
func connect(t *testing.T, s *fakediscord.Server) *socket {
	t.Helper()
	g := dial(t, s.GatewayURL()+"?v=10&encoding=json")
	g.want(10, "")
	return g
}

// ready connects and identifies.
func ready(t *testing.T, s *fakediscord.Server) *socket {
	t.Helper()
	g := connect(t, s)
	g.identify(s.Token(), intents, nil)
	g.started()
	return g
}

func (g *socket) started() {
	g.t.Helper()
	p := g.want(0, "READY")
	var d struct {
		SessionID string `json:"session_id"`
		Resume    string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(p.D, &d); err != nil {
		g.t.Fatal(err)
	}
	g.session, g.resume = d.SessionID, d.Resume
	g.want(0, "GUILD_CREATE")
}

func (g *socket) send(op int, d any) {
	g.t.Helper()
	if err := g.ws.WriteJSON(m{"op": op, "d": d}); err != nil {
		g.t.Fatalf("send op %d: %v", op, err)
	}
}

func (g *socket) identify(token string, intents int, more m) {
	g.t.Helper()
	d := m{"token": token, "intents": intents, "properties": m{"os": "linux", "browser": "test", "device": "test"}}
	for k, v := range more {
		d[k] = v
	}
	g.send(2, d)
}

func (g *socket) read() (payload, error) {
	g.ws.SetReadDeadline(time.Now().Add(patience))
	kind, b, err := g.ws.ReadMessage()
	if err != nil {
		return payload{}, err
	}
	var p payload
	if kind == websocket.BinaryMessage {
		g.binary++
		if b, err = g.inflate(b); err != nil {
			return payload{}, err
		}
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return payload{}, err
	}
	if p.S > 0 {
		g.seq = p.S
	}
	return p, nil
}

func (g *socket) inflate(b []byte) ([]byte, error) {
	if g.stream == nil && g.in.Len() == 0 && !bytes.HasSuffix(b, []byte{0, 0, 0xff, 0xff}) {
		r, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	g.in.Write(b)
	if g.stream == nil {
		r, err := zlib.NewReader(&g.in)
		if err != nil {
			return nil, err
		}
		g.stream = r
	}
	var out json.RawMessage
	err := json.NewDecoder(io.MultiReader(g.stream)).Decode(&out)
	return out, err
}

// want reads the next payload and fails the test when it is another.
func (g *socket) want(op int, event string) payload {
	g.t.Helper()
	p, err := g.read()
	if err != nil {
		g.t.Fatalf("waiting for op %d %s: %v", op, event, err)
	}
	if p.Op != op || p.T != event {
		g.t.Fatalf("got op %d %s, want op %d %s", p.Op, p.T, op, event)
	}
	return p
}

// wantClose reads until the connection ends, and wants that close code; 1006 is
// an end without a close frame.
func (g *socket) wantClose(code int) {
	g.t.Helper()
	for {
		_, err := g.read()
		if err == nil {
			continue
		}
		e := (*websocket.CloseError)(nil)
		got := 1006
		if errors.As(err, &e) {
			got = e.Code
		}
		if got != code {
			g.t.Fatalf("closed with %d (%v), want %d", got, err, code)
		}
		return
	}
}

// again resumes the session of g on a new connection to url.
func (g *socket) again(url string, token string) *socket {
	g.t.Helper()
	n := dial(g.t, url+"?v=10&encoding=json")
	n.want(10, "")
	n.session, n.seq, n.resume = g.session, g.seq, g.resume
	n.send(6, m{"token": token, "session_id": g.session, "seq": g.seq})
	return n
}

func say(t *testing.T, s *fakediscord.Server, text string) string {
	t.Helper()
	id, err := s.Say(ctx(t), fakediscord.Message{Content: text})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func inject(t *testing.T, s *fakediscord.Server, f fakediscord.Fault) {
	t.Helper()
	if err := s.Inject(f); err != nil {
		t.Fatal(err)
	}
}

func disconnected(s *fakediscord.Server) bool { return !s.Connected() }

func content(t *testing.T, p payload) string { t.Helper(); return field(t, p, "content") }

// field is a text of an event's data.
func field(t *testing.T, p payload, name string) string {
	t.Helper()
	var d m
	if err := json.Unmarshal(p.D, &d); err != nil {
		t.Fatal(err)
	}
	text, _ := d[name].(string)
	return text
}
