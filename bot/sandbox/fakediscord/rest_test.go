package fakediscord_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// client speaks REST without a library.
type client struct {
	t *testing.T
	s *fakediscord.Server
}

type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any // nil where the answer is not an object
	list   []any
}

func (a answer) code() int  { c, _ := a.body["code"].(float64); return int(c) }
func (a answer) id() string { s, _ := a.body["id"].(string); return s }

// do makes a request; body is a value for JSON, a string as it is, or nil.
func (c client) do(method, path string, body any) answer {
	c.t.Helper()
	a, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (c client) try(method, path string, body any) (answer, error) {
	c.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(ctx(c.t), method, c.s.APIURL()+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+c.s.Token())
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Transport: single}).Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: resp.StatusCode, header: resp.Header, text: string(b)}
	json.Unmarshal(b, &a.body)
	json.Unmarshal(b, &a.list)
	return a, nil
}

func (c client) want(a answer, status, code int) {
	c.t.Helper()
	if a.status != status || a.code() != code {
		c.t.Errorf("answer %d with code %d, want %d with %d: %s", a.status, a.code(), status, code, a.text)
	}
}

type m = map[string]any

const general = "/channels/" + fakediscord.DefaultChannel

func TestEveryAnswerIsAsTheContractSays(t *testing.T) {
	t.Parallel()
	shared(t, "contracts", "discord-openapi.json")
	s := start(t, fakediscord.Config{MessageContent: true})
	c := client{t, s}
	app, guild := "/applications/"+s.ApplicationID(), "/guilds/"+fakediscord.DefaultGuild
	said, err := s.Say(ctx(t), fakediscord.Message{Content: s.Mention() + " hello"})
	if err != nil {
		t.Fatal(err)
	}
	button := m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Yes", "custom_id": "yes"}, m{"type": 2, "style": 5, "label": "Web", "url": "https://example.org"}}}
	msg := c.do("POST", general+"/messages", m{
		"content": "hi", "nonce": "n1", "enforce_nonce": true, "allowed_mentions": m{"parse": []string{}},
		"message_reference": m{"message_id": said}, "components": []any{button},
		"embeds": []any{m{"title": "T", "description": "D", "color": 1, "fields": []any{m{"name": "a", "value": "b"}}, "footer": m{"text": "f"}}},
	}).id()
	v2 := c.do("POST", general+"/messages", m{"flags": 1 << 15, "components": []any{
		m{"type": 17, "accent_color": 255, "components": []any{
			m{"type": 10, "content": "# title"}, m{"type": 14}, button,
			m{"type": 9, "components": []any{m{"type": 10, "content": "x"}}, "accessory": m{"type": 11, "media": m{"url": "https://example.org/a.png"}}},
		}},
		m{"type": 1, "components": []any{m{"type": 3, "custom_id": "sel", "options": []any{m{"label": "a", "value": "a"}}}}},
	}})
	if v2.status != 200 {
		t.Errorf("a V2 message: %d %s", v2.status, v2.text)
	}
	post, err := s.Post(ctx(t), fakediscord.Post{Title: "How?", Content: "please"})
	if err != nil {
		t.Fatal(err)
	}
	tag := func(i int) string { ch, _ := s.Channel(fakediscord.DefaultForum); return ch.Tags[i].ID }
	heart := url.PathEscape("✅")
	cmd := c.do("POST", app+"/commands", m{"name": "ask", "description": "Ask", "options": []any{m{"type": 3, "name": "q", "description": "d", "required": true, "autocomplete": true}}})
	for _, r := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"GET", "/gateway", nil, 200}, {"GET", "/gateway/bot", nil, 200}, {"GET", "/users/@me", nil, 200},
		{"GET", "/users/" + fakediscord.DefaultUser, nil, 200}, {"GET", "/users/@me/guilds", nil, 200},
		{"POST", "/users/@me/channels", m{"recipient_id": fakediscord.DefaultUser}, 200},
		{"GET", "/applications/@me", nil, 200}, {"GET", "/oauth2/applications/@me", nil, 200}, {"PATCH", "/applications/@me", m{}, 200},
		{"GET", guild, nil, 200}, {"GET", guild + "/channels", nil, 200}, {"GET", guild + "/roles", nil, 200},
		{"GET", guild + "/members?limit=5", nil, 200}, {"GET", guild + "/members/" + fakediscord.DefaultUser, nil, 200},
		{"GET", general, nil, 200}, {"GET", "/channels/" + fakediscord.DefaultForum, nil, 200}, {"GET", "/channels/" + fakediscord.DefaultDM, nil, 200},
		{"POST", general + "/typing", nil, 204},
		{"GET", general + "/messages?limit=10", nil, 200}, {"GET", general + "/messages?after=0&limit=1", nil, 200},
		{"GET", general + "/messages?around=" + said, nil, 200}, {"GET", general + "/messages?before=" + msg, nil, 200},
		{"GET", general + "/messages/" + msg, nil, 200}, {"PATCH", general + "/messages/" + msg, m{"content": "edited"}, 200},
		{"PUT", general + "/messages/" + said + "/reactions/" + heart + "/@me", nil, 204},
		{"GET", general + "/messages/" + said, nil, 200}, {"GET", general + "/messages/" + said + "/reactions/" + heart, nil, 200},
		{"DELETE", general + "/messages/" + said + "/reactions/" + heart + "/@me", nil, 204},
		{"POST", general + "/messages/" + said + "/threads", m{"name": "thread"}, 201},
		{"GET", general + "/messages/" + said, nil, 200}, {"GET", "/channels/" + said, nil, 200},
		{"POST", "/channels/" + said + "/messages", m{"content": "in the thread"}, 200},
		{"PATCH", "/channels/" + said, m{"archived": true}, 200}, {"GET", general + "/threads/archived/public", nil, 200},
		{"POST", general + "/threads", m{"name": "without message", "type": 11}, 201},
		{"POST", "/channels/" + fakediscord.DefaultForum + "/threads", m{"name": "post", "message": m{"content": "first"}, "applied_tags": []string{tag(0)}}, 201},
		{"PUT", "/channels/" + post + "/thread-members/@me", nil, 204}, {"GET", guild + "/threads/active", nil, 200},
		{"DELETE", "/channels/" + post + "/thread-members/@me", nil, 204}, {"GET", "/channels/" + post + "/messages/" + post, nil, 200},
		{"GET", app + "/commands", nil, 200}, {"GET", app + "/commands/" + cmd.id(), nil, 200},
		{"PUT", app + "/guilds/" + fakediscord.DefaultGuild + "/commands", []any{m{"name": "Explain this", "type": 3}}, 200},
		{"DELETE", app + "/commands/" + cmd.id(), nil, 204},
		{"DELETE", general + "/messages/" + msg, nil, 204},
	} {
		if a := c.do(r.method, r.path, r.body); a.status != r.status {
			t.Errorf("%s %s: %d, want %d: %s", r.method, r.path, a.status, r.status, a.text)
		}
	}
	clean(t, s)
}

func TestWhatDiscordRejectsIsRejected(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	long := func(n int) string { return strings.Repeat("가", n) }
	row := func(parts ...any) m { return m{"type": 1, "components": parts} }
	button := func(id string) m { return m{"type": 2, "style": 2, "label": "x", "custom_id": id} }
	embed := m{"description": strings.Repeat("x", 3100)}
	texts := func(n int) []any {
		var out []any
		for range n {
			out = append(out, m{"type": 10, "content": "x"})
		}
		return out
	}
	for _, r := range []struct {
		why  string
		body m
		code int
	}{
		{"nothing to say", m{"content": ""}, 50006},
		{"too long", m{"content": long(2001)}, 50035},
		{"too long in UTF-16 units", m{"content": strings.Repeat("😀", 1001)}, 50035},
		{"embeds too long together", m{"embeds": []any{embed, embed}}, 50035},
		{"11 embeds", m{"embeds": make([]any, 11)}, 50035},
		{"embed title", m{"embeds": []any{m{"title": long(257)}}}, 50035},
		{"field without value", m{"embeds": []any{m{"fields": []any{m{"name": "a"}}}}}, 50035},
		{"six rows", m{"components": []any{row(button("1")), row(button("2")), row(button("3")), row(button("4")), row(button("5")), row(button("6"))}}, 50035},
		{"six buttons", m{"components": []any{row(button("1"), button("2"), button("3"), button("4"), button("5"), button("6"))}}, 50035},
		{"same custom_id twice", m{"components": []any{row(button("1"), button("1"))}}, 50035},
		{"button without custom_id", m{"components": []any{row(m{"type": 2, "style": 1, "label": "x"})}}, 50035},
		{"link with custom_id", m{"components": []any{row(m{"type": 2, "style": 5, "label": "x", "url": "https://example.org", "custom_id": "1"})}}, 50035},
		{"button that says nothing", m{"components": []any{row(m{"type": 2, "style": 1, "custom_id": "1"})}}, 50035},
		{"label too long", m{"components": []any{row(m{"type": 2, "style": 1, "custom_id": "1", "label": long(81)})}}, 50035},
		{"V2 component without the flag", m{"components": texts(1)}, 50035},
		{"V2 with content", m{"flags": 1 << 15, "content": "x", "components": texts(1)}, 50035},
		{"V2 with 41 components", m{"flags": 1 << 15, "components": texts(41)}, 50035},
		{"V2 with too much text", m{"flags": 1 << 15, "components": []any{m{"type": 10, "content": long(2500)}, m{"type": 10, "content": long(1501)}}}, 50035},
		{"parse and ids", m{"content": "x", "allowed_mentions": m{"parse": []string{"users"}, "users": []string{fakediscord.DefaultUser}}}, 50035},
		{"nonce too long", m{"content": "x", "nonce": strings.Repeat("n", 26)}, 50035},
		{"reply to nothing", m{"content": "x", "message_reference": m{"message_id": "1"}}, 50035},
	} {
		before := len(s.Violations())
		a := c.do("POST", general+"/messages", r.body)
		c.t.Run(r.why, func(t *testing.T) {
			client{t, s}.want(a, 400, r.code)
			if r.code == 50035 && a.body["errors"] == nil {
				t.Errorf("no errors object: %s", a.text)
			}
			if len(s.Violations()) == before {
				t.Error("it was not kept as a violation")
			}
		})
	}
	if got := s.BotMessages(fakediscord.DefaultChannel); len(got) != 0 {
		t.Errorf("%d rejected messages were stored", len(got))
	}
	c.want(c.do("POST", general+"/messages", `{"content":`), 400, 50109)
	if a := c.do("GET", "/no/such/thing", nil); a.status != 404 {
		t.Errorf("an endpoint that does not exist: %d", a.status)
	}
}

func TestTheLimitsThemselvesAreAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	for _, body := range []m{
		{"content": strings.Repeat("😀", 1000)},
		{"content": strings.Repeat("가", 2000)},
		{"flags": 1 << 15, "components": []any{m{"type": 10, "content": strings.Repeat("x", 4000)}}},
		{"content": "x", "message_reference": m{"message_id": "1", "fail_if_not_exists": false}},
		{"content": "x", "nonce": strings.Repeat("n", 25)},
	} {
		c.want(c.do("POST", general+"/messages", body), 200, 0)
	}
	clean(t, s)
}

func TestPlacesTheBotCannotReachAnswerWithTheirCodes(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	say := m{"content": "x"}
	hidden := s.AddChannel(fakediscord.Channel{Name: "hidden"})
	s.SetBotPermissions(hidden, 0)
	quiet := s.AddChannel(fakediscord.Channel{Name: "quiet"})
	s.SetBotPermissions(quiet, fakediscord.ViewChannel|fakediscord.ReadMessageHistory)
	gone := s.AddChannel(fakediscord.Channel{Name: "gone"})
	s.RemoveChannel(gone)
	guild := s.AddGuild(fakediscord.Guild{Name: "Left", Bot: true})
	left := s.AddChannel(fakediscord.Channel{Name: "left", Guild: guild})
	s.RemoveBot(guild)
	post := func(ch string) answer { return c.do("POST", "/channels/"+ch+"/messages", say) }
	c.want(post(hidden), 403, 50001)
	c.want(post(quiet), 403, 50013)
	c.want(post(gone), 404, 10003)
	c.want(post(left), 403, 50001)
	c.want(post(fakediscord.DefaultForum), 400, 50008)
	c.want(c.do("GET", "/guilds/"+guild, nil), 403, 50001)
	c.want(c.do("GET", "/guilds/1", nil), 404, 10004)
	c.want(c.do("GET", general+"/messages/1", nil), 404, 10008)
	theirs, err := s.Say(ctx(t), fakediscord.Message{Content: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	c.want(c.do("PATCH", general+"/messages/"+theirs, say), 403, 50005)
	c.want(c.do("DELETE", general+"/messages/"+theirs, nil), 403, 50013)
	c.want(c.do("POST", "/users/@me/channels", m{"recipient_id": "1"}), 404, 10013)
	if n := s.InvalidRequests(); n != 6 {
		t.Errorf("%d invalid requests counted, want 6 (the answers 403)", n)
	}
	s.ResetToken()
	if a := (client{t, s}).do("GET", "/users/@me", nil); a.status != 200 {
		t.Errorf("with the new token: %d", a.status)
	}
}

func TestAWrongTokenIs401(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	r, err := http.NewRequestWithContext(ctx(t), "GET", s.APIURL()+"/users/@me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", s.Token()) // without the prefix
	resp, err := (&http.Client{Transport: single}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Errorf("status %d, want 401", resp.StatusCode)
	}
}

func TestTheSameNonceCreatesOneMessage(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	body := m{"content": "once", "nonce": "job-1", "enforce_nonce": true}
	first := c.do("POST", general+"/messages", body)
	second := c.do("POST", general+"/messages", body)
	if first.id() != second.id() || len(s.BotMessages(fakediscord.DefaultChannel)) != 1 {
		t.Errorf("ids %s and %s, want one message", first.id(), second.id())
	}
	c.do("DELETE", general+"/messages/"+first.id(), nil)
	c.want(c.do("POST", general+"/messages", body), 404, 10008)
	s.Advance(10 * time.Minute)
	if third := c.do("POST", general+"/messages", body); third.status != 200 || third.id() == first.id() {
		t.Errorf("after the nonce was forgotten: %d %s", third.status, third.text)
	}
}

func TestMentionsTakeEffectOnlyWhereAllowed(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	s.SetBotPermissions(fakediscord.DefaultChannel, fakediscord.DefaultPermissions|fakediscord.MentionEveryone)
	c := client{t, s}
	text := "<@" + fakediscord.DefaultUser + "> @everyone `<@" + fakediscord.DefaultMod + ">`"
	for _, r := range []struct {
		allowed any
		pings   int
		all     bool
	}{
		{nil, 1, true}, {m{"parse": []string{}}, 0, false}, {m{}, 0, false}, {m{"parse": []string{"everyone"}}, 0, true},
		{m{"users": []string{fakediscord.DefaultUser}}, 1, false},
	} {
		body := m{"content": text}
		if r.allowed != nil {
			body["allowed_mentions"] = r.allowed
		}
		id := c.do("POST", general+"/messages", body).id()
		got := find(t, s, id)
		if len(got.Pinged) != r.pings || got.PingedAll != r.all {
			t.Errorf("allowed %v: pinged %v, all %v", r.allowed, got.Pinged, got.PingedAll)
		}
		c.do("PATCH", general+"/messages/"+id, m{"content": text + " again"})
		if got := find(t, s, id); len(got.Pinged) != 1 || !got.PingedAll {
			t.Errorf("an edit without allowed_mentions did not fall back to the default: %v", got.Pinged)
		}
	}
}

func find(t *testing.T, s *fakediscord.Server, id string) fakediscord.Message {
	t.Helper()
	for _, c := range s.State().Channels {
		for _, x := range s.Messages(c.ID) {
			if x.ID == id {
				return x
			}
		}
	}
	t.Fatalf("there is no message %s", id)
	return fakediscord.Message{}
}

func TestEditsOfOldMessagesAreLimited(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	id := c.do("POST", general+"/messages", m{"content": "x"}).id()
	s.Advance(61 * time.Minute)
	for i := range 3 {
		c.want(c.do("PATCH", general+"/messages/"+id, m{"content": fmt.Sprint(i)}), 200, 0)
	}
	c.want(c.do("PATCH", general+"/messages/"+id, m{"content": "y"}), 429, 30046)
}

func TestTheV2FlagStays(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	text := []any{m{"type": 10, "content": "x"}}
	id := c.do("POST", general+"/messages", m{"content": "plain"}).id()
	c.want(c.do("PATCH", general+"/messages/"+id, m{"flags": 1 << 15, "components": text}), 200, 0)
	if got := find(t, s, id); got.Content != "" || got.PlainText() != "x" {
		t.Errorf("after the change to V2: %q", got.PlainText())
	}
	c.want(c.do("PATCH", general+"/messages/"+id, m{"flags": 0, "components": text}), 400, 50035)
	c.want(c.do("PATCH", general+"/messages/"+id, m{"content": "back"}), 400, 50035)
}
