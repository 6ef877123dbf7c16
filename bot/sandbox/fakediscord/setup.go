package fakediscord

// AddGuild adds a guild, or replaces the one with that ID, and tells the
// sessions (GUILD_CREATE) when the bot is a member. It returns the ID.
func (s *Server) AddGuild(g Guild) string {
	s.locked(func() {
		if g.ID == "" {
			g.ID = s.id()
		}
		s.guilds[g.ID] = &g
		if g.Bot {
			s.dispatch(event{name: "GUILD_CREATE", intents: intentGuilds, guild: g.ID, data: s.guildCreate(&g)})
		}
	})
	return g.ID
}

// RemoveBot takes the bot out of a guild: GUILD_DELETE without "unavailable",
// and every later request about the guild fails with 50001.
func (s *Server) RemoveBot(guild string) {
	s.locked(func() {
		if g := s.guilds[guild]; g != nil {
			g.Bot = false
			s.dispatch(event{name: "GUILD_DELETE", intents: intentGuilds, guild: guild, data: obj{"id": guild}})
		}
	})
}

// GuildOutage makes a guild unavailable and, when over, available again.
func (s *Server) GuildOutage(guild string, over bool) {
	s.locked(func() {
		g := s.guilds[guild]
		switch {
		case g == nil:
		case over:
			s.dispatch(event{name: "GUILD_CREATE", intents: intentGuilds, guild: guild, data: s.guildCreate(g)})
		default:
			s.dispatch(event{name: "GUILD_DELETE", intents: intentGuilds, guild: guild, data: obj{"id": guild, "unavailable": true}})
		}
	})
}

// AddUser adds a person, or replaces the one with that ID, and returns the ID.
func (s *Server) AddUser(u User) string {
	s.locked(func() {
		if u.ID == "" {
			u.ID = s.id()
		}
		s.users[u.ID] = &u
	})
	return u.ID
}

// AddChannel adds a channel, or changes the one with that ID, and tells the
// sessions. The guild is the default one unless Type is DM. It returns the ID.
// Threads are better made with [Server.OpenThread] and [Server.Post].
func (s *Server) AddChannel(c Channel) string {
	s.locked(func() {
		if c.Guild == "" && c.Type != DM {
			c.Guild = defaultGuild
		}
		for i := range c.Tags {
			if c.Tags[i].ID == "" {
				c.Tags[i].ID = s.id()
			}
		}
		if old := s.channels[c.ID]; old != nil {
			old.Channel = c
			s.channelEvent("UPDATE", old)
			return
		}
		if c.ID == "" {
			c.ID = s.id()
		}
		s.channelEvent("CREATE", s.put(c))
	})
	return c.ID
}

// channelEvent tells about a channel; direct message channels have no event.
func (s *Server) channelEvent(what string, c *channel) {
	if c.Type == DM {
		return
	}
	name := "CHANNEL_" + what
	if c.Type.thread() {
		name = "THREAD_" + what
	}
	s.dispatch(event{name: name, intents: intentGuilds, guild: c.Guild, channel: c.ID, data: s.channelJSON(c)})
}

// RemoveChannel deletes a channel: later requests about it fail with 10003.
func (s *Server) RemoveChannel(id string) {
	s.locked(func() {
		if c := s.channels[id]; c != nil {
			s.channelEvent("DELETE", c)
			delete(s.channels, id)
		}
	})
}

// SetBotPermissions says what the bot may do in a channel and its threads:
// without ViewChannel it gets 50001 and no events, without another 50013.
func (s *Server) SetBotPermissions(channel string, p Permissions) {
	s.locked(func() {
		if c := s.channels[channel]; c != nil {
			c.Bot = &p
		}
	})
}

// SetMessageContent grants or takes the message-content intent, as the switch
// in the developer portal does; live connections that use it close with 4014
// when it is taken.
func (s *Server) SetMessageContent(on bool) {
	s.locked(func() {
		s.content = on
		for _, sess := range s.sessions {
			if !on && sess.conn != nil && sess.intents&intentMessageContent != 0 {
				sess.conn.close(4014, "Disallowed intent(s).")
			}
		}
	})
}

// ResetToken gives the bot a new token and returns it: connections close with
// 4004, requests with the old one get 401.
func (s *Server) ResetToken() string {
	s.locked(func() { s.resetToken() })
	return s.Token()
}

func (s *Server) resetToken() {
	s.token = "MTAwMDAwMDAwMDAwMDAwMDAx.reset" + s.id()
	for id, sess := range s.sessions {
		if sess.conn != nil {
			sess.conn.close(4004, "Authentication failed.")
		}
		delete(s.sessions, id)
	}
}
