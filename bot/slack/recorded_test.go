package slack

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
)

// shared is a folder beside the repository root, which holds recorded traffic and
// the platform's contracts.
func shared(t testing.TB, path string) fs.FS {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			found := filepath.Join(filepath.Dir(dir), "shared", path)
			if _, err := os.Stat(found); err != nil {
				t.Skipf("no %s beside the repository: recorded traffic and contracts are not part of it", filepath.Join("shared", path))
			}
			return os.DirFS(found)
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the package")
	}
}

// recorded calls f with every payload of the recorded traffic.
func recorded(t testing.TB, f func(name, kind string, payload json.RawMessage)) {
	t.Helper()
	files := shared(t, "fixtures/slack-recorded")
	names, err := fs.Glob(files, "*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no recorded traffic: %v", err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		var parts map[string]json.RawMessage
		if err := json.Unmarshal(raw, &parts); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for part, payload := range parts {
			var p struct {
				Type    string `json:"type"`
				Command string `json:"command"`
			}
			if json.Unmarshal(payload, &p) != nil || (p.Type == "" && p.Command == "") {
				continue // names and IDs beside the payloads
			}
			kind := typeInteractive
			switch {
			case p.Command != "":
				kind = typeCommand
			case p.Type == "event_callback":
				kind = typeEvents
			}
			f(name+"/"+part, kind, payload)
		}
	}
}

func TestRecordedTrafficIsUnderstood(t *testing.T) {
	t.Parallel()
	asked, ids := map[string]bool{}, map[bot.QuestionID]string{}
	n := 0
	recorded(t, func(name, kind string, payload json.RawMessage) {
		n++
		q, ok := translate(envelope{Type: kind, Payload: payload, At: time.Unix(1767326200, 0)})
		asked[name] = ok
		if !ok {
			return
		}
		if !idPattern.MatchString(string(q.ID)) || q.Asker == "" || q.Asked.IsZero() {
			t.Errorf("%s: %+v", name, q)
		}
		if strings.Contains(q.Text, "<@") || strings.Contains(q.Text, "FAKEBOT") {
			t.Errorf("%s: markup in %q", name, q.Text)
		}
		ids[q.ID] = name
	})
	if n < 30 {
		t.Errorf("only %d payloads", n)
	}
	for name, want := range map[string]bool{
		"channel_slack.json/mention":                           true,
		"dm_slack-direct.json/directDM":                        true,
		"dm_slack-direct.json/followUp":                        true,
		"dm_slack.json/dmMessage":                              true,
		"dm_slack.json/dmRequest":                              false, // in a channel, without a mention
		"streaming_slack.json/aiMentionWithFile":               true,
		"streaming_slack.json/promptMessage":                   false, // of a bot
		"streaming_slack.json/buttonAction":                    false, // not our button
		"slash-commands_slack.json/slashCommandWithArgs":       true,
		"slash-commands_slack.json/viewSubmission":             false,
		"member-joined-channel_slack.json/memberJoinedChannel": false,
		"actions-reactions_slack.json/reaction":                false,
	} {
		if got, ok := asked[name]; !ok || got != want {
			t.Errorf("%s: there %v, asks %v, want %v", name, ok, got, want)
		}
	}
	if len(ids) < 8 {
		t.Errorf("only %d questions", len(ids))
	}
}

func FuzzTranslate(f *testing.F) {
	for _, p := range []string{mention("<@U0BOT> hi *b* `c` <https://a|b>"), direct("hi"), `{}`, `null`} {
		f.Add(typeEvents, []byte(p))
	}
	f.Add(typeCommand, []byte(slash("hi")))
	f.Add(typeInteractive, []byte(clickOn("share", "x", true, "")))
	f.Add(typeInteractive, []byte(clickOn("pick", "x", false, "")))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		e := envelope{Type: kind, Payload: payload, Self: self, At: time.Unix(1, 0)}
		q, ok := translate(e)
		again, okAgain := translate(e)
		if ok != okAgain || !cmp.Equal(q, again) {
			t.Fatal("the same payload asks two questions")
		}
		if !ok {
			return
		}
		if !idPattern.MatchString(string(q.ID)) {
			t.Errorf("ID %q", q.ID)
		}
		if q.Platform != Platform || q.Kind == "" || !json.Valid(q.Address) {
			t.Errorf("%+v", q)
		}
		if q.Kind == bot.Ask && q.Text == "" && q.Pick == "" {
			t.Error("asks for nothing")
		}
	})
}
