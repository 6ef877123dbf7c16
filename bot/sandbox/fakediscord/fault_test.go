package fakediscord_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

const createRoute = "POST /channels/{channel_id}/messages"

func TestRateLimitsComeInFourKinds(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	for _, r := range []struct {
		kind         fakediscord.FaultKind
		scope        string
		global, html bool
	}{
		{fakediscord.FaultRateRoute, "user", false, false},
		{fakediscord.FaultRateShared, "shared", false, false},
		{fakediscord.FaultRateGlobal, "global", true, false},
		{fakediscord.FaultRateHTML, "", false, true},
	} {
		t.Run(string(r.kind), func(t *testing.T) {
			inject(t, s, fakediscord.Fault{Kind: r.kind, Route: createRoute, After: 1500 * time.Millisecond})
			if a := c.do("GET", general, nil); a.status != 200 {
				t.Errorf("another route answered %d", a.status)
			}
			a := c.do("POST", general+"/messages", m{"content": string(r.kind)})
			if a.status != 429 || a.header.Get("Retry-After") == "" || a.header.Get("X-RateLimit-Scope") != r.scope {
				t.Errorf("%d with %v", a.status, a.header)
			}
			if r.html {
				if !strings.HasPrefix(a.text, "<!DOCTYPE html>") {
					t.Errorf("body %s", a.text)
				}
				return
			}
			if a.body["retry_after"] != 1.5 || a.body["global"] != r.global {
				t.Errorf("body %s", a.text)
			}
			if has := a.header.Get("X-RateLimit-Reset-After") != ""; has == r.global {
				t.Errorf("Reset-After there: %v, and the limit is global: %v", has, r.global)
			}
			if a := c.do("POST", general+"/messages", m{"content": "after"}); a.status != 200 {
				t.Errorf("the fault did not end: %d", a.status)
			}
		})
	}
	for _, x := range s.BotMessages(fakediscord.DefaultChannel) {
		if x.Content != "after" {
			t.Errorf("a refused message was stored: %q", x.Content)
		}
	}
}

func TestOtherAnswersOnDemand(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultStatus, Code: 200000})
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 400, 200000)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultStatus, Status: 503, Times: 2})
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 503, 0)
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 503, 0)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultHTML})
	if a := c.do("POST", general+"/messages", m{"content": "x"}); a.status != 502 || a.body != nil {
		t.Errorf("%d %s", a.status, a.text)
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultStatus, Code: 40058, Times: -1})
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 403, 40058)
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 403, 40058)
	s.ClearFaults()
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 200, 0)
	if n := len(s.BotMessages(fakediscord.DefaultChannel)); n != 1 {
		t.Errorf("%d messages stored, want the last alone", n)
	}
	if got := s.Requests(); len(got) != 7 || got[1].Status != 503 {
		t.Errorf("%d requests recorded", len(got))
	}
}

func TestAnAnswerIsLostAfterTheMessageWasStored(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	body := m{"content": "once", "nonce": "1", "enforce_nonce": true}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultDropAfter, Route: createRoute})
	if a, err := c.try("POST", general+"/messages", body); err == nil {
		t.Errorf("answered %d", a.status)
	}
	c.want(c.do("POST", general+"/messages", body), 200, 0)
	if n := len(s.BotMessages(fakediscord.DefaultChannel)); n != 1 {
		t.Errorf("%d messages, want one", n)
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultDrop, Route: createRoute})
	if a, err := c.try("POST", general+"/messages", m{"content": "lost"}); err == nil {
		t.Errorf("answered %d", a.status)
	}
	if n := len(s.BotMessages(fakediscord.DefaultChannel)); n != 1 {
		t.Errorf("%d messages, want the dropped one not to be stored", n)
	}
}

func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	const delay = 150 * time.Millisecond
	for kind, early := range map[fakediscord.FaultKind]bool{fakediscord.FaultSlow: true, fakediscord.FaultSlowStart: false} {
		inject(t, s, fakediscord.Fault{Kind: kind, Delay: delay})
		before := time.Now()
		id := c.do("POST", general+"/messages", m{"content": string(kind)}).id()
		if took := time.Since(before); took < delay {
			t.Errorf("%s: answered after %v", kind, took)
		}
		if stored := find(t, s, id).Created.Sub(before); (stored < delay) != early {
			t.Errorf("%s: stored after %v", kind, stored)
		}
	}
}

func TestLimitsAreEnforcedWhenSwitchedOn(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{RateLimits: true})
	c := client{t, s}
	for i := range 5 {
		a := c.do("POST", general+"/messages", m{"content": "x"})
		if a.status != 200 || a.header.Get("X-RateLimit-Remaining") != string(rune('4'-i)) || a.header.Get("X-RateLimit-Bucket") == "" {
			t.Errorf("request %d: %d, %v", i, a.status, a.header)
		}
	}
	a := c.do("POST", general+"/messages", m{"content": "x"})
	if a.status != 429 || a.header.Get("X-RateLimit-Scope") != "user" {
		t.Errorf("the sixth: %d", a.status)
	}
	c.want(c.do("POST", "/channels/"+fakediscord.DefaultOther+"/messages", m{"content": "x"}), 200, 0)
	s.Advance(5 * time.Second)
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 200, 0)
}

func TestEveryFaultHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[fakediscord.FaultKind]bool{}
	for _, k := range fakediscord.Faults() {
		if seen[k] || k == "" {
			t.Errorf("fault %q is listed twice or has no name", k)
		}
		seen[k] = true
	}
}
