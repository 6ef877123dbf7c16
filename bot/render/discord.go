package render

import (
	"regexp"
	"strings"
)

// Discord is the document as Discord's Markdown.
//
// Discord's own markup in the text is defused: mentions (<@1>, @everyone), channel,
// command, emoji and time stamps (<#1>, </x:1>, <:x:1>, <t:1>), spoilers, masked links.
func Discord(d Document) string { return discordMarkdown.document(d) }

var discordMarkdown = dialect{
	escape: func(s string) string { return escapeDiscord(visible(s)) },
	link: func(label, url string) string {
		if label == escapeDiscord(url) {
			return "<" + destination(url) + ">"
		}
		return "[" + label + "](<" + destination(url) + ">)"
	},
	code:  visible,
	small: func(line string) string { return "-# " + strings.ReplaceAll(line, "\n", " ") },
}

var (
	discordMarks = regexp.MustCompile("[\\\\`*_~|<]|\\]\\(")
	massMention  = regexp.MustCompile(`(?i)@(everyone|here)`)
)

func escapeDiscord(s string) string {
	s = discordMarks.ReplaceAllStringFunc(s, func(m string) string {
		if m == "](" {
			return `\](`
		}
		return `\` + m
	})
	// A mass mention has no escape of its own; the full-width sign reads the
	// same and is none.
	return massMention.ReplaceAllString(s, "＠$1")
}
