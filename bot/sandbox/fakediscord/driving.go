package fakediscord

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Message is a message as a person sees it, and what a person says. Saying uses
// Author, Channel, Content, ReplyTo, NoPing, AllowedMentions and Embeds; the
// other fields are for reading.
type Message struct {
	ID      string `json:"id,omitempty"`
	Channel string `json:"channel,omitempty"` // default DefaultChannel
	Author  string `json:"author,omitempty"`  // user ID; default DefaultUser
	Content string `json:"content,omitempty"`
	ReplyTo string `json:"reply_to,omitempty"` // ID of a message in the same channel
	NoPing  bool   `json:"no_ping,omitempty"`  // reply without a ping

	AllowedMentions json.RawMessage   `json:"allowed_mentions,omitempty"` // as it was sent; nil: absent
	Embeds          []json.RawMessage `json:"embeds,omitempty"`
	Components      []json.RawMessage `json:"components,omitempty"`
	Attachments     []json.RawMessage `json:"attachments,omitempty"`

	Flags       int                 `json:"flags,omitempty"`
	Type        int                 `json:"type,omitempty"` // Discord's message type: 0 message, 19 reply, 20 command, 23 message command
	Nonce       string              `json:"nonce,omitempty"`
	Ephemeral   bool                `json:"ephemeral,omitempty"`
	Viewer      string              `json:"viewer,omitempty"`  // who sees an ephemeral one
	Loading     bool                `json:"loading,omitempty"` // "thinking…"
	Edits       int                 `json:"edits,omitempty"`
	Deleted     bool                `json:"deleted,omitempty"`
	Created     time.Time           `json:"created,omitzero"`
	Edited      time.Time           `json:"edited,omitzero"`
	Pinged      []string            `json:"pinged,omitempty"`      // users and roles whom it notified, the author of the message it replies to included
	PingedAll   bool                `json:"pinged_all,omitempty"`  // @everyone or @here took effect
	Interaction string              `json:"interaction,omitempty"` // ID of the interaction it answers
	Thread      string              `json:"thread,omitempty"`      // ID of the thread that was opened on it
	Reactions   map[string][]string `json:"reactions,omitempty"`   // emoji: user IDs
}

// Say says m: it is stored, and the sessions learn about it. Mentions in the
// text and by a reply are filled in. It returns the ID of the message.
func (s *Server) Say(ctx context.Context, m Message) (id string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if m.Channel == "" {
		m.Channel = DefaultChannel
	}
	if m.Author == "" {
		m.Author = DefaultUser
	}
	s.locked(func() { id, err = s.say(m) })
	return id, err
}

func (s *Server) say(m Message) (string, error) {
	ch := s.channels[m.Channel]
	switch {
	case ch == nil:
		return "", fmt.Errorf("say something: there is no channel %s", m.Channel)
	case s.users[m.Author] == nil:
		return "", fmt.Errorf("say something: there is no user %s", m.Author)
	case ch.Type == Forum:
		return "", fmt.Errorf("say something: %s is a forum, use Post", m.Channel)
	}
	x := &message{id: s.id(), channel: ch.ID, author: m.Author, content: m.Content, created: s.now(), flags: m.Flags}
	x.nonce = s.id() // Discord's client sends one
	for _, e := range m.Embeds {
		var v any
		if err := json.Unmarshal(e, &v); err != nil {
			return "", fmt.Errorf("say something: embed: %w", err)
		}
		x.embeds = append(x.embeds, v)
	}
	for _, e := range m.Components {
		var v any
		if err := json.Unmarshal(e, &v); err != nil {
			return "", fmt.Errorf("say something: component: %w", err)
		}
		x.components = append(x.components, v)
	}
	if s.takeLocked(FaultUnknownPart) {
		x.components = append(x.components, obj{"type": 99, "id": 1, "what": "a kind of component nobody knows yet"})
	}
	if err := s.sayPings(x, m); err != nil {
		return "", err
	}
	s.unarchive(ch)
	if ch.Type.thread() && !ch.starter {
		x.id, ch.starter = ch.ID, true
	}
	s.add(ch, x)
	return x.id, nil
}

func (s *Server) sayPings(x *message, m Message) error {
	reply := ""
	if m.ReplyTo != "" {
		to := s.message(m.Channel, m.ReplyTo)
		if to == nil {
			return fmt.Errorf("reply: there is no message %s in channel %s", m.ReplyTo, m.Channel)
		}
		x.kind, x.reference = 19, &reference{to.id, m.Channel, s.channels[m.Channel].Guild}
		if !m.NoPing {
			reply = to.author
		}
	}
	may := DefaultPermissions
	if s.users[m.Author].Admin {
		may = allPermissions
	}
	x.pings = s.pingsOf(x.content, reply, nil, may)
	if m.NoPing && m.ReplyTo != "" {
		x.pings = s.pingsOf(x.content, "", nil, may)
	}
	return nil
}

// Edit changes the text of a person's message.
func (s *Server) Edit(channel, id, content string) (err error) {
	s.locked(func() {
		m := s.message(channel, id)
		if m == nil {
			err = fmt.Errorf("edit message %s: there is none in channel %s", id, channel)
			return
		}
		m.content, m.edited = content, s.now()
		m.edits++
		m.pings = s.pingsOf(content, "", nil, DefaultPermissions)
		s.messageEvent("MESSAGE_UPDATE", s.channels[channel], m)
	})
	return err
}

// Delete deletes a message, whoever wrote it.
func (s *Server) Delete(channel, id string) (err error) {
	s.locked(func() {
		m := s.message(channel, id)
		if m == nil {
			err = fmt.Errorf("delete message %s: there is none in channel %s", id, channel)
			return
		}
		s.remove(s.channels[channel], m)
	})
	return err
}

// React adds a person's reaction, or with off takes it away.
func (s *Server) React(channel, id, user, emoji string, off bool) (err error) {
	s.locked(func() {
		m := s.message(channel, id)
		if m == nil {
			err = fmt.Errorf("react to message %s: there is none in channel %s", id, channel)
			return
		}
		if off {
			s.unreact(s.channels[channel], m, emoji, user)
		} else {
			s.react(s.channels[channel], m, emoji, user)
		}
	})
	return err
}

// Dispatch sends any event to every session, unfiltered and unchecked.
func (s *Server) Dispatch(eventType string, data json.RawMessage) {
	s.locked(func() {
		for _, sess := range s.sessions {
			s.send(sess, eventType, data)
		}
	})
}

// Post is a forum post by a person.
type Post struct {
	Forum   string   `json:"forum,omitempty"`  // default DefaultForum
	Author  string   `json:"author,omitempty"` // default DefaultUser
	Title   string   `json:"title,omitempty"`
	Content string   `json:"content,omitempty"`
	Tags    []string `json:"tags,omitempty"` // IDs

	// Hold keeps the first message back after THREAD_CREATE, as happens with a
	// large attachment: until Delay is over, or, without Delay, until
	// [Server.ReleasePost]. Meanwhile replying is 40058, reading it 10008.
	Hold  bool          `json:"hold,omitempty"`
	Delay time.Duration `json:"delay,omitempty"`
}

// Post opens a forum post. It returns the ID of the thread, which is also that of its first message.
func (s *Server) Post(ctx context.Context, p Post) (id string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if p.Forum == "" {
		p.Forum = DefaultForum
	}
	if p.Author == "" {
		p.Author = DefaultUser
	}
	s.locked(func() {
		f := s.channels[p.Forum]
		if f == nil || f.Type != Forum {
			err = fmt.Errorf("post %q: %s is not a forum", p.Title, p.Forum)
			return
		}
		t := s.put(Channel{ID: s.id(), Guild: f.Guild, Name: p.Title, Type: PublicThread, Parent: f.ID, Owner: p.Author, Applied: p.Tags})
		t.starter, id = false, t.ID
		s.held[t.ID] = Message{Author: p.Author, Channel: t.ID, Content: p.Content}
		s.threadEvent(t, true)
		if !p.Hold {
			s.release(t.ID)
		}
	})
	if err == nil && p.Hold && p.Delay > 0 {
		s.after(p.Delay, func() { s.release(id) })
	}
	return id, err
}

// ReleasePost delivers the first message of a post that was held back.
func (s *Server) ReleasePost(id string) { s.locked(func() { s.release(id) }) }

func (s *Server) release(id string) {
	if m, held := s.held[id]; held {
		delete(s.held, id)
		if _, err := s.say(m); err != nil {
			s.log.Error("cannot deliver the first message of a post", "error", err)
		}
	}
}

// OpenThread lets a person open a thread on a message. It returns the thread's
// ID, which is that of the message.
func (s *Server) OpenThread(channel, message, name, user string) (id string, err error) {
	s.locked(func() {
		m := s.message(channel, message)
		if m == nil || m.thread != "" {
			err = fmt.Errorf("open a thread on message %s: it is not there or has one", message)
			return
		}
		id = s.threadOn(s.channels[channel], m, name, user).ID
	})
	return id, err
}

// SetThread archives, locks or tags a thread as a moderator does.
func (s *Server) SetThread(id string, archived, locked bool, tags ...string) (err error) {
	s.locked(func() {
		t := s.channels[id]
		if t == nil || !t.Type.thread() {
			err = fmt.Errorf("change thread %s: there is none", id)
			return
		}
		t.Archived, t.Locked, t.archived = archived, locked, s.now()
		if tags != nil {
			t.Applied = tags
		}
		s.channelEvent("UPDATE", t)
	})
	return err
}

// StartTyping lets a person type.
func (s *Server) StartTyping(channel, user string) {
	s.locked(func() {
		ch := s.channels[channel]
		if ch == nil {
			return
		}
		data, intents := obj{"channel_id": channel, "user_id": user, "timestamp": s.now().Unix()}, intentDMTyping
		if ch.Guild != "" {
			intents = intentGuildTyping
			data["guild_id"], data["member"] = ch.Guild, s.memberWithUser(ch.Guild, user)
		}
		s.dispatch(event{name: "TYPING_START", intents: intents, guild: ch.Guild, channel: channel, data: data})
	})
}

// PlainText is all text of a message that a person reads: content, embeds, and
// text components, separated by line ends.
func (m Message) PlainText() string {
	parts := []string{m.Content}
	for _, raw := range m.Embeds {
		var e struct {
			Title, Description string
			Fields             []struct{ Name, Value string }
			Footer             struct{ Text string }
		}
		json.Unmarshal(raw, &e)
		parts = append(parts, e.Title, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Name, f.Value)
		}
		parts = append(parts, e.Footer.Text)
	}
	walk(m.components(), func(c obj) {
		if num(c["type"]) == typeTextDisplay {
			parts = append(parts, str(c["content"]))
		}
	})
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}

func (m Message) components() []any {
	var out []any
	for _, raw := range m.Components {
		var v any
		json.Unmarshal(raw, &v)
		out = append(out, v)
	}
	return out
}

// Button is a button of a message.
type Button struct {
	Label    string `json:"label,omitempty"`
	CustomID string `json:"custom_id,omitempty"`
	URL      string `json:"url,omitempty"`
	Style    int    `json:"style,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
}

// Buttons lists the buttons of a message, in order.
func (m Message) Buttons() []Button {
	var out []Button
	walk(m.components(), func(c obj) {
		if num(c["type"]) == typeButton {
			out = append(out, Button{str(c["label"]), str(c["custom_id"]), str(c["url"]), num(c["style"]), boolean(c["disabled"])})
		}
	})
	return out
}
