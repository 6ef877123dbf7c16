package discord

import (
	"context"
	"net/http"
)

// noMention is the allowed_mentions of everything the bot sends: nobody is
// pinged, whatever the text says. Leaving it out would ping everybody it names.
type noMention struct{}

func (noMention) MarshalJSON() ([]byte, error) {
	return []byte(`{"parse":[],"replied_user":false}`), nil
}

// messageBody is Create Message.
type messageBody struct {
	Content    string     `json:"content"`
	Mentions   noMention  `json:"allowed_mentions"`
	Flags      int        `json:"flags"`
	Components []row      `json:"components,omitempty"`
	Reference  *reference `json:"message_reference,omitempty"`
	Nonce      string     `json:"nonce,omitempty"`
	Enforce    bool       `json:"enforce_nonce,omitempty"`
}

type reference struct {
	MessageID string `json:"message_id"`
	Fail      bool   `json:"fail_if_not_exists"`
}

func newMessage(content string) *messageBody {
	return &messageBody{Content: content, Flags: flagSuppressEmbeds}
}

// replyTo makes it a reply to the message asked in, where that still exists.
func (m *messageBody) replyTo(at address) {
	if at.Message != "" {
		m.Reference = &reference{MessageID: at.Message}
	}
}

// once has Discord return the message that is there already where this one was
// sent before, within a few minutes.
func (m *messageBody) once(id, part string) {
	m.Nonce, m.Enforce = nonce(id, part), true
}

// create posts a message and returns its ID.
func (a *Adapter) create(ctx context.Context, channel string, m *messageBody) (string, error) {
	var made message
	rq := request{
		op: "create message", method: http.MethodPost, major: channel, channel: channel, body: m, into: &made, repeat: m.Enforce,
		route: "/channels/{id}/messages", path: "/channels/" + channel + "/messages",
	}
	err := a.rest.do(ctx, rq)
	if code(err) == codeNoHistory && m.Reference != nil {
		m.Reference = nil // the bot may write but not read there: then without the reference
		err = a.rest.do(ctx, rq)
	}
	return idOf(made, err)
}

// editBody is Edit Original Interaction Response.
type editBody struct {
	Content    string    `json:"content"`
	Mentions   noMention `json:"allowed_mentions"`
	Flags      int       `json:"flags"`
	Components []row     `json:"components"`
}

// followUpBody is Create Followup Message.
type followUpBody struct {
	Content    string    `json:"content"`
	Mentions   noMention `json:"allowed_mentions"`
	Flags      int       `json:"flags"`
	Components []row     `json:"components,omitempty"`
}

func newFollowUp(content string, private bool) followUpBody {
	f := followUpBody{Content: content, Flags: flagSuppressEmbeds}
	if private {
		f.Flags |= flagEphemeral
	}
	return f
}

// followUp adds a message to an interaction. It is not repeated when the answer
// is lost: follow-ups have no nonce.
func (a *Adapter) followUp(ctx context.Context, at address, f followUpBody) (string, error) {
	var made message
	rq := at.webhook("create follow-up", http.MethodPost, "")
	rq.body, rq.into = f, &made
	return idOf(made, a.rest.do(ctx, rq))
}

// webhook is a request on the interaction's own endpoint, authorised by its token.
func (at address) webhook(op, method, rest string) request {
	return request{
		op: op, method: method, major: at.Interaction, anyone: true,
		route: "/webhooks/{app}/{token}" + rest,
		path:  "/webhooks/" + at.Application + "/" + escape(at.Token) + rest,
	}
}
