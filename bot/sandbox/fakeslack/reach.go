package fakeslack

import (
	"encoding/json"
	"regexp"
	"slices"
)

var (
	loud  = regexp.MustCompile(`<(!channel|!here|!everyone|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>`)
	shout = regexp.MustCompile(`@(channel|here|everyone)\b`)
	links = regexp.MustCompile(`https?://[^\s<>|)"\]]+`)
)

// reach works out what a message of the bot does beyond being read: whom it
// notifies and which links it may unfurl. Text that Slack may interpret counts:
// that of the message, of mrkdwn objects, and of Markdown, of which it is not
// known whether control sequences notify; plain_text does not.
func (m *Message) reach(a args) {
	live := []string{m.Text, m.Markdown}
	var blocks any
	_ = json.Unmarshal(m.Blocks, &blocks)
	live = liveText(blocks, live)
	m.Notifies, m.Unfurls = nil, nil
	named := a.flag("link_names") || a.str("parse") == "full"
	quiet := a.str("unfurl_links") == "false" && a.str("unfurl_media") == "false"
	for _, s := range live {
		for _, hit := range loud.FindAllStringSubmatch(s, -1) {
			m.Notifies = append(m.Notifies, hit[1])
		}
		if named {
			for _, hit := range shout.FindAllStringSubmatch(s, -1) {
				m.Notifies = append(m.Notifies, "!"+hit[1])
			}
		}
		if !quiet {
			m.Unfurls = append(m.Unfurls, links.FindAllString(s, -1)...)
		}
	}
	m.Notifies, m.Unfurls = unique(m.Notifies), unique(m.Unfurls)
}

// liveText collects the strings of decoded blocks that Slack interprets.
func liveText(v any, out []string) []string {
	switch x := v.(type) {
	case []any:
		for _, it := range x {
			out = liveText(it, out)
		}
	case object:
		kind, _ := x["type"].(string)
		s, isText := x["text"].(string)
		switch {
		case isText && (kind == "mrkdwn" || kind == "markdown"):
			out = append(out, s)
		case kind == "user":
			id, _ := x["user_id"].(string)
			out = append(out, "<@"+id+">")
		case kind == "broadcast":
			what, _ := x["range"].(string)
			out = append(out, "<!"+what+">")
		case kind == "usergroup":
			id, _ := x["usergroup_id"].(string)
			out = append(out, "<!subteam^"+id+">")
		}
		for _, k := range []string{"elements", "fields", "text", "accessory", "title"} {
			if _, nested := x[k].(string); !nested {
				out = liveText(x[k], out)
			}
		}
	}
	return out
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
