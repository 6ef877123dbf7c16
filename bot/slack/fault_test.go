package slack

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// quick is an offline Slack that redelivers soon.
var quick = fakeslack.Config{RetryAfter: 150 * time.Millisecond}

func TestARepeatedEnvelopeIsOneQuestion(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*fakeslack.Server){
		"the same bytes twice":   func(s *fakeslack.Server) { s.DuplicateNext(1) },
		"a lost acknowledgement": func(s *fakeslack.Server) { s.LoseAcks(1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// No worker: the bot's own reply is an event, too, and its
			// acknowledgement could be the one that is lost.
			r := start(t, setup{slack: quick, idle: true}).up(2)
			fault(r.srv)
			// One event, where a mention is two.
			r.say(fakeslack.Message{User: fakeslack.Minji, Channel: r.srv.DM(fakeslack.Minji), Text: "하나?"})
			// More often than twice where the machine is slow: Slack delivers again.
			eventually(t, "the question comes again", func() bool { offered, _ := r.box.count(); return offered >= 2 })
			r.settled()
			if _, stored := r.box.count(); stored != 1 || len(r.box.queue) != 1 {
				t.Errorf("%d stored, %d to be answered", stored, len(r.box.queue))
			}
			r.clean()
		})
	}
}

func TestWhatCannotBeStoredIsNotAcknowledgedAndComesAgain(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: quick}).up(1)
	r.box.failures = 2
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	if n := len(r.replies(fakeslack.General, ts, 1)); n != 1 {
		t.Errorf("%d answers", n)
	}
	r.settled()
	for _, d := range r.srv.Deliveries() {
		if d.Event == "app_mention" && d.Attempts < 2 {
			t.Errorf("acknowledged after %d attempts although storing failed", d.Attempts)
		}
	}
	r.clean()
}

func TestAPersonIsToldWhenACommandCannotBeStored(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	r.box.failures = 2
	r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?")
	r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool {
		return strings.Contains(m.Text, "지금은 질문을 받을 수 없습니다")
	})
	r.slash(fakeslack.Alice, "what is it?")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return strings.Contains(m.Text, "can't take questions") })
	r.slash(fakeslack.Alice, "what is it?")
	m := r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	r.box.mu.Lock()
	r.box.failures = 1
	r.box.mu.Unlock()
	if _, err := r.srv.Click(t.Context(), fakeslack.Click{ActionID: "share", Message: m.TS}); err != nil {
		t.Fatal(err)
	}
	r.wait("told about the click", func(st *fakeslack.State) bool {
		n := 0
		for _, m := range st.Ephemerals(fakeslack.General, fakeslack.Alice) {
			if strings.Contains(m.Text, "can't take questions") {
				n++
			}
		}
		return n == 2
	})
	r.clean()
}

func TestAnInboxThatPanicsLosesNothing(t *testing.T) {
	t.Parallel()
	var once sync.Once
	r := start(t, setup{slack: quick}).up(1)
	r.box.after = func(bot.Question) { once.Do(func() { panic("no") }) }
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.settled()
	r.replies(fakeslack.General, ts, 1)
	containsAll(t, r.logs.String(), "question not stored")
	r.clean()
}

func TestARateLimitIsHonoured(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	r.srv.AddFault(fakeslack.RateLimit("chat.postMessage", time.Second))
	began := time.Now()
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.replies(fakeslack.General, ts, 1)
	if d := time.Since(began); d < time.Second {
		t.Errorf("posted after %v", d)
	}
	r.settled()
	r.clean() // calling before Retry-After ran out is a violation
}

func TestAPostThatMayHaveArrivedIsLookedForFirst(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	r.srv.AddFault(fakeslack.Fault{Method: "chat.postMessage", Times: 2, Drop: fakeslack.DropAfter})
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	dm := r.srv.DM(fakeslack.Minji)
	r.say(fakeslack.Message{User: fakeslack.Minji, Channel: dm, Text: "둘?"})
	r.replies(fakeslack.General, ts, 1)
	r.messages(dm, 1)
	r.wait("the searches", func(st *fakeslack.State) bool {
		return len(st.Calls("conversations.replies")) > 0 && len(st.Calls("conversations.history")) > 0
	})
	_ = r.stop()
	if a, b := len(byBot(r.srv.Replies(fakeslack.General, ts))), len(byBot(r.srv.Messages(dm))); a != 1 || b != 1 {
		t.Errorf("%d and %d answers", a, b)
	}
	r.clean()
}

func TestEveryFrameIsAcknowledged(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	deliver := func(name, kind string, payload json.RawMessage) {
		if _, err := r.srv.Deliver(ctx, kind, payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	deliver("an unknown event", typeEvents, r.srv.UnknownEvent())
	deliver("an unknown envelope", "hologram", json.RawMessage(`{"a":1}`))
	deliver("an event of another shape", typeEvents, json.RawMessage(`{"event":5}`))
	deliver("a command of another shape", typeCommand, json.RawMessage(`["x"]`))
	deliver("a click of another shape", typeInteractive, json.RawMessage(`"x"`))
	for _, frame := range []string{`{`, ``, `[]`, `null`, `5`, `{"type":"events_api","payload":null}`, `{"type":"goodbye"}`, "\xff\xfe"} {
		r.srv.SendFrame([]byte(frame))
	}
	recorded(t, deliver)
	if len(r.box.questions()) < 8 {
		t.Errorf("%d questions", len(r.box.questions()))
	}
	r.slash(fakeslack.Alice, "still there?")
	for _, v := range r.srv.Violations() {
		if !strings.Contains(v, "response_url") { // recorded ones are not this server's
			t.Error(v)
		}
	}
}

func TestAMessageWithElementsNobodyKnowsIsAnswered(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	root := r.say(fakeslack.Message{Text: "hello", Blocks: fakeslack.UnknownElements()})
	r.srv.AddFault(fakeslack.Fault{Method: "chat.postMessage", Times: 1, Drop: fakeslack.DropAfter})
	r.say(fakeslack.Message{Thread: root, Text: "<@" + r.srv.BotUserID() + "> one?", Blocks: fakeslack.UnknownElements()})
	r.replies(fakeslack.General, root, 1)
	r.wait("the search", func(st *fakeslack.State) bool { return len(st.Calls("conversations.replies")) > 0 })
	_ = r.stop()
	if n := len(byBot(r.srv.Replies(fakeslack.General, root))); n != 1 {
		t.Errorf("%d answers", n)
	}
	r.clean()
}

func TestWithoutTheHistoryScopeAnAnswerIsStillPosted(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: fakeslack.Config{Scopes: []string{"app_mentions:read", "chat:write", "commands"}}}).up(1)
	r.srv.AddFault(fakeslack.Fault{Method: "chat.postMessage", Times: 1, Drop: fakeslack.DropBefore})
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.replies(fakeslack.General, ts, 1)
	containsAll(t, r.logs.String(), "missing_scope")
}

func TestTheSmallestScopesAreEnough(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: fakeslack.Config{Scopes: Scopes(ManifestOptions{})}}).up(1)
	r.srv.AddFault(fakeslack.Fault{Method: "chat.postMessage", Times: 1, Drop: fakeslack.DropAfter})
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.replies(fakeslack.General, ts, 1)
	dm := r.srv.DM(fakeslack.Minji)
	r.say(fakeslack.Message{User: fakeslack.Minji, Channel: dm, Text: "둘?"})
	r.messages(dm, 1)
	r.slash(fakeslack.Alice, "three?")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	_ = r.stop()
	for _, c := range r.srv.Requests() {
		if c.Error != "" && c.Error != "dropped" {
			t.Errorf("%s: %s", c.Method, c.Error)
		}
	}
	r.clean()
}

func TestWorkingIsShownUntilTheAnswer(t *testing.T) {
	t.Parallel()
	slow := make(chan struct{})
	r := start(t, setup{timing: func(t *timing) { t.status, t.private = 0, time.Millisecond }, reply: func(q bot.Question) bot.Reply {
		<-slow
		return answerTo(q)
	}}).up(1)
	ts := r.say(fakeslack.Message{User: fakeslack.Minji, Text: "<@" + r.srv.BotUserID() + "> 뭐야?"})
	r.wait("a status", func(st *fakeslack.State) bool {
		s := st.Statuses()
		return len(s) > 0 && s[0].Thread == ts && strings.Contains(s[0].Text, "찾아보는")
	})
	slow <- struct{}{}
	r.replies(fakeslack.General, ts, 1)
	r.slash(fakeslack.Alice, "what is it?")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return strings.Contains(m.Text, "Looking") })
	slow <- struct{}{}
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return m.Revisions == 1 })
	if n := len(r.srv.Ephemerals(fakeslack.General, fakeslack.Alice)); n != 1 {
		t.Errorf("%d messages", n)
	}
	r.clean()
}

func TestAWorkspaceWithoutStatusIsAskedOnce(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	r := start(t, setup{timing: func(t *timing) { t.status = 0 }, reply: func(q bot.Question) bot.Reply {
		<-answer
		return answerTo(q)
	}}).up(1)
	r.srv.AddFault(fakeslack.FailWith("assistant.threads.setStatus", "feature_disabled"))
	for i := range 3 {
		ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
		if i == 0 {
			eventually(t, "it is known", func() bool { return !r.a.status.open(time.Now()) })
		}
		answer <- struct{}{}
		r.replies(fakeslack.General, ts, 1)
	}
	_ = r.stop()
	if n := len(r.srv.Calls("assistant.threads.setStatus")); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
