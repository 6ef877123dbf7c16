package main

import (
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

func TestASlackChannelInAutoGetsWhatIsKnownAndSilenceOtherwise(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t, "--slack-admins="+fakeslack.Minji)
	set := func(text string, mode bot.ChannelMode) {
		t.Helper()
		if _, err := w.slack.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: text, User: fakeslack.Minji}); err != nil {
			t.Fatal(err)
		}
		w.slackPrivate(t, fakeslack.General, fakeslack.Minji, func(m fakeslack.Message) bool {
			for _, l := range []bot.Lang{bot.Korean, bot.English} {
				if strings.Contains(m.Text, prompts.Labels(l).Mode.Is[mode]) {
					return true
				}
			}
			return false
		})
	}
	say := func(text string) string {
		t.Helper()
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{User: fakeslack.Alice, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return ts
	}
	set("채널 자동", bot.Auto)
	quiet := []string{say(unknown), say(unknownEN), say("다들 점심 드셨나요?")}
	for _, q := range asked {
		m := w.slackAnswer(t, fakeslack.General, say(q.question))
		contains(t, string(m.Blocks), q.claim, "[1]", q.source)
	}
	set("channel off", bot.Off)
	say("<@" + w.slack.BotUserID() + "> " + asked[0].question)
	w.slackPrivate(t, fakeslack.General, fakeslack.Alice, func(m fakeslack.Message) bool { return m.Text == prompts.Labels(bot.Korean).Mode.OffNow })
	for _, ts := range quiet {
		if r := w.slack.Replies(fakeslack.General, ts); len(r) != 0 {
			t.Errorf("unasked and unknown, and yet: %s", r[0].Blocks)
		}
	}
	w.slackCount(t, fakeslack.General, len(quiet)+2*len(asked)+1)
}
