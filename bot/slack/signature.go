package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

const (
	window     = 5 * time.Minute // between Slack's clock and ours (reference/slack.md §2.8)
	maxTickets = 100_000         // more than Slack delivers in an hour
)

// ticket is a request's signature.
type ticket [sha256.Size]byte

// verifier says whether a request is Slack's.
//
// It remembers the signatures of requests that are being handled or were
// acknowledged, until their time is out: the same again is refused. A request that
// was not acknowledged may come again, also within the same second. It remembers in
// this process only; a replay to another replica is the same question, which the
// inbox stores once.
type verifier struct {
	secret []byte
	now    func() time.Time

	mu   sync.Mutex
	seen map[ticket]time.Time // by which it may be forgotten
	next time.Time            // to look for what may be
}

func newVerifier(secret bot.Secret, now func() time.Time) *verifier {
	return &verifier{secret: []byte(secret.Reveal()), now: now, seen: map[ticket]time.Time{}}
}

// take checks the signature over the body as it came, and that the request is new.
// The code is 200, or what the request is refused with.
func (v *verifier) take(h http.Header, body []byte) (ticket, int) {
	stamp := h.Get("X-Slack-Request-Timestamp")
	given, err := hex.DecodeString(strings.TrimPrefix(h.Get("X-Slack-Signature"), "v0="))
	seconds, terr := strconv.ParseInt(stamp, 10, 64)
	if err != nil || terr != nil || len(given) != sha256.Size || !strings.HasPrefix(h.Get("X-Slack-Signature"), "v0=") || len(v.secret) == 0 {
		return ticket{}, http.StatusUnauthorized
	}
	at, now := time.Unix(seconds, 0), v.now()
	if d := now.Sub(at); d > window || d < -window {
		return ticket{}, http.StatusUnauthorized
	}
	mac := hmac.New(sha256.New, v.secret)
	_, _ = mac.Write([]byte("v0:" + stamp + ":")) // a hash never fails
	_, _ = mac.Write(body)
	if !hmac.Equal(given, mac.Sum(nil)) {
		return ticket{}, http.StatusUnauthorized
	}
	t := ticket(given)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forget(now)
	if _, ok := v.seen[t]; ok {
		return t, http.StatusConflict
	}
	if len(v.seen) >= maxTickets {
		return t, http.StatusServiceUnavailable
	}
	v.seen[t] = at.Add(window + time.Minute)
	return t, http.StatusOK
}

// done says whether the request was acknowledged.
func (v *verifier) done(t ticket, acknowledged bool) {
	if acknowledged {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.seen, t)
}

func (v *verifier) forget(now time.Time) {
	if now.Before(v.next) {
		return
	}
	v.next = now.Add(time.Minute)
	for t, until := range v.seen {
		if now.After(until) {
			delete(v.seen, t)
		}
	}
}
