package fakediscord

import (
	"time"
)

// Interaction types.
const (
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4
	interactionModal        = 5
)

// Callback types.
const (
	CallbackMessage         = 4
	CallbackDeferredMessage = 5
	CallbackDeferredUpdate  = 6
	CallbackUpdate          = 7
	CallbackAutocomplete    = 8
	CallbackModal           = 9
)

// maxUserFollowUps is how many follow-ups there may be where the application is
// only installed by the person. That the next one is answered by 40094 with 403
// is assumed: the code is documented, its status is not.
const maxUserFollowUps = 5

// interaction is an interaction and what became of it.
type interaction struct {
	id, token   string
	kind        int
	name        string // command, or custom_id
	user        string
	channel     string
	guild       string
	created     time.Time
	target      string // message of a click, of a message command
	userInstall bool   // not authorised by the guild
	expired     bool   // by fault: the callback comes too late

	callback  int // type of the callback; 0: none yet
	answered  time.Time
	original  string // ID of the response message
	ephemeral bool
	choices   []any
	modal     obj
	followUps []string
}

// owners is authorizing_integration_owners.
func (in *interaction) owners() obj {
	o := obj{}
	if in.guild != "" && !in.userInstall {
		o["0"] = in.guild
	} else if !in.userInstall {
		o["0"] = "0"
	}
	if in.userInstall {
		o["1"] = in.user
	}
	return o
}

// interactionMay is what an interaction's answers may do in channels where the
// bot itself has no say: interaction messages bypass SEND_MESSAGES.
func (w *world) interactionMay(m *message) Permissions {
	if m.interaction == "" {
		return 0
	}
	return ViewChannel | SendMessages | EmbedLinks
}

// open says whether the token of an interaction still works.
func (s *Server) open(in *interaction) bool { return s.now().Sub(in.created) < s.cfg.TokenLifetime }

func (s *Server) callback(c *call) (reply, *apiError) {
	in := s.inter[c.PathValue("interaction_id")]
	switch {
	case in == nil || in.token != c.PathValue("interaction_token"):
		return sorry(10062)
	case in.callback != 0:
		return sorry(40060)
	case in.expired || s.now().Sub(in.created) > s.cfg.CallbackDeadline:
		return sorry(10062)
	}
	kind, data := num(c.body["type"]), object(c.body["data"])
	inner := *c
	inner.body = data
	if inner.body == nil {
		inner.body = obj{}
	}
	if err := s.respond(&inner, in, kind); err != nil {
		return reply{}, err
	}
	in.callback, in.answered = kind, s.now()
	if c.query.Get("with_response") == "true" {
		return ok(s.callbackJSON(in))
	}
	return none()
}

// respond does what a callback of that type asks for.
func (s *Server) respond(c *call, in *interaction, kind int) *apiError {
	wrong := invalid("type", "INTERACTION_APPLICATION_INVALID_TYPE", "Callback type %d does not fit interaction type %d", kind, in.kind)
	if (in.kind == interactionAutocomplete) != (kind == CallbackAutocomplete) {
		return wrong
	}
	switch kind {
	case CallbackMessage:
		return s.respondMessage(c, in)
	case CallbackDeferredMessage:
		s.respondDeferred(c, in)
	case CallbackDeferredUpdate, CallbackUpdate:
		if in.kind != interactionComponent && (in.kind != interactionModal || in.target == "") {
			return wrong
		}
		in.original = in.target
		if kind == CallbackUpdate {
			return s.applyEdit(s.message(in.channel, in.target), c)
		}
	case CallbackAutocomplete:
		in.choices = array(c.body["choices"])
		if len(in.choices) > 25 {
			return invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		}
	case CallbackModal:
		if in.kind == interactionModal {
			return wrong
		}
		if err := checkModal(c.body); err != nil {
			return err
		}
		in.modal = c.body
	default:
		return wrong
	}
	return nil
}

func (s *Server) respondMessage(c *call, in *interaction) *apiError {
	m, err := s.composeFor(c, in)
	if err != nil {
		return err
	}
	in.ephemeral = num(c.body["flags"])&flagEphemeral != 0
	s.answerWith(in, m)
	return nil
}

// respondDeferred shows "thinking…". Of the flags only EPHEMERAL is honoured: a
// V2 flag here is lost, as it is in Discord.
func (s *Server) respondDeferred(c *call, in *interaction) {
	in.ephemeral = num(c.body["flags"])&flagEphemeral != 0
	m := &message{id: s.id(), channel: in.channel, author: defaultBot, created: s.now(), flags: flagLoading, interaction: in.id}
	s.answerWith(in, m)
}

// answerWith stores m as the response of in.
func (s *Server) answerWith(in *interaction, m *message) {
	m.interaction, m.kind = in.id, responseKind(in)
	if in.ephemeral {
		m.flags, m.viewer = m.flags|flagEphemeral, in.user
	}
	in.original = m.id
	s.add(s.channels[in.channel], m)
}

func responseKind(in *interaction) int {
	switch {
	case in.kind != interactionCommand:
		return 19 // a component's answer is a reply to its message
	case in.target != "":
		return 23 // context menu command
	}
	return 20 // chat input command
}

// composeFor makes a message out of a body for an interaction.
func (s *Server) composeFor(c *call, in *interaction) (*message, *apiError) {
	flags := num(c.body["flags"])
	if err := checkMessage(c.body, flags&flagV2 != 0); err != nil {
		return nil, err
	}
	m := &message{id: s.id(), channel: in.channel, author: defaultBot, created: s.now(), interaction: in.id}
	m.flags = flags & (flagSuppressEmbeds | flagV2 | 1<<12)
	if in.kind == interactionComponent && in.target != "" {
		m.reference = &reference{in.target, in.channel, in.guild}
	}
	s.fill(m, c)
	if m.empty() {
		return nil, fail(50006)
	}
	return m, nil
}

func (s *Server) callbackJSON(in *interaction) obj {
	o := obj{"id": in.id, "type": in.kind}
	out := obj{"interaction": o}
	m := s.message(in.channel, in.original)
	if m == nil {
		if in.callback == CallbackModal || in.callback == CallbackAutocomplete {
			return out
		}
	} else {
		o["response_message_id"], o["response_message_loading"] = m.id, m.flags&flagLoading != 0
		o["response_message_ephemeral"] = m.viewer != ""
		out["resource"] = obj{"type": in.callback, "message": s.messageJSON(m, false)}
	}
	return out
}

// hook finds the interaction of a webhook call: 10015 for a token nobody knows,
// 50027 with status 401 for one whose 15 minutes are over (the code is
// documented, the status is what discord.js and py-cord users report).
func (s *Server) hook(c *call) (*interaction, *apiError) {
	in := s.byToken[c.PathValue("webhook_token")]
	switch {
	case in == nil || c.PathValue("webhook_id") != defaultBot:
		return nil, fail(10015)
	case !s.open(in):
		return nil, fail(50027)
	case in.callback == 0:
		return nil, fail(10015)
	}
	return in, nil
}

// own finds a message of the interaction: its original, or a follow-up.
func (s *Server) own(c *call) (*interaction, *message, *apiError) {
	in, err := s.hook(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.PathValue("message_id")
	if id == "" {
		id = in.original
	}
	m := s.message(in.channel, id)
	if m == nil || m.interaction != in.id && m.id != in.original {
		return nil, nil, fail(10008)
	}
	return in, m, nil
}

func (s *Server) followUp(c *call) (reply, *apiError) {
	in, err := s.hook(c)
	if err != nil {
		return reply{}, err
	}
	if m := s.message(in.channel, in.original); m != nil && m.flags&flagLoading != 0 {
		// Right after a deferral the first follow-up is its edit (deprecated, but so it is).
		if err := s.applyEdit(m, c); err != nil {
			return reply{}, err
		}
		return ok(s.messageJSON(m, false))
	}
	if in.userInstall && len(in.followUps) >= maxUserFollowUps {
		return sorry(40094)
	}
	m, err := s.composeFor(c, in)
	if err != nil {
		return reply{}, err
	}
	m.reference = &reference{in.original, in.channel, in.guild}
	m.kind = 19
	if num(c.body["flags"])&flagEphemeral != 0 {
		m.flags, m.viewer = m.flags|flagEphemeral, in.user
	}
	in.followUps = append(in.followUps, m.id)
	s.add(s.channels[in.channel], m)
	return ok(s.messageJSON(m, false))
}

func (s *Server) getOriginal(c *call) (reply, *apiError) { return s.getFollowUp(c) }

func (s *Server) getFollowUp(c *call) (reply, *apiError) {
	_, m, err := s.own(c)
	if err != nil {
		return reply{}, err
	}
	return ok(s.messageJSON(m, false))
}

func (s *Server) editOriginal(c *call) (reply, *apiError) { return s.editFollowUp(c) }

func (s *Server) editFollowUp(c *call) (reply, *apiError) {
	_, m, err := s.own(c)
	if err == nil {
		err = s.applyEdit(m, c)
	}
	if err != nil {
		return reply{}, err
	}
	return ok(s.messageJSON(m, false))
}

func (s *Server) deleteOriginal(c *call) (reply, *apiError) { return s.deleteFollowUp(c) }

func (s *Server) deleteFollowUp(c *call) (reply, *apiError) {
	in, m, err := s.own(c)
	if err != nil {
		return reply{}, err
	}
	s.remove(s.channels[in.channel], m)
	return none()
}
