package fakediscord

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// FaultKind names one way to misbehave. The names are also what the control
// surface takes.
type FaultKind string

// Faults of the REST API; they hold for requests to Fault.Route.
const (
	FaultStatus       FaultKind = "status"            // answer Fault.Status, with Discord's error Fault.Code where that is set; nothing is stored
	FaultRateRoute    FaultKind = "rate-limit-route"  // 429 for this route
	FaultRateShared   FaultKind = "rate-limit-shared" // 429 shared with others: does not count as an invalid request
	FaultRateGlobal   FaultKind = "rate-limit-global" // 429 for everything, with Retry-After only, as documented
	FaultRateHTML     FaultKind = "rate-limit-html"   // 429 from Cloudflare: HTML
	FaultHTML         FaultKind = "html"              // Fault.Status (default 502) with a page of HTML
	FaultSlow         FaultKind = "slow"              // the answer comes Fault.Delay late; the request has taken effect before
	FaultSlowStart    FaultKind = "slow-start"        // the request takes effect Fault.Delay late
	FaultDrop         FaultKind = "drop"              // the connection ends; nothing was stored
	FaultDropAfter    FaultKind = "drop-after"        // the connection ends after the request has taken effect
	FaultCallbackLate FaultKind = "callback-late"     // the next interaction counts its callback as late: 10062
	FaultUnknownPart  FaultKind = "unknown-component" // the next message said has a component of type 99
)

// Faults of the gateway that act at once, on every connected session.
const (
	FaultGatewayDrop      FaultKind = "gateway-drop"              // TCP connection cut
	FaultReconnect        FaultKind = "reconnect"                 // op 7
	FaultInvalid          FaultKind = "invalid-session"           // op 9 false; the session cannot be resumed
	FaultInvalidResumable FaultKind = "invalid-session-resumable" // op 9 true
	FaultClose            FaultKind = "close"                     // close with Fault.Code
	FaultRedeliver        FaultKind = "redeliver"                 // the last event is sent again, with the same sequence number
)

// Faults of the gateway that wait for the next connection, identify or resume.
const (
	FaultNoHello            FaultKind = "no-hello"
	FaultNoReady            FaultKind = "no-ready"
	FaultNoACKs             FaultKind = "no-acks"                         // heartbeats are not acknowledged, until cleared
	FaultReconnectFirst     FaultKind = "reconnect-first"                 // op 7 as the first frame after identify or resume
	FaultInvalidFirst       FaultKind = "invalid-session-first"           // op 9 false as the first frame
	FaultInvalidFirstResume FaultKind = "invalid-session-first-resumable" // op 9 true as the first frame
	FaultCloseFirst         FaultKind = "close-first"                     // close with Fault.Code instead of READY or RESUMED
	FaultResumeInvalid      FaultKind = "resume-invalid"                  // the next resume is answered by op 9 false
	FaultResumeHostRefuses  FaultKind = "resume-host-refuses"             // the resume address does not answer; the main one does
	FaultDuplicate          FaultKind = "duplicate-after-resume"          // the next resume replays events that were seen
	FaultIdentifyCrowded    FaultKind = "identify-over-concurrency"       // the next identify counts as one too many
)

// Fault is a way to misbehave, and when.
type Fault struct {
	Kind   FaultKind     `json:"kind"`
	Route  string        `json:"route,omitempty"` // "POST /channels/{channel_id}/messages", or a part of it or of the path; empty: every request
	Times  int           `json:"times,omitempty"` // how often; 0: once; negative: until cleared
	Code   int           `json:"code,omitempty"`  // error code or close code
	Status int           `json:"status,omitempty"`
	After  time.Duration `json:"after,omitempty"` // Retry-After of a 429; default 1 s
	Delay  time.Duration `json:"delay,omitempty"` // of the slow ones
}

type faults struct{ pending []*Fault }

var immediate = []FaultKind{FaultGatewayDrop, FaultReconnect, FaultInvalid, FaultInvalidResumable, FaultClose, FaultRedeliver}

// later are the faults that wait for something.
var later = []FaultKind{
	FaultStatus, FaultRateRoute, FaultRateShared, FaultRateGlobal, FaultRateHTML, FaultHTML, FaultSlow, FaultSlowStart, FaultDrop,
	FaultDropAfter, FaultCallbackLate, FaultUnknownPart, FaultNoHello, FaultNoReady, FaultNoACKs, FaultReconnectFirst, FaultInvalidFirst,
	FaultInvalidFirstResume, FaultCloseFirst, FaultResumeInvalid, FaultResumeHostRefuses, FaultDuplicate, FaultIdentifyCrowded,
}

// Faults lists the names of all faults.
func Faults() []FaultKind { return append(slices.Clone(immediate), later...) }

// Inject makes the server misbehave. Faults that act at once need a connected
// session and are an error without one; the others wait, and the first that
// fits is used first. [Server.ClearFaults] ends those that wait.
func (s *Server) Inject(f Fault) (err error) {
	if f.Times == 0 {
		f.Times = 1
		if f.Kind == FaultNoACKs {
			f.Times = -1
		}
	}
	if f.After == 0 {
		f.After = time.Second
	}
	s.locked(func() {
		switch {
		case slices.Contains(immediate, f.Kind):
			err = s.actOnSessions(f)
		case slices.Contains(later, f.Kind):
			s.pending = append(s.pending, &f)
		default:
			err = fmt.Errorf("inject a fault: there is none called %q", f.Kind)
		}
	})
	return err
}

// ClearFaults ends the faults that wait, all or those of the given kinds.
func (s *Server) ClearFaults(kinds ...FaultKind) {
	s.locked(func() {
		s.pending = slices.DeleteFunc(s.pending, func(f *Fault) bool { return len(kinds) == 0 || slices.Contains(kinds, f.Kind) })
	})
}

// PendingFaults lists the faults that wait.
func (s *Server) PendingFaults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Fault{}
	for _, f := range s.pending {
		out = append(out, *f)
	}
	return out
}

func (s *Server) actOnSessions(f Fault) error {
	acted := false
	for id, sess := range s.sessions {
		c := sess.conn
		if c == nil {
			continue
		}
		acted = true
		switch f.Kind {
		case FaultGatewayDrop:
			c.drop()
		case FaultReconnect:
			c.send(opReconnect, nil)
		case FaultInvalid, FaultInvalidResumable:
			// Nothing more arrives until the client resumes or identifies, on this or another connection.
			c.session, sess.conn = nil, nil
			if f.Kind == FaultInvalid {
				delete(s.sessions, id)
			}
			c.send(opInvalidSession, f.Kind == FaultInvalidResumable)
		case FaultClose:
			c.close(f.Code, "")
		case FaultRedeliver:
			if n := len(sess.events); n > 0 {
				c.push(frame{data: sess.events[n-1].data})
			}
		}
	}
	if !acted {
		return fmt.Errorf("inject %s: no session is connected", f.Kind)
	}
	return nil
}

// take uses up the first pending fault that fits.
func (f *faults) take(fits func(*Fault) bool) (Fault, bool) {
	for i, p := range f.pending {
		if !fits(p) {
			continue
		}
		if p.Times > 0 {
			if p.Times--; p.Times == 0 {
				f.pending = slices.Delete(f.pending, i, i+1)
			}
		}
		return *p, true
	}
	return Fault{}, false
}

func (s *Server) takeLocked(k FaultKind) bool {
	_, took := s.take(func(f *Fault) bool { return f.Kind == k })
	return took
}

func (s *Server) takeFault(k FaultKind) (took bool) {
	s.locked(func() { took = s.takeLocked(k) })
	return took
}

func (s *Server) faultOn(k FaultKind) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.pending, func(f *Fault) bool { return f.Kind == k })
}

// playFirst plays a fault that comes instead of READY or RESUMED.
func (s *Server) playFirst(c *conn) bool {
	f, took := s.take(func(f *Fault) bool {
		return f.Kind == FaultReconnectFirst || f.Kind == FaultInvalidFirst || f.Kind == FaultInvalidFirstResume || f.Kind == FaultCloseFirst
	})
	switch f.Kind {
	case FaultReconnectFirst:
		c.send(opReconnect, nil)
	case FaultInvalidFirst:
		c.send(opInvalidSession, false)
	case FaultInvalidFirstResume:
		c.send(opInvalidSession, true)
	case FaultCloseFirst:
		c.close(f.Code, "")
	}
	return took
}

var restFaults = []FaultKind{
	FaultStatus, FaultRateRoute, FaultRateShared, FaultRateGlobal, FaultRateHTML, FaultHTML, FaultSlow, FaultSlowStart, FaultDrop, FaultDropAfter,
}

func (s *Server) takeRESTFault(route, path string) (f Fault) {
	s.locked(func() {
		f, _ = s.take(func(f *Fault) bool {
			return slices.Contains(restFaults, f.Kind) && (strings.Contains(route, f.Route) || strings.Contains(path, f.Route))
		})
	})
	return f
}

// before reports whether the request takes no effect.
func (f Fault) before() bool {
	return f.Kind != "" && f.Kind != FaultSlow && f.Kind != FaultSlowStart && f.Kind != FaultDropAfter
}

// playFault answers a request that takes no effect.
func (s *Server) playFault(w http.ResponseWriter, c *call, f Fault) {
	status, body := f.Status, any(nil)
	switch f.Kind {
	case FaultDrop:
		s.locked(func() { s.record(c, 0) })
		hijackAndDrop(w)
		return
	case FaultStatus:
		status, body = statusFault(f)
	case FaultRateRoute, FaultRateShared, FaultRateGlobal:
		status, body = rateFault(w, c, f)
	case FaultRateHTML:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", seconds(f.After))
	case FaultHTML:
		if status == 0 {
			status = http.StatusBadGateway
		}
	}
	s.locked(func() { s.record(c, status) })
	if body == nil {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>Error %d</title></head><body>cloudflare</body></html>\n", status)
		return
	}
	writeJSON(w, status, body)
}

func statusFault(f Fault) (int, any) {
	e := fail(f.Code)
	if f.Code == 0 {
		e = &apiError{f.Status, 0, fmt.Sprintf("%d: %s", f.Status, http.StatusText(f.Status)), nil}
	}
	if f.Status != 0 {
		e.status = f.Status
	}
	return e.status, e.body()
}

func rateFault(w http.ResponseWriter, c *call, f Fault) (int, any) {
	now := time.Now()
	scope := map[FaultKind]string{FaultRateRoute: "user", FaultRateShared: "shared", FaultRateGlobal: "global"}[f.Kind]
	if f.Kind != FaultRateGlobal {
		writeLimitHeaders(w, c.route, 5, &bucket{used: 5, reset: now.Add(f.After)}, now)
	}
	r := tooMany(w, f.After, scope, f.Kind == FaultRateGlobal)
	return r.status, r.body
}

// pause waits, no longer than the request or the server live.
func (s *Server) pause(c *call, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.done:
	case <-c.Context().Done():
	}
}

// hijackAndDrop ends the HTTP connection without an answer.
func hijackAndDrop(w http.ResponseWriter) {
	if h, can := w.(http.Hijacker); can {
		if conn, _, err := h.Hijack(); err == nil {
			conn.Close()
		}
	}
}
