package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/prompts"
)

func TestButtonsFitSlack(t *testing.T) {
	t.Parallel()
	var d render.Document
	d.Fallback = "topics"
	for i := range 60 {
		d.Actions = append(d.Actions, render.Action{Kind: render.ActionPick, Label: strings.Repeat("가나다 ", 30), Value: fmt.Sprint("id", i)})
	}
	d.Actions = append(d.Actions,
		render.Action{Kind: render.ActionShare, Label: "Share", Value: "slack:1"},
		render.Action{Kind: render.ActionPick, Label: "too long", Value: strings.Repeat("x", maxValue+1)},
		render.Action{Kind: render.ActionPick, Label: "  ", Value: "named-by-its-value"},
	)
	msgs := messages(d, "", prompts.Labels(bot.English))
	if len(msgs) != 1 {
		t.Fatalf("%d messages", len(msgs))
	}
	seen := map[string]bool{}
	total := 0
	for _, b := range msgs[0].Blocks {
		actions, ok := b.(*slack.ActionBlock)
		if !ok {
			continue
		}
		if n := len(actions.Elements.ElementSet); n > maxButtons {
			t.Errorf("%d buttons in a block", n)
		}
		for _, e := range actions.Elements.ElementSet {
			button := e.(*slack.ButtonBlockElement)
			total++
			if n := utf8.RuneCountInString(button.Text.Text); n == 0 || n > maxLabel {
				t.Errorf("a label of %d", n)
			}
			if seen[button.ActionID] {
				t.Errorf("%s twice", button.ActionID)
			}
			seen[button.ActionID] = true
		}
	}
	if total != 62 {
		t.Errorf("%d buttons", total)
	}
}

func TestShorteningLeavesLettersWhole(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"short":                      "short",
		"가나다라마바사":                    "가나다라…",
		"abcd\u0301\u0302fgh":        "abc…", // d with two marks
		"ab👩\u200d👩\u200d👧":          "ab…",
		"one  two":                   "one…",
		strings.Repeat("\u0301", 10): "\u0301…",
		"12345":                      "12345",
	} {
		if got := shorten(in, 5); got != want {
			t.Errorf("shorten(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTheFallbackSaysWhatTheAnswerSays(t *testing.T) {
	t.Parallel()
	q := bot.Question{ID: "slack:1", Text: "뭐야?"}
	msgs := messages(render.Answer(answerTo(q), q.ID, false, prompts.Labels(bot.Korean)), "", prompts.Labels(bot.Korean))
	if want := "오픈소스 AI는 누구나 쓰고 고치고 나눌 수 있는 AI입니다. (한국신문)"; msgs[0].Text != want {
		t.Errorf("%q, want %q", msgs[0].Text, want)
	}
	empty := messages(render.Document{}, "", prompts.Labels(bot.Korean))
	if empty[0].Text == "" || len(empty[0].Blocks) == 0 {
		t.Errorf("an empty document is posted empty: %+v", empty)
	}
}

func TestTheManifestIsSmall(t *testing.T) {
	t.Parallel()
	text, err := Manifest(ManifestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if n := len(m.OAuth.Scopes.Bot); n == 0 || n > 8 {
		t.Errorf("%d scopes", n)
	}
	if !m.Settings.SocketMode || m.Settings.Events.URL != "" || m.Features.Commands[0].Command != "/openai-explain" || !m.Settings.Interactivity.Enabled {
		t.Errorf("%s", text)
	}
	if m.Features.Home == nil || !m.Features.Home.MessagesTab || m.Features.Home.ReadOnly {
		t.Error("nobody can write to the bot")
	}
	var known slack.Manifest
	if err := json.Unmarshal([]byte(text), &known); err != nil || known.Display.Name != "openai-explain" || !known.Settings.SocketModeEnabled {
		t.Errorf("slack-go reads %+v, %v", known, err)
	}
	text, err = Manifest(ManifestOptions{HTTPURL: "https://bot.example/", NoDirect: true, NoFind: true})
	if err != nil || !strings.Contains(text, "https://bot.example/slack/events") || strings.Contains(text, "message.im") || strings.Contains(text, "history") || strings.Contains(text, `"socket_mode_enabled": true`) {
		t.Errorf("%s %v", text, err)
	}
	link, err := CreateURL(ManifestOptions{})
	if err != nil || !strings.HasPrefix(link, "https://api.slack.com/apps?new_app=1&manifest_json=%7B") || strings.ContainsAny(link, " \n\"") {
		t.Errorf("%s %v", link, err)
	}
	for _, bad := range []ManifestOptions{{Name: strings.Repeat("x", 36)}, {Command: "explain"}, {Command: "/" + strings.Repeat("x", 32)}, {HTTPURL: "http://x"}} {
		if _, err := Manifest(bad); err == nil {
			t.Errorf("%+v is fine", bad)
		}
	}
}
