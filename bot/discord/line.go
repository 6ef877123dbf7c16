package discord

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// line stands between discordgo and Discord on one gateway connection: discordgo
// dials a pipe, at whose other end the line passes frames on.
//
// That is what makes discordgo v0.29.0 safe to supervise. It never sees what it
// cannot handle: an op 7 as the first frame, at which it blocks for ever; an op 9;
// payloads of a shape that its types do not know. And the supervisor sees what
// discordgo does not tell: the close code, the heartbeat interval, where to resume.
type line struct {
	url   string // of the gateway, with version and encoding
	open  time.Duration
	ready func(ready) // called for READY, before discordgo sees it

	up   *websocket.Conn // to Discord
	down *websocket.Conn // to discordgo
	wg   sync.WaitGroup

	// Only the goroutine that reads from Discord uses these.
	beat    time.Duration // between heartbeats, as Hello said
	isReady bool          // READY or RESUMED came

	mu   sync.Mutex
	err  error // why it ended
	pipe net.Conn
	done chan struct{}
}

// ready is what READY says.
type ready struct {
	SessionID string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
}

// Why a line ended, apart from what Discord's close code says.
var (
	errReconnect = errors.New("discord: asked to reconnect (op 7)")
	errInvalid   = errors.New("discord: invalid session (op 9)")
	errResumable = errors.New("discord: invalid session, may be resumed (op 9)")
	errHungUp    = errors.New("discord: discordgo closed the connection")
	errNoAck     = errors.New("discord: Discord no longer answers heartbeats")
	errNotReady  = errors.New("discord: the gateway did not get ready in time")
	errShutdown  = errors.New("discord: shutting down")
)

const (
	closeResume   = 4000 // any code but 1000 and 1001 keeps the session
	closeDeadline = time.Second
)

// frameLimit bounds one gateway frame, in bytes: a large guild's GUILD_CREATE has several million.
const frameLimit = 64 << 20

// rawPrefix is put before the type of a dispatch, so that discordgo does not
// decode it into its own types but hands it over raw.
const rawPrefix = "raw:"

func newLine(gateway string, open time.Duration, onReady func(ready)) (*line, error) {
	u, err := url.Parse(gateway)
	if err != nil || u.Host == "" || (u.Scheme != "ws" && u.Scheme != "wss") {
		return nil, errors.New("discord: the gateway's address is not a ws or wss URL")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = "v=10&encoding=json"
	return &line{url: u.String(), open: open, ready: onReady, done: make(chan struct{})}, nil
}

// dial is discordgo's network: it connects to Discord and returns the near end of the pipe.
func (l *line) dial(ctx context.Context) (net.Conn, error) {
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: l.open}
	up, resp, err := d.DialContext(ctx, l.url, http.Header{"User-Agent": {userAgent}})
	if err != nil {
		if resp != nil {
			err = fmt.Errorf("%w: status %d", err, resp.StatusCode)
		}
		return nil, fmt.Errorf("discord: connect to the gateway: %w", err)
	}
	up.SetReadLimit(frameLimit)
	up.SetCloseHandler(func(int, string) error { return nil })
	near, far := net.Pipe()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		up.Close()
		return nil, l.err
	}
	l.up, l.pipe = up, far
	l.wg.Go(func() { l.serve(far) })
	return near, nil
}

// serve answers discordgo's handshake and passes frames on until either side ends.
func (l *line) serve(far net.Conn) {
	down, err := accept(far)
	if err != nil {
		l.end(fmt.Errorf("discord: accept discordgo: %w", err))
		return
	}
	l.mu.Lock()
	l.down = down
	l.mu.Unlock()
	l.wg.Go(func() { l.end(l.upward()) })
	l.end(l.downward())
}

// downward passes Discord's frames on to discordgo.
func (l *line) downward() (err error) {
	defer guard(&err)
	l.alive(l.open)
	for {
		kind, frame, err := l.up.ReadMessage()
		if err != nil {
			return l.silent(err)
		}
		out, err := l.inspect(kind, frame)
		if err != nil {
			return err
		}
		if out == nil {
			continue
		}
		if err := l.down.WriteMessage(websocket.TextMessage, out); err != nil {
			return errHungUp
		}
	}
}

// upward passes discordgo's frames on to Discord.
func (l *line) upward() (err error) {
	defer guard(&err)
	for {
		kind, frame, err := l.down.ReadMessage()
		if err != nil {
			return errHungUp
		}
		if err := l.up.WriteMessage(kind, outgoing(frame)); err != nil {
			return fmt.Errorf("discord: write to the gateway: %w", err)
		}
	}
}

// guard ends the connection instead of the program.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("discord: passing frames on panicked: %T", p)
	}
}

// alive says how long Discord may be silent: until it is ready, then between the
// acknowledgements of two heartbeats.
func (l *line) alive(d time.Duration) {
	_ = l.up.SetReadDeadline(time.Now().Add(d)) // fails only on a closed connection, which the next read tells
}

func (l *line) silent(err error) error {
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		return err
	}
	if l.isReady {
		return errNoAck
	}
	return errNotReady
}

// Gateway operations (topics/opcodes-and-status-codes, "Gateway Opcodes").
const (
	opDispatch  = 0
	opIdentify  = 2
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

type frame struct {
	Op   int             `json:"op"`
	Seq  *int64          `json:"s"`
	Type *string         `json:"t"`
	Data json.RawMessage `json:"d"`
}

// inspect returns what discordgo is to see of a frame, nil for nothing, or why
// the connection has to end.
func (l *line) inspect(kind int, raw []byte) ([]byte, error) {
	f, ok := parseFrame(kind, raw)
	if !ok {
		return nil, nil
	}
	switch f.Op {
	case opReconnect:
		return nil, errReconnect
	case opInvalid:
		if bytes.Equal(bytes.TrimSpace(f.Data), []byte("true")) {
			return nil, errResumable
		}
		return nil, errInvalid
	case opHello:
		l.beat = interval(f.Data)
		f.Data = fmt.Appendf(nil, `{"heartbeat_interval":%d}`, l.beat.Milliseconds())
	case opAck:
		if l.isReady {
			l.alive(2 * l.beat)
		}
	case opDispatch:
		if f.Type == nil || f.Seq == nil {
			return nil, nil
		}
		l.dispatch(&f)
	}
	return json.Marshal(f)
}

func (l *line) dispatch(f *frame) {
	switch *f.Type {
	case "READY":
		var r ready
		decode(f.Data, &r)
		l.ready(r)
		// All that discordgo needs of it.
		f.Data, _ = json.Marshal(map[string]any{"v": 10, "session_id": r.SessionID, "user": r.User, "guilds": []any{}})
	case "RESUMED":
		f.Data = json.RawMessage("{}")
	default:
		t := rawPrefix + *f.Type
		f.Type = &t
		return
	}
	l.isReady = true
	l.alive(2 * l.beat)
}

// outgoing is what Discord is to see of discordgo's frame. Its identify says the
// properties as before v10, with a $, and a presence of the old shape.
func outgoing(raw []byte) []byte {
	var f struct {
		Op   int                        `json:"op"`
		Data map[string]json.RawMessage `json:"d"`
	}
	if json.Unmarshal(raw, &f) != nil || f.Op != opIdentify {
		return raw
	}
	delete(f.Data, "presence")
	f.Data["properties"] = fmt.Appendf(nil, `{"os":%q,"browser":%q,"device":%[2]q}`, runtime.GOOS, Platform)
	out, err := json.Marshal(f)
	if err != nil {
		return raw
	}
	return out
}

// parseFrame also reads frames that are compressed one by one.
func parseFrame(kind int, raw []byte) (f frame, ok bool) {
	if kind == websocket.BinaryMessage {
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			return frame{}, false
		}
		defer z.Close()
		if raw, err = io.ReadAll(io.LimitReader(z, frameLimit)); err != nil {
			return frame{}, false
		}
	}
	return f, json.Unmarshal(raw, &f) == nil
}

// interval is the heartbeat interval of a Hello, within reason: discordgo
// panics at one that is not positive.
func interval(hello []byte) time.Duration {
	var h struct {
		Interval float64 `json:"heartbeat_interval"` // ms
	}
	decode(hello, &h)
	if !(h.Interval > 0) {
		return 41250 * time.Millisecond // what Discord is seen to say
	}
	return time.Duration(min(max(h.Interval, 10), 600_000)) * time.Millisecond
}

// end ends the line, the first reason counts. Discord is told so in a way that
// keeps the session, unless the program is going away.
func (l *line) end(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = why
	close(l.done)
	if l.up != nil {
		code := closeResume
		if errors.Is(why, errShutdown) {
			code = websocket.CloseNormalClosure
		}
		// A broken connection cannot be told, and need not.
		_ = l.up.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(closeDeadline))
		l.up.Close()
	}
	if l.pipe != nil {
		l.pipe.Close()
	}
}

// wait returns why the line ended, when it has.
func (l *line) wait() error {
	<-l.done
	l.wg.Wait()
	return l.err
}

// ended is why the line ended, nil while it has not.
func (l *line) ended() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// accept is the server's side of discordgo's WebSocket handshake.
func accept(far net.Conn) (*websocket.Conn, error) {
	r := bufio.NewReader(far)
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	up := websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096}
	return up.Upgrade(&hijacked{conn: far, rw: bufio.NewReadWriter(r, bufio.NewWriter(far))}, req, nil)
}

// hijacked is the part of an HTTP server that an upgrade needs.
type hijacked struct {
	conn   net.Conn
	rw     *bufio.ReadWriter
	header http.Header
}

func (h *hijacked) Header() http.Header {
	if h.header == nil {
		h.header = http.Header{}
	}
	return h.header
}
func (h *hijacked) Write(p []byte) (int, error) { return len(p), nil }
func (h *hijacked) WriteHeader(int)             {}

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, h.rw, nil }

// offline is discordgo's HTTP client: it makes no request. The one it needs,
// for the gateway's address, is answered here; the line knows the real one.
type offline struct{}

func (offline) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/gateway") {
		return nil, errors.New("discord: discordgo is not to send requests")
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"url":"ws://line.invalid/"}`)),
	}, nil
}
