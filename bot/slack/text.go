package slack

import (
	"regexp"
	"slices"
	"strings"
)

var (
	control    = regexp.MustCompile(`<([^<>\n]+)>`)
	leading    = regexp.MustCompile(`(?m)^[ \t]*<@([^>|\n]+)(?:\|[^>\n]*)?>[ \t]*`)
	codeParts  = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
	quoteMarks = regexp.MustCompile(`(?m)^(?:&gt;)+ ?`)
	spaces     = regexp.MustCompile(`[ \t]{2,}`)
	entities   = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// styles are the marks of mrkdwn around words: *bold*, _italic_, ~struck~.
var styles = []*regexp.Regexp{
	regexp.MustCompile(`(^|[\s\p{P}])\*([^*\s](?:[^*\n]*[^*\s])?)\*`),
	regexp.MustCompile(`(^|[\s\p{P}])_([^_\s](?:[^_\n]*[^_\s])?)_($|[\s\p{P}])`),
	regexp.MustCompile(`(^|[\s\p{P}])~([^~\s](?:[^~\n]*[^~\s])?)~`),
}

// plain is the text of a Slack message as a person reads it: without the mention
// of the bot, other mentions and links as words, entities undone, paragraphs and
// code as they were.
func plain(text string, self []string) string {
	text = leading.ReplaceAllStringFunc(text, func(m string) string {
		if mentions(m, self) {
			return "" // with the space behind it
		}
		return m
	})
	var b strings.Builder
	at := 0
	for _, span := range codeParts.FindAllStringIndex(text, -1) {
		b.WriteString(prose(text[at:span[0]], self))
		b.WriteString(entities.Replace(words(text[span[0]:span[1]], self)))
		at = span[1]
	}
	b.WriteString(prose(text[at:], self))
	return strings.TrimLeft(strings.TrimSpace(trimLines(b.String())), ",:; ")
}

// prose is plain for what is not code.
func prose(text string, self []string) string {
	text = quoteMarks.ReplaceAllString(text, "")
	for _, style := range styles {
		text = style.ReplaceAllString(text, "$1$2$3")
	}
	return entities.Replace(spaces.ReplaceAllString(words(text, self), " "))
}

// words replaces <…> by what it stands for.
func words(text string, self []string) string {
	return control.ReplaceAllStringFunc(text, func(m string) string {
		body, label, _ := strings.Cut(m[1:len(m)-1], "|")
		switch {
		case strings.HasPrefix(body, "@"):
			if slices.Contains(self, body[1:]) {
				return ""
			}
			return "@" + strings.TrimPrefix(first(label, "user"), "@")
		case strings.HasPrefix(body, "#"):
			return "#" + strings.TrimPrefix(first(label, "channel"), "#")
		case strings.HasPrefix(body, "!subteam^"):
			return "@" + strings.TrimPrefix(first(label, "group"), "@")
		case strings.HasPrefix(body, "!date^"):
			return label
		case strings.HasPrefix(body, "!"):
			return "@" + strings.TrimPrefix(first(label, body[1:]), "@")
		}
		return first(label, strings.TrimPrefix(strings.TrimPrefix(body, "mailto:"), "tel:"))
	})
}

func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Join(lines, "\n")
}

// mentions is true where text mentions one of ids.
func mentions(text string, ids []string) bool {
	for _, id := range ids {
		if id != "" && (strings.Contains(text, "<@"+id+">") || strings.Contains(text, "<@"+id+"|")) {
			return true
		}
	}
	return false
}

// startsWithMention is true where text is addressed to somebody.
func startsWithMention(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), "<@") }
