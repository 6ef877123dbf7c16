package fakediscord

import "slices"
import "strings"

// emojiJSON is "name:id" or a unicode emoji as an object.
func emojiJSON(e string) obj {
	if name, id, custom := strings.Cut(e, ":"); custom {
		return obj{"id": id, "name": name, "animated": false}
	}
	return obj{"id": nil, "name": e}
}

func (s *Server) reactable(c *call, need Permissions) (*channel, *message, *apiError) {
	ch, err := s.channel(c, need)
	if err != nil {
		return nil, nil, err
	}
	m := s.message(ch.ID, c.PathValue("message_id"))
	switch {
	case m == nil || m.viewer != "":
		return nil, nil, fail(10008)
	case ch.Archived:
		return nil, nil, fail(50083)
	}
	return ch, m, nil
}

func (s *Server) addReaction(c *call) (reply, *apiError) {
	emoji := c.PathValue("emoji_name")
	ch, m, err := s.reactable(c, ReadMessageHistory)
	if err != nil {
		return reply{}, err
	}
	if isASCII(emoji) && !strings.Contains(emoji, ":") {
		return sorry(10014)
	}
	// The first of its kind takes ADD_REACTIONS; joining in does not.
	if m.reaction(emoji) == nil && s.may(ch)&AddReactions == 0 {
		return sorry(50013)
	}
	s.react(ch, m, emoji, defaultBot)
	return none()
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

func (m *message) reaction(emoji string) *reaction {
	for _, r := range m.reactions {
		if r.emoji == emoji {
			return r
		}
	}
	return nil
}

func (s *Server) react(ch *channel, m *message, emoji, user string) {
	r := m.reaction(emoji)
	if r == nil {
		r = &reaction{emoji: emoji}
		m.reactions = append(m.reactions, r)
	}
	if !slices.Contains(r.users, user) {
		r.users = append(r.users, user)
		s.reactionEvent("MESSAGE_REACTION_ADD", ch, m, emoji, user)
	}
}

func (s *Server) unreact(ch *channel, m *message, emoji, user string) {
	r := m.reaction(emoji)
	if r == nil || !slices.Contains(r.users, user) {
		return
	}
	r.users = slices.DeleteFunc(r.users, func(u string) bool { return u == user })
	if len(r.users) == 0 {
		m.reactions = slices.DeleteFunc(m.reactions, func(x *reaction) bool { return x == r })
	}
	s.reactionEvent("MESSAGE_REACTION_REMOVE", ch, m, emoji, user)
}

func (s *Server) reactionEvent(name string, ch *channel, m *message, emoji, user string) {
	data := obj{
		"user_id": user, "channel_id": ch.ID, "message_id": m.id, "emoji": emojiJSON(emoji), "burst": false, "type": 0,
		"message_author_id": m.author,
	}
	intents := intentDMReactions
	if ch.Guild != "" {
		data["guild_id"], intents = ch.Guild, intentGuildReactions
		if name == "MESSAGE_REACTION_ADD" {
			data["member"] = s.memberWithUser(ch.Guild, user)
		}
	}
	s.dispatch(event{name: name, intents: intents, guild: ch.Guild, channel: ch.ID, data: data})
}

func (s *Server) removeReaction(c *call) (reply, *apiError) {
	ch, m, err := s.reactable(c, 0)
	if err != nil {
		return reply{}, err
	}
	s.unreact(ch, m, c.PathValue("emoji_name"), defaultBot)
	return none()
}

func (s *Server) getReactions(c *call) (reply, *apiError) {
	_, m, err := s.reactable(c, ReadMessageHistory)
	if err != nil {
		return reply{}, err
	}
	out := []obj{}
	if r := m.reaction(c.PathValue("emoji_name")); r != nil {
		for _, u := range r.users {
			out = append(out, s.userJSON(u))
		}
	}
	return ok(out)
}
