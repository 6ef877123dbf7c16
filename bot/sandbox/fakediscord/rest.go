package fakediscord

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// call is one REST request on its way through.
type call struct {
	*http.Request
	route string // "POST /channels/{channel_id}/messages"
	raw   []byte // the JSON, also of a multipart request
	data  any    // raw, decoded
	body  obj    // data, where it is an object
	files []file
	query url.Values
}

type file struct {
	field, name, kind string
	size              int
}

// reply is what an endpoint answers. A nil body is 204.
type reply struct {
	status int
	body   any
}

// endpoint answers a call; the state is locked.
type endpoint func(*call) (reply, *apiError)

func ok(body any) (reply, *apiError)    { return reply{http.StatusOK, body}, nil }
func none() (reply, *apiError)          { return reply{status: http.StatusNoContent}, nil }
func sorry(code int) (reply, *apiError) { return reply{}, fail(code) }

// handler is everything the server serves.
func (s *Server) handler() http.Handler {
	api := http.NewServeMux()
	for route, e := range s.routes() {
		open := strings.Contains(route, "/webhooks/") || strings.Contains(route, "/callback") || route == "GET /gateway"
		api.HandleFunc(route, s.serve(route, open, e))
	}
	api.HandleFunc("/", s.unknownRoute)
	root := http.NewServeMux()
	root.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		rest := strings.TrimPrefix(r.URL.EscapedPath(), "/api")
		for _, v := range []string{"/v10", "/v9"} {
			rest = strings.TrimPrefix(rest, v)
		}
		r2 := r.Clone(r.Context())
		r2.URL.RawPath = rest
		r2.URL.Path, _ = url.PathUnescape(rest)
		api.ServeHTTP(w, r2)
	})
	root.HandleFunc(mainGatewayPath, s.serveGateway)
	root.HandleFunc(resumeGatewayPath, s.serveGateway)
	s.controlRoutes(root)
	return root
}

func (s *Server) unknownRoute(w http.ResponseWriter, r *http.Request) {
	c := &call{Request: r, route: r.Method + " (unknown)"}
	s.locked(func() {
		s.violate("%s %s: there is no such endpoint here", r.Method, r.URL.Path)
		s.record(c, http.StatusNotFound)
	})
	writeJSON(w, http.StatusNotFound, obj{"message": "404: Not Found", "code": 0})
}

// serve is what every endpoint has in common: limits, faults, authorisation,
// reading and validating the body, recording, answering.
func (s *Server) serve(route string, open bool, e endpoint) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r, route: route, query: r.URL.Query()}
		readErr := c.read(w)
		f := s.takeRESTFault(route, r.URL.Path)
		s.log.Debug("request", "route", route, "fault", string(f.Kind))
		if f.before() {
			s.playFault(w, c, f)
			return
		}
		if f.Kind == FaultSlowStart {
			s.pause(c, f.Delay)
		}
		var out reply
		var err *apiError
		s.locked(func() {
			out, err = s.answer(w, c, open, readErr, e)
			if err != nil {
				out = reply{err.status, err.body()}
				s.noteError(c, err)
			}
			s.record(c, out.status)
			if err == nil && s.cfg.CheckAnswers {
				s.checkAnswer(c, out)
			}
		})
		switch f.Kind {
		case FaultSlow:
			s.pause(c, f.Delay)
		case FaultDropAfter:
			hijackAndDrop(w)
			return
		}
		if err != nil && err.status == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			w.Header().Set("Retry-After", "1")
		}
		writeJSON(w, out.status, out.body)
	}
}

// answer runs the checks that come before an endpoint, and the endpoint.
func (s *Server) answer(w http.ResponseWriter, c *call, open bool, readErr *apiError, e endpoint) (reply, *apiError) {
	if !open && c.Header.Get("Authorization") != "Bot "+s.token {
		return sorry(0)
	}
	if limited := s.limit(w, c, open); limited != nil {
		return *limited, nil
	}
	if readErr != nil {
		return reply{}, readErr
	}
	if err := s.validate(c); err != nil {
		return reply{}, err
	}
	return e(c)
}

// noteError keeps the errors that mean a request was not well formed.
func (s *Server) noteError(c *call, err *apiError) {
	if err.code == 50035 || err.code == 50109 || err.code == 50006 {
		s.violate("%s: %s", c.route, err.summary())
	}
}

// read reads the body: JSON, or multipart with payload_json and files.
func (c *call) read(w http.ResponseWriter) *apiError {
	c.Body = http.MaxBytesReader(w, c.Body, maxRequest)
	kind, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	var err error
	if kind == "multipart/form-data" {
		err = c.readMultipart(params["boundary"])
	} else {
		c.raw, err = io.ReadAll(c.Body)
	}
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return fail(40005)
	}
	if err != nil {
		return fail(50109)
	}
	for _, f := range c.files {
		if f.size > maxFile {
			return fail(40005)
		}
	}
	if len(bytes.TrimSpace(c.raw)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(c.raw))
	d.UseNumber()
	if d.Decode(&c.data) != nil {
		return fail(50109)
	}
	c.body = object(c.data)
	return nil
}

func (c *call) readMultipart(boundary string) error {
	for r := multipart.NewReader(c.Body, boundary); ; {
		p, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return err
		}
		if p.FormName() == "payload_json" {
			c.raw = b
			continue
		}
		c.files = append(c.files, file{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), len(b)})
	}
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// Request is a REST request the bot made.
type Request struct {
	At     time.Time       `json:"at,omitzero"`
	Method string          `json:"method,omitempty"`
	Path   string          `json:"path,omitempty"`  // below the version: /channels/1/messages
	Route  string          `json:"route,omitempty"` // "POST /channels/{channel_id}/messages"
	Query  url.Values      `json:"query,omitempty"`
	Header http.Header     `json:"header,omitempty"` // without Authorization
	Body   json.RawMessage `json:"body,omitempty"`
	Files  []string        `json:"files,omitempty"`  // names
	Status int             `json:"status,omitempty"` // what was answered; 0: the connection was dropped
}

func (s *Server) record(c *call, status int) {
	h := c.Header.Clone()
	h.Del("Authorization")
	r := Request{
		At: s.now(), Method: c.Method, Path: c.URL.Path, Route: c.route, Query: c.query, Header: h,
		Body: c.raw, Status: status,
	}
	for _, f := range c.files {
		r.Files = append(r.Files, f.name)
	}
	s.requests = append(s.requests, r)
	if status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests {
		s.invalidRequests++
	}
}
