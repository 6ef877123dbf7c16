package fakediscord_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// fuzzServer has no contract: its own rules have to cope with anything.
func fuzzServer(f *testing.F) *fakediscord.Server {
	f.Helper()
	s, err := fakediscord.Start(fakediscord.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	return s
}

func FuzzRequestBodies(f *testing.F) {
	s := fuzzServer(f)
	routes := []string{
		"POST " + general + "/messages", "POST /channels/" + fakediscord.DefaultForum + "/threads", "POST " + general + "/threads",
		"PUT /applications/" + s.ApplicationID() + "/commands", "POST /users/@me/channels", "POST " + general + "/messages/bulk-delete",
	}
	for i, body := range []string{
		`{"content":"x","components":[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"1"}]}]}`,
		`{"flags":32768,"components":[{"type":17,"components":[{"type":10,"content":"x"},{"type":9,"components":[],"accessory":{"type":11,"media":{"url":"u"}}}]}]}`,
		`{"embeds":[{"title":"x","fields":[{"name":"a","value":"b"}],"image":{"url":"u"}},null]}`,
		`[{"name":"ask","description":"d","options":[{"type":3,"name":"a","description":"d"}]}]`,
		`{"name":"x","message":{"content":"y"},"applied_tags":["1"]}`, `{"recipient_id":1}`, `null`, `[[[]]]`, `{`, ``,
		`{"allowed_mentions":{"parse":["users"],"users":[1]},"content":"<@1>","message_reference":{"message_id":7}}`,
	} {
		f.Add(uint8(i), body)
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		method, path, _ := strings.Cut(routes[int(which)%len(routes)], " ")
		a := client{t, s}.do(method, path, body)
		if a.status >= 500 {
			t.Errorf("answered %d: %s", a.status, a.text)
		}
		if a.status >= 400 && a.body["message"] == nil {
			t.Errorf("an error without a message: %s", a.text)
		}
	})
}

func FuzzGatewayFrames(f *testing.F) {
	s := fuzzServer(f)
	for _, frame := range []string{
		`{"op":2,"d":{"token":"` + s.Token() + `","intents":1,"shard":[0,1]}}`, `{"op":6,"d":{"token":"` + s.Token() + `","session_id":"x","seq":-1}}`,
		`{"op":1,"d":null}`, `{"op":8,"d":{"guild_id":"1"}}`, `{"op":2,"d":[]}`, `{"op":"x"}`, `{`, ``, `null`, `{"op":3}`,
	} {
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame string) {
		g := connect(t, s)
		if err := g.ws.WriteMessage(websocket.TextMessage, []byte(frame)); err != nil {
			t.Fatal(err)
		}
		beat, _ := json.Marshal(m{"op": 1, "d": nil})
		g.ws.WriteMessage(websocket.TextMessage, beat)
		for { // it is either still alive or closed with a code of Discord's
			p, err := g.read()
			if err == nil && p.Op != 11 {
				continue
			}
			if err != nil && !websocket.IsCloseError(err, 4001, 4002, 4003, 4004, 4010, 4013, 4014) {
				t.Errorf("ended with %v", err)
			}
			return
		}
	})
}
