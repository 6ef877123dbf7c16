package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// call posts a form to a method with the bot token and returns the answer.
func call(t *testing.T, s *fakeslack.Server, method string, form map[string]string) map[string]any {
	t.Helper()
	v := url.Values{"token": {s.BotToken()}}
	for k, x := range form {
		v.Set(k, x)
	}
	return post(t, s, method, "application/x-www-form-urlencoded", v.Encode(), nil)
}

func post(t *testing.T, s *fakeslack.Server, method, kind, body string, header http.Header) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(soon(t), http.MethodPost, s.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", kind)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	out["_scopes"] = resp.Header.Get("X-OAuth-Scopes")
	return out
}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func TestTheTokenIsTakenWhereSlackTakesIt(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	form := "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		method, kind, body string
		header             http.Header
		want               string // the error, "" for success
	}{
		"bot token in the form":             {"auth.test", form, "token=" + s.BotToken(), nil, ""},
		"bot token in the header":           {"auth.test", form, "", bearer(s.BotToken()), ""},
		"bot token in the header, JSON":     {"auth.test", "application/json; charset=utf-8", "{}", bearer(s.BotToken()), ""},
		"bot token inside a JSON body":      {"auth.test", "application/json", `{"token":"` + s.BotToken() + `"}`, nil, "not_authed"},
		"no token":                          {"auth.test", form, "", nil, "not_authed"},
		"a wrong token":                     {"auth.test", form, "token=xoxb-no", nil, "invalid_auth"},
		"the app token for a bot's method":  {"auth.test", form, "", bearer(s.AppToken()), "not_allowed_token_type"},
		"the app token opens a socket":      {"apps.connections.open", form, "", bearer(s.AppToken()), ""},
		"the app token in the body":         {"apps.connections.open", form, "token=" + s.AppToken(), nil, "not_authed"},
		"the bot token opens no socket":     {"apps.connections.open", form, "", bearer(s.BotToken()), "not_allowed_token_type"},
		"a wrong app token":                 {"apps.connections.open", form, "", bearer("xapp-no"), "invalid_auth"},
		"a method that does not exist":      {"chat.shout", form, "token=" + s.BotToken(), nil, "unknown_method"},
		"a body that is not the JSON it is": {"auth.test", "application/json", `{"a":`, bearer(s.BotToken()), "invalid_json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := post(t, s, c.method, c.kind, c.body, c.header)
			if code, _ := got["error"].(string); code != c.want || got["ok"] != (c.want == "") {
				t.Errorf("got %v, want error %q", got, c.want)
			}
			if got["_scopes"] == "" {
				t.Error("no X-OAuth-Scopes header")
			}
		})
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Scopes: []string{"commands"}})
	got := call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "text": "x"})
	if got["error"] != "missing_scope" || got["needed"] != "chat:write" || got["provided"] != "commands" {
		t.Errorf("got %v", got)
	}
}

func blocks(n int, format string, v ...any) string {
	one := fmt.Sprintf(format, v...)
	return "[" + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + "]"
}

func TestMessagesThatSlackRefusesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	private := s.AddChannel(fakeslack.Channel{Name: "secret", Kind: fakeslack.Private, Members: []string{fakeslack.Alice}})
	public := s.AddChannel(fakeslack.Channel{Name: "random", Members: []string{fakeslack.Alice}})
	archived := s.AddChannel(fakeslack.Channel{Name: "old", Members: []string{s.BotUserID()}, Archived: true})
	section := `{"type":"section","text":{"type":"mrkdwn","text":"%s"}}`
	md := `{"type":"markdown","text":"%s"}`
	button := `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"%s"},"value":"%s"}]}`
	for name, c := range map[string]struct {
		args map[string]string
		want string
	}{
		"a plain text":                  {map[string]string{"text": "x"}, ""},
		"nothing":                       {map[string]string{}, "no_text"},
		"white space":                   {map[string]string{"text": " \n"}, "no_text"},
		"an unknown channel":            {map[string]string{"text": "x", "channel": "C0NOWHERE00"}, "channel_not_found"},
		"a private channel without it":  {map[string]string{"text": "x", "channel": private}, "channel_not_found"},
		"a public channel without it":   {map[string]string{"text": "x", "channel": public}, "not_in_channel"},
		"an archived channel":           {map[string]string{"text": "x", "channel": archived}, "is_archived"},
		"a channel by name":             {map[string]string{"text": "x", "channel": "#general"}, ""},
		"a person":                      {map[string]string{"text": "x", "channel": fakeslack.Alice}, ""},
		"text and markdown_text":        {map[string]string{"text": "x", "markdown_text": "y"}, "markdown_text_conflict"},
		"a long markdown_text":          {map[string]string{"markdown_text": strings.Repeat("가", 12001)}, "msg_too_long"},
		"the longest markdown_text":     {map[string]string{"markdown_text": strings.Repeat("가", 12000)}, ""},
		"50 blocks":                     {map[string]string{"blocks": blocks(50, section, "x")}, ""},
		"51 blocks":                     {map[string]string{"blocks": blocks(51, section, "x")}, "invalid_blocks"},
		"blocks that are not JSON":      {map[string]string{"blocks": "[{"}, "invalid_blocks_format"},
		"blocks that are no list":       {map[string]string{"blocks": `{"type":"divider"}`}, "invalid_blocks_format"},
		"an unknown block":              {map[string]string{"blocks": `[{"type":"hologram"}]`}, "invalid_blocks"},
		"a block only streams have":     {map[string]string{"blocks": `[{"type":"card"}]`}, "invalid_blocks"},
		"a section of 3000":             {map[string]string{"blocks": blocks(1, section, strings.Repeat("가", 3000))}, ""},
		"a section of 3001":             {map[string]string{"blocks": blocks(1, section, strings.Repeat("가", 3001))}, "invalid_blocks"},
		"an empty section":              {map[string]string{"blocks": blocks(1, section, "")}, "invalid_blocks"},
		"a markdown block of 12000":     {map[string]string{"blocks": blocks(1, md, strings.Repeat("가", 12000))}, ""},
		"markdown blocks over 12000":    {map[string]string{"blocks": blocks(2, md, strings.Repeat("x", 6001))}, "msg_blocks_too_long"},
		"sections over the total":       {map[string]string{"blocks": blocks(5, section, strings.Repeat("x", 2700))}, "msg_blocks_too_long"},
		"a header of 151":               {map[string]string{"blocks": blocks(1, `{"type":"header","text":{"type":"plain_text","text":"%s"}}`, strings.Repeat("x", 151))}, "invalid_blocks"},
		"a header with mrkdwn":          {map[string]string{"blocks": `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`}, "invalid_blocks"},
		"a button":                      {map[string]string{"blocks": blocks(1, button, strings.Repeat("x", 75), strings.Repeat("v", 2000))}, ""},
		"a button with much text":       {map[string]string{"blocks": blocks(1, button, strings.Repeat("x", 76), "v")}, "invalid_blocks"},
		"a button with a large value":   {map[string]string{"blocks": blocks(1, button, "x", strings.Repeat("v", 2001))}, "invalid_blocks"},
		"the same block ID twice":       {map[string]string{"blocks": blocks(2, `{"type":"divider","block_id":"d"}`)}, "invalid_blocks"},
		"a context of 11":               {map[string]string{"blocks": `[{"type":"context","elements":` + blocks(11, `{"type":"mrkdwn","text":"x"}`) + `}]`}, "invalid_blocks"},
		"metadata":                      {map[string]string{"text": "x", "metadata": `{"event_type":"q","event_payload":{"id":"1"}}`}, ""},
		"metadata without a type":       {map[string]string{"text": "x", "metadata": `{"event_payload":{}}`}, "invalid_metadata_schema"},
		"metadata that is not JSON":     {map[string]string{"text": "x", "metadata": `{`}, "invalid_metadata_format"},
		"empty metadata, as slack-go's": {map[string]string{"text": "x", "metadata": `{}`}, ""},
		"a reply to a lost parent":      {map[string]string{"text": "x", "thread_ts": "1.000001"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := map[string]string{"channel": fakeslack.General}
			for k, v := range c.args {
				args[k] = v
			}
			got := call(t, s, "chat.postMessage", args)
			if code, _ := got["error"].(string); code != c.want {
				t.Errorf("got %v, want error %q", got, c.want)
			}
		})
	}
}

func TestLongTextIsCutWithAWarningAndALongUpdateIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	got := call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "text": strings.Repeat("가", 40001)})
	if got["warning"] != "message_truncated" {
		t.Errorf("warning %v", got["warning"])
	}
	if n := len([]rune(s.Messages(fakeslack.General)[0].Text)); n != 40000 {
		t.Errorf("%d characters were kept", n)
	}
	up := map[string]string{"channel": fakeslack.General, "ts": got["ts"].(string), "text": strings.Repeat("x", 4001)}
	if got := call(t, s, "chat.update", up); got["error"] != "msg_too_long" {
		t.Errorf("update: %v", got)
	}
}

func TestBlocksComeBackWithIDsAndDefaults(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	body := `{"channel":"` + fakeslack.General + `","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"x"}},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"b"}}]}]}`
	got := post(t, s, "chat.postMessage", "application/json", body, bearer(s.BotToken()))
	raw, _ := json.Marshal(got["message"].(map[string]any)["blocks"])
	for _, want := range []string{`"block_id":"`, `"verbatim":false`, `"emoji":true`, `"action_id":"`} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("%s is missing in %s", want, raw)
		}
	}
	if sent, _ := json.Marshal(s.Requests()[0].Args["blocks"]); bytes.Contains(sent, []byte("block_id")) {
		t.Errorf("the record of the request was changed: %s", sent)
	}
}

func TestCallsAreCheckedAgainstTheContracts(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "text": "x", "shout": "1", "mrkdwn": "maybe"})
	call(t, s, "chat.update", map[string]string{"channel": fakeslack.General, "text": "x"})
	post(t, s, "conversations.history", "application/json", `{"channel":7,"limit":"many"}`, bearer(s.BotToken()))
	want := []string{
		"chat.postMessage: argument mrkdwn is not of type boolean", "chat.postMessage: unknown argument shout",
		"chat.update: required argument ts is missing",
		"conversations.history: argument channel is not of type string", "conversations.history: argument limit is not of type number",
	}
	if got := s.Violations(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestContractsThatAreNotJSONAreRefused(t *testing.T) {
	t.Parallel()
	_, err := fakeslack.Start(fakeslack.Config{Contracts: mapFS{"chat.update.json": "{"}.fs()})
	if err == nil || !strings.Contains(err.Error(), "chat.update.json") {
		t.Errorf("got %v", err)
	}
}

func TestAUsedAddressIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	addr := strings.TrimPrefix(s.URL(), "http://")
	if _, err := fakeslack.Start(fakeslack.Config{Addr: addr}); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("got %v", err)
	}
}
