package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// echo answers with the question, in as many parts as it has words "long".
func echo(q bot.Question) bot.Reply {
	if q.Kind == bot.Topics {
		return answerTo(q)
	}
	re := answerTo(q)
	text := "You asked: " + q.Text + "."
	if n := strings.Count(q.Text, "long"); n > 0 {
		text += strings.Repeat(" And there is more of it.", n*500)
	}
	re.Answer.Sentences[0].Text = text
	return re
}

func (r *rig) edit(channel, ts, text string) {
	r.t.Helper()
	if err := r.srv.Edit(r.t.Context(), channel, ts, text); err != nil {
		r.t.Fatal(err)
	}
}

func TestTheAnswerFollowsAnEditedQuestionInPlace(t *testing.T) {
	t.Parallel()
	r := start(t, setup{reply: echo}).up(2)
	me := "<@" + r.srv.BotUserID() + "> "
	for channel, call := range map[string]string{fakeslack.General: me, r.srv.DM(fakeslack.Alice): ""} {
		ts := r.say(fakeslack.Message{Channel: channel, Text: call + "what is open source?"})
		thread := func(st *fakeslack.State) []fakeslack.Message { return byBot(st.Messages(channel)) }
		r.wait("the answer", func(st *fakeslack.State) bool { return len(thread(st)) == 1 })
		first := byBot(r.srv.Messages(channel))[0]
		r.edit(channel, ts, call+"what is open SOURCE ?!")
		r.edit(channel, ts, call+"오픈소스 AI가 뭐야?")
		r.wait("the changed answer", func(st *fakeslack.State) bool {
			l := thread(st)
			return len(l) == 1 && l[0].TS == first.TS && strings.Contains(string(l[0].Blocks), "오픈소스 AI가 뭐야?")
		})
		if m := byBot(r.srv.Messages(channel))[0]; m.Revisions != 1 || len(m.Unfurls)+len(m.Notifies) > 0 {
			t.Errorf("changed %d times, unfurls %v, notifies %v", m.Revisions, m.Unfurls, m.Notifies)
		}
		// Longer, then shorter: messages are added and taken away.
		r.edit(channel, ts, call+"long long long?")
		r.wait("more messages", func(st *fakeslack.State) bool { return len(thread(st)) >= 3 })
		r.edit(channel, ts, call+"short?")
		r.wait("one message", func(st *fakeslack.State) bool {
			l := thread(st)
			return len(l) == 1 && l[0].TS == first.TS && strings.Contains(string(l[0].Blocks), "short?")
		})
	}
	r.clean()
}

func TestTheAnswerToADeletedQuestionGoes(t *testing.T) {
	t.Parallel()
	r := start(t, setup{reply: echo}).up(1)
	me := "<@" + r.srv.BotUserID() + "> "
	dm := r.srv.DM(fakeslack.Alice)
	for channel, text := range map[string]string{fakeslack.General: me + "long long what is it?", dm: "what is it?"} {
		ts := r.say(fakeslack.Message{Channel: channel, Text: text})
		r.wait("the answer", func(st *fakeslack.State) bool { return len(byBot(st.Messages(channel))) > 0 })
		r.settled()
		if err := r.srv.Delete(t.Context(), channel, ts); err != nil {
			t.Fatal(err)
		}
		r.wait("nothing", func(st *fakeslack.State) bool { return len(byBot(st.Messages(channel))) == 0 })
	}
	// A question that no longer calls the bot is as good as deleted; one that calls it now is new.
	ts := r.say(fakeslack.Message{Text: me + "what is it?"})
	r.replies(fakeslack.General, ts, 1)
	r.edit(fakeslack.General, ts, "never mind")
	r.wait("nothing", func(st *fakeslack.State) bool { return len(byBot(st.Messages(fakeslack.General))) == 0 })
	late := r.say(fakeslack.Message{Text: "what is it, all of you?"})
	r.edit(fakeslack.General, late, me+"what is it?")
	r.replies(fakeslack.General, late, 1)
	r.clean()
}

func TestWhatSomebodyDeletedIsNotChangedBackIntoBeing(t *testing.T) {
	t.Parallel()
	r := start(t, setup{reply: echo}).up(1)
	me := "<@" + r.srv.BotUserID() + "> "
	ts := r.say(fakeslack.Message{Text: me + "what is it?"})
	answer := r.replies(fakeslack.General, ts, 1)[0]
	r.settled()
	if err := r.srv.Delete(t.Context(), fakeslack.General, answer.TS); err != nil {
		t.Fatal(err)
	}
	r.edit(fakeslack.General, ts, me+"what else is it?")
	r.wait("the update was tried", func(st *fakeslack.State) bool { return len(st.Calls(methodUpdate)) == 1 })
	r.settled()
	if n := len(byBot(r.srv.Messages(fakeslack.General))); n != 0 {
		t.Errorf("%d messages", n)
	}
	if err := r.srv.Delete(t.Context(), fakeslack.General, ts); err != nil {
		t.Fatal(err)
	}
	r.settled()
	r.clean()
}

func TestWhatAChangeMeans(t *testing.T) {
	t.Parallel()
	say := func(user, text, more string) string {
		raw, _ := json.Marshal(text)
		return `{"type":"message","user":"` + user + `","ts":"5.000001","text":` + string(raw) + more + `}`
	}
	event := func(subtype, channelType, is, was string) envelope {
		channel := map[string]string{"im": "D1"}[channelType]
		return envelope{Type: typeEvents, Self: self, At: time.Unix(9, 0), Payload: json.RawMessage(`{"team_id":"T1","event":{"type":"message","subtype":"` +
			subtype + `","channel":"` + first(channel, "C1") + `","channel_type":"` + channelType + `","event_ts":"9.1","hidden":true,"message":` + is + `,"previous_message":` + was + `}}`)}
	}
	me, none := "<@"+self+"> ", "null"
	for name, c := range map[string]struct {
		e       envelope
		kind    bot.Kind // none: it means nothing
		unasked bool
	}{
		"edited":               {event("message_changed", "channel", say("U1", me+"b?", ""), say("U1", me+"a?", "")), bot.Revise, false},
		"edited by itself":     {event("message_changed", "channel", say("U1", me+"a?", `,"attachments":[{}]`), say("U1", me+"a?", "")), "", false},
		"punctuation":          {event("message_changed", "im", say("U1", "What is it", ""), say("U1", "what is it?!", "")), "", false},
		"a command, direct":    {event("message_changed", "im", say("U1", "b?", ""), say("U1", "a?", "")), bot.Revise, false},
		"deleted":              {event("message_deleted", "im", none, say("U1", "a?", "")), bot.Retract, false},
		"deleted with replies": {event("message_changed", "channel", say("USLACKBOT", "This message was deleted.", `,"subtype":"tombstone"`), say("U1", me+"a?", "")), bot.Retract, false},
		"of the bot":           {event("message_changed", "im", say(self, "b", ""), say(self, "a", "")), "", false},
		"of a bot":             {event("message_deleted", "im", none, say("U1", "a", `,"bot_id":"B1"`)), "", false},
		"chatter":              {event("message_changed", "channel", say("U1", "b?", ""), say("U1", "a?", "")), "", false},
		"aloud":                {event("message_changed", "channel", say("U1", "how does it work?", ""), say("U1", "what is it good for?", "")), bot.Revise, true},
		"aloud, deleted":       {event("message_deleted", "group", none, say("U1", "what is it good for?", "")), bot.Retract, true},
		"called now":           {event("message_changed", "channel", say("U1", me+"what is it?", ""), say("U1", "hm", "")), bot.Ask, false},
		"called no more":       {event("message_changed", "channel", say("U1", "hm", ""), say("U1", me+"what is it?", "")), bot.Retract, false},
		"unknown before":       {event("message_deleted", "im", none, none), "", false},
	} {
		q, ok := changed(c.e)
		if q.Kind != c.kind || ok != (c.kind != "") || q.Unasked != c.unasked {
			t.Errorf("%s: %q %v, unasked %v", name, q.Kind, ok, q.Unasked)
		}
		if again, _ := changed(c.e); again.ID != q.ID {
			t.Errorf("%s: two IDs", name)
		}
		if _, asks := translate(c.e); asks {
			t.Errorf("%s: a change is a new question", name)
		}
	}
}

func FuzzChanged(f *testing.F) {
	f.Add([]byte(`{"team_id":"T1","event":{"type":"message","subtype":"message_changed","channel":"D1","channel_type":"im","event_ts":"9.1",
		"message":{"user":"U1","ts":"5.1","text":"b?"},"previous_message":{"user":"U1","ts":"5.1","text":"a?"}}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		q, ok := changed(envelope{Type: typeEvents, Payload: payload, Self: self})
		if !ok {
			return
		}
		if !idPattern.MatchString(string(q.ID)) || !json.Valid(q.Address) || q.Kind == bot.Revise && (q.Of == "" || q.Of == q.ID) {
			t.Errorf("%+v", q)
		}
	})
}
