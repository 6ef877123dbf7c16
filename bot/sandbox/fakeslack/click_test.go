package fakeslack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

const manyElements = `[{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"x"},
 "accessory":{"type":"static_select","action_id":"pick","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}},
{"type":"actions","block_id":"r","elements":[{"type":"button","action_id":"ask:1","value":"one","text":{"type":"plain_text","text":"One"}},{"type":"button","action_id":"ask:2","value":"two","text":{"type":"plain_text","text":"Two"}},
 {"type":"checkboxes","action_id":"tick","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}]},
{"type":"context_actions","block_id":"f","elements":[{"type":"feedback_buttons","action_id":"vote","positive_button":{"text":{"type":"plain_text","text":"Good"},"value":"up"},"negative_button":{"text":{"type":"plain_text","text":"Bad"},"value":"down"}}]}]`

func TestAClickIsMadeFromTheStoredBlocks(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	got := make(chan slack.InteractionCallback, 1)
	bot(t, s, func(e socketmode.Event) (bool, any) {
		if in, ok := e.Data.(slack.InteractionCallback); ok {
			got <- in
		}
		return true, nil
	})
	posted := call(t, s, "chat.postMessage", map[string]string{"channel": fakeslack.General, "text": "x", "blocks": manyElements})
	ts, _ := posted["ts"].(string)
	for name, c := range map[string]struct {
		click fakeslack.Click
		check func(*slack.BlockAction) bool
	}{
		"a button":          {fakeslack.Click{ActionID: "ask:2", Message: ts}, func(a *slack.BlockAction) bool { return a.Value == "two" && a.Text.Text == "Two" && a.BlockID == "r" }},
		"without a message": {fakeslack.Click{ActionID: "ask:1"}, func(a *slack.BlockAction) bool { return a.Value == "one" }},
		"a choice":          {fakeslack.Click{ActionID: "pick", Value: "b"}, func(a *slack.BlockAction) bool { return a.SelectedOption.Value == "b" && a.Type == "static_select" }},
		"boxes":             {fakeslack.Click{ActionID: "tick", Values: []string{"a", "b"}}, func(a *slack.BlockAction) bool { return len(a.SelectedOptions) == 2 }},
		"feedback":          {fakeslack.Click{ActionID: "vote", Value: "down"}, func(a *slack.BlockAction) bool { return a.Value == "down" && a.Type == "feedback_buttons" }},
	} {
		ack, err := s.Click(soon(t), c.click)
		if err != nil || ack.ResponseURL == "" || ack.TriggerID == "" {
			t.Errorf("%s: %+v, %v", name, ack, err)
			continue
		}
		in := <-got
		if in.Type != slack.InteractionTypeBlockActions || in.Message.Timestamp != ts || in.Container.MessageTs != ts || in.ResponseURL != ack.ResponseURL || !c.check(in.ActionCallback.BlockActions[0]) {
			t.Errorf("%s: %+v", name, in.ActionCallback.BlockActions[0])
		}
	}
	for name, c := range map[string]fakeslack.Click{
		"an element that is not there": {ActionID: "nothing"}, "a choice that is not there": {ActionID: "pick", Value: "z"},
		"a message that is not there": {ActionID: "vote", Message: "1.000001"}, "a channel that is not there": {ActionID: "vote", Channel: "C0"},
		"a person who is not there": {ActionID: "vote", User: "U0"}, "a view that is not there": {ActionID: "vote", View: "V0"},
	} {
		if _, err := s.Click(soon(t), c); err == nil {
			t.Errorf("%s was clicked", name)
		}
	}
}

func TestOnlyItsPersonCanClickAnEphemeralMessage(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	got := make(chan json.RawMessage, 1)
	bot(t, s, func(e socketmode.Event) (bool, any) { got <- e.Request.Payload; return true, nil })
	args := map[string]string{"channel": fakeslack.General, "user": fakeslack.Minji, "blocks": manyElements, "text": "x"}
	if a := call(t, s, "chat.postEphemeral", args); a["ok"] != true || a["message_ts"] == "" {
		t.Fatalf("got %v", a)
	}
	if _, err := s.Click(soon(t), fakeslack.Click{User: fakeslack.Alice, ActionID: "ask:1"}); err == nil {
		t.Error("Alice clicked what she does not see")
	}
	ack, err := s.Click(soon(t), fakeslack.Click{User: fakeslack.Minji, ActionID: "ask:1"})
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Container struct {
			Ephemeral bool `json:"is_ephemeral"`
		} `json:"container"`
		Message json.RawMessage `json:"message"`
	}
	if err := json.Unmarshal(<-got, &p); err != nil || !p.Container.Ephemeral || p.Message != nil {
		t.Errorf("%+v, %v", p, err)
	}
	respond(t, ack.ResponseURL, `{"delete_original":true}`)
	if seen := s.Ephemerals(fakeslack.General, fakeslack.Minji); len(seen) != 0 {
		t.Errorf("Minji still sees %+v", seen)
	}
	args["user"] = s.AddUser(fakeslack.User{Name: "outsider"})
	if a := call(t, s, "chat.postEphemeral", args); a["error"] != "user_not_in_channel" {
		t.Errorf("to somebody outside: %v", a)
	}
}

const modal = `{"type":"modal","callback_id":"why","notify_on_close":true,"title":{"type":"plain_text","text":"Why?"},"submit":{"type":"plain_text","text":"Send"},
"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Reason"},"element":{"type":"plain_text_input","action_id":"a"}}]}`

func TestAModalIsOpenedRefusedSubmittedAndClosed(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	answers := make(chan any, 1)
	bot(t, s, func(e socketmode.Event) (bool, any) {
		in, _ := e.Data.(slack.InteractionCallback)
		if in.Type != slack.InteractionTypeViewSubmission {
			return true, nil
		}
		if in.View.State.Values["b"]["a"].Value != "because" {
			t.Errorf("values %+v", in.View.State.Values)
		}
		return true, <-answers
	})
	open := func() string {
		ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
		if err != nil {
			t.Fatal(err)
		}
		if a := call(t, s, "views.open", map[string]string{"trigger_id": ack.TriggerID, "view": modal}); a["ok"] != true {
			t.Fatalf("got %v", a)
		}
		return ack.TriggerID
	}
	trigger := open()
	if a := call(t, s, "views.open", map[string]string{"trigger_id": trigger, "view": modal}); a["error"] != "exchanged_trigger_id" {
		t.Errorf("the same trigger again: %v", a)
	}
	values := map[string]map[string]any{"b": {"a": map[string]any{"type": "plain_text_input", "value": "because"}}}
	submit := func(answer any) {
		t.Helper()
		answers <- answer
		if _, err := s.SubmitView(soon(t), fakeslack.Submit{Values: values}); err != nil {
			t.Error(err)
		}
	}
	submit(slack.NewErrorsViewSubmissionResponse(map[string]string{"b": "too short"}))
	if v := s.Views(); len(v) != 1 || v[0].Errors["b"] != "too short" {
		t.Errorf("got %+v", v)
	}
	submit(json.RawMessage(`{"response_action":"push","view":` + modal + `}`))
	if v := s.Views(); len(v) != 2 || v[1].Previous != v[0].ID || v[1].Root != v[0].ID {
		t.Errorf("got %+v", v)
	}
	submit(json.RawMessage(`{"response_action":"update","view":` + strings.Replace(modal, "Why?", "Thanks", 1) + `}`))
	if v := s.Views(); len(v) != 2 || v[1].Title != "Thanks" {
		t.Errorf("got %+v", v)
	}
	submit(slack.NewClearViewSubmissionResponse())
	if v := s.Views(); len(v) != 0 {
		t.Errorf("got %+v", v)
	}
	open()
	if _, err := s.CloseView(soon(t), fakeslack.Submit{}); err != nil || len(s.Views()) != 0 {
		t.Errorf("%v, %+v", err, s.Views())
	}
	list := s.Deliveries()
	if got := string(list[len(list)-1].Payload); !strings.Contains(got, `"type":"view_closed"`) {
		t.Errorf("the app was told %s", got)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestViewsThatSlackRefusesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	trigger := func() string {
		ack, err := s.SlashCommand(soon(t), fakeslack.Slash{Command: "/x"})
		if err != nil {
			t.Fatal(err)
		}
		return ack.TriggerID
	}
	for name, c := range map[string]struct{ trigger, view, want string }{
		"no such trigger":      {"1.2.3", modal, "invalid_trigger_id"},
		"a home tab":           {trigger(), `{"type":"home","blocks":[]}`, "invalid_arguments"},
		"no title":             {trigger(), `{"type":"modal","blocks":[]}`, "invalid_arguments"},
		"a long title":         {trigger(), strings.Replace(modal, "Why?", strings.Repeat("w", 25), 1), "invalid_arguments"},
		"wrong blocks":         {trigger(), strings.Replace(modal, "plain_text_input", "", 1), "invalid_arguments"},
		"much private data":    {trigger(), strings.Replace(modal, `"callback_id"`, `"private_metadata":"`+strings.Repeat("x", 3001)+`","callback_id"`, 1), "invalid_arguments"},
		"not JSON":             {trigger(), `{`, "invalid_arguments"},
		"an enormous view":     {trigger(), strings.Replace(modal, "why", strings.Repeat("x", 250_001), 1), "view_too_large"},
		"a markdown block":     {trigger(), `{"type":"modal","title":{"type":"plain_text","text":"t"},"blocks":[{"type":"markdown","text":"x"}]}`, "invalid_arguments"},
		"nothing wrong at all": {trigger(), modal, ""},
	} {
		if code, _ := call(t, s, "views.open", map[string]string{"trigger_id": c.trigger, "view": c.view})["error"].(string); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
	late := trigger()
	s.Advance(patience)
	if a := call(t, s, "views.open", map[string]string{"trigger_id": late, "view": modal}); a["error"] != "expired_trigger_id" {
		t.Errorf("a late trigger: %v", a)
	}
	for i, want := range []string{"", "", "push_limit_reached"} { // one modal is open already
		if code, _ := call(t, s, "views.push", map[string]string{"trigger_id": trigger(), "view": modal})["error"].(string); code != want {
			t.Errorf("push %d: %q, want %q", i+1, code, want)
		}
	}
}

func TestAHomeTabIsPublishedAndChangedByItsHash(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	bot(t, s, nil)
	home := func(text, hash string) map[string]any {
		args := map[string]string{"user_id": fakeslack.Alice, "view": `{"type":"home","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"}},{"type":"actions","elements":[{"type":"button","action_id":"more","text":{"type":"plain_text","text":"More"}}]}]}`}
		if hash != "" {
			args["hash"] = hash
		}
		return call(t, s, "views.publish", args)
	}
	hash := home("one", "")["view"].(map[string]any)["hash"].(string)
	if a := home("two", hash); a["ok"] != true {
		t.Errorf("got %v", a)
	}
	if a := home("three", hash); a["error"] != "hash_conflict" {
		t.Errorf("an old hash: %v", a)
	}
	v := s.Views()
	if len(v) != 1 || v[0].Type != "home" || !strings.Contains(string(v[0].Blocks), "two") {
		t.Errorf("got %+v", v)
	}
	if _, err := s.Click(soon(t), fakeslack.Click{View: v[0].ID, ActionID: "more"}); err != nil {
		t.Error(err)
	}
	if _, err := s.OpenHome(soon(t), fakeslack.Alice, "home"); err != nil {
		t.Error(err)
	}
	if a := call(t, s, "views.update", map[string]string{"view_id": v[0].ID, "view": `{"type":"home","blocks":[]}`}); a["ok"] != true {
		t.Errorf("update: %v", a)
	}
}

func TestAShortcutCarriesTheMessage(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	got := make(chan slack.InteractionCallback, 1)
	bot(t, s, func(e socketmode.Event) (bool, any) {
		if in, ok := e.Data.(slack.InteractionCallback); ok {
			got <- in
		}
		return true, nil
	})
	ts, _ := s.Say(soon(t), fakeslack.Message{Text: "what is this?"})
	ack, err := s.UseShortcut(soon(t), fakeslack.Shortcut{User: fakeslack.Minji, Message: ts, CallbackID: "explain"})
	if in := <-got; err != nil || in.Type != slack.InteractionTypeMessageAction || in.CallbackID != "explain" || in.Message.Text != "what is this?" || in.ResponseURL != ack.ResponseURL || in.User.ID != fakeslack.Minji {
		t.Errorf("%v: %+v", err, in)
	}
	if _, err := s.UseShortcut(soon(t), fakeslack.Shortcut{CallbackID: "anywhere"}); err != nil {
		t.Error(err)
	}
	if in := <-got; in.Type != slack.InteractionTypeShortcut {
		t.Errorf("got %+v", in)
	}
}

func TestAssistantCallsAreKept(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	ctx, api, dm := soon(t), client(s), s.DM(fakeslack.Alice)
	root, _ := s.Say(ctx, fakeslack.Message{Text: "why?", Channel: dm})
	status := func() error {
		return api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{ChannelID: dm, ThreadTS: root, Status: "is reading"})
	}
	if err := status(); err != nil {
		t.Fatal(err)
	}
	if got := s.Statuses(); len(got) != 1 || got[0].Text != "is reading" || got[0].Cleared {
		t.Errorf("got %+v", got)
	}
	if _, _, err := api.PostMessageContext(ctx, dm, slack.MsgOptionText("because", false), slack.MsgOptionTS(root)); err != nil {
		t.Fatal(err)
	}
	if got := s.Statuses(); !got[0].Cleared {
		t.Error("the post did not clear the status")
	}
	prompts := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: dm}
	for range 4 {
		prompts.AddPrompt("title", "message")
	}
	if err := api.SetAssistantThreadsSuggestedPromptsContext(ctx, prompts); err != nil {
		t.Error(err)
	}
	prompts.AddPrompt("one", "too many")
	if err := api.SetAssistantThreadsSuggestedPromptsContext(ctx, prompts); err == nil {
		t.Error("five prompts were taken")
	}
	if err := api.SetAssistantThreadsTitleContext(ctx, slack.AssistantThreadsSetTitleParameters{ChannelID: dm, ThreadTS: root, Title: "Why"}); err != nil {
		t.Error(err)
	}
	if _, err := api.SetAgentSessionStatusContext(ctx, slack.AgentSessionSetStatusParameters{ChannelID: dm, ThreadTS: root, Status: "processing"}); err != nil {
		t.Error(err)
	}
	if err := api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{ChannelID: dm, ThreadTS: "1.000001", Status: "x"}); err == nil || err.Error() != "invalid_thread_ts" {
		t.Errorf("an unknown thread: %v", err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}
