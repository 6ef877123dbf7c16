package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// maxHandling is how many envelopes are handled at the same time; further ones
// wait in the socket.
const maxHandling = 16

// commandReply is what the acknowledgement of a slash command shows to the asker.
type commandReply struct {
	Type string `json:"response_type"`
	Text string `json:"text"`
}

// take handles a frame that came over c, in a goroutine of its own; it waits for
// one to be free. When the supervisor is stopping, events are left for Slack to
// send again, and whoever used a command is told.
func (s *supervisor) take(c *conn, f frame) {
	s.mu.Lock()
	stopping := s.stopping
	if !stopping {
		s.handled.Add(1)
	}
	s.mu.Unlock()
	if stopping {
		if f.Type == typeCommand {
			q, _ := s.question(f) // for its language
			s.refuse(c, f, q)
		}
		return
	}
	s.slots <- struct{}{}
	go func() {
		defer s.handled.Done()
		defer func() { <-s.slots }()
		s.handle(c, f)
	}()
}

// handle acknowledges f once its question is stored, or when it asks nothing.
func (s *supervisor) handle(c *conn, f frame) {
	q, ok := s.question(f)
	if !ok {
		s.acknowledge(c, f.Envelope, nil)
		return
	}
	if err := s.submit(q); err != nil {
		s.a.log.Warn("question not stored", "question", q.ID, "envelope", f.Type, "attempt", f.Attempt, "error", err)
		s.refuse(c, f, q)
		return
	}
	// Nothing is shown with it: the answer may be there before the acknowledgement.
	s.acknowledge(c, f.Envelope, nil)
}

// question translates f. A frame that makes the program panic would do so again:
// it asks nothing, and is acknowledged.
func (s *supervisor) question(f frame) (q bot.Question, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			s.a.log.Error("panic while reading an envelope", "envelope", f.Type, "panic", fmt.Sprintf("%T", r))
			q, ok = bot.Question{}, false
		}
	}()
	s.mu.Lock()
	self := s.self
	s.mu.Unlock()
	return translate(envelope{Type: f.Type, Payload: f.Payload, Self: self, At: s.a.now()})
}

// submit stores q in time, whatever the inbox does.
func (s *supervisor) submit(q bot.Question) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while storing: %T", r)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), s.a.timing.submit)
	defer cancel()
	return s.a.cfg.Inbox.Submit(ctx, q)
}

// refuse is what follows when q could not be stored. Slack sends an event again
// when it is not acknowledged; a command or a click it does not, so the person is
// told. A click that nobody could be told about is left to Slack's own warning.
func (s *supervisor) refuse(c *conn, f frame, q bot.Question) {
	text := prompts.Labels(languageOf(q)).NotAccepted
	switch f.Type {
	case typeCommand:
		s.acknowledge(c, f.Envelope, commandReply{Type: toAsker, Text: text})
	case typeInteractive:
		var addr address
		if json.Unmarshal(q.Address, &addr) != nil || addr.ResponseURL == "" {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.a.timing.submit)
		defer cancel()
		if err := s.a.tell(ctx, addr, text); err != nil {
			s.a.log.Warn("the person was not told", "question", q.ID, "error", err)
			return
		}
		s.acknowledge(c, f.Envelope, nil)
	}
}

// acknowledge sends the acknowledgement over c, or over any connection where c is
// gone: Slack's own clients do the same.
func (s *supervisor) acknowledge(c *conn, envelope string, payload any) {
	if envelope == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.a.timing.ack)
	defer cancel()
	for {
		target, changed := s.anyUp(c)
		if target != nil {
			err := target.ack(ctx, envelope, payload)
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				s.a.log.Warn("envelope not acknowledged", "error", err)
			}
			if err == nil || ctx.Err() == nil {
				return
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.a.log.Warn("no connection to acknowledge over", "waited", s.a.timing.ack.Round(time.Millisecond))
			return
		}
	}
}
