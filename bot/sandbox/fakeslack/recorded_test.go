package fakeslack_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestRecordedTrafficIsDeliveredAndCanBeAnswered(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(shared(t, "fixtures", "slack-recorded"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	delivered := 0
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var parts map[string]json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			t.Fatal(err)
		}
		var botUser string
		_ = json.Unmarshal(parts["botUserId"], &botUser)
		s := start(t, fakeslack.Config{})
		r := dial(t, s)
		r.read()
		go r.ackAll()
		for part, payload := range parts {
			var p struct {
				Type    string `json:"type"`
				Command string `json:"command"`
			}
			if json.Unmarshal(payload, &p) != nil || (p.Type == "" && p.Command == "") {
				continue
			}
			home, kind, err := s.Adopt(payload, botUser)
			if err != nil {
				t.Errorf("%s %s: %v", filepath.Base(name), part, err)
				continue
			}
			if _, err := s.Deliver(soon(t), kind, home); err != nil {
				t.Errorf("%s %s: %v", filepath.Base(name), part, err)
			}
			answer(t, s, home)
			delivered++
		}
	}
	if delivered < 30 {
		t.Errorf("%d payloads in %d files", delivered, len(files))
	}
}

// answer replies to a recorded payload the way a bot does.
func answer(t *testing.T, s *fakeslack.Server, payload json.RawMessage) {
	t.Helper()
	var p struct {
		ResponseURL string `json:"response_url"`
		Event       struct {
			Type    string `json:"type"`
			Channel string `json:"channel"`
			TS      string `json:"ts"`
		} `json:"event"`
	}
	if json.Unmarshal(payload, &p) != nil {
		return // events whose channel is an object
	}
	if p.ResponseURL != "" {
		if status, body := respond(t, p.ResponseURL, `{"text":"x","replace_original":false}`); status != 200 {
			t.Errorf("%s: %d %s", p.ResponseURL, status, body)
		}
	}
	if p.Event.Channel == "" || p.Event.TS == "" {
		return
	}
	_, ts, err := client(s).PostMessageContext(soon(t), p.Event.Channel, slack.MsgOptionText("x", false), slack.MsgOptionTS(p.Event.TS))
	if err != nil {
		t.Errorf("answer %s: %v", p.Event.Type, err)
		return
	}
	list := s.Messages(p.Event.Channel)
	for _, m := range list {
		if m.TS == ts && m.Thread != "" {
			return
		}
	}
	t.Errorf("the answer to %s is not in a thread: %+v", p.Event.Type, list)
}
