package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// Modes is where the modes of channels are kept.
type Modes interface {
	// ChannelMode is bot.Mentions where nothing was set.
	ChannelMode(ctx context.Context, platform, channel string) (bot.ChannelMode, error)
	SetChannelMode(ctx context.Context, platform, channel string, m bot.ChannelMode) error
}

// setting is a command that shows or changes the mode of a channel.
type setting struct {
	mode  bot.ChannelMode // to set; empty: to show
	known bool            // false: what was written is no mode
	lang  bot.Lang
	addr  address
}

// settingOf reads a setting out of a command.
func settingOf(e envelope) (setting, bool) {
	var p commandPayload
	if e.Type != typeCommand || json.Unmarshal(e.Payload, &p) != nil || p.ResponseURL == "" || p.UserID == "" || p.ChannelID == "" {
		return setting{}, false
	}
	mode, known, ok := bot.ChannelSetting(p.Text)
	return setting{
		mode: mode, known: known, lang: languageOf(bot.Question{Text: p.Text, Locale: locale(p.Locale)}),
		addr: address{Team: p.TeamID, Channel: p.ChannelID, User: p.UserID, ResponseURL: p.ResponseURL},
	}, ok
}

// setting acknowledges first: who may set a mode Slack has to be asked, and doing
// it again changes nothing.
func (a *Adapter) setting(s setting, ack func(payload any)) {
	ack(nil)
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	if err := a.tell(ctx, s.addr, a.changeMode(ctx, s, prompts.Labels(s.lang).Mode)); err != nil {
		a.log.Info("the person was not told of the channel's mode", "error", err)
	}
}

// changeMode is what to tell the person.
func (a *Adapter) changeMode(ctx context.Context, s setting, w bot.ModeWords) string {
	if !s.known || isDirect(s.addr.Channel) {
		return w.Usage
	}
	if s.mode == "" {
		mode, err := a.cfg.Modes.ChannelMode(ctx, Platform, s.addr.Channel)
		if err != nil {
			a.log.Warn("the mode of a channel is not known", "error", err)
			return w.Failed
		}
		return w.Is[mode] + "\n" + w.Usage
	}
	if !a.mayChange(ctx, s.addr) {
		return w.Denied
	}
	if err := a.cfg.Modes.SetChannelMode(ctx, Platform, s.addr.Channel, s.mode); err != nil {
		a.log.Warn("the mode of a channel is not set", "error", err)
		return w.Failed
	}
	a.log.Info("the mode of a channel was set", "mode", s.mode)
	return w.Set + " " + w.Is[s.mode]
}

// mayChange says whether a person may set the mode of a channel: as the operator
// named them, as an admin or owner of the workspace (users:read), or as the
// channel's creator (channels:read or groups:read). What the token may not ask does
// not count for the person.
func (a *Adapter) mayChange(ctx context.Context, addr address) bool {
	if slices.Contains(a.cfg.Admins, addr.User) {
		return true
	}
	var who struct {
		User struct {
			Admin   bool `json:"is_admin"`
			Owner   bool `json:"is_owner"`
			Primary bool `json:"is_primary_owner"`
		} `json:"user"`
	}
	if err := a.form(ctx, "users.info", "", url.Values{"user": {addr.User}}, &who); err != nil {
		a.log.Info("whether somebody is an admin is not known", "error", err)
	}
	if who.User.Admin || who.User.Owner || who.User.Primary {
		return true
	}
	var where struct {
		Channel struct {
			Creator string `json:"creator"`
		} `json:"channel"`
	}
	if err := a.form(ctx, "conversations.info", "", url.Values{"channel": {addr.Channel}}, &where); err != nil {
		a.log.Info("who created a channel is not known", "error", err)
	}
	return where.Channel.Creator == addr.User
}

// mode of a channel; what holds by default where it cannot be read.
func (a *Adapter) mode(channel string) bot.ChannelMode {
	ctx, cancel := context.WithTimeout(context.Background(), a.timing.submit)
	defer cancel()
	m, err := a.cfg.Modes.ChannelMode(ctx, Platform, channel)
	if err != nil {
		a.log.Warn("the mode of a channel is not known", "error", err)
		return bot.Mentions
	}
	return m
}

// silenced is true for a question in a channel where the bot is off. The person is
// told so, alone. What is private anyway stays.
func (a *Adapter) silenced(q bot.Question) bool {
	addr, err := addressOf(q)
	if a.cfg.Modes == nil || err != nil || q.Private || addr.Channel == "" || isDirect(addr.Channel) || a.mode(addr.Channel) != bot.Off {
		return false
	}
	a.whisper(addr, prompts.Labels(languageOf(q)).Mode.OffNow)
	return true
}

// whisper says text to the person at addr alone, best effort.
func (a *Adapter) whisper(addr address, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), statusTimeout)
	defer cancel()
	if addr.ResponseURL != "" {
		if err := a.tell(ctx, addr, text); err != nil {
			a.log.Info("a private notice was not posted", "error", err)
		}
		return
	}
	opts := []slack.MsgOption{slack.MsgOptionText(text, false)}
	if addr.Thread != "" && addr.Thread != addr.TS {
		opts = append(opts, slack.MsgOptionTS(addr.Thread))
	}
	_, err := a.call(ctx, methodEphemeral, addr.Channel, func(ctx context.Context) error {
		ts, err := a.api.PostEphemeralContext(ctx, addr.Channel, addr.User, opts...)
		if err == nil && ts == "" {
			err = errors.New("the answer names no message")
		}
		return err
	})
	if err != nil {
		a.log.Info("a private notice was not posted", "error", err)
	}
}

// addressed is a mention of anybody.
var addressed = regexp.MustCompile(`<[@!]`)

// overheard is a message that begins a thread in a channel, asks something, and is
// addressed to nobody. Replies are not: in a thread that the bot was not called to it
// speaks at most once, at its beginning.
func overheard(e envelope) (bot.Question, bool) {
	var p eventPayload
	var m messageEvent
	if e.Type != typeEvents || json.Unmarshal(e.Payload, &p) != nil || json.Unmarshal(p.Event, &m) != nil {
		return bot.Question{}, false
	}
	self := selves(p, e.Self)
	if !m.fromPerson(self) || !m.aloud() {
		return bot.Question{}, false
	}
	q, a := m.question(first(p.TeamID, m.Team), self)
	raw, err := json.Marshal(a)
	q.Platform, q.Asker, q.Address, q.Unasked = Platform, m.User, raw, true
	if q.Asked.IsZero() {
		q.Asked = e.At.UTC()
	}
	return q, err == nil && bot.ReadsAsQuestion(q.Text)
}

// aloud is true for a message that begins a thread in a channel and is addressed to
// nobody.
func (m messageEvent) aloud() bool {
	channel := m.Type == "message" && (m.ChannelType == "channel" || m.ChannelType == "group") && !isDirect(m.Channel)
	return channel && m.Subtype == "" && (m.ThreadTS == "" || m.ThreadTS == m.TS) && !addressed.MatchString(m.Text)
}

// listen stores a question that nobody asked the bot, where the channel wants that.
func (a *Adapter) listen(q bot.Question, ack func(payload any)) {
	addr, err := addressOf(q)
	if err == nil && a.mode(addr.Channel) == bot.Auto {
		if err := a.submit(q); err != nil {
			a.log.Warn("question not stored", "question", q.ID, "error", err)
			return // Slack sends it again
		}
	}
	ack(nil)
}
