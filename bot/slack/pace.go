package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/openai-explain/openai-explain/bot"
)

// chat.postMessage takes about one message a second and channel, with short
// bursts (reference/slack.md §2.3).
const (
	postEvery = time.Second
	postBurst = 3
	maxTurn   = 3 * time.Second // a turn further away is not waited for
	maxKeys   = 1_000           // pacing state is dropped above this, where it says nothing any more
)

const (
	methodPost      = "chat.postMessage"
	methodEphemeral = "chat.postEphemeral"
)

var errHeld = errors.New("rate limited earlier")

// pacer says when a call may be made. It makes nobody wait long: where the turn
// is far away, the caller gets a bot.RetryError and others go on.
type pacer struct {
	now func() time.Time

	mu    sync.Mutex
	until map[string]time.Time     // nothing before: by method, and by method and key
	turns map[string]*rate.Limiter // of chat.postMessage, by channel
}

func newPacer(now func() time.Time) *pacer {
	return &pacer{now: now, until: map[string]time.Time{}, turns: map[string]*rate.Limiter{}}
}

// wait returns nil when it is the turn of a call, or a bot.RetryError.
func (p *pacer) wait(ctx context.Context, method, key string) error {
	for first := true; ; first = false {
		delay, held := p.turn(method, key, first)
		switch {
		case held || delay > maxTurn:
			return bot.Retry(delay, scoped(method, errHeld))
		case delay <= 0:
			return nil
		}
		t := time.NewTimer(delay)
		select {
		case <-t.C: // look again: a 429 may have come meanwhile
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}

// turn is how long to wait; held means by Slack's word. take takes a place in the
// channel's row, unless it is too far behind.
func (p *pacer) turn(method, key string, take bool) (delay time.Duration, held bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for _, k := range []string{method, method + " " + key} {
		delay = max(delay, p.until[k].Sub(now))
	}
	if delay > 0 {
		return delay, true
	}
	if method != methodPost || !take {
		return 0, false
	}
	p.forget(now)
	l, ok := p.turns[key]
	if !ok {
		l = rate.NewLimiter(rate.Every(postEvery), postBurst)
		p.turns[key] = l
	}
	r := l.ReserveN(now, 1)
	if delay = r.DelayFrom(now); delay > maxTurn {
		r.CancelAt(now)
	}
	return delay, false
}

// hold lets nothing pass for d after a 429 to method for key. A second channel
// that is limited at the same time shows that the limit is the workspace's: then
// the whole method waits.
func (p *pacer) hold(method, key string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	until := now.Add(d)
	if key != "" {
		p.extend(method+" "+key, until)
		if !p.otherHeld(method, key, now) {
			return
		}
	}
	p.extend(method, until)
}

func (p *pacer) otherHeld(method, key string, now time.Time) bool {
	for k, t := range p.until {
		prefix := method + " "
		if len(k) > len(prefix) && k[:len(prefix)] == prefix && k != prefix+key && t.After(now) {
			return true
		}
	}
	return false
}

func (p *pacer) extend(k string, until time.Time) {
	if until.After(p.until[k]) {
		p.until[k] = until
	}
}

// forget drops what says nothing any more, once there is much of it.
func (p *pacer) forget(now time.Time) {
	if len(p.turns) > maxKeys {
		for k, l := range p.turns {
			if l.TokensAt(now) >= postBurst {
				delete(p.turns, k)
			}
		}
	}
	if len(p.until) > maxKeys {
		for k, t := range p.until {
			if !t.After(now) {
				delete(p.until, k)
			}
		}
	}
}
