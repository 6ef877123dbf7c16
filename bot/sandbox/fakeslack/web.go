package fakeslack

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// method is one method of the Web API. run is called with the state locked.
type method struct {
	scopes []string // any one of them allows the call; none: no scope is needed
	app    bool     // wants the app-level token
	run    func(*call) (object, error)
}

type object = map[string]any

// call is one call of the Web API that may run.
type call struct {
	s    *Server
	st   *State
	args args
	team string
	warn string // a warning for the answer
}

// apiError is a refusal: the code, and what else the answer says.
type apiError struct {
	code  string
	extra object
}

func (e *apiError) Error() string { return e.code }

func fail(code string) error { return &apiError{code: code} }

func failWith(code string, messages ...string) error {
	return &apiError{code: code, extra: object{"errors": messages, "response_metadata": object{"messages": messages}}}
}

// serveAPI answers one call: read, recorded, perhaps spoilt by a fault, checked,
// run, answered.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, token, jsonBody, err := readArgs(r)
	n, f := s.record(name, a, r.Header.Get("Content-Type"))
	if s.spoil(w, r, f, n) {
		return
	}
	var answer object
	var refused error
	if err != nil {
		refused = fail(map[bool]string{true: "invalid_json", false: "invalid_form_data"}[jsonBody])
	} else {
		answer, refused = s.run(name, a, token, r, n)
	}
	if f != nil && f.Drop == DropAfter {
		s.finish(n, 0, "dropped")
		dropConnection(w)
		return
	}
	code := ""
	var refusal *apiError
	if errors.As(refused, &refusal) {
		code = refusal.code
		answer = object{"ok": false, "error": code}
		for k, v := range refusal.extra {
			answer[k] = v
		}
	}
	f.adorn(answer)
	s.finish(n, http.StatusOK, code)
	s.writeAnswer(w, name, answer)
}

func (s *Server) writeAnswer(w http.ResponseWriter, name string, answer object) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-OAuth-Scopes", strings.Join(s.cfg.Scopes, ","))
	if m, ok := s.methods[name]; ok && len(m.scopes) > 0 {
		h.Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	}
	h.Set("X-Slack-Req-Id", "sandbox")
	_, _ = w.Write(readable(answer))
}

// record keeps the call and finds the fault that is meant for it, if any.
func (s *Server) record(name string, a args, contentType string) (int, *faultRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.state.now()
	s.state.requests = append(s.state.requests, Request{Method: name, Args: a.decoded(), Time: now, Type: contentType})
	for _, v := range s.contracts.check(name, a) {
		s.violate("%s", v)
	}
	s.touch()
	return len(s.state.requests) - 1, s.faultFor(name, now)
}

// violate records something that the bot should not have done. The caller holds s.mu.
func (s *Server) violate(format string, v ...any) {
	s.state.violations = append(s.state.violations, fmt.Sprintf(format, v...))
}

func (s *Server) finish(n, status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.requests[n].Status, s.state.requests[n].Error = status, code
	s.touch()
}

// run checks who calls and whether they may, and does what was asked.
func (s *Server) run(name string, a args, token string, r *http.Request, n int) (object, error) {
	m, known := s.methods[name]
	if !known {
		return nil, failWith("unknown_method", "unknown method "+name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	team, err := s.authorise(m, token, r)
	if err != nil {
		return nil, err
	}
	s.state.requests[n].Team = team
	s.state.expire()
	c := &call{s: s, st: s.state, args: a, team: team}
	answer, err := m.run(c)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		answer = object{}
	}
	answer["ok"] = true
	if c.warn != "" {
		answer["warning"] = c.warn
		answer["response_metadata"] = object{"warnings": []string{c.warn}}
	}
	return answer, nil
}

// authorise finds the workspace of a token and checks that the token may call m.
func (s *Server) authorise(m method, token string, r *http.Request) (string, error) {
	if m.app {
		switch bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); {
		case r.Method != http.MethodPost:
			return "", fail("insecure_request")
		case bearer == "":
			return "", fail("not_authed")
		case strings.HasPrefix(bearer, "xoxb-"):
			return "", fail("not_allowed_token_type")
		case bearer != s.AppToken():
			return "", fail("invalid_auth")
		}
		return teamID, nil
	}
	switch {
	case token == "":
		return "", fail("not_authed")
	case token == s.AppToken():
		return "", fail("not_allowed_token_type")
	}
	for id := range s.state.teams {
		if token == botToken(id) {
			return id, s.scoped(m.scopes)
		}
	}
	return "", fail("invalid_auth")
}

// scoped refuses a token that has none of the scopes needed.
func (s *Server) scoped(need []string) error {
	for _, sc := range need {
		if slices.Contains(s.cfg.Scopes, sc) {
			return nil
		}
	}
	if len(need) == 0 {
		return nil
	}
	return &apiError{code: "missing_scope", extra: object{"needed": strings.Join(need, ","), "provided": strings.Join(s.cfg.Scopes, ",")}}
}

// need refuses a call unless the token has the one scope given.
func (c *call) need(scope string) error { return c.s.scoped([]string{scope}) }

func methods() map[string]method {
	chat := []string{"chat:write"}
	history := []string{"channels:history", "groups:history", "im:history", "mpim:history"}
	read := []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	people := []string{"users:read"}
	return map[string]method{
		"auth.test":             {run: (*call).authTest},
		"apps.connections.open": {app: true, run: (*call).openSocket},
		"api.test":              {run: func(c *call) (object, error) { return object{"args": c.args.decoded()}, nil }},

		"chat.postMessage":   {scopes: chat, run: (*call).postMessage},
		"chat.postEphemeral": {scopes: chat, run: (*call).postEphemeral},
		"chat.update":        {scopes: chat, run: (*call).update},
		"chat.delete":        {scopes: chat, run: (*call).delete},
		"chat.getPermalink":  {run: (*call).permalink},
		"chat.startStream":   {scopes: chat, run: (*call).startStream},
		"chat.appendStream":  {scopes: chat, run: (*call).appendStream},
		"chat.stopStream":    {scopes: chat, run: (*call).stopStream},

		"conversations.replies": {scopes: history, run: (*call).conversationReplies},
		"conversations.history": {scopes: history, run: (*call).history},
		"conversations.info":    {scopes: read, run: (*call).conversationInfo},
		"conversations.members": {scopes: read, run: (*call).members},
		"conversations.list":    {scopes: read, run: (*call).list},
		"conversations.open":    {scopes: []string{"im:write", "mpim:write"}, run: (*call).open},
		"conversations.join":    {scopes: []string{"channels:join"}, run: (*call).join},
		"users.conversations":   {scopes: read, run: (*call).userConversations},

		"users.info":    {scopes: people, run: (*call).userInfo},
		"bots.info":     {scopes: people, run: (*call).botInfo},
		"team.info":     {scopes: []string{"team:read"}, run: (*call).teamInfo},
		"reactions.add": {scopes: []string{"reactions:write"}, run: (*call).react},

		"assistant.threads.setStatus":           {scopes: []string{"chat:write", "assistant:write"}, run: (*call).setStatus},
		"assistant.threads.setTitle":            {scopes: []string{"assistant:write"}, run: (*call).setTitle},
		"assistant.threads.setSuggestedPrompts": {scopes: []string{"assistant:write"}, run: (*call).setPrompts},
		"agents.sessions.setStatus":             {scopes: chat, run: (*call).session},
		"agents.sessions.rename":                {scopes: chat, run: (*call).session},

		"views.open":    {run: (*call).viewOpen},
		"views.push":    {run: (*call).viewPush},
		"views.update":  {run: (*call).viewUpdate},
		"views.publish": {run: (*call).viewPublish},
	}
}
