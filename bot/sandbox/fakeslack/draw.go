package fakeslack

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"strings"
)

// drawing turns messages into HTML, roughly as Slack shows them.
type drawing struct {
	names                        map[string]string // of users and channels, by ID
	channel, user, message, view string            // what a click in it means
}

func (d drawing) in(message, view string) drawing {
	d.message, d.view = message, view
	return d
}

// draw draws a message: its blocks where it has some, otherwise its text.
func (d drawing) draw(m Message) template.HTML {
	var out strings.Builder
	switch {
	case m.Markdown != "":
		out.WriteString(d.markdown(m.Markdown))
		out.WriteString(string(d.blocks(m.Blocks)))
	case len(m.Blocks) > 0:
		out.WriteString(string(d.blocks(m.Blocks)))
	default:
		out.WriteString(d.mrkdwn(m.Text))
	}
	for _, t := range m.tasks {
		task, _ := t.(object)
		fmt.Fprintf(&out, `<div class="task">%s · %s</div>`, esc(task["title"]), esc(task["status"]))
	}
	for _, f := range m.Files {
		fmt.Fprintf(&out, `<div class="file">📄 %s</div>`, html.EscapeString(f.Name))
	}
	return template.HTML(out.String())
}

func esc(v any) string {
	s, _ := v.(string)
	return html.EscapeString(s)
}

func (d drawing) blocks(raw json.RawMessage) template.HTML {
	var out strings.Builder
	for _, b := range decodeBlocks(raw) {
		out.WriteString(d.block(b))
	}
	return template.HTML(out.String())
}

func (d drawing) block(b object) string {
	id, _ := b["block_id"].(string)
	switch b["type"] {
	case "section":
		return `<div class="section">` + d.text(b["text"]) + d.list(b["fields"], id, "field") + d.element(b["accessory"], id) + `</div>`
	case "header":
		return `<h3>` + d.text(b["text"]) + `</h3>`
	case "markdown":
		s, _ := b["text"].(string)
		return `<div class="markdown">` + d.markdown(s) + `</div>`
	case "divider":
		return `<hr>`
	case "context":
		return `<div class="context">` + d.list(b["elements"], id, "bit") + `</div>`
	case "actions", "context_actions":
		return `<div class="actions">` + d.list(b["elements"], id, "") + `</div>`
	case "image":
		return `<div class="file">🖼 ` + esc(b["alt_text"]) + `</div>`
	case "input":
		return `<div class="section"><b>` + d.text(b["label"]) + `</b> ` + d.element(b["element"], id) + `</div>`
	case "rich_text":
		return `<div class="section">` + d.rich(b["elements"]) + `</div>`
	}
	return `<div class="unknown">[` + esc(b["type"]) + `]</div>`
}

func (d drawing) list(v any, blockID, class string) string {
	list, _ := v.([]any)
	var out strings.Builder
	for _, it := range list {
		if class != "" {
			fmt.Fprintf(&out, `<span class="%s">%s</span>`, class, d.element(it, blockID))
		} else {
			out.WriteString(d.element(it, blockID))
		}
	}
	return out.String()
}

// text draws a text object.
func (d drawing) text(v any) string {
	t, _ := v.(object)
	s, _ := t["text"].(string)
	if t["type"] == "mrkdwn" {
		return d.mrkdwn(s)
	}
	return emoji(strings.ReplaceAll(html.EscapeString(s), "\n", "<br>"))
}

func (d drawing) element(v any, blockID string) string {
	e, _ := v.(object)
	switch e["type"] {
	case nil:
		return ""
	case "plain_text", "mrkdwn":
		return d.text(e)
	case "image":
		return `🖼 ` + esc(e["alt_text"])
	case "button":
		return d.button(e, e, blockID)
	case "feedback_buttons":
		yes, _ := e["positive_button"].(object)
		no, _ := e["negative_button"].(object)
		return d.button(e, yes, blockID) + d.button(e, no, blockID)
	case "static_select", "overflow", "radio_buttons":
		list, _ := e["options"].([]any)
		var out strings.Builder
		for _, it := range list {
			o, _ := it.(object)
			out.WriteString(d.button(e, o, blockID))
		}
		return out.String()
	case "plain_text_input":
		return `<input disabled placeholder="text">`
	}
	return `<span class="unknown">[` + esc(e["type"]) + `]</span>`
}

// button draws something to click: the element it belongs to, and the choice.
func (d drawing) button(e, choice object, blockID string) string {
	hidden := map[string]string{
		"user": d.user, "channel": d.channel, "message": d.message, "view": d.view, "block_id": blockID,
	}
	hidden["action_id"], _ = e["action_id"].(string)
	hidden["value"], _ = choice["value"].(string)
	var out strings.Builder
	out.WriteString(`<form class="inline" method="post" action="/sandbox/click">`)
	for _, k := range []string{"user", "channel", "message", "view", "block_id", "action_id", "value"} {
		fmt.Fprintf(&out, `<input type="hidden" name="%s" value="%s">`, k, html.EscapeString(hidden[k]))
	}
	fmt.Fprintf(&out, `<button class="%s">%s</button></form>`, esc(e["style"]), d.text(choice["text"]))
	return out.String()
}

// rich draws the elements of a rich_text block.
func (d drawing) rich(v any) string {
	list, _ := v.([]any)
	var out strings.Builder
	for _, it := range list {
		e, _ := it.(object)
		switch e["type"] {
		case "rich_text_section":
			out.WriteString(d.rich(e["elements"]))
		case "rich_text_list":
			items, _ := e["elements"].([]any)
			for _, li := range items {
				out.WriteString(`<li>` + d.rich([]any{li}) + `</li>`)
			}
		case "rich_text_preformatted":
			out.WriteString(`<pre>` + d.rich(e["elements"]) + `</pre>`)
		case "rich_text_quote":
			out.WriteString(`<blockquote>` + d.rich(e["elements"]) + `</blockquote>`)
		case "text":
			out.WriteString(strings.ReplaceAll(esc(e["text"]), "\n", "<br>"))
		case "emoji":
			out.WriteString(emoji(":" + esc(e["name"]) + ":"))
		case "user":
			id, _ := e["user_id"].(string)
			out.WriteString(d.control("@" + id))
		case "channel":
			id, _ := e["channel_id"].(string)
			out.WriteString(d.control("#" + id))
		case "broadcast":
			out.WriteString(d.control("!" + esc(e["range"])))
		case "link":
			to, _ := e["url"].(string)
			shown, _ := e["text"].(string)
			out.WriteString(anchor(to, html.EscapeString(shown)))
		}
	}
	return out.String()
}
