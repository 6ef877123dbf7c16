package fakediscord

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// traffic is what is remembered about requests.
type traffic struct {
	requests        []Request
	violations      []string
	invalidRequests int
	buckets         map[string]*bucket
	global          bucket
}

type bucket struct {
	used  int
	reset time.Time
}

func newTraffic() traffic { return traffic{buckets: map[string]*bucket{}} }

func (s *Server) violate(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
	s.log.Warn("violation", "what", s.violations[len(s.violations)-1])
}

// budget is how many requests a bucket takes in how long. Discord publishes no
// numbers; those for creates and edits are what bots observed.
func budget(route string) (int, time.Duration) {
	switch {
	case strings.HasSuffix(route, "/messages") && strings.HasPrefix(route, "POST"),
		strings.HasPrefix(route, "PATCH") && strings.Contains(route, "/messages/"),
		strings.Contains(route, "/webhooks/"), strings.HasSuffix(route, "/typing"):
		return 5, 5 * time.Second
	case strings.Contains(route, "/reactions/"):
		return 1, 250 * time.Millisecond
	}
	return 50, time.Second
}

// limit counts a request, writes the five headers, and returns the 429 when
// limits are enforced and this one is over.
func (s *Server) limit(w http.ResponseWriter, c *call, open bool) *reply {
	if strings.Contains(c.route, "/callback") {
		return nil
	}
	major := c.PathValue("channel_id") + c.PathValue("guild_id") + c.PathValue("webhook_token")
	b := s.buckets[c.route+major]
	if b == nil {
		b = &bucket{}
		s.buckets[c.route+major] = b
	}
	n, window := budget(c.route)
	if !s.cfg.RateLimits {
		n, window = 1000, time.Second
	}
	over := b.take(s.now(), n, window)
	writeLimitHeaders(w, c.route, n, b, s.now())
	if !s.cfg.RateLimits {
		return nil
	}
	if over {
		return tooMany(w, b.reset.Sub(s.now()), "user", false)
	}
	if !open && s.global.take(s.now(), 50, time.Second) {
		clearLimitHeaders(w)
		return tooMany(w, s.global.reset.Sub(s.now()), "global", true)
	}
	return nil
}

// take counts one; it reports whether that was too many.
func (b *bucket) take(now time.Time, n int, window time.Duration) bool {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(window)
	}
	if b.used >= n {
		return true
	}
	b.used++
	return false
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

func bucketHash(route string) string {
	h := sha256.Sum256([]byte(route))
	return hex.EncodeToString(h[:16])
}

func writeLimitHeaders(w http.ResponseWriter, route string, n int, b *bucket, now time.Time) {
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(n))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(n-b.used))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(b.reset.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", seconds(b.reset.Sub(now)))
	h.Set("X-RateLimit-Bucket", bucketHash(route))
}

func clearLimitHeaders(w http.ResponseWriter) {
	for _, k := range []string{"Limit", "Remaining", "Reset", "Reset-After", "Bucket"} {
		w.Header().Del("X-RateLimit-" + k)
	}
}

// tooMany is a 429 as topics/rate-limits documents it; the global one carries
// Retry-After and X-RateLimit-Global only.
func tooMany(w http.ResponseWriter, after time.Duration, scope string, global bool) *reply {
	after = max(after, time.Millisecond)
	w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	w.Header().Set("X-RateLimit-Scope", scope)
	text := "You are being rate limited."
	if global {
		w.Header().Set("X-RateLimit-Global", "true")
	}
	if scope == "shared" {
		text = "The resource is being rate limited."
	}
	return &reply{http.StatusTooManyRequests, obj{"message": text, "retry_after": after.Round(time.Millisecond).Seconds(), "global": global}}
}
