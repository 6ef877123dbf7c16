package fakeslack_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
	"go.uber.org/goleak"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen before it fails.
const patience = time.Minute

// start is a running server that ends with the test.
func start(t *testing.T, cfg fakeslack.Config) *fakeslack.Server {
	t.Helper()
	if cfg.AckTimeout == 0 {
		cfg.AckTimeout = patience // a busy machine must not look like a slow bot
	}
	if cfg.TriggerLife == 0 {
		cfg.TriggerLife = patience
	}
	s, err := fakeslack.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// soon is a context that ends before the test's own limit.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func contextWithTimeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// soonTime is the deadline of what must happen.
func soonTime() time.Time { return time.Now().Add(patience) }

// client is the real slack-go client.
func client(s *fakeslack.Server) *slack.Client {
	web := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	return slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken()), slack.OptionHTTPClient(web))
}

// bot runs slack-go's Socket Mode client. handle gets every event; what it returns
// is the payload of the acknowledgement. nil handle: acknowledge everything.
func bot(t *testing.T, s *fakeslack.Server, handle func(socketmode.Event) (ack bool, payload any)) *slack.Client {
	t.Helper()
	api := client(s)
	sm := socketmode.New(api)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = sm.RunContext(ctx) }()
	handled := make(chan struct{})
	go func() {
		defer close(handled)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-sm.Events:
				if e.Request == nil || e.Request.EnvelopeID == "" {
					continue
				}
				ack, payload := true, any(nil)
				if handle != nil {
					ack, payload = handle(e)
				}
				if ack && payload != nil {
					_ = sm.Ack(*e.Request, payload)
				} else if ack {
					_ = sm.Ack(*e.Request)
				}
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-ended; <-handled })
	connected(t, s, 1)
	return api
}

func connected(t *testing.T, s *fakeslack.Server, n int) {
	t.Helper()
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool { return st.Connections() == n }); err != nil {
		t.Fatalf("waiting for %d connections: %v", n, err)
	}
}

// contracts finds the method descriptions beside the repository.
func contracts(t *testing.T) fs.FS {
	t.Helper()
	return os.DirFS(shared(t, "contracts", "slack-methods"))
}

func shared(t *testing.T, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			continue
		}
		found := filepath.Join(append([]string{filepath.Dir(dir), "shared"}, parts...)...)
		if _, err := os.Stat(found); err == nil {
			return found
		}
		break
	}
	t.Skip("the folder shared is not beside the repository")
	return ""
}

func TestASlashCommandIsAcknowledgedWithAMessage(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, func(e socketmode.Event) (bool, any) {
		cmd, ok := e.Data.(slack.SlashCommand)
		if !ok {
			return true, nil
		}
		return true, map[string]any{"text": "you asked " + cmd.Text}
	})
	ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/openai-explain", Text: "왜?", User: fakeslack.Minji})
	if err != nil {
		t.Fatal(err)
	}
	var body struct{ Text string }
	if err := json.Unmarshal(ack.Payload, &body); err != nil || body.Text != "you asked 왜?" {
		t.Errorf("payload %s, %v", ack.Payload, err)
	}
	seen := s.Ephemerals(fakeslack.General, fakeslack.Minji)
	if len(seen) != 1 || seen[0].Text != "you asked 왜?" {
		t.Errorf("Minji sees %+v", seen)
	}
}

func TestAMentionArrivesAsMessageAndMentionAndIsAnsweredInTheThread(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	type seen struct{ kind, id, ts string }
	events := make(chan seen, 10)
	var api *slack.Client
	ready := make(chan struct{})
	api = bot(t, s, func(e socketmode.Event) (bool, any) {
		<-ready
		outer := e.Data.(slackevents.EventsAPIEvent)
		id := outer.Data.(*slackevents.EventsAPICallbackEvent).EventID
		switch in := outer.InnerEvent.Data.(type) {
		case *slackevents.AppMentionEvent:
			events <- seen{"app_mention", id, in.TimeStamp}
			_, _, err := api.PostMessage(in.Channel, slack.MsgOptionText("because", false), slack.MsgOptionTS(in.TimeStamp))
			if err != nil {
				t.Error(err)
			}
		case *slackevents.MessageEvent:
			if in.BotID == "" {
				events <- seen{"message", id, in.TimeStamp}
			}
		}
		return true, nil
	})
	close(ready)
	ts, err := s.Say(soon(t), fakeslack.Message{Text: "<@" + s.BotUserID() + "> why?"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := <-events, <-events
	if a.kind == b.kind || a.id == b.id || a.ts != ts || b.ts != ts {
		t.Errorf("got %v and %v for %s", a, b, ts)
	}
	if err := s.WaitFor(soon(t), func(st *fakeslack.State) bool {
		return len(st.Replies(fakeslack.General, ts)) == 1 && st.Settled()
	}); err != nil {
		t.Fatalf("%v\n%+v", err, s.Deliveries())
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}
