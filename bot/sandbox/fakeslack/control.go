package fakeslack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// controlRoutes are for people and for processes that are not written in Go: what
// the methods of Server do, below /sandbox/. A POST takes JSON or a form; a form
// is answered with the page it came from. Pages of other origins may not post.
func (s *Server) controlRoutes(mux *http.ServeMux) {
	control := http.NewServeMux()
	control.HandleFunc("GET /sandbox/{$}", s.servePage)
	control.HandleFunc("GET /sandbox/changes", s.serveChanges)
	for name, f := range map[string]func(*http.Request) any{
		"info":       func(*http.Request) any { return s.Info() },
		"channels":   func(*http.Request) any { return s.Channels() },
		"users":      func(*http.Request) any { return s.Users() },
		"messages":   s.seen,
		"requests":   func(*http.Request) any { return s.Requests() },
		"violations": func(*http.Request) any { return s.Violations() },
		"deliveries": func(*http.Request) any { return s.Deliveries() },
		"views":      func(*http.Request) any { return s.Views() },
		"statuses":   func(*http.Request) any { return s.Statuses() },
		"responses":  func(*http.Request) any { return s.ResponseURLPosts() },
	} {
		control.HandleFunc("GET /sandbox/"+name, func(w http.ResponseWriter, r *http.Request) { writeJSON(w, http.StatusOK, f(r)) })
	}
	for name, f := range s.orders() {
		control.HandleFunc("POST /sandbox/"+name, func(w http.ResponseWriter, r *http.Request) { s.serveOrder(w, r, f) })
	}
	mux.Handle("/sandbox/", http.NewCrossOriginProtection().Handler(control))
	mux.Handle("GET /{$}", http.RedirectHandler("/sandbox/", http.StatusFound))
}

// Info is what an outside bot needs to connect.
type Info struct {
	URL           string `json:"url"`
	APIURL        string `json:"api_url"`
	BotToken      string `json:"bot_token"`
	AppToken      string `json:"app_token"`
	SigningSecret string `json:"signing_secret"`
	BotUser       string `json:"bot_user"`
	Team          string `json:"team"`
	Connections   int    `json:"connections"`
}

// Info is what an outside bot needs to connect, and how many sockets it has open.
func (s *Server) Info() Info {
	return Info{
		URL: s.URL(), APIURL: s.APIURL(), BotToken: s.BotToken(), AppToken: s.AppToken(), SigningSecret: s.SigningSecret(),
		BotUser: s.BotUserID(), Team: s.TeamID(), Connections: s.Connections(),
	}
}

// seen is what somebody sees in a channel; without user, everything.
func (s *Server) seen(r *http.Request) any {
	channel, user := r.URL.Query().Get("channel"), r.URL.Query().Get("user")
	if channel == "" {
		channel = General
	}
	return s.visibleTo(channel, user)
}

// order is one request to the control surface.
type order struct {
	r    *http.Request
	body []byte
}

func (o order) into(v any) error {
	if err := json.Unmarshal(o.body, v); err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	return nil
}

// serveOrder does one order and answers with JSON, or sends a browser back.
func (s *Server) serveOrder(w http.ResponseWriter, r *http.Request, f func(order) (any, error)) {
	o, isForm, err := readOrder(r)
	var answer any
	if err == nil {
		answer, err = f(o)
	}
	switch {
	case isForm:
		http.Redirect(w, r, backTo(r, err), http.StatusSeeOther)
	case err != nil:
		writeJSON(w, http.StatusBadRequest, object{"ok": false, "error": err.Error()})
	default:
		writeJSON(w, http.StatusOK, object{"ok": true, "result": answer})
	}
}

func readOrder(r *http.Request) (o order, isForm bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
		if len(body) == 0 {
			body = []byte("{}")
		}
		return order{r, body}, false, err
	}
	if err := r.ParseForm(); err != nil {
		return order{}, true, fmt.Errorf("read the form: %w", err)
	}
	fields := object{}
	for k, v := range r.PostForm {
		if v[0] != "" {
			fields[k] = v[0]
		}
	}
	body, err := json.Marshal(fields)
	return order{r, body}, true, err
}

// shown is what the control surface tells about an acknowledgement.
func shown(a Ack, err error) (any, error) {
	return object{"payload": a.Payload, "elapsed_ms": a.Elapsed.Milliseconds(), "attempts": a.Attempts, "response_url": a.ResponseURL}, err
}

// orders are what can be posted below /sandbox/.
func (s *Server) orders() map[string]func(order) (any, error) {
	return map[string]func(order) (any, error){
		"say":   s.orderSay,
		"slash": take(func(o order, in Slash) (any, error) { return shown(s.SlashCommand(o.r.Context(), in)) }),
		"click": take(func(o order, in Click) (any, error) { return shown(s.Click(o.r.Context(), in)) }),
		"shortcut": take(func(o order, in Shortcut) (any, error) {
			return shown(s.UseShortcut(o.r.Context(), in))
		}),
		"submit":  take(func(o order, in Submit) (any, error) { return shown(s.SubmitView(o.r.Context(), in)) }),
		"close":   take(func(o order, in Submit) (any, error) { return shown(s.CloseView(o.r.Context(), in)) }),
		"users":   take(func(_ order, in User) (any, error) { return s.AddUser(in), nil }),
		"channel": take(func(_ order, in Channel) (any, error) { return s.AddChannel(in), nil }),
		"message": take(s.orderMessage),
		"member": take(func(_ order, in struct {
			Channel string `json:"channel"`
			Remove  bool   `json:"remove"`
		},
		) (any, error) {
			if in.Remove {
				return nil, s.RemoveBot(in.Channel)
			}
			return nil, s.InviteBot(in.Channel)
		}),
		"home": take(func(o order, in struct {
			User string `json:"user"`
			Tab  string `json:"tab"`
		},
		) (any, error) {
			return shown(s.OpenHome(o.r.Context(), cmp.Or(in.User, Alice), cmp.Or(in.Tab, "messages")))
		}),
		"deliver": take(func(o order, in struct {
			Type    string          `json:"type"`
			Payload json.RawMessage `json:"payload"`
		},
		) (any, error) {
			return shown(s.Deliver(o.r.Context(), in.Type, in.Payload))
		}),
		"fault":  take(s.orderFault),
		"socket": take(s.orderSocket),
		"http": take(func(_ order, in HTTPTargets) (any, error) {
			s.UseHTTP(in)
			return nil, nil
		}),
		"advance": take(func(_ order, in struct {
			By string `json:"by"`
		},
		) (any, error) {
			d, err := time.ParseDuration(in.By)
			s.Advance(max(d, 0))
			return nil, err
		}),
	}
}

// take decodes the body of an order into what a function wants.
func take[T any](f func(order, T) (any, error)) func(order) (any, error) {
	return func(o order) (any, error) {
		var in T
		if err := o.into(&in); err != nil {
			return nil, err
		}
		return f(o, in)
	}
}

// orderSay posts what a person types: plain text, in which @name becomes a mention
// of that user. With wire set, text goes out as it is.
func (s *Server) orderSay(o order) (any, error) {
	var in struct {
		Message
		Wire bool `json:"wire"`
	}
	if err := o.into(&in); err != nil {
		return nil, err
	}
	if strings.HasPrefix(in.Text, "/") && !in.Wire {
		command, rest, _ := strings.Cut(in.Text, " ")
		return shown(s.SlashCommand(o.r.Context(), Slash{Command: command, Text: strings.TrimSpace(rest), User: in.User, Channel: in.Channel}))
	}
	if !in.Wire {
		in.Text = s.typed(in.Text)
	}
	ts, err := s.Say(o.r.Context(), in.Message)
	return object{"ts": ts}, err
}

// typed is the wire text of what somebody typed.
func (s *Server) typed(text string) string {
	text = Escape(text)
	for _, u := range s.Users() {
		text = strings.ReplaceAll(text, "@"+u.Name, "<@"+u.ID+">")
	}
	return text
}

func (s *Server) orderMessage(o order, in struct {
	Do      string `json:"do"` // edit, delete, react
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Text    string `json:"text"`
	User    string `json:"user"`
	Name    string `json:"name"`
},
) (any, error) {
	channel := cmp.Or(in.Channel, General)
	switch in.Do {
	case "edit":
		return nil, s.Edit(o.r.Context(), channel, in.TS, s.typed(in.Text))
	case "delete":
		return nil, s.Delete(o.r.Context(), channel, in.TS)
	case "react":
		return nil, s.React(o.r.Context(), channel, in.TS, cmp.Or(in.User, Alice), in.Name)
	}
	return nil, fmt.Errorf("message: do is edit, delete or react, not %q", in.Do)
}

// orderFault switches a fault on; durations are text ("2s"). With clear, all are
// switched off first.
func (s *Server) orderFault(_ order, in struct {
	Fault
	Delay      string `json:"delay"`
	RetryAfter string `json:"retry_after"`
	Clear      bool   `json:"clear"`
},
) (any, error) {
	if in.Clear {
		s.ClearFaults()
	}
	var errs [2]error
	if in.Delay != "" {
		in.Fault.Delay, errs[0] = time.ParseDuration(in.Delay)
	}
	if in.RetryAfter != "" {
		in.Fault.RetryAfter, errs[1] = time.ParseDuration(in.RetryAfter)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	if in.Method != "" {
		s.AddFault(in.Fault)
	}
	return nil, nil
}

func (s *Server) orderSocket(_ order, in struct {
	Do     string `json:"do"` // disconnect, drop, silence, duplicate, lose_acks, stop_pings, refuse, frame
	Reason string `json:"reason"`
	Oldest bool   `json:"oldest"`
	N      int    `json:"n"`
	Frame  string `json:"frame"`
},
) (any, error) {
	switch in.Do {
	case "disconnect":
		return s.Disconnect(cmp.Or(in.Reason, Warning), in.Oldest), nil
	case "drop":
		return s.DropSockets(), nil
	case "silence":
		return s.SilenceSockets(), nil
	case "duplicate":
		s.DuplicateNext(max(in.N, 1))
	case "lose_acks":
		s.LoseAcks(max(in.N, 1))
	case "stop_pings":
		s.StopPings(in.N != 0)
	case "refuse":
		s.RefuseSockets(in.N)
	case "frame":
		return s.SendFrame([]byte(in.Frame)), nil
	default:
		return nil, fmt.Errorf("socket: there is no %q", in.Do)
	}
	return nil, nil
}

// readable is JSON in which <, > and & are themselves.
func readable(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return out.Bytes()
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	raw := readable(v)
	if string(raw) == "null\n" {
		raw = []byte("[]\n") // every list that is read is a list, an empty one too
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
