package fakeslack_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// received is one request to an app without Socket Mode.
type received struct {
	path, body string
	header     http.Header
}

// app is a program that takes Slack's requests over HTTP and checks signatures.
func app(t *testing.T, s *fakeslack.Server, answer func(w http.ResponseWriter, r received)) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		v, err := slack.NewSecretsVerifier(r.Header, s.SigningSecret())
		if err == nil {
			_, _ = v.Write(raw)
			err = v.Ensure()
		}
		if err != nil {
			t.Errorf("signature: %v", err)
		}
		answer(w, received{r.URL.Path, string(raw), r.Header})
	}))
	t.Cleanup(srv.Close)
	s.UseHTTP(fakeslack.HTTPTargets{Events: srv.URL + "/events", Commands: srv.URL + "/commands", Interactivity: srv.URL + "/actions"})
}

func TestEverythingIsDeliveredOverHTTPWithSignatures(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	seen := make(chan received, 10)
	app(t, s, func(w http.ResponseWriter, r received) {
		seen <- r
		if r.path == "/commands" {
			_, _ = io.WriteString(w, "plain answer")
		}
	})
	if _, err := s.Say(soon(t), fakeslack.Message{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if r := <-seen; r.path != "/events" || !strings.Contains(r.body, `"event_callback"`) || r.header.Get("X-Slack-Retry-Num") != "" {
		t.Errorf("event: %+v", r)
	}
	if _, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x", Text: "왜?"}); err != nil {
		t.Fatal(err)
	}
	r := <-seen
	form, err := url.ParseQuery(r.body)
	if err != nil || form.Get("text") != "왜?" || form.Get("command") != "/x" || form.Get("response_url") == "" {
		t.Errorf("command: %v, %v", form, err)
	}
	if got := s.Ephemerals(fakeslack.General, fakeslack.Alice); len(got) != 1 || got[0].Text != "plain answer" {
		t.Errorf("Alice sees %+v", got)
	}
	call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "text": "x", "blocks": manyElements})
	if r := <-seen; r.path != "/events" {
		t.Errorf("got %+v", r)
	}
	if _, err := s.Click(soon(t), fakeslack.Click{ActionID: "ask:1"}); err != nil {
		t.Fatal(err)
	}
	r = <-seen
	form, _ = url.ParseQuery(r.body)
	if !strings.Contains(form.Get("payload"), `"block_actions"`) {
		t.Errorf("click: %+v", r)
	}
}

func TestAnEventThatFailsOverHTTPIsTriedAgainWithItsReason(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: 10 * time.Millisecond})
	seen := make(chan received, 10)
	app(t, s, func(w http.ResponseWriter, r received) {
		seen <- r
		if r.header.Get("X-Slack-Retry-Num") != "2" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	ack, err := s.Deliver(soon(t), fakeslack.EventsAPI, s.UnknownEvent())
	if err != nil || ack.Attempts != 3 {
		t.Errorf("%+v, %v", ack, err)
	}
	<-seen
	if r := <-seen; r.header.Get("X-Slack-Retry-Num") != "1" || r.header.Get("X-Slack-Retry-Reason") != "http_error" {
		t.Errorf("got %+v", r.header)
	}
}

func TestAnAppCanForbidRetries(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{RetryAfter: time.Millisecond})
	app(t, s, func(w http.ResponseWriter, _ received) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusBadRequest)
	})
	ack, err := s.Deliver(soon(t), fakeslack.EventsAPI, s.UnknownEvent())
	if !errors.Is(err, fakeslack.ErrNotAcknowledged) || ack.Attempts != 1 {
		t.Errorf("%+v, %v", ack, err)
	}
	if _, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"}); !errors.Is(err, fakeslack.ErrTimeout) {
		t.Errorf("a command: %v", err)
	}
}

func TestASlowAppTimesOut(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{AckTimeout: 300 * time.Millisecond, RetryAfter: time.Millisecond})
	release := make(chan struct{})
	reasons := make(chan string, 10)
	app(t, s, func(_ http.ResponseWriter, r received) {
		reasons <- r.header.Get("X-Slack-Retry-Reason")
		<-release
	})
	_, err := s.Deliver(soon(t), fakeslack.EventsAPI, s.UnknownEvent())
	close(release)
	if !errors.Is(err, fakeslack.ErrNotAcknowledged) {
		t.Errorf("got %v", err)
	}
	<-reasons
	if why := <-reasons; why != "http_timeout" {
		t.Errorf("the reason is %q", why)
	}
}

func TestTheEventsURLProvesItself(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	app(t, s, func(w http.ResponseWriter, r received) {
		_, tail, _ := strings.Cut(r.body, `"challenge":"`)
		challenge, _, _ := strings.Cut(tail, `"`)
		_, _ = io.WriteString(w, challenge)
	})
	if err := s.VerifyURL(soon(t)); err != nil {
		t.Error(err)
	}
	app(t, s, func(http.ResponseWriter, received) {})
	if err := s.VerifyURL(soon(t)); err == nil {
		t.Error("an empty answer was taken")
	}
}
