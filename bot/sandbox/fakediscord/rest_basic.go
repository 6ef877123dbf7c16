package fakediscord

import (
	"strconv"
	"time"
)

func (s *Server) getGateway(*call) (reply, *apiError) { return ok(obj{"url": s.GatewayURL()}) }

func (s *Server) getGatewayBot(*call) (reply, *apiError) {
	return ok(obj{"url": s.GatewayURL(), "shards": s.cfg.Shards, "session_start_limit": obj{
		"total": max(s.cfg.IdentifyBudget, 1000), "remaining": max(s.identifies, 0),
		"reset_after": int((24 * time.Hour).Milliseconds()), "max_concurrency": s.cfg.MaxConcurrency,
	}})
}

func (w *world) me() obj {
	o := w.userJSON(defaultBot)
	o["verified"], o["locale"], o["mfa_enabled"], o["email"] = true, "en-US", true, nil
	return o
}

func (s *Server) getMe(*call) (reply, *apiError) { return ok(s.me()) }

func (s *Server) getUser(c *call) (reply, *apiError) {
	if s.users[c.PathValue("user_id")] == nil {
		return sorry(10013)
	}
	return ok(s.userJSON(c.PathValue("user_id")))
}

func (s *Server) getMyGuilds(*call) (reply, *apiError) {
	out := []obj{}
	for _, g := range s.guilds {
		if g.Bot {
			out = append(out, obj{
				"id": g.ID, "name": g.Name, "icon": nil, "banner": nil, "owner": false, "features": []string{},
				"permissions": bits(DefaultPermissions),
			})
		}
	}
	return ok(out)
}

func (s *Server) createDM(c *call) (reply, *apiError) {
	u := s.users[str(c.body["recipient_id"])]
	if u == nil {
		return sorry(10013)
	}
	if u.Bot {
		return sorry(50007)
	}
	return ok(s.channelJSON(s.dm(u.ID)))
}

// Application flags: a bot in fewer than 100 guilds has the "limited" one.
const flagMessageContentLimited = 1 << 19

func (s *Server) getApplication(*call) (reply, *apiError) {
	flags := 0
	if s.content {
		flags |= flagMessageContentLimited
	}
	return ok(obj{
		"id": defaultBot, "name": s.users[defaultBot].Name, "icon": nil, "description": "", "type": nil,
		"bot": s.userJSON(defaultBot), "verify_key": "0000000000000000000000000000000000000000000000000000000000000000",
		"flags": flags, "flags_new": strconv.Itoa(flags), "redirect_uris": []string{}, "interactions_endpoint_url": nil,
		"role_connections_verification_url": nil, "owner": s.userJSON(DefaultMod), "approximate_guild_count": len(s.guilds),
		"approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
		"team": nil, "eligible_oauth2_scopes": []string{}, "bot_public": true, "bot_require_code_grant": false,
		"integration_types_config": obj{"0": obj{}, "1": obj{}},
	})
}

func (s *Server) patchApplication(c *call) (reply, *apiError) { return s.getApplication(c) }

// guild finds the guild of a call, for which the bot has to be a member.
func (s *Server) guild(c *call) (*Guild, *apiError) {
	g := s.guilds[c.PathValue("guild_id")]
	if g == nil {
		return nil, fail(10004)
	}
	if !g.Bot {
		return nil, fail(50001)
	}
	return g, nil
}

func (s *Server) getGuild(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.guildJSON(g))
}

func (s *Server) getGuildChannels(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.guildCreate(g)["channels"])
}

func (s *Server) getGuildRoles(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.roles(g))
}

func (s *Server) getMembers(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.guildCreate(g)["members"])
}

func (s *Server) getMember(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	id := c.PathValue("user_id")
	if id == "@me" {
		id = defaultBot
	}
	if s.users[id] == nil {
		return sorry(10007)
	}
	return ok(s.memberWithUser(g.ID, id))
}

// channel finds the channel of a call; need are the permissions it takes besides
// VIEW_CHANNEL.
func (s *Server) channel(c *call, need Permissions) (*channel, *apiError) {
	ch := s.channels[c.PathValue("channel_id")]
	if ch == nil {
		return nil, fail(10003)
	}
	may := s.may(ch)
	if may&ViewChannel == 0 {
		return nil, fail(50001)
	}
	if may&need != need {
		return nil, fail(50013)
	}
	return ch, nil
}

func (s *Server) getChannel(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	return ok(s.channelJSON(ch))
}

func (s *Server) postTyping(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err == nil {
		err = s.sendable(ch)
	}
	if err != nil {
		return reply{}, err
	}
	s.typing[ch.ID] = append(s.typing[ch.ID], s.now())
	return none()
}

// sendable says whether the bot may post in ch now.
func (s *Server) sendable(ch *channel) *apiError {
	need := SendMessages
	if ch.Type.thread() {
		need = SendMessagesInThreads
	}
	switch {
	case ch.Type == Forum:
		return fail(50008)
	case s.may(ch)&need == 0:
		return fail(50013)
	case ch.Locked && s.may(ch)&ManageThreads == 0:
		return fail(160005)
	case !ch.starter:
		return fail(40058)
	}
	return nil
}
