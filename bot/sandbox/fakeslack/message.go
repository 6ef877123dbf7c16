package fakeslack

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// wire is a message as Slack's answers and events show it.
func (st *State) wire(r *room, m *Message, withMetadata bool) object {
	out := object{"type": "message", "ts": m.TS, "text": m.Text}
	set := func(name string, v any, when bool) {
		if when {
			out[name] = v
		}
	}
	set("user", m.User, m.User != "")
	set("team", r.Team, m.User != "")
	set("subtype", m.Subtype, m.Subtype != "")
	set("client_msg_id", m.ClientMsgID, m.ClientMsgID != "")
	set("bot_id", m.BotID, m.BotID != "")
	set("app_id", appID, m.BotID != "" && m.BotID == st.botIDOf(r.Team))
	set("username", m.Username, m.Username != "")
	set("thread_ts", m.Thread, m.Thread != "")
	set("blocks", m.Blocks, len(m.Blocks) > 0)
	set("attachments", m.Attached, len(m.Attached) > 0)
	set("files", m.Files, len(m.Files) > 0)
	set("metadata", m.Metadata, withMetadata && len(m.Metadata) > 0)
	set("edited", object{"user": m.User, "ts": m.Edited}, m.Edited != "")
	set("reactions", reactions(m), len(m.Reactions) > 0)
	set("hidden", true, m.Subtype == "tombstone")
	if m.BotID != "" && m.BotID == st.botIDOf(r.Team) {
		out["bot_profile"] = object{"id": m.BotID, "app_id": appID, "name": st.cfg.BotName, "deleted": false, "team_id": r.Team}
	}
	if parent := r.find(m.Thread); parent != nil && parent != m {
		out["parent_user_id"] = parent.User
	}
	st.wireThread(r, m, out)
	return out
}

// wireThread adds what a thread's parent tells about its replies.
func (st *State) wireThread(r *room, m *Message, out object) {
	replies := r.replies(m.TS)
	if len(replies) == 0 {
		return
	}
	var users []string
	for _, x := range replies {
		if !slices.Contains(users, x.User) {
			users = append(users, x.User)
		}
	}
	out["thread_ts"], out["reply_count"], out["reply_users"] = m.TS, len(replies), users
	out["reply_users_count"], out["latest_reply"] = len(users), replies[len(replies)-1].TS
}

func reactions(m *Message) []object {
	var out []object
	for _, x := range m.Reactions {
		name, user, _ := strings.Cut(x, " ")
		i := slices.IndexFunc(out, func(o object) bool { return o["name"] == name })
		if i < 0 {
			out = append(out, object{"name": name, "users": []string{user}, "count": 1})
			continue
		}
		users := append(out[i]["users"].([]string), user)
		out[i]["users"], out[i]["count"] = users, len(users)
	}
	return out
}

// store gives the message its timestamp (unless it has a free one) and keeps it.
func (st *State) store(r *room, m *Message) {
	if m.TS == "" || r.find(m.TS) != nil {
		m.TS = st.nextTS(r.ID)
	}
	if us, ok := parseTS(m.TS); ok {
		st.lastTS[r.ID] = max(st.lastTS[r.ID], us)
	}
	m.Channel = r.ID
	at := len(r.messages)
	for at > 0 && compareTS(r.messages[at-1].TS, m.TS) > 0 {
		at--
	}
	r.messages = slices.Insert(r.messages, at, m)
	if m.BotID != "" && m.Thread != "" {
		st.clearStatus(r.ID, m.Thread)
	}
}

func compareTS(a, b string) int {
	x, _ := parseTS(a)
	y, _ := parseTS(b)
	return cmp.Compare(x, y)
}

var markup = regexp.MustCompile(`<[^<>]+>`)

// richText is the block that Slack makes of what a person typed.
func richText(st *State, text string) json.RawMessage {
	var elements []object
	plain := func(s string) {
		if s != "" {
			elements = append(elements, object{"type": "text", "text": unescape(s)})
		}
	}
	at := 0
	for _, span := range markup.FindAllStringIndex(text, -1) {
		plain(text[at:span[0]])
		elements = append(elements, richElement(text[span[0]+1:span[1]-1]))
		at = span[1]
	}
	plain(text[at:])
	raw, _ := json.Marshal([]object{{"type": "rich_text", "block_id": st.blockID(), "elements": []object{
		{"type": "rich_text_section", "elements": elements},
	}}})
	return raw
}

func richElement(inner string) object {
	body, label, hasLabel := strings.Cut(inner, "|")
	switch {
	case strings.HasPrefix(body, "@"):
		return object{"type": "user", "user_id": body[1:]}
	case strings.HasPrefix(body, "#"):
		return object{"type": "channel", "channel_id": body[1:]}
	case strings.HasPrefix(body, "!subteam^"):
		return object{"type": "usergroup", "usergroup_id": strings.TrimPrefix(body, "!subteam^")}
	case strings.HasPrefix(body, "!"):
		return object{"type": "broadcast", "range": body[1:]}
	}
	link := object{"type": "link", "url": unescape(body)}
	if hasLabel {
		link["text"] = unescape(label)
	}
	return link
}

var (
	unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

func unescape(s string) string { return unescaper.Replace(s) }

// Escape turns what a person types into the text of a message on the wire: the
// three characters that Slack escapes.
func Escape(s string) string { return escaper.Replace(s) }

func (st *State) blockID() string { return st.id("b")[5:] }

// mentions reports whether the text names a user.
func mentions(text, user string) bool {
	return strings.Contains(text, "<@"+user+">") || strings.Contains(text, "<@"+user+"|")
}

// clone copies a message for somebody outside.
func (m *Message) clone() Message {
	out := *m
	out.Files, out.Reactions = slices.Clone(m.Files), slices.Clone(m.Reactions)
	out.Notifies, out.Unfurls = slices.Clone(m.Notifies), slices.Clone(m.Unfurls)
	return out
}
