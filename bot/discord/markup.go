package discord

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// markup is Discord's own notation in a message (reference, "Message Formatting"):
// users, roles, channels, emoji, timestamps, commands, guild navigation, and
// links that were put in brackets to have no preview.
var markup = regexp.MustCompile(`<(?:@!?(\d+)|@&(\d+)|#(\d+)|a?:(\w+):\d+|t:(-?\d{1,13})(?::\w)?|/([^:<>]+):\d+|id:(\w+)|(https?://[^\s<>]+))>`)

// plain is the text of the message as a person reads it, without the bot's mention.
func (m *message) plain(me identity) string {
	if me.role != nil {
		role := me.role(m.GuildID)
		me.role = func(string) string { return role }
	}
	return plainText(m.Content, m, me)
}

// plainText replaces markup by what it is read as. m, which may be nil, knows the names.
func plainText(s string, m *message, me identity) string {
	s = markup.ReplaceAllStringFunc(s, func(found string) string {
		g := markup.FindStringSubmatch(found)
		switch {
		case g[1] != "":
			return mentionText(g[1], m, me)
		case g[2] != "":
			return roleText(g[2], me)
		case g[3] != "":
			return "#" + channelName(g[3], m)
		case g[4] != "":
			return ":" + g[4] + ":"
		case g[5] != "":
			return timeText(g[5])
		case g[6] != "":
			return "/" + g[6]
		case g[7] != "":
			return g[7]
		}
		return g[8]
	})
	return tidy(s)
}

func mentionText(id string, m *message, me identity) string {
	if id == me.user {
		return " "
	}
	if m != nil {
		for _, u := range m.Mentions {
			if u.ID == id && u.GlobalName != "" {
				return "@" + u.GlobalName
			}
			if u.ID == id && u.Username != "" {
				return "@" + u.Username
			}
		}
	}
	return "@user"
}

func roleText(id string, me identity) string {
	if me.role != nil && me.role("") == id {
		return " "
	}
	return "@role"
}

func channelName(id string, m *message) string {
	if m != nil {
		for _, c := range m.Channels {
			if c.ID == id && c.Name != "" {
				return c.Name
			}
		}
	}
	return "channel"
}

func timeText(seconds string) string {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return ""
	}
	return time.Unix(n, 0).UTC().Format("2006-01-02 15:04 MST")
}

var spaces = regexp.MustCompile(`[ \t]{2,}`)

// tidy closes the gaps that removed mentions leave, keeping lines.
func tidy(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(spaces.ReplaceAllString(l, " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
