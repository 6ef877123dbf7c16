package fakediscord_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// event is an INTERACTION_CREATE as the bot gets it.
type interactionEvent struct {
	ID       string         `json:"id"`
	Token    string         `json:"token"`
	Type     int            `json:"type"`
	Locale   string         `json:"locale"`
	Context  int            `json:"context"`
	Data     map[string]any `json:"data"`
	Message  map[string]any `json:"message"`
	Member   map[string]any `json:"member"`
	Owners   m              `json:"authorizing_integration_owners"`
	Callback string         `json:"-"`
	Hook     string         `json:"-"`
}

// interactions is a connected bot with the commands "ask" and "Explain this".
func interactions(t *testing.T, cfg fakediscord.Config) (*fakediscord.Server, client, *socket) {
	t.Helper()
	s := start(t, cfg)
	c := client{t, s}
	c.want(c.do("PUT", "/applications/"+s.ApplicationID()+"/commands", []any{
		m{"name": "ask", "description": "Ask", "options": []any{
			m{"type": 3, "name": "question", "description": "d", "required": true, "autocomplete": true},
			m{"type": 5, "name": "private", "description": "d"},
		}},
		m{"name": "Explain this", "type": 3, "integration_types": []int{0, 1}, "contexts": []int{0, 1, 2}},
	}), 200, 0)
	return s, c, ready(t, s)
}

func (g *socket) interaction() interactionEvent {
	g.t.Helper()
	for {
		p, err := g.read()
		if err != nil {
			g.t.Fatalf("waiting for an interaction: %v", err)
		}
		if p.T != "INTERACTION_CREATE" {
			continue
		}
		var e interactionEvent
		if err := json.Unmarshal(p.D, &e); err != nil {
			g.t.Fatal(err)
		}
		e.Callback, e.Hook = "/interactions/"+e.ID+"/"+e.Token+"/callback", "/webhooks/100000000000000001/"+e.Token
		return e
	}
}

type outcome struct {
	state *fakediscord.InteractionState
	err   error
}

// later runs what a person does while the test plays the bot.
func later(t *testing.T, do func(context.Context) (*fakediscord.InteractionState, error)) <-chan outcome {
	t.Helper()
	c := ctx(t)
	done := make(chan outcome, 1)
	go func() {
		state, err := do(c)
		done <- outcome{state, err}
	}()
	return done
}

func ask(t *testing.T, s *fakediscord.Server, in fakediscord.Interaction) <-chan outcome {
	t.Helper()
	if in.Name == "" {
		in.Name, in.Options = "ask", map[string]any{"question": "왜?"}
	}
	return later(t, func(c context.Context) (*fakediscord.InteractionState, error) { return s.Command(c, in) })
}

func TestACommandArrivesAsDocumented(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	done := ask(t, s, fakediscord.Interaction{})
	e := g.interaction()
	if e.Type != 2 || e.Locale != "ko" || e.Context != 0 || e.Owners["0"] != fakediscord.DefaultGuild || e.Member["user"] == nil {
		t.Errorf("interaction %+v", e)
	}
	option, _ := e.Data["options"].([]any)
	if len(option) != 1 || option[0].(m)["value"] != "왜?" {
		t.Errorf("options %v", option)
	}
	a := c.do("POST", e.Callback+"?with_response=true", m{"type": 4, "data": m{"content": "because"}})
	c.want(a, 200, 0)
	if r, _ := a.body["resource"].(m); r["message"] == nil {
		t.Errorf("with_response: %s", a.text)
	}
	c.want(c.do("POST", e.Callback, m{"type": 4, "data": m{"content": "again"}}), 400, 40060)
	out := <-done
	if out.err != nil || out.state.Original.Content != "because" || out.state.Deferred {
		t.Errorf("outcome %+v, %v", out.state, out.err)
	}
	if got := s.Messages(fakediscord.DefaultChannel); len(got) != 1 || got[0].Type != 20 || got[0].Interaction != e.ID {
		t.Errorf("messages %+v", got)
	}
	clean(t, s)
}

func TestACallbackAfterTheDeadlineIsTooLate(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{CallbackDeadline: 100 * time.Millisecond})
	out := <-ask(t, s, fakediscord.Interaction{})
	if !errors.Is(out.err, fakediscord.ErrNoCallback) {
		t.Errorf("error %v, want ErrNoCallback", out.err)
	}
	e := g.interaction()
	c.want(c.do("POST", e.Callback, m{"type": 5}), 404, 10062)
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"content": "x"}), 404, 10015)
}

func TestTheFaultMakesACallbackLate(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultCallbackLate})
	context, cancel := context.WithCancel(ctx(t))
	done := make(chan outcome, 1)
	go func() {
		state, err := s.Command(context, fakediscord.Interaction{Name: "ask", Options: m{"question": "x"}})
		done <- outcome{state, err}
	}()
	e := g.interaction()
	c.want(c.do("POST", e.Callback, m{"type": 5}), 404, 10062)
	cancel()
	<-done
}

func TestATokenWorksForFifteenMinutes(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	done := ask(t, s, fakediscord.Interaction{})
	e := g.interaction()
	c.want(c.do("POST", e.Callback, m{"type": 5, "data": m{"flags": 1<<6 | 1<<15}}), 204, 0)
	if out := <-done; !out.state.Deferred || !out.state.Ephemeral || !out.state.Original.Loading || out.state.Original.Flags&(1<<15) != 0 {
		t.Errorf("after the deferral: %+v", out.state.Original)
	}
	s.Advance(14 * time.Minute)
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"content": "in time"}), 200, 0)
	state, _ := s.Interaction(e.ID)
	if !state.Done() || state.Original.Content != "in time" {
		t.Errorf("state %+v", state.Original)
	}
	s.Advance(61 * time.Second)
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"content": "late"}), 401, 50027)
	c.want(c.do("POST", e.Hook, m{"content": "late"}), 401, 50027)
}

func TestADeferredAnswerCanBecomeV2ByItsEdit(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	done := ask(t, s, fakediscord.Interaction{})
	e := g.interaction()
	c.do("POST", e.Callback, m{"type": 5, "data": m{"flags": 1 << 15}})
	<-done
	text := []any{m{"type": 10, "content": "v2"}}
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"components": text}), 400, 50035)
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"components": text, "flags": 1 << 15}), 200, 0)
	c.want(c.do("GET", e.Hook+"/messages/@original", nil), 200, 0)
	state, _ := s.Interaction(e.ID)
	if state.Original.PlainText() != "v2" {
		t.Errorf("shows %q", state.Original.PlainText())
	}
}

func TestFollowUpsCanBeEditedAndDeleted(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	done := ask(t, s, fakediscord.Interaction{})
	e := g.interaction()
	c.do("POST", e.Callback, m{"type": 5})
	<-done
	first := c.do("POST", e.Hook+"?wait=true", m{"content": "the first one is the edit"})
	state, _ := s.Interaction(e.ID)
	if first.id() != state.Original.ID || len(state.FollowUps) != 0 {
		t.Errorf("the first follow-up after a deferral made a message: %+v", state)
	}
	second := c.do("POST", e.Hook, m{"content": "second", "flags": 1 << 6})
	c.want(c.do("PATCH", e.Hook+"/messages/"+second.id(), m{"content": "changed"}), 200, 0)
	state, _ = s.Interaction(e.ID)
	if len(state.FollowUps) != 1 || state.FollowUps[0].Content != "changed" || state.FollowUps[0].Viewer != fakediscord.DefaultUser {
		t.Errorf("follow-ups %+v", state.FollowUps)
	}
	c.want(c.do("DELETE", e.Hook+"/messages/"+second.id(), nil), 204, 0)
	c.want(c.do("GET", e.Hook+"/messages/"+second.id(), nil), 404, 10008)
	c.want(c.do("DELETE", e.Hook+"/messages/@original", nil), 204, 0)
	c.want(c.do("PATCH", e.Hook+"/messages/@original", m{"content": "x"}), 404, 10008)
	c.want(c.do("POST", "/webhooks/"+s.ApplicationID()+"/nonsense", m{"content": "x"}), 404, 10015)
	clean(t, s)
}

func TestAUserInstalledAppHasFiveFollowUps(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	guild := s.AddGuild(fakediscord.Guild{Name: "Elsewhere"})
	ch := s.AddChannel(fakediscord.Channel{Guild: guild, Name: "there"})
	id, err := s.Say(ctx(t), fakediscord.Message{Channel: ch, Content: "what is a weight?"})
	if err != nil {
		t.Fatal(err)
	}
	done := ask(t, s, fakediscord.Interaction{Name: "Explain this", Channel: ch, Target: id, UserInstall: true})
	e := g.interaction()
	if e.Owners["1"] != fakediscord.DefaultUser || e.Owners["0"] != nil {
		t.Errorf("owners %v", e.Owners)
	}
	resolved, _ := json.Marshal(e.Data["resolved"])
	if e.Data["target_id"] != id || !strings.Contains(string(resolved), "what is a weight?") {
		t.Errorf("data %v", e.Data)
	}
	c.do("POST", e.Callback, m{"type": 4, "data": m{"content": "answer"}})
	<-done
	for range 5 {
		c.want(c.do("POST", e.Hook, m{"content": "more"}), 200, 0)
	}
	c.want(c.do("POST", e.Hook, m{"content": "sixth"}), 403, 40094)
	c.want(c.do("POST", "/channels/"+ch+"/messages", m{"content": "as a message"}), 403, 50001)
}

func TestButtonsMenusAndForms(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	msg := c.do("POST", general+"/messages", m{"content": "choose", "components": []any{
		m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Why?", "custom_id": "why"}, m{"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": true}}},
		m{"type": 1, "components": []any{m{"type": 3, "custom_id": "menu", "options": []any{m{"label": "A", "value": "a"}}}}},
	}}).id()
	click := func(id string, values ...string) <-chan outcome {
		return later(t, func(c context.Context) (*fakediscord.InteractionState, error) {
			return s.Click(c, fakediscord.Click{Message: msg, CustomID: id, Values: values})
		})
	}
	if out := <-click("off"); out.err == nil {
		t.Error("a disabled button could be clicked")
	}
	done := click("menu", "a")
	e := g.interaction()
	if v, _ := e.Data["values"].([]any); e.Type != 3 || len(v) != 1 || v[0] != "a" || e.Message["id"] != msg {
		t.Errorf("click %+v", e)
	}
	c.want(c.do("POST", e.Callback, m{"type": 7, "data": m{"content": "chosen", "components": []any{m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Why?", "custom_id": "why"}}}}}}), 204, 0)
	if out := <-done; out.err != nil || out.state.Original.Content != "chosen" || out.state.Original.ID != msg {
		t.Errorf("update: %+v %v", out.state, out.err)
	}
	done = click("why")
	e = g.interaction()
	form := m{"custom_id": "form", "title": "Why", "components": []any{m{"type": 18, "label": "Reason", "component": m{"type": 4, "custom_id": "reason", "style": 2}}}}
	c.want(c.do("POST", e.Callback, m{"type": 9, "data": form}), 204, 0)
	out := <-done
	if out.err != nil || !strings.Contains(string(out.state.Modal), "Reason") {
		t.Fatalf("form: %+v %v", out.state, out.err)
	}
	done = later(t, func(c context.Context) (*fakediscord.InteractionState, error) {
		return s.SubmitModal(c, fakediscord.Modal{Interaction: out.state.ID, Values: map[string]string{"reason": "틀렸어요"}})
	})
	e = g.interaction()
	data, _ := json.Marshal(e.Data)
	if e.Type != 5 || !strings.Contains(string(data), "틀렸어요") || e.Message["id"] != msg {
		t.Errorf("form came back as %s", data)
	}
	c.want(c.do("POST", e.Callback, m{"type": 6}), 204, 0)
	if out := <-done; out.err != nil {
		t.Error(out.err)
	}
	clean(t, s)
}

func TestAutocompleteOffersAtMost25Choices(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	in := fakediscord.Interaction{Name: "ask", Options: m{"question": "오픈"}}
	done := later(t, func(c context.Context) (*fakediscord.InteractionState, error) {
		return s.Autocomplete(c, in, "question")
	})
	e := g.interaction()
	if e.Type != 4 || e.Data["options"].([]any)[0].(m)["focused"] != true {
		t.Errorf("autocomplete %+v", e)
	}
	many := make([]any, 26)
	for i := range many {
		many[i] = m{"name": "n", "value": "v"}
	}
	c.want(c.do("POST", e.Callback, m{"type": 8, "data": m{"choices": many}}), 400, 50035)
	c.want(c.do("POST", e.Callback, m{"type": 4, "data": m{"content": "x"}}), 400, 50035)
	c.want(c.do("POST", e.Callback, m{"type": 8, "data": m{"choices": many[:1]}}), 204, 0)
	if out := <-done; out.err != nil || len(out.state.Choices) != 1 || out.state.Choices[0].Value != "v" {
		t.Errorf("choices %+v, %v", out.state, out.err)
	}
}

func TestCommandsThatAreNotThereCannotBeUsed(t *testing.T) {
	t.Parallel()
	s, c, _ := interactions(t, fakediscord.Config{})
	for _, in := range []fakediscord.Interaction{
		{Name: "nothing"}, {Name: "ask"}, {Name: "ask", Options: m{"question": "x", "unknown": 1}}, {Name: "Explain this", Target: "1"},
	} {
		if _, err := s.Command(ctx(t), in); err == nil || errors.Is(err, fakediscord.ErrNoCallback) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	for name, cmd := range map[string]m{
		"upper case":       {"name": "Ask", "description": "d"},
		"no description":   {"name": "ask"},
		"menu description": {"name": "Menu", "type": 2, "description": "d"},
		"required last": {"name": "ask", "description": "d", "options": []any{
			m{"type": 3, "name": "a", "description": "d"}, m{"type": 3, "name": "b", "description": "d", "required": true}}},
	} {
		a := c.do("POST", "/applications/"+s.ApplicationID()+"/commands", cmd)
		if a.status != 400 || a.code() != 50035 {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
	}
}
