package fakeslack_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// control posts JSON to the control surface, or reads from it where body is "".
func control(t *testing.T, s *fakeslack.Server, path, body string) (int, string) {
	t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(soon(t), method, s.URL()+"/sandbox/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw) + resp.Header.Get("Location")
}

func TestAnOutsideProgramDrivesAndReadsTheSandbox(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, func(e socketmode.Event) (bool, any) {
		if _, ok := e.Data.(slack.SlashCommand); ok {
			return true, map[string]string{"text": "hello"}
		}
		return true, nil
	})
	for _, step := range []struct{ path, body, want string }{
		{"info", "", `"connections":1`},
		{"say", `{"text":"@openai-explain a < b & c"}`, `"ts":"`},
		{"messages?channel=" + fakeslack.General, "", `<@` + s.BotUserID() + `> a &lt; b &amp; c`},
		{"slash", `{"command":"/x","text":"y"}`, `"text":"hello"`},
		{"say", `{"text":"/x y"}`, `"text":"hello"`},
		{"messages?user=" + fakeslack.Alice, "", `"ephemeral":true`},
		{"users", `{"name":"bob"}`, `"result":"U0`},
		{"users", "", `"name":"bob"`},
		{"channel", `{"name":"random"}`, `"result":"C0`},
		{"channels", "", `"name":"random"`},
		{"member", `{"channel":"` + fakeslack.General + `","remove":true}`, `"ok":true`},
		{"member", `{"channel":"` + fakeslack.General + `"}`, `"ok":true`},
		{"home", `{}`, `"attempts":1`},
		{"deliver", `{"type":"events_api","payload":{"type":"event_callback","event":{"type":"app_home_opened"}}}`, `"attempts":1`},
		{"fault", `{"method":"chat.postMessage","status":429,"retry_after":"2s"}`, `"ok":true`},
		{"fault", `{"method":"x","delay":"soon"}`, `"ok":false`},
		{"fault", `{"clear":true}`, `"ok":true`},
		{"socket", `{"do":"duplicate"}`, `"ok":true`},
		{"socket", `{"do":"jump"}`, `"ok":false`},
		{"advance", `{"by":"1h"}`, `"ok":true`},
		{"message", `{"do":"edit","channel":"nowhere","ts":"1.1"}`, `"ok":false`},
		{"click", `{"action_id":"none"}`, `"ok":false`},
		{"say", `{`, `"ok":false`},
		{"requests", "", `"method":"apps.connections.open"`},
		{"deliveries", "", `"acked":true`},
		{"views", "", `[]`},
		{"violations", "", `[`},
		{"responses", "", `[]`},
		{"statuses", "", `[]`},
	} {
		if _, got := control(t, s, step.path, step.body); !strings.Contains(got, step.want) {
			t.Errorf("%s %s: %s", step.path, step.body, got)
		}
	}
}

func TestAPageOfAnotherOriginMayNotPost(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	req, err := http.NewRequestWithContext(soon(t), http.MethodPost, s.URL()+"/sandbox/say", strings.NewReader(url.Values{"text": {"x"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _ := do(t, req); status != http.StatusForbidden || len(s.Messages(fakeslack.General)) != 0 {
		t.Errorf("status %d, %d messages", status, len(s.Messages(fakeslack.General)))
	}
}

func TestThePageShowsAChannelAsOnePersonSeesIt(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	root, _ := s.Say(soon(t), fakeslack.Message{Text: "<@" + s.BotUserID() + "> why &lt;b&gt;?"})
	call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "thread_ts": root, "text": "x", "blocks": `[
		{"type":"header","text":{"type":"plain_text","text":"Answer"}},
		{"type":"markdown","text":"**오픈소스**는 [열려](https://example.org) 있다.\n- one\n- two\n\n> quoted\n\n` + "```" + `\ncode\n` + "```" + `"},
		{"type":"context","elements":[{"type":"mrkdwn","text":"_source_ <https://example.org|paper>"}]},
		{"type":"actions","elements":[{"type":"button","action_id":"go","style":"primary","text":{"type":"plain_text","text":"Share <it>"}}]}]`})
	call(t, s, "chat.postEphemeral", map[string]string{"channel": fakeslack.General, "user": fakeslack.Minji, "text": "*for Minji*"})
	_, page := control(t, s, "?as="+fakeslack.Minji, "")
	for _, want := range []string{
		"@openai-explain", "why &lt;b&gt;?", "<h3>Answer</h3>", "<b>오픈소스</b>는", `href="https://example.org">열려</a>`, "<li>one</li>", "<blockquote>quoted", "<pre>code\n</pre>",
		"<i>source</i>", ">paper</a>", `<button class="primary">Share &lt;it&gt;</button>`, "<b>for Minji</b>", "Only visible to you", "박민지",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if _, page := control(t, s, "", ""); strings.Contains(page, "for Minji") {
		t.Error("Alice sees what is for Minji")
	}
	form := url.Values{"user": {fakeslack.Alice}, "channel": {fakeslack.General}, "action_id": {"go"}}
	req, _ := http.NewRequestWithContext(soon(t), http.MethodPost, s.URL()+"/sandbox/click", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Referer", s.URL()+"/sandbox/?as="+fakeslack.Alice)
	if status, to := do(t, req); status != http.StatusSeeOther || to != "/sandbox/?as="+fakeslack.Alice {
		t.Errorf("%d to %s", status, to)
	}
}

func TestChangesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	_, now := control(t, s, "changes?since=-1", "")
	var v struct{ Version int }
	if err := json.Unmarshal([]byte(now), &v); err != nil {
		t.Fatal(err)
	}
	_, _ = s.Say(soon(t), fakeslack.Message{Text: "x"})
	if _, next := control(t, s, "changes?since="+strings.Trim(strings.SplitAfter(now, ":")[1], "}\n"), ""); next == now {
		t.Errorf("still %s", next)
	}
}
