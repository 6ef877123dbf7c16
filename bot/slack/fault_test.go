package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// quick is an offline Slack that redelivers soon.
var quick = fakeslack.Config{RetryAfter: 150 * time.Millisecond}

func TestARepeatedEnvelopeIsOneQuestion(t *testing.T) {
	t.Parallel()
	r := start(t, setup{slack: quick}).up(2)
	r.srv.DuplicateNext(2)
	first := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.settled()
	r.srv.LoseAcks(2) // a mention is two events
	second := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> two?"})
	r.settled()
	r.replies(fakeslack.General, first, 1)
	r.replies(fakeslack.General, second, 1)
	if offered, stored := r.box.count(); stored != 2 || offered < 4 { // two the same bytes, one lost on the way back
		t.Errorf("offered %d, stored %d", offered, stored)
	}
	if n := len(byBot(r.srv.Messages(fakeslack.General))); n != 2 {
		t.Errorf("%d answers", n)
	}
	r.clean()
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

func TestNothingIsSentBeforeTheTimeNamedWhoeverAsks(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true}).up(1)
	r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	q := <-r.box.queue
	r.srv.AddFault(fakeslack.RateLimit("chat.postMessage", time.Minute))
	var retry *bot.RetryError
	for range 3 {
		if _, err := r.a.Post(t.Context(), q, answerTo(q)); !errors.As(err, &retry) || retry.After < 50*time.Second {
			t.Errorf("%v", err)
		}
	}
	if n := len(r.srv.Calls("chat.postMessage")); n != 1 {
		t.Errorf("%d calls", n)
	}
	r.clean()
}

func TestASearchThatFailsIsNotTakenForNothingFound(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true}).up(1)
	r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	q := <-r.box.queue
	for name, f := range map[string]fakeslack.Fault{
		"not ok":  {Method: "conversations.replies", NotOK: true, Times: 1},
		"a page":  {Method: "conversations.replies", Status: 502, Body: "<html>", Times: 1},
		"dropped": {Method: "conversations.replies", Drop: fakeslack.DropBefore, Times: 1},
		"no JSON": {Method: "conversations.replies", Body: "ok", Times: 1},
	} {
		remove := r.srv.AddFault(f)
		if _, there, err := r.a.Find(t.Context(), q); err == nil || there {
			t.Errorf("%s: there %v, %v", name, there, err)
		}
		remove()
	}
	if _, there, err := r.a.Find(t.Context(), q); err != nil || there {
		t.Errorf("there %v, %v", there, err)
	}
	want, err := r.a.Post(t.Context(), q, answerTo(q))
	if err != nil {
		t.Fatal(err)
	}
	got, there, err := r.a.Find(t.Context(), q)
	if err != nil || !there || cmp.Diff(want, got) != "" {
		t.Errorf("there %v, %v: %s", there, err, cmp.Diff(want, got))
	}
}

func TestAHalfPostedAnswerIsCompleted(t *testing.T) {
	t.Parallel()
	long := bot.Reply{Answer: bot.Answer{Status: bot.Answered, Lang: bot.English, Preface: strings.Repeat("A long sentence about something. ", 700)}}
	r := start(t, setup{idle: true}).up(1)
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	q := <-r.box.queue
	r.srv.AddFault(fakeslack.Fault{Method: "chat.postMessage", Skip: 1, Times: 1, Drop: fakeslack.DropBefore})
	if _, err := r.a.Post(t.Context(), q, long); err == nil {
		t.Fatal("the second part did not fail")
	}
	if _, there, err := r.a.Find(t.Context(), q); there || err != nil {
		t.Errorf("half an answer is found as one: %v %v", there, err)
	}
	got, err := r.a.Post(t.Context(), q, long)
	if err != nil || len(got.Messages) < 3 {
		t.Fatalf("%v %v", got, err)
	}
	if n := len(byBot(r.srv.Replies(fakeslack.General, ts))); n != len(got.Messages) {
		t.Errorf("%d messages for %d parts", n, len(got.Messages))
	}
	if found, there, err := r.a.Find(t.Context(), q); !there || err != nil || cmp.Diff(got, found) != "" {
		t.Errorf("%v %v %s", there, err, cmp.Diff(got, found))
	}
	r.clean()
}

func TestOnlyABotsMarkIsOurs(t *testing.T) {
	t.Parallel()
	var p page
	raw := `{"messages":[{"ts":"1","metadata":{"event_type":"openai_explain_answer","event_payload":{"question":"slack:1","part":0,"parts":1}}},
		{"ts":"2","bot_id":"B1","metadata":{"event_type":"other","event_payload":{"question":"slack:1","part":0,"parts":1}}},
		{"ts":"3","bot_id":"B1","metadata":{"event_type":"openai_explain_answer","event_payload":{"question":"slack:2","part":0,"parts":1}}},
		{"ts":"4","bot_id":"B1","metadata":{"event_type":"openai_explain_answer","event_payload":{"question":"slack:1","part":7,"parts":1}}},
		{"ts":"5","bot_id":"B1","metadata":{"event_type":"openai_explain_answer","event_payload":[]}}]}`
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		t.Fatal(err)
	}
	found := foundParts{ts: map[int]string{}}
	if found.add(p, "slack:1"); found.of != 0 || len(found.ts) != 0 {
		t.Errorf("%+v", found)
	}
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

func TestTheOutcomeOfAPostIsAVerdict(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true, config: func(c *Config) { c.Connections = 1 }}).up(1)
	r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> one?"})
	r.settled()
	q := <-r.box.queue
	post := func(f fakeslack.Fault) error {
		defer r.srv.AddFault(f)()
		_, err := r.a.Post(t.Context(), q, answerTo(q))
		return err
	}
	var permanent *bot.PermanentError
	var retry *bot.RetryError
	const m = "chat.postMessage"
	for _, code := range []string{"channel_not_found", "is_archived", "token_revoked", "restricted_action_read_only_channel", "msg_blocks_too_long"} {
		if err := post(fakeslack.FailWith(m, code)); !errors.As(err, &permanent) || permanent.Reason != code {
			t.Errorf("%s: %v", code, err)
		}
		r.a.pace = newPacer(time.Now) // the test is faster than a channel allows
	}
	for name, f := range map[string]fakeslack.Fault{
		"not ok":         {Method: m, NotOK: true},
		"an empty ts":    {Method: m, EmptyTS: true},
		"internal_error": fakeslack.FailWith(m, "internal_error"),
		"dropped":        {Method: m, Drop: fakeslack.DropBefore},
	} {
		r.a.pace = newPacer(time.Now)
		if err := post(f); err == nil || errors.As(err, &permanent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.a.pace = newPacer(time.Now)
	if err := post(fakeslack.Fault{Method: m, Warning: "message_truncated"}); !errors.As(err, &permanent) || permanent.Reason != "message_truncated" {
		t.Errorf("truncated: %v", err)
	}
	if err := post(fakeslack.HTMLPage(m)); !errors.As(err, &retry) {
		t.Errorf("a page: %v", err)
	}
	for name, want := range map[string]time.Duration{"": defaultRetryAfter, "1.5": 2 * time.Second, "soon": defaultRetryAfter, "-3": defaultRetryAfter, "99999999999": maxRetryAfter} {
		r.a.pace = newPacer(time.Now)
		f := fakeslack.Fault{Method: m, Status: http.StatusTooManyRequests, Header: name}
		if err := post(f); !errors.As(err, &retry) || retry.After != want {
			t.Errorf("Retry-After %q: %v", name, err)
		}
	}
	for _, err := range []error{post(fakeslack.Fault{Method: m, Drop: fakeslack.DropBefore}), post(fakeslack.FailWith(m, "invalid_auth"))} {
		if s := fmt.Sprint(err); strings.Contains(s, "xoxb") || strings.Contains(s, r.srv.URL()) {
			t.Errorf("a secret in %q", s)
		}
	}
}

func TestAResponseURLThatIsGoneOrForeignIsPermanent(t *testing.T) {
	t.Parallel()
	r := start(t, setup{idle: true}).up(1)
	r.slash(fakeslack.Alice, "what is it?")
	q := <-r.box.queue
	r.srv.Advance(time.Hour)
	var permanent *bot.PermanentError
	if _, err := r.a.Post(t.Context(), q, answerTo(q)); err != nil {
		t.Errorf("the bot is in the channel: %v", err)
	}
	containsAll(t, shows(r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })), "anyone may use")
	if err := r.srv.RemoveBot(fakeslack.General); err != nil {
		t.Fatal(err)
	}
	if _, err := r.a.Post(t.Context(), q, answerTo(q)); !errors.As(err, &permanent) || permanent.Reason != "response_url_expired" || strings.Contains(err.Error(), "commands") {
		t.Errorf("expired: %v", err)
	}
	for _, to := range []string{"https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x", "https://u@hooks.slack.com/x", "file:///x", ""} {
		q.Address, _ = json.Marshal(address{ResponseURL: to, Channel: "C1", Ephemeral: true})
		if _, err := r.a.Post(t.Context(), q, answerTo(q)); !errors.As(err, &permanent) || permanent.Reason != "foreign_response_url" {
			t.Errorf("%s: %v", to, err)
		}
	}
	q.Address = json.RawMessage(`{}`)
	if _, err := r.a.Post(t.Context(), q, answerTo(q)); !errors.As(err, &permanent) {
		t.Errorf("no address: %v", err)
	}
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
