package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Click is a person using an element of a message, an ephemeral message or a view.
type Click struct {
	User     string   `json:"user"`      // default [Alice]
	Channel  string   `json:"channel"`   // default [General]
	Message  string   `json:"message"`   // ts of the message or ephemeral; "": the person's last ephemeral, else the last message with the element
	View     string   `json:"view"`      // ID of a view, in place of a message
	ActionID string   `json:"action_id"` // of the element
	BlockID  string   `json:"block_id"`  // where the action ID is not enough
	Value    string   `json:"value"`     // chosen: an option's value, a feedback button's; for a plain button only to find it among several
	Values   []string `json:"values"`    // of a multiple choice, or checkboxes
}

var errNoElement = errors.New("no such element there")

// Click sends what Slack sends when an element is used, made from the stored
// blocks, and waits for the acknowledgement.
func (s *Server) Click(ctx context.Context, in Click) (Ack, error) {
	if in.User == "" {
		in.User = Alice
	}
	if in.Channel == "" {
		in.Channel = General
	}
	s.mu.Lock()
	payload, link, err := s.clickPayload(in)
	if err != nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("click %s in %s: %w", in.ActionID, in.Channel, err)
	}
	raw, _ := json.Marshal(payload)
	d := s.enqueue(Interactive, raw)
	s.mu.Unlock()
	ack, err := s.await(ctx, d)
	ack.TriggerID, _ = payload["trigger_id"].(string)
	if link != nil {
		ack.ResponseURL = s.base + link.path
	}
	return ack, err
}

func (s *Server) clickPayload(in Click) (object, *responseURL, error) {
	u := s.state.users[in.User]
	if u == nil {
		return nil, nil, errNoUser
	}
	if in.View != "" {
		p, err := s.viewClick(in, u)
		return p, nil, err
	}
	r := s.state.channels[in.Channel]
	if r == nil {
		return nil, nil, errNoChannel
	}
	m, err := r.clicked(in)
	if err != nil {
		return nil, nil, err
	}
	action := findAction(m.Blocks, in)
	if action == nil {
		return nil, nil, errNoElement
	}
	action["action_ts"] = formatTS(s.state.now().UnixMicro())
	p := s.interaction("block_actions", u, r.Team)
	delete(p, "action_ts")
	link := s.state.newResponseURL("actions", r, u.ID)
	link.original = m
	box := object{"type": "message", "message_ts": m.TS, "channel_id": r.ID, "is_ephemeral": m.Ephemeral}
	if m.Thread != "" {
		box["thread_ts"] = m.Thread
	}
	p["container"], p["channel"] = box, object{"id": r.ID, "name": r.commandName()}
	p["response_url"], p["actions"], p["state"] = s.base+link.path, []object{action}, object{"values": object{}}
	if !m.Ephemeral {
		p["message"] = s.state.wire(r, m, true) // the payload of an ephemeral message has no message
	}
	return p, link, nil
}

func (s *Server) viewClick(in Click, u *User) (object, error) {
	v := s.state.views[in.View]
	if v == nil {
		return nil, errors.New("no such view")
	}
	action := findAction(v.Blocks, in)
	if action == nil {
		return nil, errNoElement
	}
	action["action_ts"] = formatTS(s.state.now().UnixMicro())
	p := s.interaction("block_actions", u, teamID)
	delete(p, "action_ts")
	p["container"] = object{"type": "view", "view_id": v.ID}
	p["view"], p["actions"] = s.state.wireView(v), []object{action}
	return p, nil
}

// clicked finds the message a click means. What only somebody else sees cannot be
// clicked.
func (r *room) clicked(in Click) (*Message, error) {
	for _, m := range slices.Backward(r.ephemerals) {
		fits := m.TS == in.Message || (in.Message == "" && findAction(m.Blocks, in) != nil)
		if m.For == in.User && fits {
			return m, nil
		}
	}
	for _, m := range slices.Backward(r.messages) {
		if m.TS == in.Message || (in.Message == "" && findAction(m.Blocks, in) != nil) {
			return m, nil
		}
	}
	return nil, errNoMessage
}

// findAction makes the action of a payload from the element that a click means;
// nil where there is none.
func findAction(blocks json.RawMessage, in Click) object {
	var list []object
	_ = json.Unmarshal(blocks, &list)
	for _, b := range list {
		if in.BlockID != "" && b["block_id"] != in.BlockID {
			continue
		}
		elements, _ := b["elements"].([]any)
		for _, name := range []string{"accessory", "element"} {
			if e, ok := b[name]; ok {
				elements = append(elements, e)
			}
		}
		for _, it := range elements {
			e, _ := it.(object)
			if e["action_id"] != in.ActionID || in.ActionID == "" {
				continue
			}
			if a := action(e, in); a != nil {
				a["block_id"], a["action_id"], a["type"] = b["block_id"], e["action_id"], e["type"]
				return a
			}
		}
	}
	return nil
}

// action is what using an element says, without its IDs; nil where the value is
// not among its choices.
func action(e object, in Click) object {
	switch e["type"] {
	case "button":
		if in.Value != "" && e["value"] != in.Value {
			return nil
		}
		a := object{"text": e["text"]}
		for _, k := range []string{"value", "style", "url"} {
			if e[k] != nil {
				a[k] = e[k]
			}
		}
		return a
	case "feedback_buttons":
		for _, side := range []string{"positive_button", "negative_button"} {
			if b, _ := e[side].(object); b["value"] == in.Value {
				return object{"value": in.Value, "text": b["text"]}
			}
		}
		return nil
	case "icon_button":
		return object{"value": e["value"], "icon": e["icon"]}
	case "static_select", "overflow", "radio_buttons":
		if o := option(e, in.Value); o != nil {
			return object{"selected_option": o}
		}
		return nil
	case "multi_static_select", "checkboxes":
		chosen := []object{}
		for _, v := range in.Values {
			if o := option(e, v); o != nil {
				chosen = append(chosen, o)
			}
		}
		return object{"selected_options": chosen}
	case "plain_text_input":
		return object{"value": in.Value}
	case "users_select":
		return object{"selected_user": in.Value}
	case "channels_select":
		return object{"selected_channel": in.Value}
	case "conversations_select":
		return object{"selected_conversation": in.Value}
	}
	return object{"value": in.Value}
}

func option(e object, value string) object {
	list, _ := e["options"].([]any)
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		more, _ := g.(object)
		o, _ := more["options"].([]any)
		list = append(list, o...)
	}
	for _, it := range list {
		if o, _ := it.(object); o["value"] == value {
			return o
		}
	}
	return nil
}

// Shortcut is a person using a shortcut: on a message where Message is given,
// globally otherwise.
type Shortcut struct {
	User       string `json:"user"`    // default [Alice]
	Channel    string `json:"channel"` // default [General]
	Message    string `json:"message"`
	CallbackID string `json:"callback_id"`
}

// UseShortcut sends a message action or a global shortcut and waits for its
// acknowledgement.
func (s *Server) UseShortcut(ctx context.Context, in Shortcut) (Ack, error) {
	if in.User == "" {
		in.User = Alice
	}
	if in.Channel == "" {
		in.Channel = General
	}
	s.mu.Lock()
	u, r := s.state.users[in.User], s.state.channels[in.Channel]
	if u == nil || r == nil {
		s.mu.Unlock()
		return Ack{}, fmt.Errorf("use the shortcut %s: no such user or channel", in.CallbackID)
	}
	p, link := s.interaction("shortcut", u, r.Team), (*responseURL)(nil)
	p["callback_id"] = in.CallbackID
	if in.Message != "" {
		m := r.find(in.Message)
		if m == nil {
			s.mu.Unlock()
			return Ack{}, fmt.Errorf("use the shortcut %s: %w", in.CallbackID, errNoMessage)
		}
		link = s.state.newResponseURL("actions", r, u.ID)
		p["type"], p["message_ts"], p["message"] = "message_action", m.TS, s.state.wire(r, m, true)
		p["channel"], p["response_url"] = object{"id": r.ID, "name": r.commandName()}, s.base+link.path
	}
	raw, _ := json.Marshal(p)
	d := s.enqueue(Interactive, raw)
	s.mu.Unlock()
	ack, err := s.await(ctx, d)
	ack.TriggerID, _ = p["trigger_id"].(string)
	if link != nil {
		ack.ResponseURL = s.base + link.path
	}
	return ack, err
}
