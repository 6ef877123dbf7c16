package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// Platform is the name of this platform: Question.Platform of its questions.
const Platform = "slack"

// The envelope types that can hold a question.
const (
	typeEvents      = "events_api"
	typeCommand     = "slash_commands"
	typeInteractive = "interactive"
)

// envelope is one delivery from Slack, by socket or HTTP.
type envelope struct {
	Type    string          // typeEvents, typeCommand, typeInteractive; anything else asks nothing
	Payload json.RawMessage // as Slack sent it
	Self    string          // user ID of the bot, where it is known
	At      time.Time       // when it arrived, for payloads without a time of their own
}

// address is Question.Address: where the reply goes. It is stored in the inbox,
// so fields are added, never renamed.
type address struct {
	Team    string `json:"team,omitempty"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread_ts,omitempty"` // root of the thread the reply belongs to; empty for none
	TS      string `json:"ts,omitempty"`        // the message that asked, or that was clicked
	User    string `json:"user,omitempty"`
	Name    string `json:"name,omitempty"` // for a share: who shared, as text that notifies nobody

	// ResponseURL takes five replies within 30 minutes. Whoever has it can post: a secret.
	ResponseURL string `json:"response_url,omitempty"`
	Ephemeral   bool   `json:"ephemeral,omitempty"` // the reply is for the asker alone, by ResponseURL
}

// translate says what e asks, and false where it asks nothing. It never fails:
// what it does not understand asks nothing.
func translate(e envelope) (bot.Question, bool) {
	var (
		q  bot.Question
		a  address
		ok bool
	)
	switch e.Type {
	case typeEvents:
		q, a, ok = fromEvent(e)
	case typeCommand:
		q, a, ok = fromCommand(e)
	case typeInteractive:
		q, a, ok = fromInteraction(e)
	}
	if !ok {
		return bot.Question{}, false
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return bot.Question{}, false
	}
	q.Platform, q.Asker, q.Address = Platform, a.User, raw
	if q.Asked.IsZero() {
		q.Asked = e.At.UTC()
	}
	return q, true
}

// eventPayload is an Events API callback, as far as it concerns us.
type eventPayload struct {
	TeamID         string          `json:"team_id"`
	Event          json.RawMessage `json:"event"`
	Authorizations []struct {
		UserID string `json:"user_id"`
		IsBot  bool   `json:"is_bot"`
	} `json:"authorizations"`
}

type messageEvent struct {
	Type        string          `json:"type"`
	Subtype     string          `json:"subtype"`
	User        string          `json:"user"`
	BotID       string          `json:"bot_id"`
	Team        string          `json:"team"`
	Channel     string          `json:"channel"`
	ChannelType string          `json:"channel_type"`
	Text        string          `json:"text"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	Hidden      bool            `json:"hidden"`
	Edited      json.RawMessage `json:"edited"`
}

func fromEvent(e envelope) (bot.Question, address, bool) {
	var p eventPayload
	var m messageEvent
	if json.Unmarshal(e.Payload, &p) != nil || json.Unmarshal(p.Event, &m) != nil {
		return bot.Question{}, address{}, false
	}
	self := selves(p, e.Self)
	if !m.fromPerson(self) || !m.asks(self) {
		return bot.Question{}, address{}, false
	}
	q, a := m.question(first(p.TeamID, m.Team), self)
	return orCommand(q), a, true
}

// question is what m asks, and where the answer goes.
func (m messageEvent) question(team string, self []string) (bot.Question, address) {
	a := address{Team: team, Channel: m.Channel, Thread: m.ThreadTS, TS: m.TS, User: m.User}
	if a.Thread == "" && !m.alone() {
		a.Thread = m.TS // the reply opens the thread
	}
	return bot.Question{
		// A mention in a channel can come as app_mention and as message: one ID for both.
		ID:           questionID(team, m.Channel, m.TS),
		Kind:         bot.Ask,
		Text:         plain(m.Text, self),
		Conversation: conversation(team, m.Channel, a.Thread),
		Asked:        timeOf(m.TS),
	}, a
}

// selves are the user IDs that are the bot.
func selves(p eventPayload, known string) []string {
	ids := []string{known}
	for _, a := range p.Authorizations {
		if a.IsBot {
			ids = append(ids, a.UserID)
		}
	}
	return ids
}

// fromPerson is false for what bots, Slack and the bot itself said: answering
// those is how bots talk to each other for ever.
func (m messageEvent) fromPerson(self []string) bool {
	switch {
	case m.User == "", m.User == "USLACKBOT", m.BotID != "", m.Hidden:
		return false
	case m.Channel == "", m.TS == "":
		return false
	}
	for _, id := range self {
		if m.User == id {
			return false
		}
	}
	// An edit is not a new question.
	return len(m.Edited) == 0 || string(m.Edited) == "null"
}

// asks is true for a mention anywhere, and for any message in a direct
// conversation; in one of several people only where it is not addressed to
// another of them.
func (m messageEvent) asks(self []string) bool {
	switch m.Subtype {
	case "", "file_share", "thread_broadcast", "me_message":
	default:
		return false // message_changed, message_deleted, bot_message, channel_join, assistant_app_thread, …
	}
	switch {
	case m.Type == "app_mention":
		return true
	case m.Type != "message":
		return false
	case m.ChannelType == "mpim":
		return mentions(m.Text, self) || !startsWithMention(m.Text)
	}
	return m.alone()
}

// alone is true in a person's own conversation with the bot. One of several people
// is like a channel: the reply belongs in a thread.
func (m messageEvent) alone() bool { return m.ChannelType == "im" || isDirect(m.Channel) }

// isDirect tells a direct message channel by its ID: D….
func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// commandPayload is a slash command.
type commandPayload struct {
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	UserID      string `json:"user_id"`
	Text        string `json:"text"`
	ResponseURL string `json:"response_url"`
	TriggerID   string `json:"trigger_id"`
	Locale      string `json:"locale"`
}

func fromCommand(e envelope) (bot.Question, address, bool) {
	var p commandPayload
	if json.Unmarshal(e.Payload, &p) != nil || p.ResponseURL == "" || p.TriggerID == "" {
		return bot.Question{}, address{}, false
	}
	if _, _, ok := bot.ChannelSetting(p.Text); ok {
		return bot.Question{}, address{}, false // settingOf
	}
	q := bot.Question{
		ID:           questionID("command", p.TriggerID),
		Kind:         bot.Ask,
		Text:         plain(p.Text, []string{e.Self}),
		Private:      true,
		Locale:       locale(p.Locale),
		Conversation: conversation(p.TeamID, p.ChannelID, p.UserID),
	}
	a := address{Team: p.TeamID, Channel: p.ChannelID, User: p.UserID, ResponseURL: p.ResponseURL, Ephemeral: true}
	return orCommand(q), a, true
}

// clickPayload is a block_actions interaction.
type clickPayload struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	Team        *struct {
		ID string `json:"id"`
	} `json:"team"`
	User struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
		TeamID   string `json:"team_id"`
		Locale   string `json:"locale"`
	} `json:"user"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Container struct {
		ChannelID   string `json:"channel_id"`
		MessageTS   string `json:"message_ts"`
		ThreadTS    string `json:"thread_ts"`
		IsEphemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []json.RawMessage `json:"actions"`
}

// click is the button of a clickPayload; other elements have other shapes.
type click struct {
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
	ActionTS string `json:"action_ts"`
	Text     struct {
		Text string `json:"text"`
	} `json:"text"`
}

func fromInteraction(e envelope) (bot.Question, address, bool) {
	var p clickPayload
	if json.Unmarshal(e.Payload, &p) != nil || p.Type != "block_actions" || p.User.ID == "" {
		return bot.Question{}, address{}, false
	}
	for _, raw := range p.Actions {
		var c click
		if json.Unmarshal(raw, &c) != nil || c.Value == "" {
			continue
		}
		switch kind, _, _ := strings.Cut(c.ActionID, ":"); kind {
		case actionShare:
			return p.share(c)
		case actionPick:
			return p.pick(c)
		}
	}
	return bot.Question{}, address{}, false
}

func (p clickPayload) address() address {
	a := address{
		Team:        p.User.TeamID,
		Channel:     first(p.Channel.ID, p.Container.ChannelID),
		Thread:      p.Container.ThreadTS,
		TS:          p.Container.MessageTS,
		User:        p.User.ID,
		ResponseURL: p.ResponseURL,
	}
	if p.Team != nil {
		a.Team = first(p.Team.ID, a.Team)
	}
	return a
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9:._-]{1,64}$`)

// share asks for the private answer to c.Value in the channel. Its ID is made of
// that question's, so that a second click shares nothing.
func (p clickPayload) share(c click) (bot.Question, address, bool) {
	a := p.address()
	if !idPattern.MatchString(c.Value) || a.Channel == "" {
		return bot.Question{}, address{}, false
	}
	a.Name = first(p.User.Username, p.User.Name)
	return bot.Question{
		ID:           questionID("share", c.Value),
		Kind:         bot.Share,
		Of:           bot.QuestionID(c.Value),
		Locale:       locale(p.User.Locale),
		Conversation: conversation(a.Team, a.Channel, a.Thread),
		Asked:        timeOf(c.ActionTS),
	}, a, true
}

// pick asks the suggestion c.Value. Below a private reply the answer takes that
// reply's place. Below a public one it is public too, in the thread, and the same
// for everyone who clicks: one ID for a message and a suggestion.
func (p clickPayload) pick(c click) (bot.Question, address, bool) {
	a := p.address()
	q := bot.Question{
		Kind:   bot.Ask,
		Pick:   c.Value,
		Text:   c.Text.Text,
		Locale: locale(p.User.Locale),
		Asked:  timeOf(c.ActionTS),
	}
	switch {
	case p.Container.IsEphemeral && a.ResponseURL != "":
		a.Ephemeral, q.Private = true, true
		q.ID = questionID("pick", first(p.TriggerID, a.TS+":"+c.ActionTS+":"+a.User), c.Value)
		q.Conversation = conversation(a.Team, a.Channel, a.User)
		return q, a, true
	case a.Channel == "" || a.TS == "":
		return bot.Question{}, address{}, false
	}
	if a.Thread == "" && !isDirect(a.Channel) {
		a.Thread = a.TS
	}
	q.ID = questionID("pick", a.Team, a.Channel, a.TS, c.Value)
	q.Conversation = conversation(a.Team, a.Channel, a.Thread)
	return q, a, true
}

// orCommand tells what is no question: "help", "forget-me", no words at all.
func orCommand(q bot.Question) bot.Question {
	if q.Pick == "" {
		q.Kind = bot.KindOf(q.Text)
	}
	if q.Kind == bot.Topics {
		q.Text = ""
	}
	return q
}

// questionID is "slack:" and the parts, or a hash of them where that is too long
// or holds other characters than an ID may have.
func questionID(parts ...string) bot.QuestionID {
	id := Platform + ":" + strings.Join(parts, ":")
	if idPattern.MatchString(id) {
		return bot.QuestionID(id)
	}
	sum := sha256.Sum256([]byte(id))
	return bot.QuestionID(Platform + ":h:" + hex.EncodeToString(sum[:20]))
}

func conversation(team, channel, thread string) string {
	c := Platform + ":" + team + ":" + channel
	if thread != "" {
		c += ":" + thread
	}
	return c
}

// timeOf is the time of a Slack time stamp, "1767326125.870439", or the zero time.
func timeOf(ts string) time.Time {
	whole, part, _ := strings.Cut(ts, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || sec <= 0 || sec > 1<<40 {
		return time.Time{}
	}
	micro, err := strconv.ParseInt((part + "000000")[:6], 10, 64)
	if err != nil || micro < 0 {
		micro = 0
	}
	return time.Unix(sec, micro*1000).UTC()
}

// locale is the language of a tag such as "ko-KR".
func locale(tag string) bot.Lang {
	lang, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return bot.Lang(lang).Or("")
}

func first(a ...string) string {
	for _, s := range a {
		if s != "" {
			return s
		}
	}
	return ""
}
