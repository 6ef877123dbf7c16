package discord

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// clock is a time that only a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newTestLimiter() (*limiter, *clock) {
	c := &clock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	return newLimiter(c.now), c
}

// answered is what Discord says, as alternating names and values of headers.
func answered(status int, headers ...string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func create(channel string) request {
	return request{op: "create message", method: "POST", route: "/channels/{id}/messages", major: channel, channel: channel}
}

func TestABucketIsNotOverdrawn(t *testing.T) {
	l, c := newTestLimiter()
	l.observe(create("1"), answered(200, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", "2", "X-RateLimit-Reset-After", "3.5"), nil)
	for i, want := range []time.Duration{0, 0, 3500 * time.Millisecond} {
		if got, _ := l.take(create("1")); got != want {
			t.Errorf("request %d waits %v, want %v", i, got, want)
		}
	}
	if got, _ := l.take(create("2")); got != 0 {
		t.Errorf("another channel waits %v", got)
	}
	c.at = c.at.Add(3500 * time.Millisecond)
	if got, _ := l.take(create("1")); got != 0 {
		t.Errorf("after the reset it waits %v", got)
	}
}

func TestRoutesThatShareABucketShareItsLimit(t *testing.T) {
	l, _ := newTestLimiter()
	edit := request{method: "PATCH", route: "/channels/{id}/messages/{id}", major: "1"}
	l.observe(edit, answered(200, "X-RateLimit-Bucket", "b"), nil)
	l.observe(create("1"), answered(200, "X-RateLimit-Bucket", "b", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "2"), nil)
	if got, _ := l.take(edit); got != 2*time.Second {
		t.Errorf("waits %v", got)
	}
}

func TestAnAnswerThatWasOvertakenGivesNothingBack(t *testing.T) {
	l, _ := newTestLimiter()
	l.observe(create("1"), answered(200, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "2"), nil)
	l.observe(create("1"), answered(200, "X-RateLimit-Remaining", "1", "X-RateLimit-Reset-After", "2"), nil)
	if got, _ := l.take(create("1")); got == 0 {
		t.Error("does not wait")
	}
}

func TestASuccessUnderWayEndsNoLimit(t *testing.T) {
	l, _ := newTestLimiter()
	slow := answered(429)
	l.observe(create("1"), slow, limitedBy(slow, `{"message":"slow","retry_after":60}`))
	l.observe(create("1"), answered(200, "X-RateLimit-Remaining", "4", "X-RateLimit-Reset-After", "1"), nil)
	if got, _ := l.take(create("1")); got != time.Minute {
		t.Errorf("waits %v", got)
	}
}

func limitedBy(resp *http.Response, body string) *apiError {
	return newAPIError("create message", resp, []byte(body))
}

func TestWhatALimitHoldsUp(t *testing.T) {
	call := request{method: "POST", route: "/interactions", major: "9", anyone: true}
	for name, c := range map[string]struct {
		resp         *http.Response
		body         string
		same, others time.Duration
		calls        time.Duration
	}{
		"route":      {answered(429, "Retry-After", "2", "X-RateLimit-Scope", "user"), `{"message":"slow","retry_after":1.5,"global":false}`, 1500 * time.Millisecond, 0, 0},
		"shared":     {answered(429, "Retry-After", "2", "X-RateLimit-Scope", "shared"), `{"message":"slow","retry_after":2}`, 2 * time.Second, 0, 0},
		"global":     {answered(429, "Retry-After", "3"), `{"message":"slow","retry_after":3,"global":true}`, 3 * time.Second, 3 * time.Second, 0},
		"Cloudflare": {answered(429, "Retry-After", "4"), `<html>`, 4 * time.Second, 4 * time.Second, 4 * time.Second},
		"blind":      {answered(429), `<html>`, blindPause, blindPause, blindPause},
		"absurd":     {answered(429), `{"message":"slow","retry_after":1e300}`, 24 * time.Hour, 0, 0},
		"negative":   {answered(429, "Retry-After", "2"), `{"message":"slow","retry_after":-7}`, 2 * time.Second, 0, 0},
	} {
		l, _ := newTestLimiter()
		e := limitedBy(c.resp, c.body)
		l.observe(create("1"), c.resp, e)
		for what, rq := range map[string]struct {
			request
			want time.Duration
		}{"same": {create("1"), c.same}, "other": {create("2"), c.others}, "interaction": {call, c.calls}} {
			if got, reason := l.take(rq.request); got != rq.want || reason != "" {
				t.Errorf("%s: %s waits %v %s, want %v", name, what, got, reason, rq.want)
			}
		}
	}
}

func TestInvalidRequestsAreStoppedBeforeDiscordBansTheAddress(t *testing.T) {
	l, c := newTestLimiter()
	refused := answered(403)
	for i := range invalidBudget {
		if wait, _ := l.take(create(fmt.Sprint(i))); wait != 0 {
			t.Fatalf("stopped after %d", i)
		}
		l.observe(create(fmt.Sprint(i)), refused, limitedBy(refused, `{"code":50001}`))
	}
	if wait, _ := l.take(create("x")); wait != invalidWindow {
		t.Errorf("waits %v", wait)
	}
	c.at = c.at.Add(invalidWindow)
	if wait, _ := l.take(create("x")); wait != 0 {
		t.Errorf("waits %v after the window", wait)
	}
}

func TestASharedLimitIsNoInvalidRequest(t *testing.T) {
	l, _ := newTestLimiter()
	shared := answered(429, "X-RateLimit-Scope", "shared")
	l.observe(create("1"), shared, limitedBy(shared, `{"message":"slow","retry_after":1}`))
	if l.invalid != 0 {
		t.Error("counted")
	}
}

func TestTheLimiterForgetsWhatIsOver(t *testing.T) {
	l, c := newTestLimiter()
	for i := range 3 * bucketsKept {
		rq := request{method: "PATCH", route: "/webhooks", major: fmt.Sprint(i), anyone: true}
		l.observe(rq, answered(200, "X-RateLimit-Remaining", "4", "X-RateLimit-Reset-After", "1"), nil)
		c.at = c.at.Add(time.Millisecond)
	}
	if n := len(l.buckets); n > bucketsKept {
		t.Errorf("%d buckets kept", n)
	}
}

func TestAProxyRefusesNoTokenAndNoChannel(t *testing.T) {
	for _, status := range []int{302, 401, 403, 407} {
		l, _ := newTestLimiter()
		resp := answered(status)
		e := limitedBy(resp, "<html>")
		l.observe(create("1"), resp, e)
		var retry *bot.RetryError
		if wait, reason := l.take(create("1")); wait != 0 || reason != "" || !errors.As(e.verdict(), &retry) {
			t.Errorf("%d: waits %v %s, %v", status, wait, reason, e.verdict())
		}
	}
}

func FuzzAPIErrors(f *testing.F) {
	f.Add(429, "1", `{"retry_after":1}`)
	f.Add(403, "", `{"code":50013,"message":"Missing Permissions"}`)
	f.Fuzz(func(t *testing.T, status int, after, body string) {
		e := newAPIError("x", answered(status, "Retry-After", after), []byte(body))
		if e == nil {
			return
		}
		if e.After < 0 || e.After > 24*time.Hour || e.verdict() == nil || len([]rune(e.Message)) > 200 {
			t.Errorf("got %+v", e)
		}
	})
}
