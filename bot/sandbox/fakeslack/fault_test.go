package fakeslack_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func say(t *testing.T, s *fakeslack.Server) (string, error) {
	t.Helper()
	_, ts, err := client(s).PostMessageContext(soon(t), fakeslack.General, slack.MsgOptionText("x", false))
	return ts, err
}

func TestEveryFaultIsWhatItSays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  fakeslack.Fault
		check  func(ts string, err error) bool
		stored int // messages stored although the caller may not know
	}{
		"an error code": {fakeslack.FailWith("chat.postMessage", "is_archived"), func(_ string, err error) bool {
			return err != nil && err.Error() == "is_archived"
		}, 0},
		"missing_scope": {fakeslack.Fault{Method: "*", Error: "missing_scope", Needed: "a", Provided: "b"}, func(_ string, err error) bool {
			var e slack.SlackErrorResponse
			return errors.As(err, &e) && e.Needed == "a" && e.Provided == "b"
		}, 0},
		"429 with Retry-After": {fakeslack.RateLimit("chat.postMessage", 30*time.Second), func(_ string, err error) bool {
			var e *slack.RateLimitedError
			return errors.As(err, &e) && e.RetryAfter == 30*time.Second
		}, 0},
		"429 without Retry-After": {fakeslack.Fault{Method: "chat.postMessage", Status: 429}, func(_ string, err error) bool {
			var e slack.StatusCodeError
			return errors.As(err, &e) && e.Code == 429
		}, 0},
		"429 with a malformed Retry-After": {fakeslack.Fault{Method: "chat.postMessage", Status: 429, Header: "1.5"}, func(_ string, err error) bool {
			return err != nil && strings.Contains(err.Error(), "1.5")
		}, 0},
		"a 5xx": {fakeslack.Fault{Method: "chat.postMessage", Status: 503}, func(_ string, err error) bool {
			var e slack.StatusCodeError
			return errors.As(err, &e) && e.Code == 503
		}, 0},
		"an HTML page": {fakeslack.HTMLPage("chat.postMessage"), func(_ string, err error) bool { return err != nil }, 0},
		"an HTML page with status 200": {fakeslack.Fault{Method: "chat.postMessage", Body: "<html>"}, func(_ string, err error) bool {
			return err != nil
		}, 0},
		"ok:false without an error":    {fakeslack.Fault{Method: "chat.postMessage", NotOK: true}, func(ts string, err error) bool { return ts == "" && err == nil }, 0},
		"an empty ts":                  {fakeslack.Fault{Method: "chat.postMessage", EmptyTS: true}, func(ts string, err error) bool { return ts == "" && err == nil }, 1},
		"a truncation warning":         {fakeslack.Fault{Method: "chat.postMessage", Warning: "message_truncated"}, func(ts string, err error) bool { return ts != "" && err == nil }, 1},
		"a slow answer":                {fakeslack.Fault{Method: "chat.postMessage", Delay: 10 * time.Millisecond}, func(ts string, err error) bool { return ts != "" && err == nil }, 1},
		"a connection dropped before":  {fakeslack.Fault{Method: "chat.postMessage", Drop: fakeslack.DropBefore}, func(_ string, err error) bool { return errors.Is(err, io.EOF) }, 0},
		"a connection dropped after":   {fakeslack.Fault{Method: "chat.postMessage", Drop: fakeslack.DropAfter}, func(_ string, err error) bool { return errors.Is(err, io.EOF) }, 1},
		"another method's fault":       {fakeslack.FailWith("chat.update", "x"), func(ts string, err error) bool { return ts != "" && err == nil }, 1},
		"a fault that skips this call": {fakeslack.Fault{Method: "chat.postMessage", Error: "x", Skip: 1}, func(ts string, err error) bool { return ts != "" && err == nil }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, fakeslack.Config{})
			s.AddFault(c.fault)
			ts, err := say(t, s)
			if !c.check(ts, err) {
				t.Errorf("got %q, %v", ts, err)
			}
			if n := len(s.Messages(fakeslack.General)); n != c.stored {
				t.Errorf("%d messages are stored", n)
			}
		})
	}
}

func TestAHungAnswerEndsWithTheCallersPatience(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	remove := s.AddFault(fakeslack.Fault{Method: "apps.connections.open", Hang: true})
	ctx, cancel := contextWithTimeout(t, 20*time.Millisecond)
	defer cancel()
	if _, _, err := client(s).StartSocketModeContext(ctx); err == nil {
		t.Error("the call was answered")
	}
	remove()
	if _, _, err := client(s).StartSocketModeContext(soon(t)); err != nil {
		t.Errorf("after the fault was removed: %v", err)
	}
}

func TestAFaultEndsAfterItsTimesAndWithClear(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	s.AddFault(fakeslack.Fault{Method: "chat.postMessage", Error: "x", Times: 2})
	for i, want := range []bool{false, false, true} {
		if _, err := say(t, s); (err == nil) != want {
			t.Errorf("call %d: %v", i, err)
		}
	}
	s.AddFault(fakeslack.FailWith("chat.postMessage", "y"))
	s.ClearFaults()
	if _, err := say(t, s); err != nil {
		t.Errorf("after the faults were cleared: %v", err)
	}
}

func TestCallingBeforeRetryAfterIsRefusedAndRecorded(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	s.AddFault(fakeslack.RateLimit("chat.postMessage", 30*time.Second))
	for range 2 {
		if _, err := say(t, s); err == nil {
			t.Error("the call was taken")
		}
	}
	if v := s.Violations(); len(v) != 1 || !strings.Contains(v[0], "before Retry-After") {
		t.Errorf("violations: %q", v)
	}
	s.Advance(30 * time.Second)
	if _, err := say(t, s); err != nil {
		t.Errorf("after the time was over: %v", err)
	}
}

// respond posts JSON to a response URL.
func respond(t *testing.T, link, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(soon(t), http.MethodPost, link, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

func TestAResponseURLWorksFiveTimesInThirtyMinutes(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	outside := s.AddChannel(fakeslack.Channel{Name: "outside", Members: []string{fakeslack.Minji}}) // without the bot
	command := func() string {
		ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x", User: fakeslack.Minji, Channel: outside})
		if err != nil {
			t.Fatal(err)
		}
		return ack.ResponseURL
	}
	link := command()
	for i, want := range []int{200, 200, 200, 200, 200, 404} {
		if status, body := respond(t, link, `{"text":"a","replace_original":true}`); status != want {
			t.Errorf("use %d: %d %s", i+1, status, body)
		}
	}
	if seen := s.Ephemerals(outside, fakeslack.Minji); len(seen) != 1 || seen[0].Revisions != 4 {
		t.Errorf("Minji sees %+v", seen)
	}
	if seen := s.Ephemerals(outside, fakeslack.Alice); len(seen) != 0 {
		t.Errorf("Alice sees %+v", seen)
	}
	link = command()
	s.Advance(31 * time.Minute)
	if status, body := respond(t, link, `{"text":"a"}`); status != 404 || !strings.Contains(body, "expired_url") {
		t.Errorf("late: %d %s", status, body)
	}
	link = command()
	for body, want := range map[string]int{`{`: 400, `{}`: 400, `{"text":"all see it","response_type":"in_channel"}`: 200} {
		if status, _ := respond(t, link, body); status != want {
			t.Errorf("%s: %d", body, status)
		}
	}
	if list := s.Messages(outside); len(list) != 1 || list[0].BotID == "" {
		t.Errorf("the channel has %+v", list)
	}
	if status, _ := respond(t, s.URL()+"/commands/T0/1/x", `{"text":"a"}`); status != 404 {
		t.Errorf("a URL that was never given out: %d", status)
	}
	if n := len(s.ResponseURLPosts()); n != 11 {
		t.Errorf("%d posts are recorded", n)
	}
}

func TestAnOriginalIsReplacedAndDeletedThroughItsResponseURL(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	button := slack.NewActionBlock("", slack.NewButtonBlockElement("go", "v1", slack.NewTextBlockObject("plain_text", "Go", false, false)))
	_, ts, err := client(s).PostMessageContext(soon(t), fakeslack.General, slack.MsgOptionBlocks(button))
	if err != nil {
		t.Fatal(err)
	}
	ack, err := s.Click(soon(t), fakeslack.Click{Message: ts, ActionID: "go"})
	if err != nil {
		t.Fatal(err)
	}
	respond(t, ack.ResponseURL, `{"text":"gone","replace_original":true}`)
	if m := s.Messages(fakeslack.General)[0]; m.Text != "gone" || len(m.Blocks) != 0 || m.TS != ts {
		t.Errorf("got %+v", m)
	}
	respond(t, ack.ResponseURL, `{"text":"only you","replace_original":false}`)
	if seen := s.Ephemerals(fakeslack.General, fakeslack.Alice); len(seen) != 1 {
		t.Errorf("Alice sees %+v", seen)
	}
	respond(t, ack.ResponseURL, `{"delete_original":true}`)
	if list := s.Messages(fakeslack.General); len(list) != 0 {
		t.Errorf("the channel has %+v", list)
	}
}

func TestFaultsSpoilResponseURLsToo(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	s.AddFault(fakeslack.Fault{Method: "response_url", Status: 500, Times: 1})
	s.AddFault(fakeslack.Fault{Method: "response_url", Drop: fakeslack.DropAfter, Times: 1})
	if status, _ := respond(t, ack.ResponseURL, `{"text":"a"}`); status != 500 {
		t.Errorf("status %d", status)
	}
	_, err = http.PostForm(ack.ResponseURL, url.Values{"payload": {`{"text":"b"}`}})
	if err == nil || len(s.Ephemerals(fakeslack.General, fakeslack.Alice)) != 1 {
		t.Errorf("%v, %+v", err, s.Ephemerals(fakeslack.General, fakeslack.Alice))
	}
}
