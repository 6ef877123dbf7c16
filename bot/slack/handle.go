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
			q, _ := s.a.question(f, s.selfID()) // for its language
			s.a.refuse(f, q, s.acker(c, f))
		}
		return
	}
	s.slots <- struct{}{}
	go func() {
		defer s.handled.Done()
		defer func() { <-s.slots }()
		s.a.handle(f, s.selfID(), s.acker(c, f))
	}()
}

func (s *supervisor) selfID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.self
}

// acker acknowledges f over c.
func (s *supervisor) acker(c *conn, f frame) func(payload any) {
	return func(payload any) { s.acknowledge(c, f.Envelope, payload) }
}

// handle acknowledges f once what it asks is stored, or when it asks nothing. It
// calls ack once, or not at all where Slack is to send f again. self is the bot's
// user ID.
func (a *Adapter) handle(f frame, self string, ack func(payload any)) {
	if q, ok := a.question(f, self); ok {
		if a.silenced(q) {
			ack(nil)
			return
		}
		if err := a.submit(q); err != nil {
			a.log.Warn("question not stored", "question", q.ID, "envelope", f.Type, "attempt", f.Attempt, "error", err)
			a.refuse(f, q, ack)
			return
		}
		// Nothing is shown with it: the answer may be there before the acknowledgement.
		ack(nil)
		return
	}
	if !a.act(envelope{Type: f.Type, Payload: f.Payload, Self: self, At: a.now()}, ack) {
		ack(nil)
	}
}

// act does what f wants that is no question, and reports whether that was anything.
func (a *Adapter) act(e envelope, ack func(payload any)) (acted bool) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("panic while acting on an envelope", "envelope", e.Type, "panic", fmt.Sprintf("%T", r))
		}
	}()
	if o, ok := opinionOf(e); ok && a.cfg.Votes != nil {
		a.vote(o, ack)
		return true
	}
	if s, ok := settingOf(e); ok && a.cfg.Modes != nil {
		a.setting(s, ack)
		return true
	}
	if q, ok := changed(e); ok {
		a.follow(q, ack)
		return true
	}
	if q, ok := overheard(e); ok && a.cfg.Modes != nil {
		a.listen(q, ack)
		return true
	}
	return false
}

// question translates f. A frame that makes the program panic would do so again:
// it asks nothing, and is acknowledged.
func (a *Adapter) question(f frame, self string) (q bot.Question, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("panic while reading an envelope", "envelope", f.Type, "panic", fmt.Sprintf("%T", r))
			q, ok = bot.Question{}, false
		}
	}()
	return translate(envelope{Type: f.Type, Payload: f.Payload, Self: self, At: a.now()})
}

// submit stores q in time, whatever the inbox does.
func (a *Adapter) submit(q bot.Question) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic while storing: %T", r)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), a.timing.submit)
	defer cancel()
	return a.cfg.Inbox.Submit(ctx, q)
}

// refuse is what follows when q could not be stored. Slack sends an event again
// when it is not acknowledged; a command or a click it does not, so the person is
// told. A click that nobody could be told about is left to Slack's own warning.
func (a *Adapter) refuse(f frame, q bot.Question, ack func(payload any)) {
	text := prompts.Labels(languageOf(q)).NotAccepted
	switch f.Type {
	case typeCommand:
		ack(commandReply{Type: toAsker, Text: text})
	case typeInteractive:
		var addr address
		if json.Unmarshal(q.Address, &addr) != nil || addr.ResponseURL == "" {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), a.timing.submit)
		defer cancel()
		if err := a.tell(ctx, addr, text); err != nil {
			a.log.Warn("the person was not told", "question", q.ID, "error", err)
			return
		}
		ack(nil)
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
