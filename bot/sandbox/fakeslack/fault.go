package fakeslack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Drop says when a connection is cut without an answer.
type Drop int

const (
	NoDrop     Drop = iota
	DropBefore      // before the call had an effect
	DropAfter       // after it: a message was stored, and the caller does not know
)

// Fault spoils calls of a method. The zero values of its fields change nothing.
type Fault struct {
	Method string `json:"method"` // "chat.postMessage", "response_url" for posts to response URLs, "*" for all
	Skip   int    `json:"skip"`   // let this many calls pass first
	Times  int    `json:"times"`  // then spoil this many; 0: until cleared

	Delay time.Duration `json:"delay"` // answer only after it
	Hang  bool          `json:"hang"`  // never answer

	Status     int           `json:"status"`      // this HTTP status, with Body; 429: see RetryAfter
	Body       string        `json:"body"`        // of such an answer; alone, with status 200: an HTML page, say
	RetryAfter time.Duration `json:"retry_after"` // with 429: named in the header, in whole seconds rounded up. Calls before its end are refused too, and are violations
	Header     string        `json:"header"`      // with 429: the header's text, where it is to be malformed

	Error    string `json:"error"`    // ok:false with this code
	Needed   string `json:"needed"`   // with missing_scope
	Provided string `json:"provided"` // with missing_scope
	NotOK    bool   `json:"not_ok"`   // ok:false without an error

	Drop    Drop   `json:"drop"`
	Warning string `json:"warning"`  // the answer's warning
	EmptyTS bool   `json:"empty_ts"` // ok:true with an empty ts
}

// FailWith refuses calls with an error code.
func FailWith(method, code string) Fault { return Fault{Method: method, Error: code} }

// RateLimit answers one call with 429 and every other until d is over, too.
func RateLimit(method string, d time.Duration) Fault {
	return Fault{Method: method, Status: http.StatusTooManyRequests, RetryAfter: d, Times: 1}
}

// HTMLPage answers with a page instead of JSON, as a proxy does.
func HTMLPage(method string) Fault {
	return Fault{Method: method, Status: http.StatusBadGateway, Body: "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"}
}

// faultRule is a Fault that was switched on. Guarded by Server.mu.
type faultRule struct {
	Fault
	seen  int
	until time.Time // of a 429
}

// AddFault switches a fault on; remove switches it off. Of several that fit a
// call, the one added first is used.
func (s *Server) AddFault(f Fault) (remove func()) {
	rule := &faultRule{Fault: f}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, rule)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(r *faultRule) bool { return r == rule })
	}
}

// ClearFaults switches every fault off, those of the socket too.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.socket = nil, socketFaults{}
	for _, c := range s.conns {
		c.silent.Store(false)
	}
}

// faultFor finds what spoils a call, counting it. The caller holds s.mu.
func (s *Server) faultFor(method string, now time.Time) *faultRule {
	for _, r := range s.faults {
		if r.Method != method && r.Method != "*" {
			continue
		}
		if now.Before(r.until) {
			s.violate("%s: called %s before Retry-After ran out", method, r.until.Sub(now).Round(time.Millisecond))
			return r
		}
		r.seen++
		if r.seen <= r.Skip || (r.Times > 0 && r.seen > r.Skip+r.Times) {
			continue
		}
		if r.Status == http.StatusTooManyRequests && r.RetryAfter > 0 {
			r.until = now.Add(r.RetryAfter)
		}
		return r
	}
	return nil
}

// spoil does to a call what a fault says and reports whether it is answered with
// that.
func (s *Server) spoil(w http.ResponseWriter, r *http.Request, f *faultRule, n int) bool {
	if f == nil {
		return false
	}
	if !s.stall(r.Context(), f) {
		s.finish(n, 0, "hung")
		return true
	}
	switch {
	case f.Drop == DropBefore:
		s.finish(n, 0, "dropped")
		dropConnection(w)
	case f.Status != 0 || f.Body != "":
		s.finish(n, max(f.Status, http.StatusOK), "fault")
		s.writeFault(w, f)
	case f.Error != "":
		answer := object{"ok": false, "error": f.Error}
		if f.Needed != "" {
			answer["needed"], answer["provided"] = f.Needed, f.Provided
		}
		s.finish(n, http.StatusOK, f.Error)
		s.writeAnswer(w, "", answer)
	case f.NotOK:
		s.finish(n, http.StatusOK, "not ok")
		s.writeAnswer(w, "", object{"ok": false})
	default:
		return false
	}
	return true
}

// stall waits as a fault says; false: for ever, and the caller went away.
func (s *Server) stall(ctx context.Context, f *faultRule) bool {
	if !f.Hang && f.Delay == 0 {
		return true
	}
	var over <-chan time.Time
	if !f.Hang {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
		return true
	case <-ctx.Done():
	case <-s.done:
	}
	return false
}

func (s *Server) writeFault(w http.ResponseWriter, f *faultRule) {
	body := f.Body
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if f.Status == http.StatusTooManyRequests {
		if left := s.left(f); f.Header != "" {
			w.Header().Set("Retry-After", f.Header)
		} else if left > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(left))
		}
		if body == "" {
			raw, _ := json.Marshal(object{"ok": false, "error": "ratelimited"})
			body = string(raw)
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = io.WriteString(w, body)
}

// left is what remains of a 429's time, in whole seconds rounded up.
func (s *Server) left(f *faultRule) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := f.until.Sub(s.state.now())
	return int((d + time.Second - 1) / time.Second)
}

// adorn puts a fault's warning and empty ts into an answer. f may be nil.
func (f *faultRule) adorn(answer object) {
	if f == nil || answer["ok"] != true {
		return
	}
	if f.Warning != "" {
		answer["warning"] = f.Warning
		answer["response_metadata"] = object{"warnings": []string{f.Warning}}
	}
	if f.EmptyTS {
		answer["ts"] = ""
	}
}

// dropConnection cuts the connection with nothing said.
func dropConnection(w http.ResponseWriter) {
	h, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	if c, _, err := h.Hijack(); err == nil {
		_ = c.Close()
	}
}
