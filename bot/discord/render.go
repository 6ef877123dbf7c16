package discord

import (
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/prompts"
)

// Sizes (resources/message, components/reference). How Discord counts characters
// is not documented: UTF-16 units are the strictest reading.
const (
	contentLimit  = 2000
	labelLimit    = 80
	customIDLimit = 100
	rowLimit      = 5 // rows, and buttons in a row
)

const ellipsis = "…"

// parts is a reply as the contents of messages, in order, and the buttons that
// belong below the last. There is at least one part, and none is blank.
func parts(q bot.Question, r bot.Reply) (contents []string, buttons []row) {
	l := prompts.Labels(r.Answer.Lang.Or(langOf(q)))
	d := render.Answer(r, q.ID, q.Private, l)
	for _, p := range render.Split(render.Discord(d), contentLimit, render.UTF16Len) {
		if strings.TrimSpace(p) != "" {
			contents = append(contents, strings.Trim(p, "\n"))
		}
	}
	if len(contents) == 0 {
		contents = []string{l.Failed}
	}
	return contents, rows(d.Actions)
}

// row and button are message components (components/reference).
type row struct {
	Type       int      `json:"type"`
	Components []button `json:"components"`
}

type button struct {
	Type     int    `json:"type"`
	Style    int    `json:"style"`
	Label    string `json:"label"`
	CustomID string `json:"custom_id"`
}

const (
	kindRow        = 1
	kindButton     = 2
	styleSecondary = 2
)

// rows lays actions out as buttons, in order, at most 25; an action whose value
// does not fit a button, or is there already, is left out.
func rows(actions []render.Action) []row {
	var out []row
	seen := map[string]bool{}
	for _, a := range actions {
		id := string(a.Kind) + ":" + a.Value
		if a.Value == "" || len(id) > customIDLimit || seen[id] || len(seen) == rowLimit*rowLimit {
			continue
		}
		seen[id] = true
		if len(out) == 0 || len(out[len(out)-1].Components) == rowLimit {
			out = append(out, row{Type: kindRow})
		}
		last := &out[len(out)-1]
		last.Components = append(last.Components, button{
			Type: kindButton, Style: styleSecondary, Label: shorten(a.Label, labelLimit), CustomID: id,
		})
	}
	return out
}

// shorten cuts s to n UTF-16 units, the ellipsis included, between graphemes.
func shorten(s string, n int) string {
	if strings.TrimSpace(s) == "" {
		return ellipsis // Discord wants a label
	}
	if render.UTF16Len(s) <= n {
		return s
	}
	return strings.TrimSpace(render.Split(s, n-1, render.UTF16Len)[0]) + ellipsis
}
