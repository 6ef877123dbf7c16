package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

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
