package discord

import (
	"encoding/json"
	"time"
)

// What Discord sends, as far as the adapter reads it. Fields that are not named
// here may hold anything; discordgo's own types are not used, because one
// unknown component type makes it hand over an empty message (#1683, #1562).

type user struct {
	ID         string `json:"id"`
	Username   string `json:"username"`
	GlobalName string `json:"global_name"`
	Bot        bool   `json:"bot"`
	System     bool   `json:"system"`
}

type message struct {
	ID           string   `json:"id"`
	ChannelID    string   `json:"channel_id"`
	GuildID      string   `json:"guild_id"`
	WebhookID    string   `json:"webhook_id"`
	Type         int      `json:"type"`
	Flags        int      `json:"flags"`
	Content      string   `json:"content"`
	Author       user     `json:"author"`
	Mentions     []user   `json:"mentions"`
	MentionRoles []string `json:"mention_roles"`
	Channels     []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"mention_channels"`
	Reference struct {
		MessageID string `json:"message_id"`
	} `json:"message_reference"`
	Referenced *message       `json:"referenced_message"`
	Components []componentRow `json:"components"`
}

type componentRow struct {
	Components []struct {
		CustomID string `json:"custom_id"`
		Label    string `json:"label"`
	} `json:"components"`
}

type interaction struct {
	ID            string `json:"id"`
	ApplicationID string `json:"application_id"`
	Type          int    `json:"type"`
	Token         string `json:"token"`
	GuildID       string `json:"guild_id"`
	ChannelID     string `json:"channel_id"`
	Locale        string `json:"locale"`
	Context       *int   `json:"context"`
	Channel       struct {
		ID string `json:"id"`
	} `json:"channel"`
	Member struct {
		User user `json:"user"`
	} `json:"member"`
	User    user            `json:"user"`
	Data    interactionData `json:"data"`
	Message message         `json:"message"`
}

type interactionData struct {
	Name     string `json:"name"`
	CustomID string `json:"custom_id"`
	Options  []struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value"`
	} `json:"options"`
}

func (d interactionData) option(name string, into any) bool {
	for _, o := range d.Options {
		if o.Name == name && len(o.Value) > 0 {
			return json.Unmarshal(o.Value, into) == nil
		}
	}
	return false
}

func (d interactionData) text(name string) (s string) {
	d.option(name, &s)
	return s
}

func (d interactionData) flag(name string) (v, said bool) {
	said = d.option(name, &v)
	return v, said
}

// Message flags (resources/message, "Message Flags").
const (
	flagSuppressEmbeds        = 1 << 2
	flagEphemeral             = 1 << 6
	flagSuppressNotifications = 1 << 12
)

// address is Question.Address: where the reply goes. Message is set for a
// question asked in a message, the rest for an interaction. It holds the
// interaction's token and is never logged.
type address struct {
	Channel string `json:"channel"`
	Guild   string `json:"guild,omitempty"`
	Message string `json:"message,omitempty"`

	Interaction string    `json:"interaction,omitempty"`
	Token       string    `json:"token,omitempty"`
	Application string    `json:"application,omitempty"`
	Expires     time.Time `json:"expires,omitzero"`
}

// json never fails: the fields are strings and a time of this millennium.
func (a address) json() json.RawMessage {
	raw, err := json.Marshal(a)
	if err != nil {
		return nil
	}
	return raw
}
