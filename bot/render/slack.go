package render

import (
	"regexp"
	"strings"
)

// Slack is the document as Markdown for Slack's markdown block.
//
// In every text, also in code, &, < and > are entities: nothing in it can be a
// control sequence such as <!channel> or <@U012>, however it is split later.
func Slack(d Document) string { return slackMarkdown.document(d) }

var slackMarkdown = dialect{
	escape: func(s string) string { return escapeSlack(escapeMarkdown(visible(s))) },
	code:   func(s string) string { return escapeSlack(visible(s)) },
	link:   func(label, url string) string { return "[" + label + "](" + escapeSlack(destination(url)) + ")" },
	small:  func(line string) string { return line },
}

// SlackText is the fallback text of the document for a message's text field.
func SlackText(d Document) string {
	return escapeSlack(visible(bareURLs(d.Fallback)))
}

// escapeSlack makes entities of &, < and >.
func escapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// bareURLs keeps a client from making links of URLs in plain text.
func bareURLs(s string) string {
	return urlLike.ReplaceAllStringFunc(s, func(url string) string {
		return strings.NewReplacer("://", ": //", "www.", "www .").Replace(url)
	})
}

// destination encodes what would end a link's destination early. A URL without
// brackets, spaces and the like stays as it is.
func destination(url string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C").Replace(url)
}

var markdownMarks = regexp.MustCompile("[\\\\`*_~]|\\]\\(")

// escapeMarkdown makes text of what would be Markdown.
func escapeMarkdown(s string) string {
	return markdownMarks.ReplaceAllStringFunc(s, func(m string) string {
		if m == "](" {
			return `\](`
		}
		return `\` + m
	})
}
