package fakeslack

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// maxAck is what an acknowledgement may measure, in bytes; Slack drops larger ones
// without a word (slack-go #1196).
const maxAck = 20 * 1024

const writeWait = 5 * time.Second

// conn is one Socket Mode connection.
type conn struct {
	id     int
	ws     *websocket.Conn
	write  sync.Mutex
	silent atomic.Bool // a dead link: nothing goes out, nothing comes in
	warned bool        // a disconnect notice was sent; guarded by Server.mu
	life   time.Duration
	gone   chan struct{} // closed when the reader has stopped
}

// send writes one frame; on a silent link it pretends to.
func (c *conn) send(frame []byte) error {
	if c.silent.Load() {
		return nil
	}
	c.write.Lock()
	defer c.write.Unlock()
	return c.put(frame)
}

// put writes one frame. The caller holds c.write.
func (c *conn) put(frame []byte) error {
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait))
	return c.ws.WriteMessage(websocket.TextMessage, frame)
}

func (c *conn) sendJSON(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.send(raw)
}

// serveSocket is one connection from its hello to its end.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	if status := s.admit(r.URL.Query().Get("ticket")); status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{ws: ws, gone: make(chan struct{}), life: s.cfg.ConnectionLife}
	if r.URL.Query().Get("debug_reconnects") == "true" {
		c.life = min(c.life, 6*time.Minute)
	}
	s.mu.Lock()
	select {
	case <-s.done:
		s.mu.Unlock()
		_ = ws.Close()
		return
	default:
	}
	s.wg.Add(1)
	defer s.wg.Done()
	s.mu.Unlock()
	if s.greet(c) {
		s.wg.Go(func() { s.tend(c) })
		s.listen(c)
	}
	s.leave(c)
}

// admit takes a ticket, or says with which status the socket is refused.
func (s *Server) admit(ticket string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket.refuse != 0 {
		return s.socket.refuse
	}
	at, ok := s.tickets[ticket]
	delete(s.tickets, ticket)
	if !ok || time.Since(at) > time.Minute {
		return http.StatusNotFound
	}
	return 0
}

// greet says hello and makes the connection one that envelopes go to; the one too
// many is told so instead.
func (s *Server) greet(c *conn) bool {
	s.mu.Lock()
	n := len(s.conns) + 1
	if n > s.cfg.MaxConnections {
		s.mu.Unlock()
		_ = c.sendJSON(disconnectFrame("too_many_websockets"))
		return false
	}
	s.nextC++
	c.id = s.nextC
	c.write.Lock() // what is sent from now on waits for the hello
	defer c.write.Unlock()
	s.conns = append(s.conns, c)
	s.state.conns = len(s.conns)
	s.outbox = append(s.outbox, s.waiting...)
	s.waiting = nil
	started := s.state.start
	s.touch()
	s.poke()
	s.mu.Unlock()
	hello, _ := json.Marshal(object{
		"type": "hello", "num_connections": n, "connection_info": object{"app_id": appID},
		"debug_info": object{
			"host": "applink-sandbox", "started": started.UTC().Format("2006-01-02 15:04:05.000"), "build_number": 1,
			"approximate_connection_time": int(c.life.Seconds()),
		},
	})
	return c.put(hello) == nil
}

func (s *Server) leave(c *conn) {
	close(c.gone)
	_ = c.ws.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = slices.DeleteFunc(s.conns, func(x *conn) bool { return x == c })
	s.state.conns = len(s.conns)
	s.touch()
}

// tend pings the client, at once and then regularly, and refreshes the connection
// when its time is over.
func (s *Server) tend(c *conn) {
	ping := time.NewTicker(s.cfg.PingInterval)
	defer ping.Stop()
	end := time.NewTimer(c.life)
	defer end.Stop()
	s.ping(c)
	for {
		select {
		case <-ping.C:
			s.ping(c)
		case <-end.C:
			s.retire(c, "refresh_requested", 0)
		case <-c.gone:
			return
		case <-s.done:
			return
		}
	}
}

func (s *Server) ping(c *conn) {
	s.mu.Lock()
	quiet := s.socket.noPings
	s.mu.Unlock()
	if quiet || c.silent.Load() {
		return
	}
	_ = c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-sandbox "+strconv.Itoa(c.id)), time.Now().Add(writeWait))
}

// listen reads acknowledgements until the connection ends.
func (s *Server) listen(c *conn) {
	answerPing := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error {
		if c.silent.Load() {
			return nil
		}
		return answerPing(data)
	})
	for {
		kind, raw, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		if kind == websocket.TextMessage && !c.silent.Load() {
			s.acknowledge(raw)
		}
	}
}

// acknowledge takes one frame of the client.
func (s *Server) acknowledge(raw []byte) {
	var frame struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	err := json.Unmarshal(raw, &frame)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	switch {
	case err != nil || frame.EnvelopeID == "":
		s.violate("socket: a frame without an envelope_id")
		return
	case len(raw) >= maxAck:
		s.violate("socket: an acknowledgement of %d bytes was dropped, the limit is %d", len(raw), maxAck)
		return
	}
	d, ok := s.byID[frame.EnvelopeID]
	switch {
	case !ok:
		s.violate("socket: an acknowledgement of an unknown envelope")
	case s.socket.loseAcks > 0:
		s.socket.loseAcks--
	default:
		s.settle(d, frame.EnvelopeID, frame.Payload)
	}
}

func disconnectFrame(reason string) object {
	return object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-sandbox"}}
}

// retire tells a connection to go and closes it after the grace.
func (s *Server) retire(c *conn, reason string, grace time.Duration) {
	s.mu.Lock()
	c.warned = true
	s.mu.Unlock()
	_ = c.sendJSON(disconnectFrame(reason))
	s.wg.Go(func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(writeWait))
			// The client answers the close; one that does not is cut off.
			_ = c.ws.SetReadDeadline(time.Now().Add(writeWait))
		case <-c.gone:
		case <-s.done:
		}
	})
}
