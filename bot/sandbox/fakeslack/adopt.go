package fakeslack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Adopt makes recorded traffic at home here: recordedBot, the bot's user in the
// recording, and the recorded workspace become this server's; the channel, the
// people and the message that the payload speaks of are added where they are not
// there, with the bot as a member; a recorded response URL becomes one of this
// server. It returns the payload to [Server.Deliver], and the type of its envelope.
func (s *Server) Adopt(payload json.RawMessage, recordedBot string) (json.RawMessage, string, error) {
	var p recorded
	if err := json.Unmarshal(payload, &p); err != nil {
		return nil, "", fmt.Errorf("adopt a recorded payload: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	text := string(payload)
	for old, home := range map[string]string{recordedBot: botUserID, p.TeamID: teamID, p.Team.ID: teamID, p.View.BotID: botID, p.Message.BotID: botID} {
		if old != "" {
			text = strings.ReplaceAll(text, `"`+old+`"`, `"`+home+`"`)
			text = strings.ReplaceAll(text, "<@"+old+">", "<@"+home+">")
		}
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return nil, "", fmt.Errorf("adopt a recorded payload: %w", err)
	}
	s.settleIn(&p)
	if r := s.state.channels[p.channel()]; r != nil && p.ResponseURL != "" {
		kind := map[bool]string{true: "commands", false: "actions"}[p.Command != ""]
		link := s.state.newResponseURL(kind, r, p.person())
		link.original = r.find(p.messageTS())
		text = strings.ReplaceAll(text, p.ResponseURL, s.base+link.path)
	}
	return json.RawMessage(text), p.envelope(), nil
}

// recorded are the parts of payloads of all kinds that Adopt looks at.
type recorded struct {
	Type        string `json:"type"`
	TeamID      string `json:"team_id"`
	Team        named  `json:"team"`
	User        named  `json:"user"`
	Channel     named  `json:"channel"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	UserName    string `json:"user_name"`
	Command     string `json:"command"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Message     struct {
		TS     string          `json:"ts"`
		Thread string          `json:"thread_ts"`
		BotID  string          `json:"bot_id"`
		Text   string          `json:"text"`
		Blocks json.RawMessage `json:"blocks"`
	} `json:"message"`
	View struct {
		BotID string `json:"bot_id"`
	} `json:"view"`
	Event struct {
		Type    string          `json:"type"`
		Subtype string          `json:"subtype"`
		User    json.RawMessage `json:"user"`
		BotID   string          `json:"bot_id"`
		Channel json.RawMessage `json:"channel"`
		Kind    string          `json:"channel_type"`
		Text    string          `json:"text"`
		TS      string          `json:"ts"`
		Thread  string          `json:"thread_ts"`
	} `json:"event"`
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func jsonText(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

func (p *recorded) channel() string {
	return cmp.Or(jsonText(p.Event.Channel), p.Channel.ID, p.ChannelID)
}

func (p *recorded) person() string    { return cmp.Or(jsonText(p.Event.User), p.User.ID, p.UserID) }
func (p *recorded) messageTS() string { return cmp.Or(p.Message.TS, p.Event.TS) }

func (p *recorded) envelope() string {
	switch {
	case p.Type == "event_callback":
		return EventsAPI
	case p.Command != "":
		return SlashCommands
	}
	return Interactive
}

// settleIn adds what the payload speaks of.
func (s *Server) settleIn(p *recorded) {
	st := s.state
	if u := p.person(); u != "" && st.users[u] == nil {
		st.addUser(User{ID: u, Name: cmp.Or(p.User.Name, p.UserName, strings.ToLower(u))})
	}
	if p.TriggerID != "" {
		st.triggers[p.TriggerID] = &trigger{user: p.person(), at: st.now()}
	}
	id := p.channel()
	if id == "" {
		return
	}
	r := st.channels[id]
	if r == nil {
		kind := Kind(cmp.Or(p.Event.Kind, map[bool]string{true: string(IM), false: string(Public)}[strings.HasPrefix(id, "D")]))
		if !slices.Contains([]Kind{Public, Private, IM, MPIM}, kind) {
			kind = Public
		}
		st.addChannel(Channel{ID: id, Name: cmp.Or(p.Channel.Name, strings.ToLower(id)), Kind: kind})
		r = st.channels[id]
	}
	for _, u := range []string{botUserID, p.person()} {
		if u != "" && !slices.Contains(r.Members, u) {
			r.Members = append(r.Members, u)
		}
	}
	st.keepRecorded(r, p)
}

// keepRecorded stores the message of the payload and its thread's parent.
func (st *State) keepRecorded(r *room, p *recorded) {
	for _, parent := range []string{p.Event.Thread, p.Message.Thread} {
		if parent != "" && r.find(parent) == nil {
			st.store(r, &Message{TS: parent, User: p.person(), Thread: parent})
		}
	}
	if ts := p.Event.TS; ts != "" && p.Event.Subtype == "" && r.find(ts) == nil {
		st.store(r, &Message{TS: ts, User: p.person(), Thread: p.Event.Thread, Text: p.Event.Text, BotID: p.Event.BotID})
	}
	if ts := p.Message.TS; ts != "" && r.find(ts) == nil {
		st.store(r, &Message{TS: ts, User: botUserID, BotID: botID, Thread: p.Message.Thread, Text: p.Message.Text, Blocks: p.Message.Blocks})
	}
}
