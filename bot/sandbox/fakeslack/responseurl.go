package fakeslack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxURLUses is how often a response URL may be used.
const maxURLUses = 5

// responseURL is where the app may answer a command or a click, without being a
// member of the channel.
type responseURL struct {
	path     string
	room     *room
	user     string
	made     time.Time
	uses     int
	original *Message // what replace_original and delete_original mean; nil until something was shown
}

// ResponsePost is one post to a response URL.
type ResponsePost struct {
	URL     string         `json:"url"`
	Channel string         `json:"channel"`
	User    string         `json:"user"`
	Body    map[string]any `json:"body"`
	At      time.Time      `json:"at"`
	Status  int            `json:"status"`
	Error   string         `json:"error,omitempty"`
	Message string         `json:"message_ts,omitempty"` // the message it made or changed
}

func (st *State) newResponseURL(kind string, r *room, user string) *responseURL {
	u := &responseURL{room: r, user: user, made: st.now()}
	u.path = "/" + kind + "/" + r.Team + "/" + st.id("1") + "/" + st.id("s")
	st.urls[u.path] = u
	return u
}

// serveResponseURL takes one post to a response URL.
func (s *Server) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var body map[string]any
	if err == nil {
		if form, ok := strings.CutPrefix(string(raw), "payload="); ok {
			raw = []byte(unescapeForm(form))
		}
		err = json.Unmarshal(raw, &body)
	}
	n, f := s.record("response_url", body, r.Header.Get("Content-Type"))
	if s.spoil(w, r, f, n) {
		return
	}
	status, code := s.postToURL(r.URL.Path, body, err)
	if f != nil && f.Drop == DropAfter {
		s.finish(n, 0, "dropped")
		dropConnection(w)
		return
	}
	s.finish(n, status, code)
	if code == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"ok":true}`)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"ok": false, "error": code})
}

// postToURL does what a post says and records it. The results are the HTTP status
// and the code of a refusal.
func (s *Server) postToURL(path string, body map[string]any, bad error) (status int, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	u, ok := s.state.urls[path]
	post := ResponsePost{URL: s.base + path, Body: body, At: s.state.now(), Status: http.StatusOK}
	switch {
	case !ok:
		post.Status, post.Error = http.StatusNotFound, "invalid_url"
	case s.state.now().Sub(u.made) > s.cfg.ResponseURLLife:
		post.Status, post.Error = http.StatusNotFound, "expired_url"
	case u.uses >= maxURLUses:
		post.Status, post.Error = http.StatusNotFound, "used_url"
	case bad != nil:
		post.Status, post.Error = http.StatusBadRequest, "invalid_payload"
	default:
		u.uses++
		var refusal *apiError
		if errors.As(s.show(u, body), &refusal) {
			post.Status, post.Error = http.StatusBadRequest, refusal.code
		}
	}
	if ok {
		post.Channel, post.User = u.room.ID, u.user
		if u.original != nil {
			post.Message = u.original.TS
		}
	}
	if post.Error != "" {
		s.violate("response_url: refused with %s", post.Error)
	}
	s.state.posts = append(s.state.posts, post)
	return post.Status, post.Error
}

// show does what a post to a response URL, or a command's acknowledgement, says.
func (s *Server) show(u *responseURL, body map[string]any) error {
	c := &call{s: s, st: s.state, args: body, team: u.room.Team}
	if c.args.flag("delete_original") {
		return s.dropOriginal(u)
	}
	m, err := c.compose(maxText)
	if err != nil {
		return err
	}
	if c.args.flag("replace_original") && u.original != nil {
		s.replaceOriginal(u, m)
		return nil
	}
	c.thread(u.room, m, c.args.str("thread_ts"))
	if c.args.str("response_type") == "in_channel" {
		s.state.store(u.room, m)
		s.emitMessage(u.room, m)
	} else {
		s.state.storeEphemeral(u.room, m, u.user)
	}
	if u.original == nil {
		u.original = m
	}
	return nil
}

func (s *Server) replaceOriginal(u *responseURL, m *Message) {
	o := u.original
	before := s.state.wire(u.room, o, false)
	o.Text, o.Markdown, o.Blocks, o.Attached = m.Text, m.Markdown, m.Blocks, m.Attached
	o.Notifies = m.Notifies
	if m.Metadata != nil {
		o.Metadata = m.Metadata
	}
	o.Revisions++
	if !o.Ephemeral {
		s.emitChanged(u.room, o, before)
	}
}

func (s *Server) dropOriginal(u *responseURL) error {
	o := u.original
	if o == nil {
		return fail("message_not_found")
	}
	u.original = nil
	if !o.Ephemeral {
		s.remove(u.room, o)
		return nil
	}
	for i, m := range u.room.ephemerals {
		if m == o {
			u.room.ephemerals = append(u.room.ephemerals[:i:i], u.room.ephemerals[i+1:]...)
			break
		}
	}
	return nil
}
