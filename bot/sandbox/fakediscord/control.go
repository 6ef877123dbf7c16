package fakediscord

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

//go:embed page
var pageFiles embed.FS

// State is what /sandbox/state tells: all that an outside bot needs to connect,
// and who and what there is.
type State struct {
	Version       uint64            `json:"version"`
	URL           string            `json:"url"`
	APIURL        string            `json:"api_url"`
	GatewayURL    string            `json:"gateway_url"`
	Token         string            `json:"token"`
	ApplicationID string            `json:"application_id"`
	Guilds        []Guild           `json:"guilds"`
	Channels      []Channel         `json:"channels"`
	Users         []User            `json:"users"`
	Commands      []json.RawMessage `json:"commands"`
	Sessions      []Session         `json:"sessions"`
	Violations    []string          `json:"violations"`
	Faults        []FaultKind       `json:"faults"`
	Pending       []Fault           `json:"pending"`
}

// controlRoutes serves the control surface: JSON in and out, {"error": "…"}
// with 400 where something did not work, and the page at /sandbox/.
func (s *Server) controlRoutes(root *http.ServeMux) {
	m := http.NewServeMux()
	m.HandleFunc("GET /sandbox/{$}", s.page("page.html", "text/html; charset=utf-8"))
	m.HandleFunc("GET /sandbox/page.js", s.page("page.js", "text/javascript; charset=utf-8"))
	m.HandleFunc("GET /sandbox/page.css", s.page("page.css", "text/css; charset=utf-8"))
	m.HandleFunc("GET /sandbox/state", s.getState)
	m.HandleFunc("GET /sandbox/messages", s.getMessages)
	m.HandleFunc("GET /sandbox/requests", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, s.Requests()) })
	m.HandleFunc("GET /sandbox/wait", s.getWait)
	m.HandleFunc("GET /sandbox/interactions/{id}", s.getInteraction)
	control(m, "say", func(c context.Context, in Message) (any, error) { return idOf(s.Say(c, in)) })
	control(m, "edit", func(_ context.Context, in Message) (any, error) {
		return obj{}, s.Edit(in.Channel, in.ID, in.Content)
	})
	control(m, "delete", func(_ context.Context, in Message) (any, error) { return obj{}, s.Delete(in.Channel, in.ID) })
	control(m, "react", func(_ context.Context, in reactInput) (any, error) {
		return obj{}, s.React(in.Channel, in.Message, in.User, in.Emoji, in.Off)
	})
	control(m, "command", func(c context.Context, in Interaction) (any, error) { return s.Command(c, in) })
	control(m, "autocomplete", func(c context.Context, in autocompleteInput) (any, error) {
		return s.Autocomplete(c, in.Interaction, in.Focused)
	})
	control(m, "click", func(c context.Context, in Click) (any, error) { return s.Click(c, in) })
	control(m, "modal", func(c context.Context, in Modal) (any, error) { return s.SubmitModal(c, in) })
	control(m, "post", func(c context.Context, in Post) (any, error) { return idOf(s.Post(c, in)) })
	control(m, "users", func(_ context.Context, in User) (any, error) { return obj{"id": s.AddUser(in)}, nil })
	control(m, "channels", func(_ context.Context, in Channel) (any, error) { return obj{"id": s.AddChannel(in)}, nil })
	control(m, "fault", func(_ context.Context, in faultInput) (any, error) { return obj{}, s.injectInput(in) })
	control(m, "advance", func(_ context.Context, in advanceInput) (any, error) {
		s.Advance(time.Duration(in.Seconds * float64(time.Second)))
		return obj{}, nil
	})
	m.HandleFunc("GET /sandbox/attachments/{id}/{name}", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the offline Discord does not keep files", http.StatusGone)
	})
	// A page of another site must not drive this one from the person's browser.
	root.Handle("/sandbox/", http.NewCrossOriginProtection().Handler(m))
	root.Handle("/{$}", http.RedirectHandler("/sandbox/", http.StatusFound))
}

type reactInput struct {
	Channel, Message, User, Emoji string
	Off                           bool
}

type autocompleteInput struct {
	Interaction
	Focused string `json:"focused"`
}

type advanceInput struct {
	Seconds float64 `json:"seconds"`
}

// faultInput is a Fault with its times in seconds; {"clear": true} ends those that wait.
type faultInput struct {
	Fault
	After float64 `json:"after"`
	Delay float64 `json:"delay"`
	Clear bool    `json:"clear"`
}

func (s *Server) injectInput(in faultInput) error {
	if in.Clear {
		s.ClearFaults()
		return nil
	}
	f := in.Fault
	f.After, f.Delay = time.Duration(in.After*float64(time.Second)), time.Duration(in.Delay*float64(time.Second))
	return s.Inject(f)
}

func idOf(id string, err error) (any, error) { return obj{"id": id}, err }

// control serves POST /sandbox/<name>: a JSON object in, a JSON object out.
func control[In any](m *http.ServeMux, name string, do func(context.Context, In) (any, error)) {
	m.HandleFunc("POST /sandbox/"+name, func(w http.ResponseWriter, r *http.Request) {
		var in In
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in); err != nil {
			writeJSON(w, http.StatusBadRequest, obj{"error": "the body is not the JSON object that is expected: " + err.Error()})
			return
		}
		out, err := do(r.Context(), in)
		switch {
		case errors.Is(err, ErrNoCallback):
			writeJSON(w, http.StatusGatewayTimeout, obj{"error": err.Error(), "state": out})
		case err != nil:
			writeJSON(w, http.StatusBadRequest, obj{"error": err.Error()})
		default:
			writeJSON(w, http.StatusOK, out)
		}
	})
}

func (s *Server) page(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		b, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'none'; frame-ancestors 'none'")
		w.Write(b)
	}
}

// State is the present state, as /sandbox/state tells it.
func (s *Server) State() State {
	out := State{
		URL: s.URL(), APIURL: s.APIURL(), GatewayURL: s.GatewayURL(), Token: s.Token(), ApplicationID: s.ApplicationID(),
		Commands: s.Commands(""), Sessions: s.Sessions(), Violations: s.Violations(), Faults: Faults(), Pending: s.PendingFaults(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Version = s.version
	for _, id := range s.guildIDs() {
		out.Guilds = append(out.Guilds, *s.guilds[id])
	}
	for _, id := range s.order {
		if c := s.channels[id]; c != nil {
			out.Channels = append(out.Channels, c.Channel)
		}
	}
	for _, id := range s.userIDs() {
		out.Users = append(out.Users, *s.users[id])
	}
	return out
}

func (s *Server) getState(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.State())
}

func (s *Server) getInteraction(w http.ResponseWriter, r *http.Request) {
	state, found := s.Interaction(r.PathValue("id"))
	if !found {
		writeJSON(w, http.StatusNotFound, obj{"error": "no such interaction"})
		return
	}
	writeJSON(w, http.StatusOK, state)
}

// getMessages lists ?channel=, as the person ?user= sees it, or with everything.
func (s *Server) getMessages(w http.ResponseWriter, r *http.Request) {
	channel, user := r.URL.Query().Get("channel"), r.URL.Query().Get("user")
	if channel == "" {
		channel = DefaultChannel
	}
	out := []Message{}
	for _, m := range s.Messages(channel) {
		if user == "" || m.Viewer == "" || m.Viewer == user {
			out = append(out, m)
		}
	}
	writeJSON(w, http.StatusOK, obj{"messages": out, "typing": s.Typing(channel)})
}

// getWait answers when there is something newer than version ?seen=, at the
// latest after 20 s.
func (s *Server) getWait(w http.ResponseWriter, r *http.Request) {
	seen, _ := strconv.ParseUint(r.URL.Query().Get("seen"), 10, 64)
	c, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	current := func() uint64 { s.mu.Lock(); defer s.mu.Unlock(); return s.version }
	_ = s.WaitFor(c, func(*Server) bool { return current() != seen }) // nothing new is an answer too
	writeJSON(w, http.StatusOK, obj{"version": current()})
}
