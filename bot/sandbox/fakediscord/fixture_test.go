package fakediscord_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// recorded reads real traffic, by name.
func recorded(t *testing.T) map[string]m {
	t.Helper()
	b, err := os.ReadFile(shared(t, "fixtures", "discord-recorded", "discord.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]m
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// missing lists the keys that are in real and not in ours, as paths; of a list
// the first element counts.
func missing(real, ours any, at string) []string {
	switch r := real.(type) {
	case m:
		o, _ := ours.(m)
		if o == nil {
			return []string{at}
		}
		var out []string
		for _, k := range slices.Sorted(maps.Keys(r)) {
			if _, there := o[k]; !there {
				out = append(out, at+"."+k)
			} else if r[k] != nil {
				out = append(out, missing(r[k], o[k], at+"."+k)...)
			}
		}
		return out
	case []any:
		o, _ := ours.([]any)
		if len(r) == 0 {
			return nil
		}
		if len(o) == 0 {
			return []string{at + "[]"}
		}
		return missing(r[0], o[0], at)
	}
	return nil
}

// undocumented are keys of recorded traffic that Discord does not document, or
// that belong to what the offline Discord does not have; a nonce is only there
// where one was sent.
var undocumented = []string{
	"clan", "display_name_styles", "unusual_dm_activity_until", "content_scan_version", "member_ids_preview", "mute_config", "muted", "nonce",
}

func known(paths []string) []string {
	return slices.DeleteFunc(paths, func(p string) bool { return slices.Contains(undocumented, p[strings.LastIndex(p, ".")+1:]) })
}

func TestMessagesHaveTheKeysOfRecordedOnes(t *testing.T) {
	t.Parallel()
	real := recorded(t)
	s := start(t, fakediscord.Config{MessageContent: true})
	g := connect(t, s)
	g.identify(s.Token(), intents|1<<15, nil)
	g.started()
	said := say(t, s, s.Mention()+" Hey")
	var mention m
	if err := json.Unmarshal(g.want(0, "MESSAGE_CREATE").D, &mention); err != nil {
		t.Fatal(err)
	}
	if got := known(missing(real["gatewayMention"]["data"], mention, "")); len(got) != 0 {
		t.Errorf("a mention lacks %v", got)
	}
	if _, err := s.OpenThread(fakediscord.DefaultChannel, said, "Thread", fakediscord.DefaultUser); err != nil {
		t.Fatal(err)
	}
	g.want(0, "THREAD_CREATE")
	g.want(0, "MESSAGE_UPDATE")
	if _, err := s.Say(ctx(t), fakediscord.Message{Channel: said, Content: "1"}); err != nil {
		t.Fatal(err)
	}
	var inThread m
	if err := json.Unmarshal(g.want(0, "MESSAGE_CREATE").D, &inThread); err != nil {
		t.Fatal(err)
	}
	if got := known(missing(real["gatewayThreadNum1"]["data"], inThread, "")); len(got) != 0 {
		t.Errorf("a message in a thread lacks %v", got)
	}
}

func TestClicksHaveTheKeysOfRecordedOnes(t *testing.T) {
	t.Parallel()
	real := recorded(t)
	s := start(t, fakediscord.Config{})
	g, c := ready(t, s), client{t, s}
	thread := c.do("POST", general+"/threads", m{"name": "Thread", "type": 11}).id()
	row := m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Hello", "custom_id": "hello"}}}
	body := m{"content": "x", "components": []any{row}, "embeds": []any{m{"title": "T", "color": 1, "description": "d", "fields": []any{m{"name": "a", "value": "b", "inline": true}}}}}
	for channel, name := range map[string]string{thread: "buttonClickHello", fakediscord.DefaultDM: "dmButtonClick"} {
		id := c.do("POST", "/channels/"+channel+"/messages", body).id()
		done := later(t, func(c context.Context) (*fakediscord.InteractionState, error) {
			return s.Click(c, fakediscord.Click{Channel: channel, Message: id, CustomID: "hello"})
		})
		var ours m
		for {
			p, err := g.read()
			if err != nil {
				t.Fatal(err)
			}
			if p.T != "INTERACTION_CREATE" {
				continue
			}
			if err := json.Unmarshal(p.D, &ours); err != nil {
				t.Fatal(err)
			}
			break
		}
		c.do("POST", "/interactions/"+ours["id"].(string)+"/"+ours["token"].(string)+"/callback", m{"type": 6})
		<-done
		if got := known(missing(real[name], ours, "")); len(got) != 0 {
			t.Errorf("%s: a click lacks %v", name, got)
		}
	}
}

func TestRecordedEventsCanBePlayedBack(t *testing.T) {
	t.Parallel()
	real := recorded(t)
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	played := 0
	for _, name := range slices.Sorted(maps.Keys(real)) {
		kind, _ := real[name]["type"].(string)
		if event, is := strings.CutPrefix(kind, "GATEWAY_"); is {
			data, err := json.Marshal(real[name]["data"])
			if err != nil {
				t.Fatal(err)
			}
			s.Dispatch(event, data)
			g.want(0, event)
			played++
		}
	}
	if played < 5 {
		t.Errorf("%d events played back, expected more in the recording", played)
	}
}
