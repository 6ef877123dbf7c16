package discord

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/prompts"
)

const (
	general = fakediscord.DefaultChannel
	dm      = fakediscord.DefaultDM
)

func TestTheCommandIsDeferredAndThenAnswered(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, question := range []string{"오픈소스 AI의 단점은?", "What is it?"} {
		s := r.command(map[string]any{"question": question})
		if s.Callback != ackDefer || s.Ephemeral {
			t.Errorf("callback %d, ephemeral %v", s.Callback, s.Ephemeral)
		}
		r.waitFor("the answer", func(srv *fakediscord.Server) bool { i, _ := srv.Interaction(s.ID); return i.Done() })
		i, _ := r.Interaction(s.ID)
		if got := i.Original.Content; !strings.Contains(got, "Answer to "+question) || !strings.Contains(got, "2024-11-21") {
			t.Errorf("answered %q", got)
		}
		if want := prompts.Labels(langOf(bot.Question{Text: question})).Source; !strings.Contains(i.Original.Content, want) {
			t.Errorf("not in the language of the question: %q", i.Original.Content)
		}
		if i.Original.Flags&flagSuppressEmbeds == 0 {
			t.Error("embeds are not suppressed")
		}
	}
	r.settled()
}

func TestTheCommandAloneOffersWhatCanBeAsked(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.command(nil)
	m := r.answered(general, 1)[0]
	if !s.Ephemeral || !m.Ephemeral || len(m.Buttons()) != 1 || m.Buttons()[0].CustomID != "pick:weak" {
		t.Errorf("got %+v", m)
	}
	if !strings.Contains(m.Content, prompts.Labels(bot.Korean).Topics) {
		t.Errorf("not in the language of the person's client: %q", m.Content)
	}
	r.settled()
}

func TestAMentionIsAnsweredWithAReplyThatPingsNobody(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.desk.working = func() {
		r.waitFor("typing", func(s *fakediscord.Server) bool { return s.TypingCount(general) >= 2 })
	}
	id := r.say(fakediscord.Message{Content: "단점은 " + r.Mention() + " 뭔가요?"})
	m := r.answered(general, 1)[0]
	if m.ReplyTo != id || !strings.Contains(m.Content, "Answer to 단점은 뭔가요?") || len(m.Pinged) != 0 || m.Nonce == "" {
		t.Errorf("got %+v", m)
	}
	r.settled()
	if r.Typing(general) {
		t.Error("it still shows that it is typing")
	}
}

func TestARoleMentionAReplyAndADirectMessageAreAnswered(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.say(fakediscord.Message{Content: "chatter"})
	r.say(fakediscord.Message{Content: "hello", Channel: dm})
	r.answered(dm, 1)
	first := r.say(fakediscord.Message{Content: r.Mention() + " one"})
	answer := r.answered(general, 1)[0]
	second := r.say(fakediscord.Message{Content: "two", ReplyTo: answer.ID})
	got := r.answered(general, 2)
	if got[0].ReplyTo != first || got[1].ReplyTo != second || !strings.Contains(got[1].Content, "Answer to two") {
		t.Errorf("got %+v", got)
	}
	r.settled()
}

func TestAPickedSuggestionIsAnswered(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	m := r.answered(general, 1)[0]
	s, err := r.Click(r.ctx, fakediscord.Click{Message: m.ID, CustomID: "pick:weak"})
	if err != nil {
		t.Fatal(err)
	}
	got := r.answered(general, 2)[1]
	if s.Callback != ackDefer || got.Ephemeral || !strings.Contains(got.Content, "weak") {
		t.Errorf("callback %d, got %+v", s.Callback, got)
	}
	r.settled()
}

func TestAPrivateAnswerIsSharedOnce(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.command(map[string]any{"question": "이게 뭐야?", "private": true})
	m := r.answered(general, 1)[0]
	if !s.Ephemeral || !m.Ephemeral {
		t.Fatalf("not private: %+v", m)
	}
	share := slices.IndexFunc(m.Buttons(), func(b fakediscord.Button) bool { return strings.HasPrefix(b.CustomID, "share:") })
	if share < 0 {
		t.Fatalf("no button shares it: %+v", m.Buttons())
	}
	for range 2 {
		c, err := r.Click(r.ctx, fakediscord.Click{Message: m.ID, CustomID: m.Buttons()[share].CustomID})
		if err != nil || c.Callback != ackUpdate {
			t.Fatalf("click: %v, callback %d", err, c.Callback)
		}
	}
	r.settled()
	public := slices.DeleteFunc(r.BotMessages(general), func(m fakediscord.Message) bool { return m.Ephemeral })
	if len(public) != 1 || !strings.Contains(public[0].Content, "Answer to 이게 뭐야") {
		t.Errorf("shared %+v", public)
	}
	told := slices.ContainsFunc(r.BotMessages(general), func(m fakediscord.Message) bool {
		return m.Ephemeral && (m.Content == prompts.Labels(bot.Korean).Shared)
	})
	if !told {
		t.Error("the person is not told that it was shared")
	}
}

// long is an answer of several messages.
func long(q bot.Question) bot.Reply {
	r := echo(q)
	for i := range 60 {
		r.Answer.Sentences = append(r.Answer.Sentences, bot.Sentence{Text: strings.Repeat("오픈소스 😀 ", 12) + string(rune('A'+i%26)) + ".", Cites: []int{1}})
	}
	return r
}

func longSetting(_ *fakediscord.Config, _ *Adapter, d *desk) { d.answer = long }

func TestALongAnswerIsSplitAndComplete(t *testing.T) {
	t.Parallel()
	r := start(t, longSetting)
	id := r.say(fakediscord.Message{Content: r.Mention() + " one"})
	r.settledAfter(1)
	messages := r.BotMessages(general)
	if len(messages) < 2 {
		t.Fatalf("%d messages", len(messages))
	}
	for i, m := range messages {
		last := i == len(messages)-1
		if render.UTF16Len(m.Content) > contentLimit || m.ReplyTo != id || (len(m.Buttons()) > 0) != last || (m.Flags&flagSuppressNotifications == 0) != last {
			t.Errorf("part %d: %d units, reply to %s, %d buttons, flags %d", i, render.UTF16Len(m.Content), m.ReplyTo, len(m.Buttons()), m.Flags)
		}
	}
	if n := strings.Count(join(messages), "오픈소스"); n != 60*12 {
		t.Errorf("%d of %d words are there", n, 60*12)
	}
	q := r.desk.questions()[0]
	receipt, found, err := r.a.Find(r.ctx, q)
	if err != nil || !found || len(receipt.Messages) != len(messages) {
		t.Errorf("found %v %v, %v", receipt.Messages, found, err)
	}
}

func TestALongAnswerToACommandContinuesInFollowUps(t *testing.T) {
	t.Parallel()
	r := start(t, longSetting)
	for _, private := range []bool{false, true} {
		s := r.command(map[string]any{"question": "x", "private": private})
		r.waitFor("the answer", func(srv *fakediscord.Server) bool { i, _ := srv.Interaction(s.ID); return i.Done() })
		r.settled()
		i, _ := r.Interaction(s.ID)
		all := append([]fakediscord.Message{*i.Original}, i.FollowUps...)
		if n := strings.Count(join(all), "오픈소스"); n != 60*12 || len(all) < 2 {
			t.Errorf("%d of %d words are there, in %d messages", n, 60*12, len(all))
		}
		for _, m := range all {
			if m.Ephemeral != private {
				t.Errorf("private %v, a part is ephemeral: %v", private, m.Ephemeral)
			}
		}
	}
}

func join(ms []fakediscord.Message) string {
	var b strings.Builder
	for _, m := range ms {
		b.WriteString(m.Content)
	}
	return b.String()
}

func TestNothingInAnAnswerPingsAnybody(t *testing.T) {
	t.Parallel()
	r := start(t, func(_ *fakediscord.Config, _ *Adapter, d *desk) {
		d.answer = func(q bot.Question) bot.Reply {
			r := echo(q)
			r.Answer.Sentences[0].Text = "@everyone @here <@" + fakediscord.DefaultUser + "> <@&5> `@everyone`"
			r.Answer.Suggestions[0].Text = "@everyone?"
			return r
		}
	})
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	r.command(map[string]any{"question": "two"})
	for _, m := range r.answered(general, 2) {
		if len(m.Pinged) > 0 || m.PingedAll {
			t.Errorf("pinged %v, everyone %v: %q", m.Pinged, m.PingedAll, m.Content)
		}
	}
	r.settled()
}

func TestADuplicateDeliveryIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	r.answered(general, 1)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultRedeliver})
	s := r.command(map[string]any{"question": "two"})
	r.answered(general, 2)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultRedeliver})
	r.say(fakediscord.Message{Content: "three", Channel: dm})
	r.answered(dm, 1)
	r.settled()
	if got := len(r.desk.questions()); got != 3 {
		t.Errorf("%d questions, want 3", got)
	}
	if got := len(r.BotMessages(general)); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
	if i, _ := r.Interaction(s.ID); len(i.FollowUps) != 0 {
		t.Errorf("follow-ups %+v", i.FollowUps)
	}
}

var errStore = errors.New("disk full")

func TestACommandThatCannotBeStoredIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	r := start(t, func(_ *fakediscord.Config, _ *Adapter, d *desk) {
		d.refuse = func(bot.Question) error { return errStore }
	})
	s := r.command(map[string]any{"question": "두 번째?"})
	if s.Callback != ackMessage || !s.Ephemeral || s.Original.Content != prompts.Labels(bot.Korean).NotAccepted {
		t.Errorf("got %+v", s)
	}
}

func TestAMessageThatCannotBeStoredIsTriedAgainAndThenRefused(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	r := start(t, func(_ *fakediscord.Config, _ *Adapter, d *desk) {
		d.refuse = func(q bot.Question) error {
			if calls.Add(1); q.Text == "never" || calls.Load() < 3 {
				return errStore
			}
			return nil
		}
	})
	r.say(fakediscord.Message{Content: r.Mention() + " once"})
	if m := r.answered(general, 1)[0]; !strings.Contains(m.Content, "Answer to once") || calls.Load() != 3 {
		t.Errorf("after %d attempts %q", calls.Load(), m.Content)
	}
	id := r.say(fakediscord.Message{Content: r.Mention() + " never"})
	m := r.answered(general, 2)[1]
	if m.Content != prompts.Labels(bot.English).NotAccepted || m.ReplyTo != id {
		t.Errorf("got %+v", m)
	}
	r.settled()
}

func TestRecordedTrafficIsAcknowledged(t *testing.T) {
	t.Parallel()
	recorded := recordings(t)
	r := start(t)
	// The recordings name another bot: this one takes its part.
	r.poll("the identity", func() bool { return r.a.identity().user != "" })
	calls := 0
	for range 2 { // and each is delivered twice
		for _, rec := range recorded {
			raw := strings.ReplaceAll(string(rec.data), testBot, r.BotUserID())
			r.Dispatch(rec.kind, json.RawMessage(raw))
			if rec.kind == "INTERACTION_CREATE" {
				calls++
			}
		}
	}
	r.waitFor("the acknowledgements", func(s *fakediscord.Server) bool {
		n := 0
		for _, q := range s.Requests() {
			if strings.HasSuffix(q.Route, "/callback") {
				n++
			}
		}
		return n == calls
	})
	r.poll("the questions", func() bool { return len(r.desk.questions()) == 3 })
	for _, q := range r.desk.questions() {
		if !slices.Contains([]string{"Hey", "AI What is love", "Test"}, q.Text) {
			t.Errorf("asked %q", q.Text)
		}
	}
}
