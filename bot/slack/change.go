package slack

import (
	"encoding/json"

	"github.com/openai-explain/openai-explain/bot"
)

// changePayload is a message_changed or message_deleted event.
type changePayload struct {
	Type        string       `json:"type"`
	Subtype     string       `json:"subtype"`
	Channel     string       `json:"channel"`
	ChannelType string       `json:"channel_type"`
	DeletedTS   string       `json:"deleted_ts"`
	EventTS     string       `json:"event_ts"`
	Message     messageEvent `json:"message"`
	Previous    messageEvent `json:"previous_message"`
}

// changed says what a change of a message means for its answer, and false where it
// means nothing: nobody had asked and nobody asks now, or only the punctuation
// changed. It is Unasked where the bot was not called: then it counts only in a
// channel in which it answers unasked.
func changed(e envelope) (bot.Question, bool) {
	var p eventPayload
	var c changePayload
	if e.Type != typeEvents || json.Unmarshal(e.Payload, &p) != nil || json.Unmarshal(p.Event, &c) != nil || c.Type != "message" {
		return bot.Question{}, false
	}
	self, team := selves(p, e.Self), p.TeamID
	was, had := c.asked(c.Previous, team, self)
	switch c.Subtype {
	case "message_deleted":
		return retract(was, had, c.EventTS)
	case "message_changed":
		if c.Message.Subtype == "tombstone" { // deleted, with replies below
			return retract(was, had, c.EventTS)
		}
		is, asks := c.asked(c.Message, team, self)
		switch {
		case had && asks && bot.SameQuestion(was.Text, is.Text):
			return bot.Question{}, false
		case had && asks && was.Unasked == is.Unasked:
			is.Of, is.Kind = is.ID, bot.Revise
			is.ID = questionID("edit", string(is.Of), c.EventTS)
			return is, true
		case asks && !is.Unasked: // it has become a question to the bot
			return orCommand(is), true
		}
		return retract(was, had, c.EventTS)
	}
	return bot.Question{}, false
}

func retract(q bot.Question, had bool, at string) (bot.Question, bool) {
	if !had {
		return bot.Question{}, false
	}
	q.Of, q.Kind, q.Text = q.ID, bot.Retract, ""
	q.ID = questionID("delete", string(q.Of), at)
	return q, true
}

// asked is the question in one state of a message.
func (c changePayload) asked(m messageEvent, team string, self []string) (bot.Question, bool) {
	m.Type, m.Channel, m.ChannelType, m.Edited, m.Hidden = "message", c.Channel, c.ChannelType, nil, false
	if m.Subtype == "bot_message" || !m.fromPerson(self) {
		return bot.Question{}, false
	}
	called := m.asks(self) || mentions(m.Text, self)
	if !called && !m.aloud() {
		return bot.Question{}, false
	}
	q, a := m.question(first(team, m.Team), self)
	raw, err := json.Marshal(a)
	q.Platform, q.Asker, q.Address, q.Unasked = Platform, m.User, raw, !called
	if q.Kind = bot.Ask; !called && !bot.ReadsAsQuestion(q.Text) {
		return bot.Question{}, false
	}
	return q, err == nil
}

// follow stores a change where it concerns the bot.
func (a *Adapter) follow(q bot.Question, ack func(payload any)) {
	addr, err := addressOf(q)
	unwanted := q.Unasked && (a.cfg.Modes == nil || a.mode(addr.Channel) != bot.Auto)
	isNew := q.Kind != bot.Revise && q.Kind != bot.Retract
	if err == nil && !unwanted && (!isNew || !a.silenced(q)) {
		if err := a.submit(q); err != nil {
			a.log.Warn("change not stored", "question", q.ID, "error", err)
			return // Slack sends it again
		}
	}
	ack(nil)
}
