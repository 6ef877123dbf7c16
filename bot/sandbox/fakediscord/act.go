package fakediscord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrNoCallback is returned when the bot did not answer an interaction in time:
// Discord's client shows "The application did not respond".
var ErrNoCallback = errors.New("the application did not respond")

// Interaction is a command a person uses: a slash command, or with Target a
// message command.
type Interaction struct {
	User    string         `json:"user,omitempty"`    // default DefaultUser
	Channel string         `json:"channel,omitempty"` // default DefaultChannel
	Name    string         `json:"name,omitempty"`
	Options map[string]any `json:"options,omitempty"` // by name: string, bool, int, float64
	Locale  string         `json:"locale,omitempty"`  // default that of the user, else "en-US"
	Target  string         `json:"target,omitempty"`  // ID of the message, for a message command

	// UserInstall runs the command as an application the person has installed
	// for themselves, in a guild that has not.
	UserInstall bool `json:"user_install,omitempty"`
}

// Click is a click on a button, or a choice in a select menu.
type Click struct {
	User     string   `json:"user,omitempty"`    // default DefaultUser
	Channel  string   `json:"channel,omitempty"` // default DefaultChannel
	Message  string   `json:"message,omitempty"`
	CustomID string   `json:"custom_id,omitempty"`
	Values   []string `json:"values,omitempty"` // of a select menu
}

// Modal is a filled-in form.
type Modal struct {
	Interaction string            `json:"interaction,omitempty"` // the interaction that was answered with the form
	Values      map[string]string `json:"values,omitempty"`      // by custom_id of the input
}

// Command uses a slash command and waits for the bot's first answer, at most 3 s
// (Config.CallbackDeadline); without one it returns ErrNoCallback with the state.
// A deferred answer counts as one: wait for the rest with [Server.WaitFor].
func (s *Server) Command(ctx context.Context, in Interaction) (*InteractionState, error) {
	if in.Target != "" {
		return s.MessageCommand(ctx, in)
	}
	return s.interact(ctx, interactionCommand, in.User, in.Channel, func(x *interaction, e obj) error {
		return s.commandData(x, e, in, "")
	})
}

// Autocomplete asks for choices while the option focused is typed in.
func (s *Server) Autocomplete(ctx context.Context, in Interaction, focused string) (*InteractionState, error) {
	return s.interact(ctx, interactionAutocomplete, in.User, in.Channel, func(x *interaction, e obj) error {
		return s.commandData(x, e, in, focused)
	})
}

// MessageCommand uses a message command on in.Target.
func (s *Server) MessageCommand(ctx context.Context, in Interaction) (*InteractionState, error) {
	return s.interact(ctx, interactionCommand, in.User, in.Channel, func(x *interaction, e obj) error {
		m := s.message(x.channel, in.Target)
		if m == nil {
			return fmt.Errorf("message command %q: there is no message %s", in.Name, in.Target)
		}
		target := s.messageJSON(m, false) // readable without the intent
		if s.takeLocked(FaultUnknownPart) {
			target["components"] = append(list(m.components), obj{"type": 99, "id": 1})
		}
		x.target = m.id
		if err := s.commandData(x, e, in, ""); err != nil {
			return err
		}
		d := object(e["data"])
		d["type"], d["target_id"] = 3, m.id
		d["resolved"] = obj{"messages": obj{m.id: target}}
		return nil
	})
}

// Click clicks on a component that is there and not disabled.
func (s *Server) Click(ctx context.Context, c Click) (*InteractionState, error) {
	return s.interact(ctx, interactionComponent, c.User, c.Channel, func(x *interaction, e obj) error {
		m := s.message(x.channel, c.Message)
		if m == nil || m.viewer != "" && m.viewer != x.user {
			return fmt.Errorf("click %q: there is no message %s that this person sees", c.CustomID, c.Message)
		}
		var found obj
		walk(m.components, func(p obj) {
			if str(p["custom_id"]) == c.CustomID && !boolean(p["disabled"]) {
				found = p
			}
		})
		if found == nil {
			return fmt.Errorf("click %q: message %s has no such button", c.CustomID, c.Message)
		}
		x.name, x.target = c.CustomID, m.id
		d := obj{"component_type": num(found["type"]), "custom_id": c.CustomID, "id": num(found["id"])}
		if num(found["type"]) != typeButton {
			d["values"] = list(c.Values)
		}
		e["data"], e["message"] = d, s.messageJSON(m, false)
		return nil
	})
}

// SubmitModal fills in and sends the form an interaction was answered with.
func (s *Server) SubmitModal(ctx context.Context, f Modal) (*InteractionState, error) {
	s.mu.Lock()
	of := s.inter[f.Interaction]
	s.mu.Unlock()
	if of == nil || of.modal == nil {
		return nil, fmt.Errorf("submit a form: interaction %s was not answered with one", f.Interaction)
	}
	return s.interact(ctx, interactionModal, of.user, of.channel, func(x *interaction, e obj) error {
		x.name = str(of.modal["custom_id"])
		e["data"] = obj{"custom_id": x.name, "components": filled(array(of.modal["components"]), f.Values)}
		if m := s.message(of.channel, of.target); m != nil && of.kind == interactionComponent {
			x.target = m.id
			e["message"] = s.messageJSON(m, false)
		}
		return nil
	})
}

// filled is the form as it comes back: rows with inputs, or labels with one.
func filled(rows []any, values map[string]string) []any {
	input := func(c obj) obj {
		return obj{"type": num(c["type"]), "id": num(c["id"]), "custom_id": str(c["custom_id"]), "value": values[str(c["custom_id"])]}
	}
	out := []any{}
	for i, r := range rows {
		r := object(r)
		if c := object(r["component"]); c != nil {
			out = append(out, obj{"type": typeLabel, "id": i + 1, "component": input(c)})
			continue
		}
		inner := []any{}
		for _, c := range array(r["components"]) {
			inner = append(inner, input(object(c)))
		}
		out = append(out, obj{"type": typeRow, "id": i + 1, "components": inner})
	}
	return out
}

// interact makes an interaction, sends it and waits for the callback. fill adds
// what the kind needs; the state is locked then.
func (s *Server) interact(ctx context.Context, kind int, user, channel string, fill func(*interaction, obj) error) (*InteractionState, error) {
	if user == "" {
		user = DefaultUser
	}
	if channel == "" {
		channel = DefaultChannel
	}
	var id string
	var err error
	s.locked(func() { id, err = s.sendInteraction(kind, user, channel, fill) })
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.CallbackDeadline)
	defer cancel()
	if err := s.WaitFor(ctx, func(s *Server) bool { return s.interactionOf(id).Callback != 0 }); err != nil {
		state := s.interactionOf(id)
		return &state, fmt.Errorf("interaction %s: %w", id, ErrNoCallback)
	}
	state := s.interactionOf(id)
	return &state, nil
}

func (s *Server) sendInteraction(kind int, user, channel string, fill func(*interaction, obj) error) (string, error) {
	ch := s.channels[channel]
	if ch == nil || s.users[user] == nil {
		return "", fmt.Errorf("interact: there is no channel %s or no user %s", channel, user)
	}
	x := &interaction{
		id: s.id(), kind: kind, user: user, channel: channel, guild: ch.Guild, created: s.now(), expired: s.takeLocked(FaultCallbackLate),
	}
	x.token = "aW50ZXJhY3Rpb246" + x.id + "." + s.id()
	e := s.interactionJSON(x, ch)
	if err := fill(x, e); err != nil {
		return "", err
	}
	e["authorizing_integration_owners"] = x.owners()
	s.inter[x.id], s.byToken[x.token] = x, x
	if !s.dispatchInteraction(x, e) {
		return "", errors.New("interact: no session of the bot is connected")
	}
	return x.id, nil
}

// dispatchInteraction sends it to one session: an interaction is delivered once.
func (s *Server) dispatchInteraction(x *interaction, e obj) bool {
	guild := x.guild
	if x.userInstall {
		guild = ""
	}
	for _, sess := range s.sessions {
		if sess.serves(guild) {
			s.send(sess, "INTERACTION_CREATE", e)
			return true
		}
	}
	return false
}

func (s *Server) interactionJSON(x *interaction, ch *channel) obj {
	u := s.users[x.user]
	locale := u.Locale
	if locale == "" {
		locale = "en-US"
	}
	c := s.channelJSON(ch)
	c["permissions"] = bits(s.userMay(u))
	e := obj{
		"id": x.id, "application_id": defaultBot, "type": x.kind, "token": x.token, "version": 1, "channel_id": ch.ID, "channel": c,
		"app_permissions": bits(s.may(ch)), "locale": locale, "attachment_size_limit": maxFile, "entitlements": []any{},
		"entitlement_sku_ids": []any{}, "context": 1,
	}
	if ch.Guild == "" {
		e["user"] = s.userJSON(x.user)
		return e
	}
	m := s.memberWithUser(ch.Guild, x.user)
	m["permissions"] = bits(s.userMay(u))
	e["member"], e["guild_id"], e["guild_locale"], e["context"] = m, ch.Guild, "en-US", 0
	e["guild"] = obj{"id": ch.Guild, "features": []any{}, "locale": "en-US"}
	return e
}

func (s *Server) userMay(u *User) Permissions {
	if u.Admin {
		return allPermissions
	}
	return DefaultPermissions
}

func (s *Server) commandData(x *interaction, e obj, in Interaction, focused string) error {
	x.name, x.userInstall = in.Name, in.UserInstall
	if in.Locale != "" {
		e["locale"] = in.Locale
	}
	cmd := s.command(x.guild, in.Name)
	if cmd == nil {
		return fmt.Errorf("use command %q: the bot has not registered it", in.Name)
	}
	options, err := optionsJSON(cmd, in.Options, focused)
	if err != nil {
		return err
	}
	d := obj{"id": cmd["id"], "name": in.Name, "type": num(cmd["type"])}
	if len(options) > 0 {
		d["options"] = options
	}
	if g := str(cmd["guild_id"]); g != "" {
		d["guild_id"] = g
	}
	e["data"] = d
	return nil
}

// command finds a command by name, the guild's own first.
func (s *Server) command(guild, name string) obj {
	for _, scope := range []string{guild, ""} {
		for _, c := range s.commands[scope] {
			if c["name"] == name {
				return c
			}
		}
	}
	return nil
}

// optionsJSON puts options in the order the command declares them.
func optionsJSON(cmd obj, given map[string]any, focused string) ([]any, error) {
	var out []any
	used := 0
	for _, v := range array(cmd["options"]) {
		o := object(v)
		name := str(o["name"])
		value, there := given[name]
		if !there {
			if boolean(o["required"]) && focused == "" {
				return nil, fmt.Errorf("use command %q: option %q is required", cmd["name"], name)
			}
			continue
		}
		used++
		x := obj{"name": name, "type": num(o["type"]), "value": value}
		if name == focused {
			x["focused"] = true
		}
		out = append(out, x)
	}
	if used != len(given) {
		return nil, fmt.Errorf("use command %q: it does not have all of the options %v", cmd["name"], mustJSON(given))
	}
	return out, nil
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
