package discord

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// flaky is a network that fails the nth follow-up, before Discord sees it.
type flaky struct {
	http.RoundTripper
	n    int32
	seen atomic.Int32
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/webhooks/") && f.seen.Add(1) == f.n {
		return nil, errors.New("connection reset")
	}
	return f.RoundTripper.RoundTrip(r)
}

func TestFollowUpsThatAreThereAreNotSentAgain(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.commanded("one", false)
	contents, _ := parts(q, long(q))
	r.a.rest.http.Transport = &flaky{RoundTripper: r.a.rest.http.Transport, n: 2}
	if _, err := r.a.Post(r.ctx, q, long(q)); err == nil {
		t.Fatal("posted")
	}
	receipt, err := r.a.Post(r.ctx, q, long(q))
	if err != nil || len(receipt.Messages) != len(contents) {
		t.Fatalf("%v, %v", receipt.Messages, err)
	}
	r.answered(general, len(contents))
	if kept := r.a.kept(q.ID); len(kept) != 0 {
		t.Errorf("still kept: %v", kept)
	}
}

func TestARequestThatMayHaveWorkedIsRepeatedOnlyWhereThatIsHarmless(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.commanded("one", false)
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultDropAfter, Route: "POST /webhooks"})
	if _, err := r.a.Post(r.ctx, q, long(q)); err == nil {
		t.Error("posted")
	}
	r.answered(general, 2) // the response, and the follow-up whose answer was lost
}

func TestAnotherReplicaMayAnswerBeforeTheAcknowledgement(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	other, err := New(Config{Token: bot.Secret(r.Token()), APIURL: r.APIURL(), Inbox: r.desk})
	if err != nil {
		t.Fatal(err)
	}
	defer other.rest.http.CloseIdleConnections()
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultSlowStart, Route: routeCallback, Delay: 300 * time.Millisecond})
	posted := make(chan error, 1)
	go func() {
		for len(r.desk.questions()) == 0 {
			if !sleep(r.ctx, time.Millisecond) {
				posted <- r.ctx.Err()
				return
			}
		}
		q := r.desk.questions()[0]
		_, err := other.Post(r.ctx, q, echo(q))
		posted <- err
	}()
	s := r.command(map[string]any{"question": "one"})
	if err := <-posted; err != nil {
		t.Fatal(err)
	}
	if i, _ := r.Interaction(s.ID); !i.Done() || i.Original.Loading {
		t.Errorf("got %+v", i)
	}
}

func TestLinksInAnAnswerShowNoPreview(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.say(fakediscord.Message{Content: r.Mention() + " one"})
	if m := r.answered(general, 1)[0]; m.Flags&flagSuppressEmbeds == 0 {
		t.Errorf("flags %d", m.Flags)
	}
	r.settled()
}

func TestTheBotsOwnRoleIsLearnedFromTheServer(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Token: "x", Inbox: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	a.introduce("7", "7")
	own := func() string { return a.identity().role("1") }
	a.learn(event{"GUILD_CREATE", []byte(`{"id":"1","roles":[{"id":"2"},{"id":"3","tags":{"bot_id":"8"}},{"id":"4","tags":{"bot_id":"7"}}]}`)})
	if own() != "4" {
		t.Errorf("role %q", own())
	}
	a.learn(event{"GUILD_DELETE", []byte(`{"id":"1"}`)})
	if own() != "" {
		t.Errorf("role %q of a server it left", own())
	}
	a.learn(event{"GUILD_ROLE_CREATE", []byte(`{"guild_id":"1","role":{"id":"5","tags":{"bot_id":"7"}}}`)})
	if own() != "5" {
		t.Errorf("role %q", own())
	}
}

func TestButtonsFitDiscord(t *testing.T) {
	t.Parallel()
	actions := []render.Action{
		{Kind: render.ActionPick, Value: "a", Label: strings.Repeat("질문 😀 ", 40)},
		{Kind: render.ActionPick, Value: "a", Label: "the same"},
		{Kind: render.ActionPick, Value: strings.Repeat("x", 100), Label: "too long an ID"},
		{Kind: render.ActionPick, Value: "b", Label: " "},
		{Kind: render.ActionShare, Value: "", Label: "nothing"},
	}
	for i := range 30 {
		actions = append(actions, render.Action{Kind: render.ActionPick, Value: "n" + string(rune('A'+i)), Label: "n"})
	}
	n, seen := 0, map[string]bool{}
	got := rows(actions)
	for _, row := range got {
		if len(row.Components) > rowLimit {
			t.Errorf("%d buttons in a row", len(row.Components))
		}
		for _, b := range row.Components {
			n++
			if seen[b.CustomID] || len(b.CustomID) > customIDLimit || b.Label == "" || render.UTF16Len(b.Label) > labelLimit {
				t.Errorf("button %+v", b)
			}
			seen[b.CustomID] = true
		}
	}
	if n != 25 || len(got) != 5 {
		t.Errorf("%d buttons in %d rows", n, len(got))
	}
}

func TestTheCommandsArePlannedAroundAnActivity(t *testing.T) {
	t.Parallel()
	ours, err := json.Marshal(ourCommand())
	if err != nil {
		t.Fatal(err)
	}
	activity, stale := json.RawMessage(`{"id":"1","name":"launch","type":4}`), json.RawMessage(`{"name":"old","type":1}`)
	for name, c := range map[string]struct {
		there []json.RawMessage
		want  int
		right bool
	}{
		"nothing":     {nil, 1, false},
		"ours":        {[]json.RawMessage{ours}, 1, true},
		"an activity": {[]json.RawMessage{ours, activity}, 2, true},
		"a stale one": {[]json.RawMessage{ours, stale}, 1, false},
		"not ours":    {[]json.RawMessage{activity, stale, []byte("null")}, 2, false},
	} {
		if want, right := plan(c.there); len(want) != c.want || right != c.right {
			t.Errorf("%s: %d commands, right %v", name, len(want), right)
		}
	}
}

func TestNothingIsSentToWhereARedirectPoints(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	away := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer away.Close()
	here := httptest.NewServer(http.RedirectHandler(away.URL, http.StatusTemporaryRedirect))
	defer here.Close()
	a, err := New(Config{Token: "x", Inbox: &desk{}, APIURL: here.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer a.rest.http.CloseIdleConnections()
	if _, err := a.whoAmI(t.Context()); err == nil || elsewhere.Load() != 0 {
		t.Errorf("%v, %d requests elsewhere", err, elsewhere.Load())
	}
}
