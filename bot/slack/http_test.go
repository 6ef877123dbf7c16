package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

// overHTTP is an adapter in HTTP mode that an offline Slack delivers to.
func overHTTP(t *testing.T, s setup) (*rig, string) {
	t.Helper()
	more := s.config
	s.config = func(c *Config) {
		c.AppToken, c.SigningSecret = "", "5a9db0x519ed5ecre7"
		if more != nil {
			more(c)
		}
	}
	r := start(t, s)
	if bot.Secret(r.srv.SigningSecret()) != r.a.cfg.SigningSecret {
		t.Fatal("the sandbox signs with another secret")
	}
	web := httptest.NewServer(r.a.Handler())
	t.Cleanup(web.Close)
	r.srv.UseHTTP(fakeslack.HTTPTargets{Events: web.URL + PathEvents, Commands: web.URL + PathCommands, Interactivity: web.URL + PathInteractivity})
	eventually(t, "the adapter knows who it is", func() bool { return r.a.Connected() == 1 })
	return r, web.URL
}

func TestOverHTTPPeopleSeeWhatTheySeeOverASocket(t *testing.T) {
	t.Parallel()
	b := &ballot{}
	r, _ := overHTTP(t, withVotes(b))
	if err := r.srv.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
	r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?")
	m := r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	containsAll(t, shows(m), "누구나 쓰고")
	root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> what is open source AI?"})
	answer := r.replies(fakeslack.General, root, 1)[0]
	containsAll(t, shows(answer), "anyone may use")
	r.vote(fakeslack.Alice, answer, actionVote, "unhelpful")
	ack, err := r.srv.SubmitView(t.Context(), fakeslack.Submit{View: r.form(fakeslack.Alice).ID, Values: map[string]map[string]any{
		blockWords: {blockWords: map[string]any{"value": "too short"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	containsAll(t, string(ack.Payload), prompts.Labels(bot.English).Voted)
	sameVotes(t, b.of(fakeslack.Alice), bot.Vote{Platform: Platform, Person: fakeslack.Alice, Text: "too short"})
	if n := r.srv.Connections(); n != 0 {
		t.Errorf("%d sockets are open", n)
	}
	r.clean()
}

func TestOverHTTPAnEventThatCouldNotBeStoredComesAgain(t *testing.T) {
	t.Parallel()
	r, _ := overHTTP(t, setup{slack: fakeslack.Config{RetryAfter: 20 * time.Millisecond}})
	r.box.mu.Lock()
	r.box.failures = 2
	r.box.mu.Unlock()
	root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> what is open source AI?"})
	if got := r.replies(fakeslack.General, root, 1); len(got) != 1 {
		t.Errorf("%d answers", len(got))
	}
	r.box.mu.Lock()
	r.box.failures = 1
	r.box.mu.Unlock()
	ack := r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?") // a command does not come again
	containsAll(t, string(ack.Payload), prompts.Labels(bot.Korean).NotAccepted, `"ephemeral"`)
}

// knock sends a request of any kind, signed at a time unless that is zero.
func (r *rig) knock(to string, body string, at time.Time, change func(*http.Request)) int {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if !at.IsZero() {
		r.srv.Sign(req.Header, []byte(body), at)
	}
	if change != nil {
		change(req)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestWhatSlackDidNotSignNowIsRefused(t *testing.T) {
	t.Parallel()
	r, base := overHTTP(t, setup{idle: true})
	to, now := base+PathCommands, time.Now()
	body := url.Values{"command": {"/openai-explain"}, "text": {"hi"}, "user_id": {"U1"}, "channel_id": {"C1"}, "team_id": {"T1"},
		"trigger_id": {"1.2"}, "response_url": {base + "/x"}}.Encode()
	set := func(name, value string) func(*http.Request) {
		return func(req *http.Request) { req.Header.Set(name, value) }
	}
	const signature, stamp = "X-Slack-Signature", "X-Slack-Request-Timestamp"
	for name, got := range map[string]int{
		"no signature":      r.knock(to, body, time.Time{}, nil),
		"six minutes old":   r.knock(to, body, now.Add(-6*time.Minute), nil),
		"six minutes early": r.knock(to, body, now.Add(6*time.Minute), nil),
		"another body": r.knock(to, body, now, func(req *http.Request) {
			req.Body = io.NopCloser(bytes.NewReader([]byte("text=x")))
			req.ContentLength = 6
		}),
		"another time":       r.knock(to, body, now, set(stamp, strconv.FormatInt(now.Unix()-1, 10))),
		"no time":            r.knock(to, body, now, set(stamp, "")),
		"a time that is not": r.knock(to, body, now, set(stamp, "99999999999999999999")),
		"another version":    r.knock(to, body, now, set(signature, "v1="+strings.Repeat("0", 64))),
		"zeros":              r.knock(to, body, now, set(signature, "v0="+strings.Repeat("0", 64))),
		"too short":          r.knock(to, body, now, set(signature, "v0=00")),
	} {
		if got != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, got)
		}
	}
	if _, stored := r.box.count(); stored != 0 {
		t.Errorf("%d questions were stored", stored)
	}
	if got := r.knock(to, body, now, nil); got != http.StatusOK {
		t.Errorf("signed as it should be: %d", got)
	}
	if got := r.knock(to, body, now, nil); got != http.StatusConflict {
		t.Errorf("the same again: %d", got)
	}
	if offered, _ := r.box.count(); offered != 1 {
		t.Errorf("%d questions reached the inbox", offered)
	}
}

func TestARequestThatWasNotAcknowledgedMayComeAgainWithTheSameSignature(t *testing.T) {
	t.Parallel()
	r, base := overHTTP(t, setup{idle: true})
	body := `{"type":"event_callback","team_id":"T1","event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1.000001","text":"hi?"}}`
	r.box.mu.Lock()
	r.box.failures = 1
	r.box.mu.Unlock()
	now := time.Now()
	for i, want := range []int{http.StatusServiceUnavailable, http.StatusOK, http.StatusConflict} {
		if got := r.knock(base+PathEvents, body, now, nil); got != want {
			t.Errorf("request %d: %d, want %d", i+1, got, want)
		}
	}
}

func TestWhatIsTooLargeOrNoRequestOfSlacksIsRefused(t *testing.T) {
	t.Parallel()
	r, base := overHTTP(t, setup{idle: true})
	now := time.Now()
	for name, c := range map[string]struct {
		path, body string
		want       int
	}{
		"large":           {PathEvents, strings.Repeat("x", maxBody+1), http.StatusRequestEntityTooLarge},
		"no JSON":         {PathEvents, "{", http.StatusBadRequest},
		"no form":         {PathCommands, "%zz", http.StatusBadRequest},
		"no payload":      {PathInteractivity, "a=b", http.StatusBadRequest},
		"broken payload":  {PathInteractivity, "payload=%7B", http.StatusBadRequest},
		"a probe":         {PathCommands, "ssl_check=1&token=x", http.StatusOK},
		"asks nothing":    {PathEvents, `{"type":"event_callback","event":{"type":"reaction_added"}}`, http.StatusOK},
		"held back":       {PathEvents, `{"type":"app_rate_limited","team_id":"T1"}`, http.StatusOK},
		"an unknown path": {"/slack/other", "x", http.StatusNotFound},
	} {
		if got := r.knock(base+c.path, c.body, now, nil); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := r.knock(base+PathInteractivity+"?payload=%7B%22type%22%3A%22block_actions%22%7D", "a=b", now.Add(time.Second), nil); got != http.StatusBadRequest {
		t.Errorf("a payload in the query, which is not signed: %d", got)
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base+PathEvents, http.NoBody)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", resp.StatusCode)
	}
}

func TestOverHTTPNothingIsTakenBeforeOrAfterItRuns(t *testing.T) {
	t.Parallel()
	r, base := overHTTP(t, setup{idle: true})
	body := `{"type":"event_callback","event":{"type":"reaction_added"}}`
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if got := r.knock(base+PathEvents, body, time.Now(), nil); got != http.StatusServiceUnavailable {
		t.Errorf("after the end: %d", got)
	}
}

func TestHTTPModeNeedsASecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []bot.Secret{"", "  \n"} {
		if _, err := New(Config{BotToken: "xoxb-1", SigningSecret: secret, Inbox: newBox(t)}); err == nil || !strings.Contains(err.Error(), "SLACK_SIGNING_SECRET") {
			t.Errorf("%q: %v", secret.Reveal(), err)
		}
	}
	if _, code := newVerifier("", time.Now).take(http.Header{}, nil); code != http.StatusUnauthorized {
		t.Errorf("without a secret everything is Slack's: %d", code)
	}
	a, err := New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: "x", Inbox: newBox(t)})
	if err != nil || a.Handler() != nil {
		t.Errorf("with an app token it listens to HTTP as well: %v", err)
	}
}

func TestARevokedTokenEndsHTTPModeToo(t *testing.T) {
	t.Parallel()
	srv, err := fakeslack.Start(fakeslack.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	srv.AddFault(fakeslack.FailWith("auth.test", "token_revoked"))
	a, err := New(Config{BotToken: bot.Secret(srv.BotToken()), SigningSecret: "x", APIURL: srv.APIURL(), Inbox: newBox(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := a.Run(ctx); err == nil || errors.Is(err, ctx.Err()) || !strings.Contains(err.Error(), "install the app again") {
		t.Errorf("%v", err)
	}
}

func FuzzHTTP(f *testing.F) {
	f.Add(PathEvents, []byte(`{"type":"url_verification","challenge":"x"}`))
	f.Add(PathCommands, []byte("command=/openai-explain&text=hi&trigger_id=1&response_url=x"))
	f.Add(PathInteractivity, []byte("payload=%7B%7D"))
	a, err := New(Config{BotToken: "xoxb-1", SigningSecret: "secret", Inbox: taker{}})
	if err != nil {
		f.Fatal(err)
	}
	a.web.set("U0BOT")
	h := a.Handler()
	n := int64(0)
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		if path != PathEvents && path != PathCommands && path != PathInteractivity {
			return
		}
		n++
		a.web.verifier.now = func() time.Time { return time.Unix(1_800_000_000+n*1000, 0) } // each request is a new one
		req := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		sign(req.Header, "secret", body, a.web.verifier.now())
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		switch rec.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		default:
			t.Errorf("%d", rec.Code)
		}
	})
}

func sign(h http.Header, secret string, body []byte, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + string(body)))
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// taker is an inbox that takes everything.
type taker struct{}

func (taker) Submit(context.Context, bot.Question) error { return nil }
