package fakeslack

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// page cuts a list as cursors do. The cursor is the index of the next item.
func page[T any](c *call, list []T, def int) ([]T, string, error) {
	from := 0
	if cur := c.args.str("cursor"); cur != "" {
		n, err := strconv.Atoi(cur)
		if err != nil || n < 0 || n > len(list) {
			return nil, "", fail("invalid_cursor")
		}
		from = n
	}
	limit := min(max(c.args.number("limit", def), 1), 1000)
	to := min(from+limit, len(list))
	next := ""
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	return list[from:to], next, nil
}

func paged(key string, v any, next string) object {
	return object{key: v, "has_more": next != "", "response_metadata": object{"next_cursor": next}}
}

// within keeps the messages between oldest and latest.
func (c *call) within(list []*Message) []*Message {
	oldest, hasOldest := parseTS(c.args.str("oldest"))
	latest, hasLatest := parseTS(c.args.str("latest"))
	inclusive := c.args.flag("inclusive")
	return slices.DeleteFunc(slices.Clone(list), func(m *Message) bool {
		us, _ := parseTS(m.TS)
		below := hasOldest && (us < oldest || (us == oldest && !inclusive))
		above := hasLatest && (us > latest || (us == latest && !inclusive))
		return below || above
	})
}

func (c *call) wires(r *room, list []*Message) []object {
	out := make([]object, 0, len(list))
	for _, m := range list {
		out = append(out, c.st.wire(r, m, c.args.flag("include_all_metadata")))
	}
	return out
}

// readable is a channel whose messages the bot may read.
func (c *call) readable() (*room, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, err
	}
	if err := c.need(map[Kind]string{Public: "channels:history", Private: "groups:history", IM: "im:history", MPIM: "mpim:history"}[r.Kind]); err != nil {
		return nil, err
	}
	if !r.botIn(c.st) {
		return nil, fail("not_in_channel")
	}
	return r, nil
}

func (c *call) conversationReplies() (object, error) {
	r, err := c.readable()
	if err != nil {
		return nil, err
	}
	root := r.find(c.args.str("ts"))
	if root == nil {
		return nil, fail("thread_not_found")
	}
	if parent := r.find(root.Thread); parent != nil {
		root = parent
	}
	list := append([]*Message{root}, c.within(r.replies(root.TS))...)
	part, next, err := page(c, list, 1000)
	if err != nil {
		return nil, err
	}
	return paged("messages", c.wires(r, part), next), nil
}

func (c *call) history() (object, error) {
	r, err := c.readable()
	if err != nil {
		return nil, err
	}
	var list []*Message
	for _, m := range c.within(r.messages) {
		if m.Thread == "" || m.Thread == m.TS || m.Broadcast {
			list = append(list, m)
		}
	}
	slices.Reverse(list) // newest first
	part, next, err := page(c, list, 100)
	if err != nil {
		return nil, err
	}
	return paged("messages", c.wires(r, part), next), nil
}

func (c *call) wireChannel(r *room) object {
	member := r.botIn(c.st)
	out := object{
		"id": r.ID, "created": c.st.start.Unix(), "is_archived": r.Archived, "is_im": r.Kind == IM, "is_mpim": r.Kind == MPIM,
		"is_channel": r.Kind == Public, "is_group": r.Kind == Private, "is_private": r.Kind != Public,
		"is_ext_shared": r.ExtShared, "is_shared": r.ExtShared, "is_org_shared": false, "is_general": r.ID == General,
		"context_team_id": r.Team, "updated": c.st.start.UnixMilli(),
	}
	if r.Kind == IM {
		out["is_open"] = true
		for _, u := range r.Members {
			if u != c.st.botOf(r.Team) {
				out["user"] = u
			}
		}
		return out
	}
	out["creator"] = r.Creator
	if r.Creator == "" {
		out["creator"] = c.st.botOf(r.Team)
	}
	out["name"], out["name_normalized"], out["is_member"] = r.Name, strings.ToLower(r.Name), member
	if c.args.flag("include_num_members") {
		out["num_members"] = len(r.Members)
	}
	return out
}

func (c *call) conversationInfo() (object, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, err
	}
	ch := c.wireChannel(r)
	if c.args.flag("include_locale") {
		ch["locale"] = "en-US"
	}
	return object{"channel": ch}, nil
}

func (c *call) members() (object, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, err
	}
	part, next, err := page(c, r.Members, 100)
	if err != nil {
		return nil, err
	}
	return paged("members", part, next), nil
}

// visible lists the channels of the kinds asked for that keep allows.
func (c *call) visible(keep func(*room) bool) (object, error) {
	kinds := c.args.list("types")
	if len(kinds) == 0 {
		kinds = []string{"public_channel"}
	}
	var list []object
	for _, id := range c.st.order {
		r := c.st.channels[id]
		kind := map[Kind]string{Public: "public_channel", Private: "private_channel", IM: "im", MPIM: "mpim"}[r.Kind]
		hidden := r.Team != c.team || !slices.Contains(kinds, kind) || (r.Archived && c.args.flag("exclude_archived"))
		if !hidden && keep(r) {
			list = append(list, c.wireChannel(r))
		}
	}
	part, next, err := page(c, list, 100)
	if err != nil {
		return nil, err
	}
	if part == nil {
		part = []object{}
	}
	return paged("channels", part, next), nil
}

func (c *call) list() (object, error) {
	return c.visible(func(r *room) bool { return r.Kind == Public || r.botIn(c.st) })
}

func (c *call) userConversations() (object, error) {
	user := c.args.str("user")
	if user == "" {
		user = c.st.botOf(c.team)
	}
	return c.visible(func(r *room) bool {
		return slices.Contains(r.Members, user) && (r.Kind == Public || r.botIn(c.st))
	})
}

func (c *call) open() (object, error) {
	if id := c.args.str("channel"); id != "" {
		r, err := c.room("channel", false)
		if err != nil {
			return nil, err
		}
		return object{"channel": c.openAnswer(r)}, nil
	}
	users := c.args.list("users")
	switch {
	case len(users) == 0:
		return nil, fail("users_list_not_supplied")
	case len(users) > 8:
		return nil, fail("too_many_users")
	}
	for _, u := range users {
		if known := c.st.users[u]; known == nil || u == c.st.botOf(c.team) {
			return nil, fail("user_not_found")
		} else if known.Deleted {
			return nil, fail("user_disabled")
		}
	}
	scope, id := "im:write", ""
	if len(users) > 1 {
		scope = "mpim:write"
	}
	if err := c.need(scope); err != nil {
		return nil, err
	}
	if len(users) == 1 {
		id = c.st.dm(c.team, users[0])
	} else {
		id = c.st.group(c.team, users)
	}
	return object{"channel": c.openAnswer(c.st.channels[id])}, nil
}

func (c *call) openAnswer(r *room) object {
	if c.args.flag("return_im") {
		return c.wireChannel(r)
	}
	return object{"id": r.ID}
}

// dm is the direct conversation between the bot and a person; made where there is none.
func (st *State) dm(team, user string) string { return st.conversation(IM, team, []string{user}) }

func (st *State) group(team string, users []string) string {
	return st.conversation(MPIM, team, users)
}

func (st *State) conversation(kind Kind, team string, users []string) string {
	want := append(slices.Clone(users), st.botOf(team))
	slices.Sort(want)
	for _, id := range st.order {
		r := st.channels[id]
		have := slices.Sorted(slices.Values(r.Members))
		if r.Kind == kind && r.Team == team && slices.Equal(have, want) {
			return id
		}
	}
	name := ""
	if kind == MPIM {
		name = "mpdm-" + strings.ToLower(strings.Join(want, "--")) + "-1"
	}
	return st.addChannel(Channel{Kind: kind, Team: team, Name: name, Members: want})
}

func (c *call) join() (object, error) {
	r, err := c.room("channel", false)
	switch {
	case err != nil:
		return nil, err
	case r.Kind != Public:
		return nil, fail("method_not_supported_for_channel_type")
	case r.Archived:
		return nil, fail("is_archived")
	case r.botIn(c.st):
		c.warn = "already_in_channel"
		return object{"channel": c.wireChannel(r)}, nil
	}
	c.s.enter(r, c.st.botOf(c.team), "")
	return object{"channel": c.wireChannel(r)}, nil
}

func (c *call) react() (object, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, err
	}
	m := r.find(c.args.str("timestamp"))
	name, me := strings.Trim(c.args.str("name"), ":"), c.st.botOf(c.team)
	switch {
	case m == nil:
		return nil, fail("message_not_found")
	case name == "":
		return nil, fail("invalid_name")
	case slices.Contains(m.Reactions, name+" "+me):
		return nil, fail("already_reacted")
	}
	c.s.addReaction(r, m, name, me)
	return nil, nil
}

func (st *State) clearStatus(channel, thread string) {
	for i := range st.statuses {
		if x := &st.statuses[i]; x.Kind == "status" && x.Channel == channel && x.Thread == thread {
			x.Cleared = true
		}
	}
}

func (st *State) note(kind string, a args, text string) {
	st.statuses = append(st.statuses, Status{
		Kind: kind, Channel: a.str("channel_id"), Thread: a.str("thread_ts"), Text: text, Args: a.decoded(), At: st.now().Truncate(time.Microsecond),
	})
}
