package fakediscord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// nonceMemory is how long a nonce is enforced: Discord says "the past few minutes".
const nonceMemory = 5 * time.Minute

func (s *Server) createMessage(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err == nil {
		err = s.sendable(ch)
	}
	if err != nil {
		return reply{}, err
	}
	if m, err := s.sameNonce(c.body); m != nil || err != nil {
		if err != nil {
			return reply{}, err
		}
		return ok(s.messageJSON(m, false))
	}
	m, err := s.compose(c, ch)
	if err != nil {
		return reply{}, err
	}
	if boolean(c.body["enforce_nonce"]) && m.nonce != nil {
		s.nonces[fmt.Sprint(m.nonce)] = nonceEntry{m.id, ch.ID, m.created}
	}
	s.unarchive(ch)
	s.add(ch, m)
	return ok(s.messageJSON(m, false))
}

// sameNonce finds the message that was created with the same enforced nonce. If
// that was deleted since, Discord answers Unknown Message.
func (s *Server) sameNonce(b obj) (*message, *apiError) {
	if !boolean(b["enforce_nonce"]) || b["nonce"] == nil {
		return nil, nil
	}
	e, found := s.nonces[fmt.Sprint(b["nonce"])]
	if !found || s.now().Sub(e.at) > nonceMemory {
		return nil, nil
	}
	if m := s.message(e.channel, e.message); m != nil {
		return m, nil
	}
	return nil, fail(10008)
}

// compose makes the message a body describes, checked, not yet stored.
func (s *Server) compose(c *call, ch *channel) (*message, *apiError) {
	flags := num(c.body["flags"])
	if err := checkMessage(c.body, flags&flagV2 != 0); err != nil {
		return nil, err
	}
	m := &message{id: s.id(), channel: ch.ID, author: defaultBot, created: s.now(), nonce: c.body["nonce"], tts: boolean(c.body["tts"])}
	m.flags = flags & (flagSuppressEmbeds | flagV2 | 1<<12)
	if err := s.refer(c.body, ch, m); err != nil {
		return nil, err
	}
	s.fill(m, c)
	if m.empty() {
		return nil, fail(50006)
	}
	return m, nil
}

func (m *message) empty() bool {
	return m.content == "" && len(m.embeds) == 0 && len(m.components) == 0 && len(m.attachments) == 0
}

// refer resolves message_reference.
func (s *Server) refer(b obj, ch *channel, m *message) *apiError {
	ref := object(b["message_reference"])
	if ref == nil {
		return nil
	}
	if s.may(ch)&ReadMessageHistory == 0 {
		return fail(160002)
	}
	id := str(ref["message_id"])
	if s.message(ch.ID, id) == nil {
		if must, said := ref["fail_if_not_exists"].(bool); said && !must {
			return nil
		}
		return invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
	}
	m.kind, m.reference = 19, &reference{id, ch.ID, ch.Guild}
	return nil
}

// fill takes the fields of a body that are there into m; it serves create and
// edit, messages and webhooks.
func (s *Server) fill(m *message, c *call) {
	b := c.body
	if v, there := b["content"]; there {
		m.content = str(v)
	}
	if v, there := b["embeds"]; there {
		m.embeds = s.completeEmbeds(array(v))
	}
	if v, there := b["components"]; there {
		m.components = s.completeComponents(array(v))
	}
	if v, there := b["attachments"]; there {
		keep := texts(idsOf(array(v)))
		m.attachments = slices.DeleteFunc(m.attachments, func(a any) bool { return !slices.Contains(keep, str(object(a)["id"])) })
	}
	for _, f := range c.files {
		id := s.id()
		link := fmt.Sprintf("%s/sandbox/attachments/%s/%s", s.URL(), id, f.name)
		m.attachments = append(m.attachments, obj{"id": id, "filename": f.name, "size": f.size, "url": link, "proxy_url": link, "content_type": f.kind})
	}
	s.reparse(m, b)
}

func idsOf(attachments []any) []any {
	var out []any
	for _, a := range attachments {
		out = append(out, str(object(a)["id"]))
	}
	return out
}

// reparse computes the mentions of m under the body's allowed_mentions: on edits
// an absent field means the default allowances again, as in Discord.
func (s *Server) reparse(m *message, b obj) {
	var a *allowedMentions
	if v := object(b["allowed_mentions"]); v != nil {
		raw, _ := json.Marshal(v)
		m.allowed = raw
		a = &allowedMentions{}
		json.Unmarshal(raw, a)
	} else {
		m.allowed = nil
	}
	text, replied := m.content, ""
	if m.flags&flagV2 != 0 {
		text = v2Text(m.components)
	}
	if r := m.reference; r != nil {
		if to := s.message(r.channel, r.message); to != nil {
			replied = to.author
		}
	}
	m.pings = s.pingsOf(text, replied, a, s.may(s.channels[m.channel])|s.interactionMay(m))
}

// add stores m and tells the sessions.
func (s *Server) add(ch *channel, m *message) {
	ch.messages = append(ch.messages, m)
	ch.total++
	s.messageEvent("MESSAGE_CREATE", ch, m)
}

func (s *Server) getMessage(c *call) (reply, *apiError) {
	ch, err := s.channel(c, ReadMessageHistory)
	if err != nil {
		return reply{}, err
	}
	m := s.message(ch.ID, c.PathValue("message_id"))
	if m == nil || m.viewer != "" {
		return sorry(10008)
	}
	return ok(s.messageJSON(m, !s.readable(m)))
}

// listMessages lists newest first; without READ_MESSAGE_HISTORY it is empty.
func (s *Server) listMessages(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	n := 50
	if q := c.query.Get("limit"); q != "" {
		if n, _ = strconv.Atoi(q); n < 1 || n > 100 {
			return reply{}, invalid("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
		}
	}
	out := []obj{}
	if s.may(ch)&ReadMessageHistory == 0 {
		return ok(out)
	}
	var visible []*message
	for _, m := range ch.messages {
		if !m.deleted && m.viewer == "" {
			visible = append(visible, m)
		}
	}
	for _, m := range page(visible, c.query.Get("before"), c.query.Get("after"), c.query.Get("around"), n) {
		out = append(out, s.messageJSON(m, !s.readable(m)))
	}
	return ok(out)
}

// page picks from messages in ascending order and returns them newest first.
func page(all []*message, before, after, around string, n int) []*message {
	slices.SortStableFunc(all, func(a, b *message) int { return compareIDs(a.id, b.id) })
	switch {
	case around != "":
		i := slices.IndexFunc(all, func(m *message) bool { return compareIDs(m.id, around) >= 0 })
		lo := max(0, i-n/2)
		all = all[lo:min(len(all), lo+n)]
	case after != "":
		all = slices.DeleteFunc(all, func(m *message) bool { return compareIDs(m.id, after) <= 0 })
		all = all[:min(n, len(all))]
	case before != "":
		all = slices.DeleteFunc(all, func(m *message) bool { return compareIDs(m.id, before) >= 0 })
		fallthrough
	default:
		all = all[max(0, len(all)-n):]
	}
	slices.Reverse(all)
	return all
}

func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Server) editMessage(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	m := s.message(ch.ID, c.PathValue("message_id"))
	switch {
	case m == nil || m.viewer != "":
		return sorry(10008)
	case m.author != defaultBot:
		return sorry(50005)
	case ch.Archived:
		return sorry(50083)
	}
	if err := s.editOld(m); err != nil {
		return reply{}, err
	}
	if err := s.applyEdit(m, c); err != nil {
		return reply{}, err
	}
	return ok(s.messageJSON(m, false))
}

// editOld limits edits of messages that are more than an hour old. That there is
// a limit is documented, its size is not: 3 in 20 s is hearsay.
func (s *Server) editOld(m *message) *apiError {
	now := s.now()
	if now.Sub(m.created) < time.Hour {
		return nil
	}
	m.lateEdits = slices.DeleteFunc(m.lateEdits, func(t time.Time) bool { return now.Sub(t) > 20*time.Second })
	if len(m.lateEdits) >= 3 {
		return fail(30046)
	}
	m.lateEdits = append(m.lateEdits, now)
	return nil
}

// applyEdit changes m as a body says, and tells the sessions.
func (s *Server) applyEdit(m *message, c *call) *apiError {
	flags, said := c.body["flags"]
	v2 := m.flags&flagV2 != 0 || num(flags)&flagV2 != 0
	if err := checkMessage(c.body, v2); err != nil {
		return err
	}
	if said && m.flags&flagV2 != 0 && num(flags)&flagV2 == 0 {
		return invalid("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "MessageFlags.IS_COMPONENTS_V2 cannot be removed")
	}
	next := *m
	if said {
		const editable = flagSuppressEmbeds | flagV2
		next.flags = next.flags&^editable | num(flags)&editable
	}
	next.flags &^= flagLoading
	if v2 && m.flags&flagV2 == 0 {
		next.content, next.embeds = "", nil
	}
	s.fill(&next, c)
	if next.empty() {
		return fail(50006)
	}
	next.edited, next.edits = s.now(), m.edits+1
	*m = next
	s.messageEvent("MESSAGE_UPDATE", s.channels[m.channel], m)
	return nil
}

func (s *Server) deleteMessage(c *call) (reply, *apiError) {
	ch, err := s.channel(c, 0)
	if err != nil {
		return reply{}, err
	}
	m := s.message(ch.ID, c.PathValue("message_id"))
	if m == nil || m.viewer != "" {
		return sorry(10008)
	}
	if m.author != defaultBot && s.may(ch)&ManageMessages == 0 {
		return sorry(50013)
	}
	s.remove(ch, m)
	return none()
}

func (s *Server) remove(ch *channel, m *message) {
	m.deleted = true
	data := obj{"id": m.id, "channel_id": ch.ID}
	if ch.Guild != "" {
		data["guild_id"] = ch.Guild
	}
	s.dispatch(event{name: "MESSAGE_DELETE", intents: messageIntent(ch), guild: ch.Guild, channel: ch.ID, data: data})
}

func (s *Server) bulkDelete(c *call) (reply, *apiError) {
	ch, err := s.channel(c, ManageMessages)
	if err != nil {
		return reply{}, err
	}
	for _, id := range texts(c.body["messages"]) {
		if m := s.message(ch.ID, id); m != nil {
			s.remove(ch, m)
		}
	}
	return reply{status: http.StatusNoContent}, nil
}
