package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Reasons of a disconnect notice.
const (
	Warning           = "warning"
	RefreshRequested  = "refresh_requested"
	LinkDisabled      = "link_disabled"
	TooManyWebsockets = "too_many_websockets"
)

// socketFaults are the faults of Socket Mode that are switched on. Guarded by Server.mu.
type socketFaults struct {
	refuse    int // HTTP status that sockets are refused with
	duplicate int // envelopes to send twice
	loseAcks  int // acknowledgements to lose
	noPings   bool
}

// copies says how often the next envelope is sent.
func (f *socketFaults) copies() int {
	if f.duplicate == 0 {
		return 1
	}
	f.duplicate--
	return 2
}

var errNoSocket = errors.New("no socket is open")

// Disconnect tells the connections with a reason to go: all of them, or with
// oldest only the oldest. After a warning the socket stays open for
// [Config.DisconnectGrace]; otherwise it is closed at once. It returns how many
// were told.
func (s *Server) Disconnect(reason string, oldest bool) int {
	s.mu.Lock()
	var list []*conn
	for _, c := range s.conns {
		if !c.warned {
			list = append(list, c)
		}
	}
	s.mu.Unlock()
	if oldest && len(list) > 1 {
		list = list[:1]
	}
	for _, c := range list {
		s.retire(c, reason, s.grace(reason))
	}
	return len(list)
}

func (s *Server) grace(reason string) time.Duration {
	if reason == Warning {
		return s.cfg.DisconnectGrace
	}
	return 0
}

// DeliverAfterWarning warns the oldest connection and sends the payload on that
// same connection afterwards, as Slack may; a retry goes to any connection.
func (s *Server) DeliverAfterWarning(ctx context.Context, envelopeType string, payload json.RawMessage) (Ack, error) {
	s.mu.Lock()
	if len(s.conns) == 0 {
		s.mu.Unlock()
		return Ack{}, errNoSocket
	}
	c := s.conns[0]
	s.mu.Unlock()
	s.retire(c, Warning, s.cfg.DisconnectGrace)
	s.mu.Lock()
	d := s.enqueue(envelopeType, payload)
	d.on = c
	s.mu.Unlock()
	return s.await(ctx, d)
}

// DropSockets cuts every connection without a notice and returns how many.
func (s *Server) DropSockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.ws.NetConn().Close()
	}
	return len(s.conns)
}

// SilenceSockets makes the connections that are open dead links: nothing comes
// through in either direction, and neither end is told. New connections work.
func (s *Server) SilenceSockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		c.silent.Store(true)
	}
	return len(s.conns)
}

// StopPings keeps the server from pinging, or has it ping again.
func (s *Server) StopPings(stop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.noPings = stop
}

// RefuseSockets refuses new sockets with an HTTP status; 0 lets them in again.
func (s *Server) RefuseSockets(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.refuse = status
}

// DuplicateNext sends each of the next n envelopes twice, the same bytes: the same
// envelope ID, attempt 0.
func (s *Server) DuplicateNext(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.duplicate = n
}

// LoseAcks loses the next n acknowledgements on the way: the bot has sent them,
// Slack delivers again.
func (s *Server) LoseAcks(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.loseAcks = n
}

// SendFrame writes any bytes as a text frame to every connection and returns how
// many there are.
func (s *Server) SendFrame(frame []byte) int {
	s.mu.Lock()
	list := append([]*conn(nil), s.conns...)
	s.mu.Unlock()
	for _, c := range list {
		_ = c.send(frame)
	}
	return len(list)
}

// Redeliver sends an event again that was delivered before, as a late retry: the
// same event ID, a new envelope. attempt is 1 to 3.
func (s *Server) Redeliver(ctx context.Context, eventID string, attempt int) (Ack, error) {
	s.mu.Lock()
	for _, old := range s.state.deliveries {
		if old.EventID == eventID && eventID != "" {
			d := s.enqueue(EventsAPI, old.Payload)
			d.retry = attempt
			s.mu.Unlock()
			return s.await(ctx, d)
		}
	}
	s.mu.Unlock()
	return Ack{}, errors.New("redeliver: no such event")
}

// UnknownEvent is the payload of an event of a type that no client knows.
func (s *Server) UnknownEvent() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.outer(teamID, false, object{"type": "sandbox_unknown_event", "channel": General, "novelty": object{"deep": []int{1, 2}}})
}

// UnknownElements are blocks with an element that no client knows, for a message.
func UnknownElements() json.RawMessage {
	return json.RawMessage(`[{"type":"context","block_id":"u1","elements":[{"type":"sandbox_hologram","depth":3}]},` +
		`{"type":"sandbox_block","block_id":"u2","anything":true}]`)
}
