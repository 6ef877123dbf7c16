package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

const (
	maxViewBlocks = 100
	maxViewBytes  = 250_000
	maxViewStack  = 3
)

// View is a modal or a home tab.
type View struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"` // modal or home
	User       string            `json:"user"` // who sees it
	CallbackID string            `json:"callback_id"`
	ExternalID string            `json:"external_id"`
	Private    string            `json:"private_metadata"`
	Title      string            `json:"title"`
	Hash       string            `json:"hash"`
	Root       string            `json:"root_view_id"`
	Previous   string            `json:"previous_view_id"`
	Blocks     json.RawMessage   `json:"blocks"`
	Errors     map[string]string `json:"errors,omitempty"` // what the last submission was refused with, by block ID
	raw        object
}

// wireView is a view as Slack's answers and payloads show it.
func (st *State) wireView(v *View) object {
	out := object{}
	for k, x := range v.raw {
		out[k] = x
	}
	var previous any
	if v.Previous != "" {
		previous = v.Previous
	}
	for k, x := range (object{
		"id": v.ID, "team_id": teamID, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.Private, "callback_id": v.CallbackID,
		"external_id": v.ExternalID, "hash": v.Hash, "root_view_id": v.Root, "previous_view_id": previous, "app_id": appID,
		"app_installed_team_id": teamID, "bot_id": botID, "state": object{"values": object{}},
	}) {
		out[k] = x
	}
	return out
}

// view reads the view argument, or says why Slack would refuse it.
func (c *call) view(raw any, want string) (*View, error) {
	b, err := json.Marshal(raw)
	if len(b) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	v, isObject := copyJSON(raw).(object)
	if err != nil || !isObject {
		return nil, failWith("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
	}
	kind, _ := v["type"].(string)
	if kind != want {
		return nil, failWith("invalid_arguments", "[ERROR] must be "+want+" [json-pointer:/view/type]")
	}
	where := map[string]surface{"modal": inModal, "home": inHome}[kind]
	blocks, isList := v["blocks"].([]any)
	if !isList {
		return nil, failWith("invalid_arguments", "[ERROR] missing required field: blocks [json-pointer:/view]")
	}
	checked, err := c.st.checkBlocks(blocks, where, maxViewBlocks)
	if err != nil {
		err.(*apiError).code = "invalid_arguments"
		return nil, err
	}
	out := &View{Type: kind, Blocks: checked, raw: v}
	out.CallbackID, _ = v["callback_id"].(string)
	out.ExternalID, _ = v["external_id"].(string)
	out.Private, _ = v["private_metadata"].(string)
	return out, c.viewTexts(out)
}

func (c *call) viewTexts(v *View) error {
	for _, name := range []string{"title", "submit", "close"} {
		t, _ := v.raw[name].(object)
		s, _ := t["text"].(string)
		if name == "title" {
			v.Title = s
			if v.Type == "modal" && s == "" {
				return failWith("invalid_arguments", "[ERROR] missing required field: title [json-pointer:/view]")
			}
		}
		if utf8.RuneCountInString(s) > 24 {
			return failWith("invalid_arguments", "[ERROR] must be less than 25 characters [json-pointer:/view/"+name+"/text]")
		}
	}
	if utf8.RuneCountInString(v.Private) > 3000 || utf8.RuneCountInString(v.CallbackID) > 255 {
		return failWith("invalid_arguments", "[ERROR] private_metadata or callback_id is too long [json-pointer:/view]")
	}
	return nil
}

// useTrigger takes a trigger; each works once and not for long.
func (c *call) useTrigger() (*trigger, error) {
	t := c.st.triggers[c.args.str("trigger_id")]
	switch {
	case t == nil:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case c.st.now().Sub(t.at) > c.s.cfg.TriggerLife:
		return nil, fail("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// keepView stores a new view.
func (st *State) keepView(v *View, user string, previous *View) object {
	v.ID, v.User, v.Root = st.id("V"), user, ""
	v.Root = v.ID
	if previous != nil {
		v.Root, v.Previous = previous.Root, previous.ID
	}
	st.rehash(v)
	st.views[v.ID] = v
	st.viewOrder = append(st.viewOrder, v.ID)
	return object{"view": st.wireView(v)}
}

func (st *State) rehash(v *View) {
	v.Hash = fmt.Sprintf("%d.%s", st.now().Unix(), st.blockID())
}

func (c *call) viewArg(want string) (*View, error) {
	raw, ok, err := c.args.value("view")
	if !ok || err != nil {
		return nil, failWith("invalid_arguments", "[ERROR] missing required field: view")
	}
	return c.view(raw, want)
}

func (c *call) viewOpen() (object, error) {
	v, err := c.viewArg("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.useTrigger()
	if err != nil {
		return nil, err
	}
	return c.st.keepView(v, t.user, nil), nil
}

func (c *call) viewPush() (object, error) {
	v, err := c.viewArg("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.useTrigger()
	if err != nil {
		return nil, err
	}
	stack := c.st.stack(t.user)
	switch {
	case len(stack) == 0:
		return nil, fail("not_found")
	case len(stack) >= maxViewStack:
		return nil, fail("push_limit_reached")
	}
	return c.st.keepView(v, t.user, stack[len(stack)-1]), nil
}

// stack are the open modals of a person, the topmost last.
func (st *State) stack(user string) []*View {
	var out []*View
	for _, id := range st.viewOrder {
		if v := st.views[id]; v != nil && v.Type == "modal" && v.User == user {
			out = append(out, v)
		}
	}
	return out
}

func (c *call) viewUpdate() (object, error) {
	var old *View
	for _, v := range c.st.views {
		if v.ID == c.args.str("view_id") || (v.ExternalID != "" && v.ExternalID == c.args.str("external_id")) {
			old = v
		}
	}
	if old == nil {
		return nil, fail("not_found")
	}
	return c.replaceView(old)
}

func (c *call) replaceView(old *View) (object, error) {
	if h := c.args.str("hash"); h != "" && h != old.Hash {
		return nil, fail("hash_conflict")
	}
	v, err := c.viewArg(old.Type)
	if err != nil {
		return nil, err
	}
	c.st.renew(old, v)
	return object{"view": c.st.wireView(old)}, nil
}

// renew gives a view new contents.
func (st *State) renew(old, v *View) {
	v.ID, v.User, v.Root, v.Previous = old.ID, old.User, old.Root, old.Previous
	*old = *v
	st.rehash(old)
}

func (c *call) viewPublish() (object, error) {
	user := c.args.str("user_id")
	if c.st.users[user] == nil {
		return nil, failWith("invalid_arguments", "[ERROR] user not found [json-pointer:/user_id]")
	}
	for _, v := range c.st.views {
		if v.Type == "home" && v.User == user {
			return c.replaceView(v)
		}
	}
	v, err := c.viewArg("home")
	if err != nil {
		return nil, err
	}
	return c.st.keepView(v, user, nil), nil
}

// Submit is a person submitting a modal.
type Submit struct {
	View   string                    `json:"view"`   // its ID; default: the topmost of User
	User   string                    `json:"user"`   // default [Alice]
	Values map[string]map[string]any `json:"values"` // block ID → action ID → the element's state, as Slack sends it
}

// SubmitView sends the submission and does what the acknowledgement says: errors
// stay on the view (and in the payload), update and push change what is open,
// clear closes all, nothing closes this one.
func (s *Server) SubmitView(ctx context.Context, in Submit) (Ack, error) {
	return s.leaveView(ctx, in, "view_submission")
}

// CloseView is a person closing a modal. The app is told where the view asks for it.
func (s *Server) CloseView(ctx context.Context, in Submit) (Ack, error) {
	return s.leaveView(ctx, in, "view_closed")
}

func (s *Server) leaveView(ctx context.Context, in Submit, kind string) (Ack, error) {
	if in.User == "" {
		in.User = Alice
	}
	s.mu.Lock()
	v := s.state.views[in.View]
	if stack := s.state.stack(in.User); in.View == "" && len(stack) > 0 {
		v = stack[len(stack)-1]
	}
	u := s.state.users[in.User]
	if v == nil || u == nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("%s by %s: no such view or user", kind, in.User)
	}
	if kind == "view_closed" && v.raw["notify_on_close"] != true {
		s.state.closeView(v)
		s.touch()
		s.mu.Unlock()
		return Ack{}, nil
	}
	shown := s.state.wireView(v)
	if in.Values != nil {
		shown["state"] = object{"values": in.Values}
	}
	p := s.interaction(kind, u, teamID)
	p["view"], p["response_urls"], p["is_cleared"] = shown, []object{}, false
	payload, _ := json.Marshal(p)
	d := s.enqueue(Interactive, payload)
	s.mu.Unlock()
	ack, err := s.await(ctx, d)
	if err != nil {
		return ack, err
	}
	ack.TriggerID = p["trigger_id"].(string)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	return ack, s.afterSubmit(v, ack.Payload)
}

func (s *Server) afterSubmit(v *View, payload json.RawMessage) error {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   any               `json:"view"`
	}
	_ = json.Unmarshal(payload, &answer)
	c := &call{s: s, st: s.state, team: teamID}
	switch answer.Action {
	case "errors":
		v.Errors = answer.Errors
	case "update", "push":
		next, err := c.view(answer.View, "modal")
		if err != nil {
			return fmt.Errorf("%s after a submission: %w", answer.Action, err)
		}
		if answer.Action == "update" {
			s.state.renew(v, next)
			return nil
		}
		s.state.keepView(next, v.User, v)
	case "clear":
		for _, x := range s.state.stack(v.User) {
			s.state.closeView(x)
		}
	default:
		s.state.closeView(v)
	}
	return nil
}

func (st *State) closeView(v *View) {
	delete(st.views, v.ID)
	st.viewOrder = slices.DeleteFunc(st.viewOrder, func(id string) bool { return id == v.ID })
}

// interaction is what all interaction payloads have in common. The caller holds s.mu.
func (s *Server) interaction(kind string, u *User, team string) object {
	t := s.state.teams[team]
	return object{
		"type": kind, "user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team}, "api_app_id": appID,
		"token": verifier, "trigger_id": s.state.newTrigger(u.ID), "team": object{"id": t.ID, "domain": t.Domain},
		"enterprise": nil, "is_enterprise_install": false, "action_ts": formatTS(time.Now().UnixMicro()),
	}
}
