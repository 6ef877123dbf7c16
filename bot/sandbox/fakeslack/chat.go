package fakeslack

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of messages, in Unicode code points. Sources: the documentation of
// chat.postMessage and chat.update; the total over all blocks was measured by
// others (bolt-js #2509).
const (
	maxText       = 40_000
	maxUpdateText = 4_000
	maxMarkdown   = 12_000
	maxBlocks     = 50
	maxBlocksText = 13_200
	maxMetadata   = 16_000 // bytes; Slack names no number
)

// room finds the channel of the argument: an ID, for posting also a person's ID
// or a #name. Private conversations that the bot is not in do not exist for it.
func (c *call) room(arg string, posting bool) (*room, error) {
	id := c.args.str(arg)
	if posting {
		id = c.byName(id)
		if u, ok := c.st.users[id]; ok && !u.Bot {
			id = c.st.dm(c.team, u.ID)
		}
	}
	r, ok := c.st.channels[id]
	if !ok || r.Team != c.team || (r.Kind != Public && !r.botIn(c.st)) {
		return nil, fail("channel_not_found")
	}
	return r, nil
}

func (c *call) byName(id string) string {
	for _, r := range c.st.channels {
		if r.Kind == Public && r.Team == c.team && r.Name != "" && r.Name == strings.TrimPrefix(id, "#") {
			return r.ID
		}
	}
	return id
}

// writable is a channel the bot may post in.
func (c *call) writable(arg string) (*room, error) {
	r, err := c.room(arg, true)
	switch {
	case err != nil:
		return nil, err
	case r.Archived:
		return nil, fail("is_archived")
	case !r.botIn(c.st) && c.need("chat:write.public") != nil:
		return nil, fail("not_in_channel")
	}
	return r, nil
}

// compose reads text, blocks and the rest from the arguments into a message of
// the bot, or says why Slack would refuse them.
func (c *call) compose(limit int) (*Message, error) {
	m := &Message{User: c.st.botOf(c.team), BotID: c.st.botIDOf(c.team), Username: c.args.str("username"), Text: c.args.str("text")}
	md := c.args.str("markdown_text")
	_, hasBlocks, _ := c.args.value("blocks")
	if md != "" && (m.Text != "" || hasBlocks) {
		return nil, fail("markdown_text_conflict")
	}
	if err := c.setText(m, md, limit); err != nil {
		return nil, err
	}
	if err := c.setBlocks(m, "blocks", maxBlocks); err != nil {
		return nil, err
	}
	if err := c.setAttachments(m); err != nil {
		return nil, err
	}
	if err := c.setMetadata(m); err != nil {
		return nil, err
	}
	if strings.TrimSpace(m.Text) == "" && len(m.Blocks) == 0 && len(m.Attached) == 0 {
		return nil, fail("no_text")
	}
	m.reach(c.args)
	return m, nil
}

func (c *call) setText(m *Message, md string, limit int) error {
	if md != "" {
		if utf8.RuneCountInString(md) > maxMarkdown {
			return fail("msg_too_long")
		}
		m.Text, m.Markdown = md, md
		return nil
	}
	n := utf8.RuneCountInString(m.Text)
	switch {
	case n <= limit:
	case limit == maxText:
		m.Text = string([]rune(m.Text)[:maxText])
		c.warn = "message_truncated"
	default:
		return fail("msg_too_long")
	}
	return nil
}

func (c *call) setBlocks(m *Message, arg string, most int) error {
	v, ok, err := c.args.value(arg)
	if err != nil {
		return failWith("invalid_blocks_format", err.Error())
	}
	if !ok {
		return nil
	}
	raw, err := c.st.checkBlocks(v, onMessage, most)
	if err != nil {
		return err
	}
	m.Blocks = raw
	return nil
}

func (c *call) setAttachments(m *Message) error {
	v, ok, err := c.args.value("attachments")
	list, isList := v.([]any)
	switch {
	case err != nil || (ok && !isList):
		return fail("invalid_attachments")
	case len(list) > 100:
		return fail("too_many_attachments")
	case len(list) > 0:
		m.Attached, _ = json.Marshal(list)
	}
	return nil
}

func (c *call) setMetadata(m *Message) error {
	v, ok, err := c.args.value("metadata")
	if err != nil {
		return fail("invalid_metadata_format")
	}
	meta, isObject := v.(object)
	if !ok || (isObject && len(meta) == 0) {
		return nil
	}
	kind, _ := meta["event_type"].(string)
	_, hasPayload := meta["event_payload"].(object)
	if !isObject || kind == "" || !hasPayload {
		return fail("invalid_metadata_schema")
	}
	raw, _ := json.Marshal(meta)
	if len(raw) > maxMetadata {
		return fail("metadata_too_large")
	}
	m.Metadata = raw
	return nil
}

// thread sets the message's thread: that of the parent, none where the parent is
// gone (Slack then posts the reply un-threaded), the parent's where a reply is named.
func (c *call) thread(r *room, m *Message, ts string) {
	if ts == "" {
		return
	}
	parent := r.find(ts)
	switch {
	case parent == nil:
		return
	case parent.Thread != "" && parent.Thread != ts:
		c.s.violate("thread_ts %s in %s names a reply, not the parent", ts, r.ID)
		m.Thread = parent.Thread
	default:
		m.Thread = ts
	}
}

func (c *call) postMessage() (object, error) {
	r, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	m, err := c.compose(maxText)
	if err != nil {
		return nil, err
	}
	c.thread(r, m, c.args.str("thread_ts"))
	m.Broadcast = m.Thread != "" && c.args.flag("reply_broadcast")
	c.st.store(r, m)
	c.s.emitMessage(r, m)
	return object{"channel": r.ID, "ts": m.TS, "message": c.st.wire(r, m, true)}, nil
}

func (c *call) postEphemeral() (object, error) {
	r, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	user := c.args.str("user")
	if !slices.Contains(r.Members, user) {
		return nil, fail("user_not_in_channel")
	}
	m, err := c.compose(maxText)
	if err != nil {
		return nil, err
	}
	c.thread(r, m, c.args.str("thread_ts"))
	c.st.storeEphemeral(r, m, user)
	return object{"message_ts": m.TS}, nil
}

// storeEphemeral keeps a message that only one person sees.
func (st *State) storeEphemeral(r *room, m *Message, user string) {
	m.TS, m.Channel, m.Ephemeral, m.For = st.nextTS(r.ID), r.ID, true, user
	r.ephemerals = append(r.ephemerals, m)
}

// own finds a message that the bot may change.
func (c *call) own(ts, refusal string) (*room, *Message, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, nil, err
	}
	m := r.find(ts)
	if m == nil {
		return nil, nil, fail("message_not_found")
	}
	if m.BotID != c.st.botIDOf(c.team) {
		return nil, nil, fail(refusal)
	}
	return r, m, nil
}

func (c *call) update() (object, error) {
	r, m, err := c.own(c.args.str("ts"), "cant_update_message")
	if err != nil {
		return nil, err
	}
	if m.Streaming {
		return nil, fail("streaming_state_conflict")
	}
	before := c.st.wire(r, m, false)
	next, err := c.compose(maxUpdateText)
	if err != nil {
		return nil, err
	}
	m.Text, m.Markdown, m.Blocks, m.Attached = next.Text, next.Markdown, next.Blocks, next.Attached
	if next.Metadata != nil {
		m.Metadata = next.Metadata
	}
	m.Notifies = next.Notifies // an update unfurls nothing new
	m.Broken, m.tasks = false, nil
	m.Revisions++
	if len(m.Blocks) == 0 {
		m.Edited = formatTS(c.st.now().UnixMicro())
	}
	c.s.emitChanged(r, m, before)
	return object{"channel": r.ID, "ts": m.TS, "text": m.Text, "message": c.st.wire(r, m, true)}, nil
}

func (c *call) delete() (object, error) {
	r, m, err := c.own(c.args.str("ts"), "cant_delete_message")
	if err != nil {
		return nil, err
	}
	if m.Streaming {
		return nil, fail("cant_delete_message")
	}
	c.s.remove(r, m)
	return object{"channel": r.ID, "ts": m.TS}, nil
}

func (c *call) permalink() (object, error) {
	r, err := c.room("channel", false)
	if err != nil {
		return nil, err
	}
	m := r.find(c.args.str("message_ts"))
	if m == nil {
		return nil, fail("message_not_found")
	}
	link := "https://" + c.st.teams[r.Team].Domain + ".slack.com/archives/" + r.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.Thread != "" {
		link += "?thread_ts=" + m.Thread + "&cid=" + r.ID
	}
	return object{"channel": r.ID, "permalink": link}, nil
}
