package fakediscord

import (
	"regexp"
	"slices"
	"strings"
)

// pings are the mentions of a message that took effect.
type pings struct {
	users    []string // in text or by reply, without doubles
	inText   []string
	roles    []string
	everyone bool
}

// allowedMentions is the field of the same name; nil means that it was absent.
type allowedMentions struct {
	Parse       []string `json:"parse"`
	Users       []string `json:"users"`
	Roles       []string `json:"roles"`
	RepliedUser *bool    `json:"replied_user"`
}

var (
	userMention = regexp.MustCompile(`<@!?(\d{15,21})>`)
	roleMention = regexp.MustCompile(`<@&(\d{15,21})>`)
	codeSpan    = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
)

// allows reports whether a mention of kind ("users", "roles") or of id takes effect.
func (a *allowedMentions) allows(kind, id string, ids []string) bool {
	return a == nil || slices.Contains(a.Parse, kind) || slices.Contains(ids, id)
}

// pingsOf finds out whom text mentions and, where reply is not empty, whom a
// reply pings. Mentions within code do not count, as in Discord.
func (w *world) pingsOf(text, reply string, a *allowedMentions, may Permissions) pings {
	var p pings
	text = codeSpan.ReplaceAllString(text, "")
	var users, roles []string
	if a != nil {
		users, roles = a.Users, a.Roles
	}
	for _, m := range userMention.FindAllStringSubmatch(text, -1) {
		if w.users[m[1]] != nil && a.allows("users", m[1], users) && !slices.Contains(p.users, m[1]) {
			p.users, p.inText = append(p.users, m[1]), append(p.inText, m[1])
		}
	}
	for _, m := range roleMention.FindAllStringSubmatch(text, -1) {
		if a.allows("roles", m[1], roles) && !slices.Contains(p.roles, m[1]) {
			p.roles = append(p.roles, m[1])
		}
	}
	mass := strings.Contains(text, "@everyone") || strings.Contains(text, "@here")
	p.everyone = mass && may&MentionEveryone != 0 && a.allows("everyone", "", nil)
	repliedPing := a == nil || a.RepliedUser != nil && *a.RepliedUser
	if reply != "" && repliedPing && !slices.Contains(p.users, reply) {
		p.users = append(p.users, reply)
	}
	return p
}

// v2Text is the text of all text displays: in a Components V2 message mentions
// are there.
func v2Text(components []any) string {
	var b strings.Builder
	walk(components, func(c obj) {
		if num(c["type"]) == typeTextDisplay {
			b.WriteString(str(c["content"]) + "\n")
		}
	})
	return b.String()
}
