package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

// voteValue is the value of the button of that kind in a message.
func voteValue(t *testing.T, blocks, kind string) string {
	t.Helper()
	for _, s := range strings.Split(blocks, `"`) {
		if strings.HasPrefix(s, kind+" ") {
			return s
		}
	}
	t.Fatalf("no %q button in:\n%s", kind, blocks)
	return ""
}

func TestWhatPeopleInSlackThinkOfAnAnswerIsKeptWithItsEntries(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	stop := w.serveIn(t, dir)
	ts, err := w.slack.Say(t.Context(), fakeslack.Message{User: fakeslack.Minji, Text: "<@" + w.slack.BotUserID() + "> " + asked[0].question})
	if err != nil {
		t.Fatal(err)
	}
	m := w.slackAnswer(t, fakeslack.General, ts)
	press := func(user, kind string) {
		t.Helper()
		_, err := w.slack.Click(t.Context(), fakeslack.Click{User: user, Message: m.TS, ActionID: "vote", Value: voteValue(t, string(m.Blocks), kind)})
		if err != nil {
			t.Fatal(err)
		}
	}
	press(fakeslack.Alice, "helpful")
	press(fakeslack.Minji, "helpful")
	press(fakeslack.Minji, "unhelpful")
	l := prompts.Labels(bot.Korean)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return len(s.Views()) == 1 }); err != nil {
		t.Fatalf("no form: %v", err)
	}
	contains(t, string(w.slack.Views()[0].Blocks), l.Why.Reason, l.Why.Reasons["off_topic"])
	_, err = w.slack.SubmitView(t.Context(), fakeslack.Submit{User: fakeslack.Minji, Values: map[string]map[string]any{
		"reason": {"reason": map[string]any{"selected_option": map[string]any{"value": "off_topic"}}},
		"words":  {"words": map[string]any{"value": "장점을 물었어요"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(w.slack.Views()[0].Blocks), l.Voted)
	stop()

	box, err := inbox.Open(t.Context(), inbox.Config{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	got := map[string]bot.Vote{}
	if err := box.Votes(t.Context(), func(v bot.Vote) error { got[v.Person] = v; return nil }); err != nil {
		t.Fatal(err)
	}
	if v := got[fakeslack.Alice]; len(got) != 2 || !v.Helpful || v.Reason != "" {
		t.Errorf("%d people voted, Alice: %+v", len(got), v)
	}
	if v := got[fakeslack.Minji]; v.Helpful || v.Reason != "off_topic" || v.Text != "장점을 물었어요" || len(v.Entries) == 0 || v.Entries[0] != "strengths-and-weaknesses" {
		t.Errorf("Minji: %+v", v)
	}
}
