package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// identity is who the bot is, as far as translating an event needs to know.
type identity struct {
	user string              // the bot's user ID
	role func(string) string // the ID of the bot's own role in a guild, "" where unknown
}

// translateMessage reads a MESSAGE_CREATE. ok is false where the message does not
// ask the bot anything: it does not mention it, a program wrote it, its content is withheld.
func translateMessage(me identity, raw []byte) (q bot.Question, ok bool) {
	var m message
	if !decode(raw, &m) || !snowflake(m.ID) || !snowflake(m.ChannelID) || me.user == "" {
		return bot.Question{}, false
	}
	if !m.byPerson(me) || !m.addressed(me) || m.Content == "" {
		return bot.Question{}, false // empty: nothing was written, or the content is withheld without the intent
	}
	q = bot.Question{
		ID:           bot.QuestionID("discord:m:" + m.ID),
		Platform:     Platform,
		Kind:         bot.Ask,
		Text:         m.plain(me),
		Asker:        m.Author.ID,
		Conversation: "discord:" + m.ChannelID,
		Address:      address{Channel: m.ChannelID, Guild: m.GuildID, Message: m.ID}.json(),
		Asked:        snowflakeTime(m.ID),
	}
	q.Kind = bot.KindOf(q.Text) // a mention and nothing else asks what can be asked
	return q, true
}

// Message types that a person writes (resources/message, "Message Types").
const (
	typeDefault = 0
	typeReply   = 19
)

// byPerson also rejects what Discord itself writes: joins, pins, boosts.
func (m *message) byPerson(me identity) bool {
	return m.Author.ID != "" && m.Author.ID != me.user && !m.Author.Bot && !m.Author.System &&
		m.WebhookID == "" && (m.Type == typeDefault || m.Type == typeReply)
}

func (m *message) addressed(me identity) bool {
	if m.GuildID == "" {
		return true // a direct message
	}
	for _, u := range m.Mentions {
		if u.ID == me.user {
			return true
		}
	}
	if role := me.role(m.GuildID); role != "" {
		for _, r := range m.MentionRoles {
			if r == role {
				return true
			}
		}
	}
	return m.Type == typeReply && m.Referenced != nil && m.Referenced.Author.ID == me.user
}

// call is an interaction that wants an acknowledgement, whether or not it is a question.
type call struct {
	ID, Token string
	Ack       int // the callback type
	Private   bool
}

// Interaction types and callback types (interactions/receiving-and-responding).
const (
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5

	ackMessage      = 4 // answer with a message at once
	ackDefer        = 5 // "thinking…", edited later
	ackUpdate       = 6 // a click: nothing visible happens
	ackAutocomplete = 8
)

// tokenLife is how long an interaction token is used. Discord's 15 minutes less
// one, for a request under way.
const tokenLife = 14 * time.Minute

// translateInteraction reads an INTERACTION_CREATE. known is false where there is
// nothing to acknowledge; ok is false where it is not a question.
func translateInteraction(raw []byte) (c call, q bot.Question, known, ok bool) {
	var in interaction
	if !decode(raw, &in) || !pathSafe(in.ID) || in.Token == "" {
		return call{}, bot.Question{}, false, false
	}
	c = call{ID: in.ID, Token: in.Token}
	switch in.Type {
	case interactionCommand:
		q, ok = in.command()
		c.Ack = ackDefer
	case interactionComponent:
		q, ok = in.click()
		c.Ack = ackUpdate
		if ok && q.Kind == bot.Ask {
			c.Ack = ackDefer
		}
	case interactionAutocomplete:
		c.Ack = ackAutocomplete
	case interactionModal:
		c.Ack = ackUpdate
	default:
		return call{}, bot.Question{}, false, false
	}
	c.Private = q.Private
	return c, q, true, ok
}

// command reads the command. Without a question it asks for the topics, for the
// asker alone unless they say otherwise; so does a command of another name that
// Discord still remembers.
func (in *interaction) command() (bot.Question, bool) {
	q, ok := in.question("discord:i:" + in.ID)
	if in.Data.Name == commandName {
		q.Text = strings.TrimSpace(plainText(in.Data.text(optionQuestion), nil, identity{}))
	}
	q.Kind = bot.KindOf(q.Text)
	private, said := in.Data.flag(optionPrivate)
	if !said {
		private = q.Kind != bot.Ask
	}
	q.Private = private && !in.direct()
	in.converse(&q)
	return q, ok
}

// click reads a click on one of our buttons: see customID.
func (in *interaction) click() (bot.Question, bool) {
	kind, value, _ := strings.Cut(in.Data.CustomID, ":")
	switch kind {
	case "share":
		if !questionID(value) {
			return bot.Question{}, false
		}
		q, ok := in.question(shareID(value))
		q.Kind, q.Of = bot.Share, bot.QuestionID(value)
		in.converse(&q)
		return q, ok
	case "pick":
		if value == "" {
			return bot.Question{}, false
		}
		q, ok := in.question("discord:i:" + in.ID)
		q.Pick, q.Text = value, in.label()
		q.Private = in.Message.Flags&flagEphemeral != 0 && !in.direct()
		in.converse(&q)
		return q, ok
	}
	return bot.Question{}, false
}

// question is what commands and clicks have in common.
func (in *interaction) question(id string) (bot.Question, bool) {
	channel := in.ChannelID
	if channel == "" {
		channel = in.Channel.ID
	}
	asker := in.Member.User.ID
	if asker == "" {
		asker = in.User.ID
	}
	asked := snowflakeTime(in.ID)
	q := bot.Question{
		ID: bot.QuestionID(id), Platform: Platform, Kind: bot.Ask, Asker: asker, Asked: asked,
		Locale:       language(in.Locale),
		Conversation: "discord:" + channel,
		Address: address{
			Channel: channel, Guild: in.GuildID,
			Interaction: in.ID, Token: in.Token, Application: in.ApplicationID, Expires: asked.Add(tokenLife),
		}.json(),
	}
	return q, snowflake(in.ID) && snowflake(channel) && snowflake(in.ApplicationID)
}

// converse keeps what one person asks in private apart from what the channel reads.
func (in *interaction) converse(q *bot.Question) {
	if q.Private {
		q.Conversation += ":" + q.Asker
	}
}

// contextBot is a direct message with the bot itself.
const contextBot = 1

// direct is true where only the asker and the bot read along anyway.
func (in *interaction) direct() bool {
	return in.GuildID == "" && in.Context != nil && *in.Context == contextBot
}

// label is the text of the clicked button, as it stands in the message.
func (in *interaction) label() string {
	for _, row := range in.Message.Components {
		for _, c := range row.Components {
			if c.CustomID == in.Data.CustomID {
				return strings.TrimSuffix(c.Label, ellipsis)
			}
		}
	}
	return ""
}

// shareID derives the ID of sharing from the question whose answer is shared, so
// that it is shared once, whoever clicks how often.
func shareID(of string) string {
	if id := "discord:s:" + of; len(id) <= maxQuestionID {
		return id
	}
	sum := sha256.Sum256([]byte(of))
	return "discord:s:" + hex.EncodeToString(sum[:16])
}

const maxQuestionID = 64

// questionID reports whether s has the form of a [bot.QuestionID].
func questionID(s string) bool {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._-"
	return s != "" && len(s) <= maxQuestionID && strings.Trim(s, allowed) == ""
}

// language is the program's language for one of Discord's locales: "ko", "en-US", "en-GB".
func language(locale string) bot.Lang {
	l, _, _ := strings.Cut(locale, "-")
	return bot.Lang(l).Or("")
}

// snowflake reports whether s is an ID of Discord's: an unsigned 64-bit number.
func snowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n > 0 && s[0] != '0' && s[0] != '+'
}

// pathSafe reports whether s can stand in a URL's path as an ID, whatever its form.
func pathSafe(s string) bool { return questionID(s) && strings.Trim(s, ".") != "" }

// discordEpoch is the first millisecond of 2015, from which IDs count (reference, "Snowflakes").
const discordEpoch = 1420070400000

// snowflakeTime is when Discord gave out the ID, the zero time for anything else.
func snowflakeTime(id string) time.Time {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(n>>22) + discordEpoch).UTC()
}

// decode reads JSON tolerantly: a field of another type than expected is left
// empty, and the rest is kept. It reports false where raw is not JSON at all.
func decode(raw []byte, into any) bool {
	err := json.Unmarshal(raw, into)
	var mismatch *json.UnmarshalTypeError
	return err == nil || errors.As(err, &mismatch)
}
