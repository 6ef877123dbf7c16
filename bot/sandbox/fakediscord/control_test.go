package fakediscord_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// surface calls the control surface: GET without a body, POST with one.
func surface(t *testing.T, s *fakediscord.Server, path string, in any) (int, m) {
	t.Helper()
	method, body := "GET", []byte(nil)
	if in != nil {
		method = "POST"
		var err error
		if body, err = json.Marshal(in); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(ctx(t), method, s.URL()+"/sandbox/"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: single}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out m
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return resp.StatusCode, out
}

func TestAnOutsideProcessCanDriveEverything(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	post := func(path string, in any) m {
		t.Helper()
		status, out := surface(t, s, path, in)
		if status != 200 {
			t.Errorf("%s: %d %v", path, status, out)
		}
		return out
	}
	_, state := surface(t, s, "state", nil)
	if state["token"] != s.Token() || state["api_url"] != s.APIURL() || len(state["commands"].([]any)) != 2 {
		t.Errorf("state %v", state)
	}
	user, _ := post("users", m{"name": "yuna", "locale": "ko"})["id"].(string)
	channel, _ := post("channels", m{"name": "help"})["id"].(string)
	said, _ := post("say", m{"author": user, "channel": channel, "content": "hi " + s.Mention()})["id"].(string)
	post("edit", m{"channel": channel, "id": said, "content": "changed"})
	post("react", m{"channel": channel, "message": said, "user": user, "emoji": "👍"})
	if _, out := surface(t, s, "messages?channel="+channel, nil); !strings.Contains(toJSON(t, out), "changed") {
		t.Errorf("messages %v", out)
	}
	post("post", m{"author": user, "title": "How?", "content": "please"})
	post("fault", m{"kind": "callback-late"})
	post("fault", m{"clear": true})
	post("advance", m{"seconds": 1.5})

	answered := make(chan m, 1)
	go func() {
		_, out := surface(t, s, "command", m{"user": user, "channel": channel, "name": "ask", "options": m{"question": "왜?"}})
		answered <- out
	}()
	e := g.interaction()
	row := m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Share", "custom_id": "share"}}}
	c.do("POST", e.Callback, m{"type": 4, "data": m{"content": "because", "flags": 64, "components": []any{row}}})
	out := <-answered
	original, _ := out["original"].(m)
	if original["content"] != "because" || original["viewer"] != user {
		t.Errorf("command: %v", out)
	}
	_, theirs := surface(t, s, "messages?channel="+channel+"&user="+user, nil)
	_, others := surface(t, s, "messages?channel="+channel+"&user="+fakediscord.DefaultMod, nil)
	if !strings.Contains(toJSON(t, theirs), "because") || strings.Contains(toJSON(t, others), "because") {
		t.Error("an ephemeral message is shown to the wrong person")
	}
	go func() {
		_, out := surface(t, s, "click", m{"user": user, "channel": channel, "message": original["id"], "custom_id": "share"})
		answered <- out
	}()
	c.do("POST", g.interaction().Callback, m{"type": 6})
	if out := <-answered; out["callback"] != 6.0 {
		t.Errorf("click: %v", out)
	}
	if status, state := surface(t, s, "interactions/"+e.ID, nil); status != 200 || state["callback"] != 4.0 {
		t.Errorf("interaction: %d %v", status, state)
	}
	post("delete", m{"channel": channel, "id": said})
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMistakesAreToldByTheControlSurface(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	for path, in := range map[string]any{
		"say": m{"channel": "1", "content": "x"}, "edit": m{"id": "1"}, "click": m{"message": "1"}, "command": m{"name": "none"},
		"fault": m{"kind": "none"}, "post": m{"forum": fakediscord.DefaultChannel}, "modal": m{"interaction": "1"}, "react": []int{},
	} {
		if status, out := surface(t, s, path, in); status != 400 || out["error"] == nil {
			t.Errorf("%s: %d %v", path, status, out)
		}
	}
}

func TestWaitAnswersWhenSomethingChanged(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	_, state := surface(t, s, "state", nil)
	go s.Say(ctx(t), fakediscord.Message{Content: "news"})
	version, _ := state["version"].(float64)
	_, out := surface(t, s, "wait?seen="+toJSON(t, version), nil)
	if v, _ := out["version"].(float64); v <= version {
		t.Errorf("version %v, want more than %v", v, version)
	}
}

func TestThePageIsServedAndOtherSitesAreNot(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	get := func(method, path, site string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx(t), method, s.URL()+path, strings.NewReader(`{"content":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		resp, err := (&http.Client{Transport: single}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	for _, path := range []string{"/sandbox/", "/sandbox/page.js", "/sandbox/page.css", "/"} {
		if r := get("GET", path, ""); r.StatusCode != 200 || r.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
	if r := get("POST", "/sandbox/say", "cross-site"); r.StatusCode != 403 {
		t.Errorf("a page of another site could say something: %d", r.StatusCode)
	}
	if r := get("POST", "/sandbox/say", "same-origin"); r.StatusCode != 200 {
		t.Errorf("our own page could not: %d", r.StatusCode)
	}
}
