package discord

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter keeps the rate limits that Discord tells (topics/rate-limits), so that
// they are not run into; it holds no request up itself, and no lock while one runs.
type limiter struct {
	now func() time.Time

	mu        sync.Mutex
	revoked   bool                 // the bot's token: nothing is sent with it any more
	everyone  time.Time            // a global limit: until then nothing is sent with the bot's token
	blocked   time.Time            // Cloudflare: until then nothing is sent at all
	hash      map[string]string    // route → Discord's name of its bucket
	buckets   map[string]*bucket   // bucket and major parameter → what is left of it
	forbidden map[string]forbidden // channel → a 403 that sending again does not change
	invalid   int                  // invalid requests since window
	window    time.Time
}

type bucket struct {
	left  int
	reset time.Time
}

type forbidden struct {
	reason string
	until  time.Time
}

const (
	// Discord bans an address for a while after 10,000 invalid requests (401, 403, 429) in
	// 10 minutes. invalidBudget leaves a tenth for others behind the same address.
	invalidBudget = 9000
	invalidWindow = 10 * time.Minute
	// forbiddenFor is how long a channel that refused the bot is left alone, unless
	// Discord says before that permissions changed.
	forbiddenFor = 5 * time.Minute
	// bucketsKept bounds the memory: interactions each have buckets of their own.
	bucketsKept = 4096
)

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, hash: map[string]string{}, buckets: map[string]*bucket{}, forbidden: map[string]forbidden{}}
}

// revoke stops everything that is authorised by the bot's token.
func (l *limiter) revoke() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.revoked = true
}

// forgive has every channel tried again: permissions changed somewhere.
func (l *limiter) forgive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.forbidden)
}

// key is the bucket of a request: Discord's where it is known, else the route.
func (l *limiter) key(rq request) string {
	route := rq.method + " " + rq.route
	if h, ok := l.hash[route]; ok {
		route = h
	}
	return route + " " + rq.major
}

// take counts rq against its limits, or says how long to wait before asking
// again, or why rq is not to be sent.
func (l *limiter) take(rq request) (wait time.Duration, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.revoked && !rq.anyone {
		return 0, reasonRevoked
	}
	if f, ok := l.forbidden[rq.channel]; ok && rq.channel != "" {
		if now.Before(f.until) {
			return 0, f.reason
		}
		delete(l.forbidden, rq.channel)
	}
	if l.invalid >= invalidBudget && now.Before(l.window.Add(invalidWindow)) {
		return l.window.Add(invalidWindow).Sub(now), ""
	}
	if now.Before(l.blocked) {
		return l.blocked.Sub(now), ""
	}
	if !rq.anyone && now.Before(l.everyone) { // interactions are not bound by the global limit
		return l.everyone.Sub(now), ""
	}
	b := l.buckets[l.key(rq)]
	switch {
	case b == nil || !now.Before(b.reset):
		return 0, ""
	case b.left > 0:
		b.left--
		return 0, ""
	}
	return b.reset.Sub(now), ""
}

// observe learns from an answer; e is nil for a success.
func (l *limiter) observe(rq request, resp *http.Response, e *apiError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	h := resp.Header
	if name := h.Get("X-RateLimit-Bucket"); name != "" {
		l.hash[rq.method+" "+rq.route] = name
	}
	left, errLeft := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, errAfter := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if errLeft == nil && errAfter == nil {
		l.put(l.key(rq), left, now.Add(seconds(after)))
	}
	if e == nil {
		return
	}
	l.count(e, h.Get("X-RateLimit-Scope"), now)
	switch {
	case e.refusesToken() && !rq.anyone:
		l.revoked = true
	case e.Status == http.StatusForbidden && rq.channel != "" && (e.Code == codeMissingAccess || e.Code == codeMissingPermissions || e.Code == codeCannotMessageUser):
		l.forbidden[rq.channel] = forbidden{reason: e.reason(), until: now.Add(forbiddenFor)}
	case e.Status == http.StatusTooManyRequests:
		l.slow(rq, e, now.Add(e.After))
	}
}

func (l *limiter) slow(rq request, e *apiError, until time.Time) {
	switch {
	case e.foreign:
		l.blocked = until
	case e.Global:
		l.everyone = until
	default:
		l.put(l.key(rq), 0, until)
	}
}

// count keeps the invalid requests of the running window. A limit that is shared
// with others ("shared") is nobody's fault.
func (l *limiter) count(e *apiError, scope string, now time.Time) {
	bad := e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden ||
		e.Status == http.StatusTooManyRequests && scope != "shared"
	if !bad {
		return
	}
	if !now.Before(l.window.Add(invalidWindow)) {
		l.window, l.invalid = now, 0
	}
	l.invalid++
}

// put replaces what is known of a bucket. Two answers can overtake each other:
// within one period the lower count and the later end hold.
func (l *limiter) put(key string, left int, reset time.Time) {
	if b := l.buckets[key]; b != nil && l.now().Before(b.reset) && b.left < left && !reset.After(b.reset.Add(time.Second)) {
		left = b.left
		if reset.Before(b.reset) {
			reset = b.reset
		}
	}
	if len(l.buckets) >= bucketsKept {
		l.sweep()
	}
	l.buckets[key] = &bucket{left: left, reset: reset}
}

func (l *limiter) sweep() {
	now := l.now()
	for k, b := range l.buckets {
		if !now.Before(b.reset) {
			delete(l.buckets, k)
		}
	}
	for k, f := range l.forbidden {
		if !now.Before(f.until) {
			delete(l.forbidden, k)
		}
	}
}
