package fakediscord

import (
	"net/http"
	"slices"
)

func checkName(name string) *apiError {
	if n := units(name); n < 1 || n > 100 {
		return invalid("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
	}
	return nil
}

func (s *Server) createThreadFromMessage(c *call) (reply, *apiError) {
	ch, err := s.channel(c, CreatePublicThreads)
	if err == nil {
		err = checkName(str(c.body["name"]))
	}
	if err != nil {
		return reply{}, err
	}
	m := s.message(ch.ID, c.PathValue("message_id"))
	switch {
	case m == nil || m.viewer != "":
		return sorry(10008)
	case ch.Type != Text:
		return sorry(50024)
	case m.thread != "":
		return sorry(160004)
	}
	return reply{http.StatusCreated, s.channelJSON(s.threadOn(ch, m, str(c.body["name"]), defaultBot))}, nil
}

// threadOn opens a thread on a message; it has the message's ID.
func (s *Server) threadOn(ch *channel, m *message, name, owner string) *channel {
	t := s.put(Channel{ID: m.id, Guild: ch.Guild, Name: name, Type: PublicThread, Parent: ch.ID, Owner: owner, Joined: owner == defaultBot})
	m.thread, m.flags = t.ID, m.flags|flagHasThread
	s.threadEvent(t, true)
	s.messageEvent("MESSAGE_UPDATE", ch, m)
	return t
}

// threadEvent is THREAD_CREATE: also sent when the bot is added to a thread
// that existed, then without newly_created.
func (s *Server) threadEvent(t *channel, newly bool) {
	data := s.channelJSON(t)
	if newly {
		data["newly_created"] = true
	}
	s.dispatch(event{name: "THREAD_CREATE", intents: intentGuilds, guild: t.Guild, channel: t.ID, data: data})
}

// createThread makes a thread without a message, or a post where the channel is a forum.
func (s *Server) createThread(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err == nil {
		err = checkName(str(c.body["name"]))
	}
	if err != nil {
		return reply{}, err
	}
	if ch.Type == Forum {
		return s.createPost(c, ch)
	}
	kind, need := PrivateThread, CreatePrivateThreads
	if num(c.body["type"]) == int(PublicThread) {
		kind, need = PublicThread, CreatePublicThreads
	}
	if ch.Type != Text {
		return sorry(50024)
	}
	if s.may(ch)&need == 0 {
		return sorry(50013)
	}
	t := s.put(Channel{ID: s.id(), Guild: ch.Guild, Name: str(c.body["name"]), Type: kind, Parent: ch.ID, Owner: defaultBot, Joined: true})
	s.threadEvent(t, true)
	return reply{http.StatusCreated, s.channelJSON(t)}, nil
}

func (s *Server) createPost(c *call, forum *channel) (reply, *apiError) {
	if s.may(forum)&SendMessages == 0 {
		return sorry(50013)
	}
	tags := texts(c.body["applied_tags"])
	if err := s.checkTags(forum, nil, tags); err != nil {
		return reply{}, err
	}
	inner := *c
	inner.body = object(c.body["message"])
	t := &channel{Channel: Channel{
		ID: s.id(), Guild: forum.Guild, Name: str(c.body["name"]), Type: PublicThread, Parent: forum.ID, Owner: defaultBot,
		Applied: tags, Joined: true,
	}}
	m, err := s.compose(&inner, forum)
	if err != nil {
		return reply{}, err
	}
	m.id, m.channel = t.ID, t.ID
	t = s.put(t.Channel)
	s.threadEvent(t, true)
	s.add(t, m)
	out := s.channelJSON(t)
	out["message"] = s.messageJSON(m, false)
	return reply{http.StatusCreated, out}, nil
}

// checkTags allows at most 5, all of the forum's; to change a moderated one takes MANAGE_THREADS.
func (s *Server) checkTags(forum *channel, old, tags []string) *apiError {
	if len(tags) > 5 {
		return invalid("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
	}
	for _, id := range tags {
		if !slices.ContainsFunc(forum.Tags, func(t Tag) bool { return t.ID == id }) {
			return fail(10087)
		}
	}
	for _, t := range forum.Tags {
		if t.Moderated && slices.Contains(old, t.ID) != slices.Contains(tags, t.ID) && s.may(forum)&ManageThreads == 0 {
			return fail(50013)
		}
	}
	return nil
}

// patchChannel changes a thread, or a channel's name; the latter takes
// permissions the bot does not have here.
func (s *Server) patchChannel(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	if !ch.Type.thread() {
		return sorry(50013)
	}
	if err := s.patchThread(ch, c.body); err != nil {
		return reply{}, err
	}
	s.channelEvent("UPDATE", ch)
	return ok(s.channelJSON(ch))
}

func (s *Server) patchThread(t *channel, b obj) *apiError {
	manage := s.may(t)&ManageThreads != 0
	if !manage && t.Owner != defaultBot {
		return fail(50013)
	}
	_, unarchives := b["archived"]
	if t.Archived && !unarchives {
		return fail(50083)
	}
	if v, there := b["locked"]; there && boolean(v) != t.Locked && !manage {
		return fail(50013)
	}
	if v, there := b["applied_tags"]; there {
		forum := s.channels[t.Parent]
		if forum == nil || forum.Type != Forum {
			return fail(50024)
		}
		if err := s.checkTags(forum, t.Applied, texts(v)); err != nil {
			return err
		}
		t.Applied = texts(v)
	}
	if v, there := b["name"]; there {
		if err := checkName(str(v)); err != nil {
			return err
		}
		if t.edits++; t.edits > 2 { // 2 in 10 minutes, for names and topics
			return fail(20028)
		}
		t.Name = str(v)
	}
	if v, there := b["locked"]; there {
		t.Locked = boolean(v)
	}
	if v, there := b["archived"]; there {
		t.Archived, t.archived = boolean(v), s.now()
	}
	return nil
}

// unarchive is what sending a message does to an archived thread.
func (s *Server) unarchive(t *channel) {
	if t.Archived {
		t.Archived, t.archived = false, s.now()
		s.channelEvent("UPDATE", t)
	}
}

func (s *Server) joinThread(c *call) (reply, *apiError) {
	t, err := s.channel(c, 0)
	switch {
	case err != nil:
		return reply{}, err
	case !t.Type.thread():
		return sorry(50024)
	case t.Archived:
		return sorry(50083)
	case !t.Joined:
		t.Joined = true
		s.threadEvent(t, false)
	}
	return none()
}

func (s *Server) leaveThread(c *call) (reply, *apiError) {
	t, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	t.Joined = false
	return none()
}

func (s *Server) getActiveThreads(c *call) (reply, *apiError) {
	g, err := s.guild(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.threadList(func(t *channel) bool { return t.Guild == g.ID && !t.Archived }))
}

func (s *Server) getArchivedThreads(c *call) (reply, *apiError) {
	ch, err := s.channel(c, ReadMessageHistory)
	if err != nil {
		return reply{}, err
	}
	return ok(s.threadList(func(t *channel) bool { return t.Parent == ch.ID && t.Archived }))
}

func (s *Server) threadList(want func(*channel) bool) obj {
	threads, members := []obj{}, []obj{}
	for _, id := range s.order {
		t := s.channels[id]
		if t == nil || !t.Type.thread() || !want(t) || s.may(t)&ViewChannel == 0 {
			continue
		}
		threads = append(threads, s.channelJSON(t))
		if t.Joined {
			members = append(members, s.threadMember(t))
		}
	}
	return obj{"threads": threads, "members": members, "has_more": false}
}
