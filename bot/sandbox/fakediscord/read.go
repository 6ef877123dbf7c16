package fakediscord

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Messages lists what is in a channel, oldest first, answers to interactions and
// ephemeral messages included, deleted ones not.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesOf(channel, false)
}

// AllMessages is Messages with the deleted ones.
func (s *Server) AllMessages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messagesOf(channel, true)
}

// BotMessages is those of Messages that the bot wrote.
func (s *Server) BotMessages(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return m.Author != defaultBot })
}

func (s *Server) messagesOf(channel string, deleted bool) []Message {
	out := []Message{}
	if c := s.channels[channel]; c != nil {
		for _, m := range c.messages {
			if deleted || !m.deleted {
				out = append(out, m.public())
			}
		}
	}
	return out
}

func (m *message) public() Message {
	p := Message{
		ID: m.id, Channel: m.channel, Author: m.author, Content: m.content, AllowedMentions: m.allowed,
		Embeds: raws(m.embeds), Components: raws(m.components), Attachments: raws(m.attachments),
		Flags: m.flags, Type: m.kind, Ephemeral: m.viewer != "", Viewer: m.viewer, Loading: m.flags&flagLoading != 0,
		Edits: m.edits, Deleted: m.deleted, Created: m.created, Edited: m.edited,
		Pinged: append(slices.Clone(m.pings.users), m.pings.roles...), PingedAll: m.pings.everyone,
		Interaction: m.interaction, Thread: m.thread,
	}
	if m.nonce != nil {
		p.Nonce = fmt.Sprint(m.nonce)
	}
	if m.reference != nil {
		p.ReplyTo = m.reference.message
	}
	if len(m.reactions) > 0 {
		p.Reactions = map[string][]string{}
		for _, r := range m.reactions {
			p.Reactions[r.emoji] = slices.Clone(r.users)
		}
	}
	return p
}

func raws(l []any) []json.RawMessage {
	var out []json.RawMessage
	for _, v := range l {
		out = append(out, json.RawMessage(mustJSON(v)))
	}
	return out
}

// InteractionState is what became of an interaction.
type InteractionState struct {
	ID      string `json:"id,omitempty"`
	Token   string `json:"token,omitempty"`
	Kind    int    `json:"kind,omitempty"` // 2 command, 3 component, 4 autocomplete, 5 form
	Name    string `json:"name,omitempty"`
	User    string `json:"user,omitempty"`
	Channel string `json:"channel,omitempty"`

	Callback  int             `json:"callback,omitempty"` // type of the first answer, one of the Callback constants; 0: none
	Created   time.Time       `json:"created,omitzero"`   //
	Answered  time.Time       `json:"answered,omitzero"`  // when the first answer came
	Deferred  bool            `json:"deferred,omitempty"` // first answered by "thinking…"
	Ephemeral bool            `json:"ephemeral,omitempty"`
	Choices   []Choice        `json:"choices,omitempty"`  // of an autocomplete
	Modal     json.RawMessage `json:"modal,omitempty"`    // the form it was answered with
	Original  *Message        `json:"original,omitempty"` // the response; for an update the message that was clicked. nil: none, or deleted
	FollowUps []Message       `json:"follow_ups,omitempty"`
}

// Done reports whether there is a response that is not "thinking…" any more.
func (i InteractionState) Done() bool { return i.Original != nil && !i.Original.Loading }

// Choice is offered by an autocomplete.
type Choice struct {
	Name  string `json:"name,omitempty"`
	Value any    `json:"value,omitempty"`
}

// Interaction says what became of an interaction; ok is false for an unknown ID.
func (s *Server) Interaction(id string) (state InteractionState, ok bool) {
	state = s.interactionOf(id)
	return state, state.ID != ""
}

func (s *Server) interactionOf(id string) InteractionState {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.inter[id]
	if in == nil {
		return InteractionState{}
	}
	out := InteractionState{
		ID: in.id, Token: in.token, Kind: in.kind, Name: in.name, User: in.user, Channel: in.channel, Callback: in.callback,
		Created: in.created, Answered: in.answered, Deferred: in.callback == CallbackDeferredMessage, Ephemeral: in.ephemeral,
	}
	for _, c := range in.choices {
		out.Choices = append(out.Choices, Choice{str(object(c)["name"]), object(c)["value"]})
	}
	if in.modal != nil {
		out.Modal = json.RawMessage(mustJSON(in.modal))
	}
	if m := s.message(in.channel, in.original); m != nil {
		p := m.public()
		out.Original = &p
	}
	for _, id := range in.followUps {
		if m := s.message(in.channel, id); m != nil {
			out.FollowUps = append(out.FollowUps, m.public())
		}
	}
	return out
}

// Commands are the commands the bot has registered, global ones or those of a guild.
func (s *Server) Commands(guild string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []json.RawMessage{}
	for _, c := range s.commands[guild] {
		out = append(out, json.RawMessage(mustJSON(c)))
	}
	return out
}

// typingLasts is how long one typing request shows.
const typingLasts = 10 * time.Second

// Typing reports whether the bot is shown as typing in a channel: for 10 s after
// it said so, or until it posts.
func (s *Server) Typing(channel string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.typing[channel]
	if len(t) == 0 || s.now().Sub(t[len(t)-1]) > typingLasts {
		return false
	}
	c := s.channels[channel]
	return c == nil || !slices.ContainsFunc(c.messages, func(m *message) bool {
		return m.author == defaultBot && m.created.After(t[len(t)-1])
	})
}

// TypingCount is how often the bot said it is typing in a channel.
func (s *Server) TypingCount(channel string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.typing[channel])
}

// Channel returns a channel; ok is false where there is none.
func (s *Server) Channel(id string) (c Channel, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil {
		return c.Channel, true
	}
	return Channel{}, false
}

// Threads lists the threads of a channel, or the posts of a forum.
func (s *Server) Threads(parent string) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Channel{}
	for _, t := range s.threads(parent) {
		out = append(out, t.Channel)
	}
	return out
}

// Requests lists the REST requests so far, oldest first. A request under way is not among them.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// InvalidRequests counts the answers 401, 403 and 429, of which Discord allows 10,000 in 10 minutes.
func (s *Server) InvalidRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalidRequests
}

// Violations lists what the bot sent that Discord would not accept, and requests
// to endpoints that do not exist here.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Session is a gateway session of the bot.
type Session struct {
	ID        string `json:"id,omitempty"`
	Intents   int    `json:"intents,omitempty"`
	Shard     [2]int `json:"shard,omitempty"`
	Seq       int    `json:"seq,omitempty"`       // of the last event
	Connected bool   `json:"connected,omitempty"` //
	Resumes   int    `json:"resumes,omitempty"`
}

// Sessions lists the sessions that are connected or could be resumed, oldest first.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Session{}
	for _, x := range s.sessions {
		out = append(out, Session{x.id, x.intents, x.shard, x.seq, x.conn != nil, x.resumes})
	}
	slices.SortFunc(out, func(a, b Session) int { return compareIDs(a.ID, b.ID) })
	return out
}

// Connected reports whether a session is connected: a condition for WaitFor.
func (s *Server) Connected() bool {
	return slices.ContainsFunc(s.Sessions(), func(x Session) bool { return x.Connected })
}

// Closure is the end of a gateway connection.
type Closure struct {
	Code     int  `json:"code,omitempty"` // 1006: without a close frame
	ByClient bool `json:"by_client,omitempty"`
}

// Closures lists how the connections that are over ended, oldest first.
func (s *Server) Closures() []Closure {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.closes)
}

// Heartbeats is how many heartbeats clients sent.
func (s *Server) Heartbeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heartbeats
}

// Identifies is how many identifies were accepted, of Config.IdentifyBudget.
func (s *Server) Identifies() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.IdentifyBudget - s.identifies
}

// WaitMessage waits for a message in a channel that fits, and returns it.
func (s *Server) WaitMessage(ctx context.Context, channel string, fits func(Message) bool) (found Message, err error) {
	err = s.WaitFor(ctx, func(s *Server) bool {
		for _, m := range s.Messages(channel) {
			if fits(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found, err
}
