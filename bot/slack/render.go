package slack

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
)

// The action IDs of our buttons. Within a block they must differ, so that the
// second and later are "pick:1", "pick:2", …: what is before the colon counts.
const (
	actionShare = string(render.ActionShare)
	actionPick  = string(render.ActionPick)
)

// Slack's limits, in code points (reference/slack.md §2.4: the unit is not
// documented, so with a margin). A markdown block takes 12,000 over all markdown
// blocks of a message, all blocks together about 13,200 by measurement: what is
// left above maxMarkdown is for the buttons.
const (
	maxMarkdown = 9_000
	maxFallback = 3_000 // 4,000 recommended
	maxLabel    = 75
	maxValue    = 2_000
	maxButtons  = 25 // of an actions block
	maxName     = 100
)

// message is one message of a reply.
type message struct {
	Text   string // fallback, for notifications and screen readers
	Blocks []slack.Block
	votes  []slack.BlockElement // plain buttons, below
	native slack.BlockElement   // the same as Slack's own feedback buttons
}

// blocks are all of m's; where Slack takes its own feedback buttons, those.
func (m message) blocks(native bool) []slack.Block {
	switch {
	case len(m.votes) == 0:
		return m.Blocks
	case native:
		return append(slices.Clone(m.Blocks), slack.NewContextActionsBlock("", m.native))
	}
	return append(slices.Clone(m.Blocks), slack.NewActionBlock("", m.votes...))
}

// messages is the reply r to q as Slack messages, at least one, in order.
// sharer is the name to show for a shared answer.
func messages(d render.Document, sharer string, l bot.Labels) []message {
	parts := render.Split(render.Slack(d), maxMarkdown, render.RuneLen)
	fallback := first(render.SlackText(d), l.Topics)
	if len(parts) == 0 {
		parts = []string{fallback}
	}
	out := make([]message, len(parts))
	for i, part := range parts {
		out[i] = message{Text: shorten(fallback, maxFallback), Blocks: []slack.Block{slack.NewMarkdownBlock("", part)}}
		if i > 0 {
			out[i].Text = l.Continued
		}
	}
	last := &out[len(out)-1]
	last.Blocks = append(last.Blocks, buttons(d.Actions)...)
	last.askVotes(d.Votes, l)
	if sharer != "" {
		// plain_text: a mention here would notify the person who just clicked.
		by := slack.NewTextBlockObject(slack.PlainTextType, l.SharedBy+": "+shorten(sharer, maxName), false, false)
		last.Blocks = append(last.Blocks, slack.NewContextBlock("", by))
	}
	return out
}

// askVotes puts the vote buttons below m, both ways. Slack's own have a place for
// one that is good and one that is not.
func (m *message) askVotes(votes []render.Action, l bot.Labels) {
	if len(votes) != 2 {
		return
	}
	for i, v := range votes {
		v.Label = []string{"👍 ", "👎 "}[i] + v.Label
		v.Value = voteValue(v, l.Lang)
		m.votes = append(m.votes, button(actionVote, i, v))
	}
	native := func(v render.Action) *slack.FeedbackButton {
		text := plainText(shorten(v.Label, maxLabel))
		return slack.NewFeedbackButton(text, voteValue(v, l.Lang)).WithAccessibilityLabel(text.Text)
	}
	m.native = slack.NewFeedbackButtonsBlockElement(actionVote, native(votes[0]), native(votes[1]))
}

// buttons are the actions: those that pick first, in blocks of their own.
func buttons(actions []render.Action) []slack.Block {
	var blocks []slack.Block
	for _, kind := range []render.ActionKind{render.ActionPick, render.ActionShare} {
		var elements []slack.BlockElement
		for _, a := range actions {
			if a.Kind != kind || a.Value == "" || render.RuneLen(a.Value) > maxValue {
				continue
			}
			elements = append(elements, button(string(kind), len(elements), a))
		}
		for chunk := range slices.Chunk(elements, maxButtons) {
			blocks = append(blocks, slack.NewActionBlock("", chunk...))
		}
	}
	return blocks
}

func button(id string, n int, a render.Action) *slack.ButtonBlockElement {
	if n > 0 {
		id += ":" + strconv.Itoa(n)
	}
	label := shorten(first(strings.TrimSpace(a.Label), a.Value), maxLabel)
	return slack.NewButtonBlockElement(id, a.Value, slack.NewTextBlockObject(slack.PlainTextType, label, false, false))
}

// shorten cuts s to limit code points, with an ellipsis in place of the rest, and
// takes no mark from the letter it belongs to.
func shorten(s string, limit int) string {
	r := []rune(s)
	if len(r) <= limit {
		return s
	}
	n := limit - 1
	for n > 1 && (unicode.Is(unicode.M, r[n]) || r[n] == '\u200d' || r[n-1] == '\u200d') {
		n--
	}
	return strings.TrimRight(string(r[:n]), " ") + "…"
}
