package fakeslack

import (
	"encoding/base64"
	"encoding/json"
	"slices"
)

// emit sends an inner event to the app, if the app subscribes to it and may see
// the channel. name is the event in manifest form. The caller holds s.mu.
func (s *Server) emit(r *room, name string, event object) {
	if s.cfg.Events != nil && !slices.Contains(s.cfg.Events, name) {
		return
	}
	team, shared := teamID, false
	if r != nil {
		team, shared = r.Team, r.ExtShared
	}
	s.enqueue(EventsAPI, s.outer(team, shared, event))
}

// outer wraps an inner event as Slack does.
func (s *Server) outer(team string, shared bool, event object) json.RawMessage {
	st := s.state
	if event["event_ts"] == nil {
		event["event_ts"] = formatTS(st.now().UnixMicro())
	}
	hint, _ := json.Marshal(object{"et": event["type"], "tid": team, "aid": appID})
	raw, _ := json.Marshal(object{
		"token": verifier, "team_id": team, "context_team_id": team, "context_enterprise_id": nil, "api_app_id": appID,
		"event": event, "type": "event_callback", "event_id": st.id("Ev"), "event_time": st.now().Unix(),
		"authorizations":        []object{{"enterprise_id": nil, "team_id": team, "user_id": st.botOf(team), "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": shared, "event_context": "4-" + base64.RawStdEncoding.EncodeToString(hint),
	})
	return raw
}

// messageEvent is the manifest's name of a channel's message event.
func messageEvent(k Kind) string {
	return map[Kind]string{Public: "message.channels", Private: "message.groups", IM: "message.im", MPIM: "message.mpim"}[k]
}

// emitMessage tells the app about a new message: as message, and as app_mention
// where somebody names the bot outside a direct message. The two have different
// event IDs and come in either order.
func (s *Server) emitMessage(r *room, m *Message) {
	if !r.botIn(s.state) {
		return
	}
	event := s.state.wire(r, m, true)
	event["channel"], event["channel_type"], event["event_ts"] = r.ID, r.Kind, m.TS
	if r.Kind == IM || m.User == s.state.botOf(r.Team) || !mentions(m.Text, s.state.botOf(r.Team)) {
		s.emit(r, messageEvent(r.Kind), event)
		return
	}
	first := s.mention%2 == 0
	s.mention++
	if (first || m.MentionFirst) && !m.MessageFirst {
		s.emitMention(r, m)
		s.emit(r, messageEvent(r.Kind), event)
		return
	}
	s.emit(r, messageEvent(r.Kind), event)
	s.emitMention(r, m)
}

func (s *Server) emitMention(r *room, m *Message) {
	event := s.state.wire(r, m, true)
	event["type"], event["channel"], event["event_ts"] = "app_mention", r.ID, m.TS
	delete(event, "subtype")
	s.emit(r, "app_mention", event)
}

// emitChanged tells the app that a message is not what it was.
func (s *Server) emitChanged(r *room, m *Message, before object) {
	if !r.botIn(s.state) {
		return
	}
	now := formatTS(s.state.now().UnixMicro())
	s.emit(r, messageEvent(r.Kind), object{
		"type": "message", "subtype": "message_changed", "message": s.state.wire(r, m, true), "previous_message": before,
		"channel": r.ID, "hidden": true, "ts": now, "event_ts": now, "channel_type": r.Kind,
	})
}

// remove deletes a message and tells the app. A parent that has replies leaves a
// tombstone behind, so that its thread stays.
func (s *Server) remove(r *room, m *Message) {
	before := s.state.wire(r, m, false)
	if len(r.replies(m.TS)) > 0 {
		*m = Message{TS: m.TS, Channel: r.ID, User: "USLACKBOT", Subtype: "tombstone", Text: "This message was deleted.", Thread: m.TS}
		s.emitChanged(r, m, before)
		return
	}
	r.messages = slices.DeleteFunc(r.messages, func(x *Message) bool { return x == m })
	r.gone[m.TS] = true
	if !r.botIn(s.state) {
		return
	}
	now := formatTS(s.state.now().UnixMicro())
	s.emit(r, messageEvent(r.Kind), object{
		"type": "message", "subtype": "message_deleted", "deleted_ts": before["ts"], "previous_message": before,
		"channel": r.ID, "hidden": true, "ts": now, "event_ts": now, "channel_type": r.Kind,
	})
}

// enter adds a member to a channel and tells the app.
func (s *Server) enter(r *room, user, inviter string) {
	if slices.Contains(r.Members, user) {
		return
	}
	r.Members = append(r.Members, user)
	if !r.botIn(s.state) {
		return
	}
	event := object{"type": "member_joined_channel", "user": user, "channel": r.ID, "channel_type": "C", "team": r.Team}
	if r.Kind == Private {
		event["channel_type"] = "G"
	}
	if inviter != "" {
		event["inviter"] = inviter
	}
	s.emit(r, "member_joined_channel", event)
}

func (s *Server) addReaction(r *room, m *Message, name, user string) {
	m.Reactions = append(m.Reactions, name+" "+user)
	if !r.botIn(s.state) {
		return
	}
	s.emit(r, "reaction_added", object{
		"type": "reaction_added", "user": user, "reaction": name, "item_user": m.User,
		"item": object{"type": "message", "channel": r.ID, "ts": m.TS},
	})
}
