package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

var (
	errNoChannel = errors.New("no such channel")
	errNoUser    = errors.New("no such user")
	errNoMessage = errors.New("no such message")
)

// Slash is a slash command that a person types.
type Slash struct {
	Command string `json:"command"` // with its slash
	Text    string `json:"text"`
	User    string `json:"user"`    // default [Alice]
	Channel string `json:"channel"` // default [General]; the bot need not be in it
}

// SlashCommand sends a command and waits for its acknowledgement, as long as a
// person does. A payload in the acknowledgement is shown, as Slack shows it.
func (s *Server) SlashCommand(ctx context.Context, in Slash) (Ack, error) {
	if in.User == "" {
		in.User = Alice
	}
	if in.Channel == "" {
		in.Channel = General
	}
	s.mu.Lock()
	r, u := s.state.channels[in.Channel], s.state.users[in.User]
	if r == nil || u == nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("send %s in %s as %s: %w", in.Command, in.Channel, in.User, errors.Join(missing(r == nil, errNoChannel), missing(u == nil, errNoUser)))
	}
	link := s.state.newResponseURL("commands", r, u.ID)
	trigger := s.state.newTrigger(u.ID)
	payload, _ := json.Marshal(map[string]string{
		"token": verifier, "team_id": r.Team, "team_domain": s.state.teams[r.Team].Domain, "channel_id": r.ID, "channel_name": r.commandName(),
		"user_id": u.ID, "user_name": u.Name, "command": in.Command, "text": in.Text, "api_app_id": appID,
		"is_enterprise_install": "false", "response_url": s.base + link.path, "trigger_id": trigger,
	})
	d := s.enqueue(SlashCommands, payload)
	s.mu.Unlock()
	ack, err := s.await(ctx, d)
	ack.ResponseURL, ack.TriggerID = s.base+link.path, trigger
	if err == nil && len(ack.Payload) > 0 {
		s.mu.Lock()
		err = s.showAck(link, ack.Payload)
		s.touch()
		s.mu.Unlock()
	}
	return ack, err
}

func missing(when bool, err error) error {
	if when {
		return err
	}
	return nil
}

// commandName is the name of a channel in a slash command's payload.
func (r *room) commandName() string {
	switch r.Kind {
	case IM:
		return "directmessage"
	case Private:
		return "privategroup"
	}
	return r.Name
}

// showAck shows the message in a command's acknowledgement. It does not count as
// a use of the response URL.
func (s *Server) showAck(u *responseURL, payload json.RawMessage) error {
	var body map[string]any
	if json.Unmarshal(payload, &body) != nil || len(body) == 0 {
		return nil
	}
	if err := s.show(u, body); err != nil {
		return fmt.Errorf("show the acknowledgement: %w", err)
	}
	return nil
}

// Say posts a message of a person: stored, and sent to the app as message and,
// where the bot is named, as app_mention. Text is wire text ([Escape], <@U…>).
// User defaults to [Alice], Channel to [General]; TS is kept where it is given and
// free. It returns the timestamp and does not wait for acknowledgements.
func (s *Server) Say(_ context.Context, m Message) (ts string, err error) {
	if m.User == "" {
		m.User = Alice
	}
	if m.Channel == "" {
		m.Channel = General
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	st := s.state
	r, u := st.channels[m.Channel], st.users[m.User]
	if r == nil || u == nil {
		return "", fmt.Errorf("say something in %s as %s: %w", m.Channel, m.User, errors.Join(missing(r == nil, errNoChannel), missing(u == nil, errNoUser)))
	}
	if m.Thread != "" && r.find(m.Thread) == nil {
		return "", fmt.Errorf("reply in thread %s of %s: %w", m.Thread, m.Channel, errNoMessage)
	}
	if !slices.Contains(r.Members, u.ID) {
		r.Members = append(r.Members, u.ID)
	}
	m.BotID = u.BotID
	if u.Bot && m.Subtype == "" {
		m.Subtype = "bot_message"
	}
	if m.ClientMsgID == "" && !u.Bot {
		m.ClientMsgID = fmt.Sprintf("00000000-0000-4000-8000-%012d", st.ids)
	}
	if len(m.Files) > 0 && m.Subtype == "" {
		m.Subtype = "file_share"
	}
	if len(m.Blocks) == 0 {
		m.Blocks = richText(st, m.Text)
	}
	st.store(r, &m)
	s.emitMessage(r, &m)
	return m.TS, nil
}

// Edit changes the text of a message, as its author.
func (s *Server) Edit(_ context.Context, channel, ts, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.state.message(channel, ts)
	if m == nil {
		return fmt.Errorf("edit %s in %s: %w", ts, channel, errNoMessage)
	}
	r := s.state.channels[channel]
	before, bot := s.state.wire(r, m, false), s.state.botOf(r.Team)
	named := mentions(m.Text, bot)
	m.Text, m.Blocks = text, richText(s.state, text)
	m.Edited = formatTS(s.state.now().UnixMicro())
	m.Revisions++
	s.emitChanged(r, m, before)
	if !named && mentions(text, bot) && r.Kind != IM && r.botIn(s.state) {
		s.emitMention(r, m)
	}
	s.touch()
	return nil
}

// Delete removes a message, as its author.
func (s *Server) Delete(_ context.Context, channel, ts string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.state.message(channel, ts)
	if m == nil {
		return fmt.Errorf("delete %s in %s: %w", ts, channel, errNoMessage)
	}
	s.remove(s.state.channels[channel], m)
	s.touch()
	return nil
}

// React adds a person's reaction to a message.
func (s *Server) React(_ context.Context, channel, ts, user, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.state.message(channel, ts)
	if m == nil {
		return fmt.Errorf("react to %s in %s: %w", ts, channel, errNoMessage)
	}
	s.addReaction(s.state.channels[channel], m, strings.Trim(name, ":"), user)
	s.touch()
	return nil
}

// Emit sends the app an inner event of any type, wrapped as Slack wraps it, and
// waits for its acknowledgement.
func (s *Server) Emit(ctx context.Context, event map[string]any) (Ack, error) {
	s.mu.Lock()
	d := s.enqueue(EventsAPI, s.outer(teamID, false, event))
	s.mu.Unlock()
	return s.await(ctx, d)
}

// OpenHome is a person opening the app, on the tab "home" or "messages".
func (s *Server) OpenHome(ctx context.Context, user, tab string) (Ack, error) {
	event := object{"type": "app_home_opened", "user": user, "channel": s.DM(user), "tab": tab}
	s.mu.Lock()
	for _, v := range s.state.views {
		if v.Type == "home" && v.User == user {
			event["view"] = s.state.wireView(v)
		}
	}
	s.mu.Unlock()
	return s.Emit(ctx, event)
}

// StopStreams is a person pressing stop in an agent session: the thread's streams
// are closed and the app is told which.
func (s *Server) StopStreams(ctx context.Context, user, channel, thread string) (Ack, error) {
	var stopped []string
	s.mu.Lock()
	if r := s.state.channels[channel]; r != nil {
		for _, m := range r.messages {
			if m.Streaming && m.Thread == thread {
				m.Streaming, m.stopped = false, true
				stopped = append(stopped, m.TS)
			}
		}
	}
	s.touch()
	s.mu.Unlock()
	return s.Emit(ctx, object{
		"type": "agent_session_stopped", "user": user, "channel": channel, "channel_id": channel, "thread_ts": thread, "streaming_message_ts": stopped,
	})
}

// DM is the ID of the direct conversation between a person and the bot.
func (s *Server) DM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.dm(teamID, user)
}

// AddChannel adds a channel and returns its ID; where c.ID is empty, a new one.
func (s *Server) AddChannel(c Channel) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	return s.state.addChannel(c)
}

// AddUser adds a person or a bot and returns the ID; where u.ID is empty, a new one.
func (s *Server) AddUser(u User) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	return s.state.addUser(u)
}

// AddTeam installs the app in a further workspace and returns its bot token and
// the bot's user there.
func (s *Server) AddTeam(t Team) (token, bot string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	s.state.teams[t.ID] = t
	bot = s.state.botOf(t.ID)
	s.state.addUser(User{ID: bot, Name: s.cfg.BotName, Team: t.ID, Bot: true, BotID: s.state.botIDOf(t.ID)})
	return botToken(t.ID), bot
}

// InviteBot makes the bot a member of a channel.
func (s *Server) InviteBot(channel string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.channels[channel]
	if r == nil {
		return fmt.Errorf("invite the bot to %s: %w", channel, errNoChannel)
	}
	s.enter(r, s.state.botOf(r.Team), Alice)
	s.touch()
	return nil
}

// RemoveBot removes the bot from a channel.
func (s *Server) RemoveBot(channel string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.channels[channel]
	if r == nil {
		return fmt.Errorf("remove the bot from %s: %w", channel, errNoChannel)
	}
	bot := s.state.botOf(r.Team)
	r.Members = slices.DeleteFunc(r.Members, func(u string) bool { return u == bot })
	name := map[Kind]string{Private: "group_left"}[r.Kind]
	if name == "" {
		name = "channel_left"
	}
	s.emit(r, name, object{"type": name, "channel": r.ID, "actor_id": Alice})
	s.touch()
	return nil
}

// trigger is what a command or a click gives the app to open a modal with.
type trigger struct {
	user string
	at   time.Time
	used bool
}

func (st *State) newTrigger(user string) string {
	id := st.id("1000") + ".2000.sandbox"
	st.triggers[id] = &trigger{user: user, at: st.now()}
	return id
}
