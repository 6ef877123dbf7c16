package main

import (
	"context"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// asked are the same two questions in both languages, and what an answer to
// each has to have in it: the claim and its source.
var asked = []struct {
	lang, question, claim, source string
}{
	{"ko", "오픈소스 AI의 단점은?", "보안", "조선일보 WEEKLY BIZ"},
	{"en", "What are the weaknesses of open-source AI?", "security", "Chosun Ilbo"},
}

// unknown is a question that the sources do not answer.
const unknown, unknownEN = "제주도 흑돼지 맛집 추천해줘", "How do I bake sourdough bread at home?"

func TestAMentionInSlackIsAnsweredInItsThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for _, q := range asked {
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: fakeslack.General, User: fakeslack.Minji,
			Text: "여러분 안녕하세요.\n\n<@" + w.slack.BotUserID() + "> " + q.question})
		if err != nil {
			t.Fatal(err)
		}
		m := w.slackAnswer(t, fakeslack.General, ts)
		if m.Thread != ts {
			t.Errorf("the answer is in thread %q, not in that of the question, %s", m.Thread, ts)
		}
		contains(t, string(m.Blocks), q.claim, "[1]", q.source, "2024-11-21")
		contains(t, m.Text, q.claim)
		if len(m.Notifies)+len(m.Unfurls) > 0 {
			t.Errorf("the answer notifies %v and unfurls %v", m.Notifies, m.Unfurls)
		}
	}
}

func TestADirectMessageInSlackIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for _, q := range asked {
		dm := w.slack.DM(fakeslack.Alice)
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: dm, User: fakeslack.Alice, Text: q.question})
		if err != nil {
			t.Fatal(err)
		}
		contains(t, string(w.slackAnswer(t, dm, ts).Blocks), q.claim, "[1]", q.source)
	}
}

func TestASlashCommandIsAnsweredPrivatelyAndCanBeShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for _, q := range asked {
		ack, err := w.slack.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: q.question, User: fakeslack.Minji, Channel: fakeslack.General})
		if err != nil {
			t.Fatal(err)
		}
		if ack.Elapsed.Seconds() > 1 {
			t.Logf("acknowledged after %v: over a second, as may be on a busy machine", ack.Elapsed)
		}
		m := w.slackPrivate(t, fakeslack.General, fakeslack.Minji, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), q.claim) })
		contains(t, string(m.Blocks), q.question, "[1]", q.source)
		before := len(w.slack.Messages(fakeslack.General))
		for range 2 { // the second click must not share it again
			if _, err := w.slack.Click(t.Context(), fakeslack.Click{User: fakeslack.Minji, Channel: fakeslack.General, Message: m.TS, ActionID: actionID(t, m, "share")}); err != nil {
				t.Fatal(err)
			}
		}
		w.slackCount(t, fakeslack.General, before+1)
		all := w.slack.Messages(fakeslack.General)
		contains(t, string(all[len(all)-1].Blocks), q.question, q.claim, "[1]", q.source)
	}
}

func TestTheSlashCommandAloneShowsWhatCanBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	if _, err := w.slack.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", User: fakeslack.Alice, Channel: fakeslack.General}); err != nil {
		t.Fatal(err)
	}
	topics := w.slackPrivate(t, fakeslack.General, fakeslack.Alice, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), `"actions"`) })
	if n := strings.Count(string(topics.Blocks), `"type":"button"`); n < 6 {
		t.Errorf("%d buttons, want one for each of six entries:\n%s", n, topics.Blocks)
	}
	if _, err := w.slack.Click(t.Context(), fakeslack.Click{User: fakeslack.Alice, Channel: fakeslack.General, Message: topics.TS, ActionID: actionID(t, topics, "pick")}); err != nil {
		t.Fatal(err)
	}
	w.slackPrivate(t, fakeslack.General, fakeslack.Alice, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), "[1]") })
}

func TestWhatIsNotKnownIsNotAnsweredInSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	dm := w.slack.DM(fakeslack.Minji)
	for question, says := range map[string]string{unknown: "답이 없습니다", unknownEN: "do not answer"} {
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: dm, User: fakeslack.Minji, Text: question})
		if err != nil {
			t.Fatal(err)
		}
		m := w.slackAnswer(t, dm, ts)
		contains(t, string(m.Blocks), says)
		if strings.Contains(string(m.Blocks), "[1]") {
			t.Errorf("an abstention cites something:\n%s", m.Blocks)
		}
	}
}

func TestDiscordIsAnsweredWhereverItAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for _, q := range asked {
		for channel, text := range map[string]string{
			fakediscord.DefaultChannel: "안녕하세요 " + w.discord.Mention() + " " + q.question,
			fakediscord.DefaultDM:      q.question,
		} {
			known := len(w.discord.BotMessages(channel))
			if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: channel, Content: text}); err != nil {
				t.Fatal(err)
			}
			m := w.discordAnswer(t, channel, known)
			contains(t, m.Content, q.claim, "[1]", q.source, "2024-11-21")
			if len(m.Pinged) > 0 && m.PingedAll {
				t.Errorf("the answer pings %v", m.Pinged)
			}
			// A reply to the bot is a question too.
			if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: channel, Content: q.question, ReplyTo: m.ID}); err != nil {
				t.Fatal(err)
			}
			contains(t, w.discordAnswer(t, channel, known+1).Content, q.claim)
		}
	}
}

func TestTheDiscordCommandIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { return len(s.Commands("")) > 0 }); err != nil {
		t.Fatalf("the bot registers no command: %v", err)
	}
	for _, q := range asked {
		state, err := w.discord.Command(t.Context(), fakediscord.Interaction{Name: "openai-explain", Options: map[string]any{"question": q.question}, Locale: q.lang})
		if err != nil {
			t.Fatal(err)
		}
		if !state.Deferred {
			t.Error("the command was not deferred at once")
		}
		if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { i, _ := s.Interaction(state.ID); return i.Done() }); err != nil {
			t.Fatalf("the command is not answered: %v", err)
		}
		done, _ := w.discord.Interaction(state.ID)
		contains(t, done.Original.Content, q.claim, "[1]", q.source)
	}
}

func TestWhatIsNotKnownIsNotAnsweredInDiscord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	for i, q := range []struct{ question, says string }{{unknown, "답이 없습니다"}, {unknownEN, "do not answer"}} {
		if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: q.question}); err != nil {
			t.Fatal(err)
		}
		m := w.discordAnswer(t, fakediscord.DefaultDM, i)
		contains(t, m.Content, q.says)
		if strings.Contains(m.Content, "[1]") {
			t.Errorf("an abstention cites something: %s", m.Content)
		}
	}
}

func TestAModelMayWriteAndEverySentenceKeepsItsCitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	model := llmtest.Start(llmtest.Config{Reply: llmtest.Quote(2)})
	t.Cleanup(model.Close)
	w.serve(t, "--openai-base-url="+model.URL(), "--openai-model=test-model", "--openai-mode=write")
	dm := w.slack.DM(fakeslack.Alice)
	ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: dm, User: fakeslack.Alice, Text: asked[1].question})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(w.slackAnswer(t, dm, ts).Blocks), "[1]", asked[1].source)
	questions := 0
	for _, r := range model.Requests() {
		if strings.Contains(r.User(), "[1] ") { // else the probe at the start
			questions++
			contains(t, r.User(), asked[1].question, "[2] ")
		}
	}
	if questions == 0 {
		t.Error("the model was not asked")
	}
}

func TestAModelThatFailsCostsNothingButItsHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	model := llmtest.Start(llmtest.Config{})
	url := model.URL()
	model.Close() // nobody listens any more
	w.serve(t, "--openai-base-url="+url, "--openai-model=test-model")
	dm := w.slack.DM(fakeslack.Minji)
	ts, err := w.slack.Say(t.Context(), fakeslack.Message{Channel: dm, User: fakeslack.Minji, Text: asked[0].question})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(w.slackAnswer(t, dm, ts).Blocks), asked[0].claim, "[1]", asked[0].source)
	if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: asked[0].question}); err != nil {
		t.Fatal(err)
	}
	contains(t, w.discordAnswer(t, fakediscord.DefaultDM, 0).Content, asked[0].claim, "[1]", asked[0].source)
}

// slackCount waits until a channel has n messages, and sees that no more come
// while the bot still has something to do.
func (w *world) slackCount(t *testing.T, channel string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return len(s.Messages(channel)) >= n && s.Settled() }); err != nil {
		t.Fatalf("%d messages in %s, want %d: %v", len(w.slack.Messages(channel)), channel, n, err)
	}
	if got := len(w.slack.Messages(channel)); got != n {
		t.Errorf("%d messages in %s, want %d", got, channel, n)
	}
}
