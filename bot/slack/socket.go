package slack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"github.com/openai-explain/openai-explain/bot"
)

// supervisor keeps Socket Mode connections open and hands what comes over them to
// the inbox.
//
// Connections are started apart, so that Slack does not recycle them together; one
// of them is there while the other reconnects. Attempts to connect are paced over
// all of them, and an envelope is acknowledged over any.
type supervisor struct {
	a       *Adapter
	slots   chan struct{}  // one element for each envelope being handled
	handled sync.WaitGroup // envelopes being handled, acknowledgements being sent again

	mu       sync.Mutex
	self     string // the bot's user ID
	conns    map[*conn]struct{}
	stopping bool
	changed  chan struct{} // closed and replaced when conns or their state change
}

func newSupervisor(a *Adapter) *supervisor {
	return &supervisor{
		a:       a,
		slots:   make(chan struct{}, maxHandling),
		conns:   map[*conn]struct{}{},
		changed: make(chan struct{}),
	}
}

func (s *supervisor) run(ctx context.Context) error {
	self, err := s.identify(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	s.mu.Lock()
	s.self = self
	s.mu.Unlock()

	opening, stopOpening := context.WithCancel(ctx)
	defer stopOpening()
	// Connections outlive ctx: acknowledgements go out over them at the end.
	living, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	bucket := rate.NewLimiter(rate.Every(s.a.timing.refill), s.a.timing.burst)
	fatal := make(chan error, s.a.cfg.Connections)
	var keepers sync.WaitGroup
	for n := range s.a.cfg.Connections {
		keepers.Go(func() {
			if err := s.keep(opening, living, n, bucket); err != nil {
				fatal <- err
			}
		})
	}
	select {
	case <-ctx.Done():
	case err = <-fatal:
	}
	stopOpening()
	s.drain()
	hangUp()
	keepers.Wait()
	return err
}

// identify asks who the bot is, for as long as it takes to get an answer.
func (s *supervisor) identify(ctx context.Context) (string, error) {
	for delay := s.a.timing.backoff; ; delay = min(2*delay, s.a.timing.ceiling) {
		var self string
		out, err := s.a.call(ctx, "auth.test", "", func(ctx context.Context) error {
			r, err := s.a.api.AuthTestContext(ctx)
			if err == nil {
				self = r.UserID
			}
			return err
		})
		switch {
		case err == nil:
			return self, nil
		case ctx.Err() != nil:
			return "", nil
		case out.code != "" && advice[out.code] != "":
			return "", fmt.Errorf("slack: check the bot token: %s: %s", out.code, advice[out.code])
		}
		s.a.log.Warn("slack does not answer", "error", err, "again_in", delay)
		sleep(ctx, max(delay, retryDelay(err)))
	}
}

// keep keeps connection number n open: it opens one after the other until opening
// is done, and hangs up when living is. It returns an error where Slack says that
// no further one is worth to be tried.
func (s *supervisor) keep(opening, living context.Context, n int, bucket *rate.Limiter) error {
	if n > 0 {
		s.waitUp(opening)
		sleep(opening, time.Duration(n)*s.a.timing.apart)
	}
	for failures := 0; ; failures++ {
		// Not bucket.Wait, which gives up at once where opening has a deadline.
		if sleep(opening, bucket.Reserve().Delay()); opening.Err() != nil {
			return nil
		}
		c := newConn(s.a, s.take, s.announce)
		s.add(c)
		err := c.run(living)
		s.remove(c)
		if err := fatalError(err); err != nil {
			return err
		}
		if opening.Err() != nil {
			return nil
		}
		if c.lived() >= s.a.timing.steady {
			failures = 0
		}
		var told disconnectError
		if errors.As(err, &told) && told.reason == "too_many_websockets" {
			failures = max(failures, 3) // somebody else has them; waiting is what helps
		}
		delay := max(s.delay(failures), retryDelay(err))
		s.a.log.Info("slack connection ended", "connection", n, "error", err, "again_in", delay)
		sleep(opening, delay)
	}
}

// delay before connecting again: doubling, with jitter, so that connections and
// replicas do not come back in step.
func (s *supervisor) delay(failures int) time.Duration {
	d := s.a.timing.ceiling
	if failures < 16 {
		d = min(s.a.timing.backoff<<failures, d)
	}
	return d/2 + rand.N(d/2+1)
}

func retryDelay(err error) time.Duration {
	var retry *bot.RetryError
	var limited *slack.RateLimitedError
	switch {
	case errors.As(err, &retry):
		return retry.After
	case errors.As(err, &limited):
		return limited.RetryAfter
	}
	return 0
}

// advice says what to do about the errors that trying again does not change.
var advice = map[string]string{
	"invalid_auth":           "the token is wrong, or of another workspace: copy it again from the app's settings",
	"not_authed":             "no token arrived: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN",
	"account_inactive":       "the app was removed or its workspace deleted: install it again",
	"token_revoked":          "the token was revoked: install the app again and copy the new token",
	"token_expired":          "the token has expired: switch token rotation off for this app, or give a fresh token",
	"not_allowed_token_type": "the token is of the wrong kind: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
	"missing_scope":          "the app-level token needs the scope connections:write: create a new one under Basic Information",
	"no_permission":          "the token may not do this: create the app from the manifest again",
	"forbidden_team":         "the workspace does not allow this app: ask an administrator",
	"link_disabled":          "Socket Mode is off: switch it on in the app's settings",
	"access_denied":          "the workspace does not allow this app: ask an administrator",
	"org_login_required":     "the workspace is being moved: try again when that is done",
}

// fatalError is the error that ends Run, or nil where trying again may help.
func fatalError(err error) error {
	var answer slack.SlackErrorResponse
	var told disconnectError
	var status slack.StatusCodeError
	code := ""
	switch {
	case errors.As(err, &answer):
		code = answer.Err
	case errors.As(err, &told):
		code = told.reason
	case errors.As(err, &status) && status.Code == http.StatusNotFound:
		return errors.New("slack: open a socket: HTTP status 404: SLACK_API_URL is not where a Slack API is")
	}
	if what, ok := advice[code]; ok {
		return fmt.Errorf("slack: open a socket with the app token: %s: %s", code, what)
	}
	return nil
}

// announce wakes those who wait for a connection or for the end of its queue.
func (s *supervisor) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *supervisor) add(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = struct{}{}
}

// remove forgets c and sends what it could not over another connection.
func (s *supervisor) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	unsent := c.unsent()
	stopping := s.stopping
	if !stopping {
		s.handled.Add(len(unsent))
	}
	s.mu.Unlock()
	if stopping {
		return
	}
	for envelope, payload := range unsent {
		go func() {
			defer s.handled.Done()
			s.acknowledge(nil, envelope, payload)
		}()
	}
}

func (s *supervisor) connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for c := range s.conns {
		if c.isUp() {
			n++
		}
	}
	return n
}

// waitUp waits for a connection to be up.
func (s *supervisor) waitUp(ctx context.Context) {
	for {
		c, changed := s.anyUp(nil)
		if c != nil {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// anyUp is prefer if that is up, else another connection that is, else nil; and
// what is closed when that may have changed.
func (s *supervisor) anyUp(prefer *conn) (*conn, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if prefer != nil && prefer.isUp() {
		return prefer, s.changed
	}
	for c := range s.conns {
		if c.isUp() {
			return c, s.changed
		}
	}
	return nil, s.changed
}

// drain takes no further envelope, waits for those taken, and for their
// acknowledgements to leave.
func (s *supervisor) drain() {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.handled.Wait() // bounded: every step of handling is

	ctx, cancel := context.WithTimeout(context.Background(), s.a.timing.drain)
	defer cancel()
	for {
		s.mu.Lock()
		queued, changed := 0, s.changed
		for c := range s.conns {
			if c.isUp() {
				queued += c.queued()
			}
		}
		s.mu.Unlock()
		if queued == 0 {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.a.log.Warn("acknowledgements did not leave in time", "count", queued)
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
