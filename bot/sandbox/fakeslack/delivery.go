package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Why a payload was not acknowledged.
var (
	// ErrTimeout is what a person sees as operation_timeout: a command or a click
	// was not acknowledged in time. Neither is delivered again.
	ErrTimeout = errors.New("not acknowledged in time (operation_timeout)")

	// ErrNotAcknowledged means that an event was given up after its last retry.
	ErrNotAcknowledged = errors.New("not acknowledged after the last retry")
)

// The types of envelopes.
const (
	EventsAPI     = "events_api"
	SlashCommands = "slash_commands"
	Interactive   = "interactive"
)

// Ack is how a payload was acknowledged.
type Ack struct {
	EnvelopeID  string
	Payload     json.RawMessage // what the client answered with; nil for a bare acknowledgement
	Elapsed     time.Duration   // since the payload was first sent, or since it was due where no socket was open
	Attempts    int             // how often it was sent
	ResponseURL string          // of the command or click, to look at its posts
	TriggerID   string
}

// Delivery is what became of one payload.
type Delivery struct {
	EnvelopeID string          `json:"envelope_id"` // of the last attempt
	Type       string          `json:"type"`
	Event      string          `json:"event,omitempty"` // type of the inner event
	EventID    string          `json:"event_id,omitempty"`
	Payload    json.RawMessage `json:"payload"`
	Attempts   int             `json:"attempts"`
	Acked      bool            `json:"acked"`
	GivenUp    bool            `json:"given_up"`
	Elapsed    time.Duration   `json:"elapsed"` // until it was acknowledged
}

// delivery is one payload on its way. Its fields are guarded by Server.mu.
type delivery struct {
	Delivery
	accepts bool
	retry   int    // number of the next attempt: 0 for the first
	reason  string // why the last attempt over HTTP failed
	due     time.Time
	ack     Ack
	timer   *time.Timer
	over    chan struct{} // closed when acknowledged or given up
	on      *conn         // send it here and nowhere else
}

func (d *delivery) stopTimer() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

// enqueue hands a payload to the dispatcher. The caller holds s.mu.
func (s *Server) enqueue(envelopeType string, payload json.RawMessage) *delivery {
	d := &delivery{Delivery: Delivery{Type: envelopeType, Payload: payload}, due: time.Now(), over: make(chan struct{})}
	d.accepts = envelopeType == SlashCommands || isView(payload)
	var outer struct {
		EventID string `json:"event_id"`
		Event   struct {
			Type string `json:"type"`
		} `json:"event"`
	}
	_ = json.Unmarshal(payload, &outer)
	d.Event, d.EventID = outer.Event.Type, outer.EventID
	s.state.deliveries = append(s.state.deliveries, d)
	s.outbox = append(s.outbox, d)
	s.poke()
	s.touch()
	return d
}

func isView(payload json.RawMessage) bool {
	var p struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(payload, &p)
	return p.Type == "view_submission" || p.Type == "view_closed" || p.Type == "block_suggestion"
}

// poke wakes the dispatcher.
func (s *Server) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// dispatch sends what is due, in order.
func (s *Server) dispatch() {
	for {
		select {
		case <-s.done:
			return
		case <-s.wake:
		}
		for s.sendNext() {
		}
	}
}

// sendNext sends the first payload of the outbox and reports whether there was one.
func (s *Server) sendNext() bool {
	s.mu.Lock()
	if len(s.outbox) == 0 {
		s.mu.Unlock()
		return false
	}
	d := s.outbox[0]
	s.outbox = s.outbox[1:]
	if d.Acked || d.GivenUp {
		s.mu.Unlock()
		return true
	}
	if target := s.targets.of(d.Type); target != "" {
		s.mu.Unlock()
		s.wg.Go(func() { s.sendHTTP(d, target) })
		return true
	}
	c := s.pick(d)
	if c == nil {
		if d.Type == EventsAPI && d.retry == 0 {
			d.retry = 1 // an event that met no open socket comes only as a retry
		}
		s.waiting = append(s.waiting, d)
		s.mu.Unlock()
		return true
	}
	frame, copies := s.envelope(d), s.socket.copies()
	s.mu.Unlock()
	for range copies {
		if c.send(frame) != nil {
			break // its reader notices, too; the retry goes elsewhere
		}
	}
	return true
}

// pick chooses the connection for a payload: any one, as Slack does. The caller
// holds s.mu.
func (s *Server) pick(d *delivery) *conn {
	if d.on != nil {
		return d.on
	}
	open := slices.DeleteFunc(slices.Clone(s.conns), func(c *conn) bool { return c.warned })
	if len(open) == 0 {
		open = s.conns
	}
	if len(open) == 0 {
		return nil
	}
	return open[rand.IntN(len(open))]
}

// envelope is the next frame of a delivery, with a new ID. The caller holds s.mu.
func (s *Server) envelope(d *delivery) []byte {
	d.EnvelopeID = s.state.id("env-")
	d.Attempts++
	s.byID[d.EnvelopeID] = d
	frame := object{"envelope_id": d.EnvelopeID, "type": d.Type, "payload": d.Payload, "accepts_response_payload": d.accepts}
	if d.Type == EventsAPI {
		frame["retry_attempt"], frame["retry_reason"] = d.retry, ""
		if d.retry > 0 {
			frame["retry_reason"] = "timeout"
		}
		s.scheduleRetry(d)
	}
	raw, _ := json.Marshal(frame)
	s.touch()
	return raw
}

// scheduleRetry has an event sent again, unless it is acknowledged before. The
// caller holds s.mu.
func (s *Server) scheduleRetry(d *delivery) {
	wait := s.cfg.RetryAfter
	last := d.retry >= len(s.cfg.RetryDelays)
	if !last {
		wait += s.cfg.RetryDelays[d.retry]
	}
	d.timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d.Acked || d.GivenUp {
			return
		}
		if last {
			s.giveUp(d)
			return
		}
		d.retry++
		d.on = nil
		s.outbox = append(s.outbox, d)
		s.poke()
	})
}

func (s *Server) giveUp(d *delivery) {
	d.GivenUp = true
	close(d.over)
	s.touch()
}

// settle records an acknowledgement; later ones of the same payload change
// nothing. The caller holds s.mu.
func (s *Server) settle(d *delivery, envelopeID string, payload json.RawMessage) {
	if d.Acked || d.GivenUp {
		return
	}
	d.stopTimer()
	if len(payload) > 0 && !d.accepts && string(payload) != "null" && string(payload) != "{}" {
		s.violate("socket: a payload in the acknowledgement of %s, which accepts none", d.Type)
	}
	d.Acked, d.Elapsed = true, time.Since(d.due)
	d.ack = Ack{EnvelopeID: envelopeID, Payload: payload, Elapsed: d.Elapsed, Attempts: d.Attempts}
	close(d.over)
}

// await waits until a delivery is over. A person waits for a command or a click
// only so long.
func (s *Server) await(ctx context.Context, d *delivery) (Ack, error) {
	var patience <-chan time.Time
	if d.Type != EventsAPI {
		t := time.NewTimer(s.cfg.AckTimeout)
		defer t.Stop()
		patience = t.C
	}
	select {
	case <-d.over:
	case <-patience:
		s.mu.Lock()
		if !d.Acked && !d.GivenUp {
			s.giveUp(d)
		}
		s.mu.Unlock()
	case <-ctx.Done():
		return Ack{}, fmt.Errorf("wait for the acknowledgement of %s: %w", d.Type, context.Cause(ctx))
	case <-s.done:
		return Ack{}, errClosed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case d.Acked:
		return d.ack, nil
	case d.Type == EventsAPI:
		return Ack{Attempts: d.Attempts}, fmt.Errorf("deliver %s: %w", d.Event, ErrNotAcknowledged)
	default:
		return Ack{Attempts: d.Attempts}, fmt.Errorf("deliver %s: %w", d.Type, ErrTimeout)
	}
}

// Deliver sends any payload in an envelope of any type and waits for its
// acknowledgement: for an event until the last retry has failed, for everything
// else as long as a person waits. The payload is sent as it is.
func (s *Server) Deliver(ctx context.Context, envelopeType string, payload json.RawMessage) (Ack, error) {
	if !json.Valid(payload) {
		return Ack{}, fmt.Errorf("deliver %s: the payload is not JSON", envelopeType)
	}
	s.mu.Lock()
	d := s.enqueue(envelopeType, slices.Clone(payload))
	s.mu.Unlock()
	return s.await(ctx, d)
}
