package fakeslack_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// FuzzACall sends any body to any method: each is answered with a JSON object that
// says ok or names an error, and the page that shows the result is drawn.
func FuzzACall(f *testing.F) {
	for _, body := range []string{
		`{"channel":"C0SANDGENER","text":"x"}`, `{"channel":"C0SANDGENER","markdown_text":"**a**[b](c)\n> d\n- e"}`,
		`{"channel":"C0SANDGENER","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*a* <@U1|x> <!here> ` + "`b`" + `"},"accessory":{"type":"overflow","action_id":"a","options":[]}}]}`,
		`{"channel":"C0SANDGENER","thread_ts":"1.0","chunks":[{"type":"markdown_text","text":"a"},{"type":"blocks","blocks":[{}]}]}`,
		`{"trigger_id":"1","view":{"type":"modal","title":{},"blocks":[null,7,{"type":"actions","elements":[1]}]}}`,
		`channel=C0SANDGENER&text=x&metadata={}`, `[]`, `null`, `{"channel":null,"limit":-1,"cursor":"-1"}`,
	} {
		f.Add("chat.postMessage", body)
		f.Add("views.open", body)
		f.Add("chat.startStream", body)
	}
	s, err := fakeslack.Start(fakeslack.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, method, body string) {
		if strings.ContainsAny(method, "/?#%\\ ") || method == "" || strings.Trim(method, ".") == "" {
			t.Skip("not a method's name")
		}
		kind := "application/x-www-form-urlencoded"
		if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "[") {
			kind = "application/json"
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+method, strings.NewReader(body))
		if err != nil {
			t.Skip("not a method's name")
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer "+s.BotToken())
		_, text := do(t, req)
		var out map[string]any
		if err := json.Unmarshal([]byte(text), &out); err != nil || (out["ok"] != true && out["error"] == nil) {
			t.Errorf("%s %q: %q, %v", method, body, text, err)
		}
		if status, page := control(t, s, "", ""); status != 200 || !strings.HasSuffix(strings.TrimSpace(page), "</article>") && !strings.Contains(page, "</html>") {
			t.Errorf("%s %q: the page has status %d", method, body, status)
		}
	})
}

// FuzzAFrame sends any frame over a socket: the server goes on.
func FuzzAFrame(f *testing.F) {
	for _, text := range []string{`{}`, `{"envelope_id":"env-0000000001"}`, `{"envelope_id":7}`, `[`, `null`, `"x"`} {
		f.Add([]byte(text))
	}
	s, err := fakeslack.Start(fakeslack.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, text []byte) {
		r := dial(t, s)
		r.read()
		if err := r.ws.WriteMessage(websocket.TextMessage, text); err != nil {
			t.Fatal(err)
		}
		if err := r.ws.WriteControl(websocket.PingMessage, []byte("still there?"), soonTime()); err != nil {
			t.Fatal(err)
		}
		pong := false
		r.ws.SetPongHandler(func(string) error { pong = true; return r.ws.Close() })
		_ = r.ended()
		if !pong {
			t.Errorf("no pong after %q", text)
		}
	})
}
