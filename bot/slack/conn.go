package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	dialTimeout   = 15 * time.Second
	maxFrame      = 16 << 20 // bytes of an incoming frame
	writeBuffer   = 32 << 10 // Slack does not join continuation frames: above its 20 kB limit for an acknowledgement
	openMethod    = "/apps.connections.open"
	sawFrame      = "Received WebSocket message: "
	wroteResponse = "Finished sending Socket Mode response with envelope ID "
)

// frame is what Slack sent over a socket.
type frame struct {
	Type     string          `json:"type"`
	Envelope string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
	Accepts  bool            `json:"accepts_response_payload"`
	Attempt  int             `json:"retry_attempt"`
	Reason   string          `json:"reason"` // of a disconnect
}

// conn is one Socket Mode connection: slack-go's client, used once.
//
// The client reconnects by itself, at once and for ever, and says neither why a
// connection ended nor whether an acknowledgement left (reference/slack.md §1.3).
// So it is let connect one time only, and its debug log, which nobody sees, is
// read for these two things.
type conn struct {
	client *socketmode.Client
	events func(*conn, frame)
	change func() // called when up changes

	mu      sync.Mutex
	up      bool
	since   time.Time
	reason  string         // Slack's, for the disconnect
	failure error          // why there is no connection
	pending map[string]any // acknowledgements that are queued, by envelope ID
	lost    map[string]any // those that could not be written
}

func newConn(a *Adapter, events func(*conn, frame), change func()) *conn {
	c := &conn{events: events, change: change, pending: map[string]any{}, lost: map[string]any{}}
	api := slack.New("", slack.OptionAppLevelToken(a.cfg.AppToken.Reveal()), slack.OptionAPIURL(a.cfg.APIURL),
		slack.OptionHTTPClient(httpClient(&openOnce{next: a.cfg.Transport})))
	c.client = socketmode.New(api,
		socketmode.OptionDialer(dialer(a.timing.idle)),
		socketmode.OptionReadLimit(maxFrame),
		// The deadline of the dialer's connection notices a dead link; this is the second net.
		socketmode.OptionPingInterval(a.timing.idle),
		socketmode.OptionDebug(true),
		socketmode.OptionLog(tap{c}),
	)
	return c
}

// run connects and returns when the connection is gone, with the reason.
func (c *conn) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.client.RunContext(ctx); ctx.Err() == nil {
			c.fail(err) // some errors come only here, others only as an event
		}
	}()
	for open := true; open; {
		select {
		case e := <-c.client.Events:
			if !c.on(e) {
				cancel()
			}
		case <-done:
			open = false
		}
	}
	c.setUp(false)
	for { // what was read before the end is to be answered all the same
		select {
		case e := <-c.client.Events:
			c.on(e)
		default:
			return c.end()
		}
	}
}

// on handles what the client says, and returns false when the connection is over.
func (c *conn) on(e socketmode.Event) bool {
	switch e.Type {
	case socketmode.EventTypeConnecting:
		again, ok := e.Data.(*slack.ConnectingEvent)
		return ok && again.ConnectionCount == 0 && again.Attempt == 1
	case socketmode.EventTypeConnectionError:
		if failed, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
			c.fail(failed.ErrorObj)
		}
		return false
	case socketmode.EventTypeHello:
		c.setUp(true)
	case socketmode.EventTypeEventsAPI, socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive:
		r := e.Request
		c.events(c, frame{Type: r.Type, Envelope: r.EnvelopeID, Payload: r.Payload, Accepts: r.AcceptsResponsePayload, Attempt: r.RetryAttempt})
	case socketmode.EventTypeErrorBadMessage:
		// Not necessarily bad: the library knows fewer shapes than Slack sends.
		var f frame
		if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok && json.Unmarshal(bad.Message, &f) == nil && f.Envelope != "" {
			c.events(c, f)
		}
	case socketmode.EventTypeErrorWriteFailed:
		if w, ok := e.Data.(*socketmode.ErrorWriteFailed); ok {
			c.lose(w.Response.EnvelopeID, w.Response.Payload)
		}
		return false
	}
	return true
}

// ack queues an acknowledgement on this connection.
func (c *conn) ack(ctx context.Context, envelope string, payload any) error {
	c.queue(envelope, payload)
	err := c.client.AckCtx(ctx, envelope, payload)
	if err != nil {
		c.wrote(envelope)
	}
	return err
}

func (c *conn) queue(envelope string, payload any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending[envelope] = payload
}

func (c *conn) lose(envelope string, payload any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost[envelope] = payload
}

func (c *conn) wrote(envelope string) {
	c.mu.Lock()
	delete(c.pending, envelope)
	c.mu.Unlock()
	c.change()
}

// unsent takes the acknowledgements that did not leave.
func (c *conn) unsent() map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pending
	maps.Copy(p, c.lost)
	c.pending, c.lost = map[string]any{}, map[string]any{}
	return p
}

func (c *conn) queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending)
}

func (c *conn) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure == nil && !errors.Is(err, errOpenedOnce) {
		c.failure = err
	}
}

func (c *conn) setUp(up bool) {
	c.mu.Lock()
	if up && c.since.IsZero() {
		c.since = time.Now()
	}
	c.up = up
	c.mu.Unlock()
	c.change()
}

func (c *conn) isUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up
}

// lived is how long the connection was up.
func (c *conn) lived() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() {
		return 0
	}
	return time.Since(c.since)
}

var errDropped = errors.New("connection dropped")

// disconnectError is Slack's announcement that it ends a connection.
type disconnectError struct{ reason string }

func (e disconnectError) Error() string { return "disconnected by Slack: " + e.reason }

func (c *conn) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.failure != nil:
		return withoutURL(c.failure)
	case c.reason != "":
		return disconnectError{c.reason}
	}
	return errDropped
}

// tap reads the client's debug log.
type tap struct{ c *conn }

// Output implements the client's logger.
func (t tap) Output(_ int, line string) error {
	if id, ok := strings.CutPrefix(line, wroteResponse); ok {
		t.c.wrote(strings.Trim(strings.TrimSpace(id), `"`))
		return nil
	}
	raw, ok := strings.CutPrefix(line, sawFrame)
	if !ok || !strings.Contains(raw, "disconnect") {
		return nil
	}
	var f frame
	if json.Unmarshal([]byte(raw), &f) == nil && f.Type == "disconnect" {
		t.c.mu.Lock()
		t.c.reason = first(f.Reason, "unknown")
		t.c.mu.Unlock()
	}
	return nil
}

var errOpenedOnce = errors.New("this connection was opened already")

// openOnce lets one apps.connections.open pass: reconnecting is the supervisor's.
type openOnce struct {
	next http.RoundTripper

	mu   sync.Mutex
	used bool
}

func (o *openOnce) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, openMethod) {
		o.mu.Lock()
		used := o.used
		o.used = true
		o.mu.Unlock()
		if used {
			return nil, errOpenedOnce
		}
	}
	return o.next.RoundTrip(r)
}

// dialer makes connections that fail when nothing at all, not even a ping,
// arrives for idle. Slack pings more often than every 30 s.
func dialer(idle time.Duration) *websocket.Dialer {
	d := &net.Dialer{Timeout: dialTimeout}
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: dialTimeout,
		WriteBufferSize:  writeBuffer,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			nc, err := d.DialContext(ctx, network, addr)
			if err != nil {
				return nil, fmt.Errorf("dial: %w", err)
			}
			return &watched{Conn: nc, idle: idle}, nil
		},
	}
}

// watched is a connection whose reads end after idle without a byte, or at the
// deadline that its user set where that is earlier.
type watched struct {
	net.Conn
	idle time.Duration

	mu       sync.Mutex
	deadline time.Time
}

func (w *watched) Read(p []byte) (int, error) {
	t := time.Now().Add(w.idle)
	w.mu.Lock()
	if !w.deadline.IsZero() && w.deadline.Before(t) {
		t = w.deadline
	}
	err := w.Conn.SetReadDeadline(t)
	w.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return w.Conn.Read(p)
}

// SetReadDeadline implements net.Conn.
func (w *watched) SetReadDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deadline = t
	return w.Conn.SetReadDeadline(t)
}

// SetDeadline implements net.Conn.
func (w *watched) SetDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deadline = t
	return w.Conn.SetDeadline(t)
}
