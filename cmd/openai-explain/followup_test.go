package main

import (
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestAFollowUpIsUnderstoodInASlackThreadAndOnlyFromWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	thread := ""
	say := func(user, text string) string {
		t.Helper()
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: fakeslack.General, User: user, Thread: thread, Text: "<@" + w.slack.BotUserID() + "> " + text})
		if err != nil {
			t.Fatal(err)
		}
		if thread == "" {
			thread = ts
		}
		return string(w.slackReplyAfter(t, thread, ts).Blocks)
	}
	contains(t, say(fakeslack.Minji, "오픈소스 AI의 장점은?"), "[1]")
	contains(t, say(fakeslack.Minji, "그럼 단점은?"), "보안", "[1]")
	if got := say(fakeslack.Alice, "왜?"); strings.Contains(got, "[1]") {
		t.Errorf("what somebody else asked was taken for context:\n%s", got)
	}
}

func TestAFollowUpIsUnderstoodInADiscordDirectMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for i, q := range []struct{ asks, says string }{{"When did the EU AI Act take effect?", "2024"}, {"and are open source models exempt?", "exempt"}} {
		if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: q.asks}); err != nil {
			t.Fatal(err)
		}
		contains(t, w.discordAnswer(t, fakediscord.DefaultDM, i).Content, q.says, "[1]")
	}
}
