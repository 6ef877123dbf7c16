package discord

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

const (
	routeCreate   = "POST /channels/{channel_id}/messages"
	routeOriginal = "@original"
	routeCallback = "/callback"
)

// mute keeps the desk from posting, so that a test can post itself.
func mute(_ *fakediscord.Config, _ *Adapter, d *desk) { d.mute = true }

// asked says something to the bot and returns the question that became of it.
func (r *rig) asked(text string) bot.Question {
	r.t.Helper()
	n := len(r.desk.questions())
	r.say(fakediscord.Message{Content: r.Mention() + " " + text})
	r.poll("the question", func() bool { return len(r.desk.questions()) == n+1 })
	return r.desk.questions()[n]
}

// commanded is asked by a command.
func (r *rig) commanded(text string, private bool) bot.Question {
	r.t.Helper()
	n := len(r.desk.questions())
	r.command(map[string]any{"question": text, "private": private})
	return r.desk.questions()[n]
}

// post posts until it need not be tried again.
func (r *rig) post(q bot.Question, reply bot.Reply) (bot.Receipt, error) {
	for {
		receipt, err := r.a.Post(r.ctx, q, reply)
		var retry *bot.RetryError
		if !errors.As(err, &retry) || !sleep(r.ctx, retry.After) {
			return receipt, err
		}
	}
}

func reasonOf(err error) string {
	var p *bot.PermanentError
	if errors.As(err, &p) {
		return p.Reason
	}
	return ""
}

func TestAnAnswerIsThereOnceWhateverTheAPIDoes(t *testing.T) {
	t.Parallel()
	short := 50 * time.Millisecond
	for name, f := range map[string]fakediscord.Fault{
		"a lost answer":      {Kind: fakediscord.FaultDropAfter, Times: 2},
		"a lost request":     {Kind: fakediscord.FaultDrop, Times: 2},
		"a route's limit":    {Kind: fakediscord.FaultRateRoute, Times: 2, After: short},
		"a shared limit":     {Kind: fakediscord.FaultRateShared, After: short},
		"the global limit":   {Kind: fakediscord.FaultRateGlobal, After: short},
		"an HTML limit":      {Kind: fakediscord.FaultRateHTML, After: time.Second},
		"bad gateways":       {Kind: fakediscord.FaultStatus, Status: 502, Times: 2},
		"pages of HTML":      {Kind: fakediscord.FaultHTML, Status: 503, Times: 2},
		"a long outage":      {Kind: fakediscord.FaultStatus, Status: 500, Times: 4},
		"an answer too late": {Kind: fakediscord.FaultSlow, Delay: 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, mute)
			m, i := r.asked("one"), r.commanded("two", false)
			for _, route := range []string{routeCreate, routeOriginal} {
				f := f
				f.Route = route
				r.inject(f)
			}
			for _, q := range []bot.Question{m, i} {
				receipt, err := r.post(q, echo(q))
				if err != nil || len(receipt.Messages) != 1 {
					t.Errorf("%s: %v, %v", q.Text, receipt.Messages, err)
				}
				again, err := r.post(q, echo(q))
				if err != nil || again.Messages[0] != receipt.Messages[0] {
					t.Errorf("%s: posted again as %v, %v", q.Text, again.Messages, err)
				}
			}
			r.answered(general, 2)
		})
	}
}

func TestALimitOfOneChannelHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	first := r.asked("one")
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultRateRoute, Route: routeCreate, After: time.Minute})
	_, err := r.a.Post(r.ctx, first, echo(first))
	var retry *bot.RetryError
	if !errors.As(err, &retry) || retry.After < 50*time.Second || retry.After > time.Minute {
		t.Fatalf("got %v", err)
	}
	r.say(fakediscord.Message{Content: "two", Channel: dm})
	r.poll("the question", func() bool { return len(r.desk.questions()) == 2 })
	if _, err := r.a.Post(r.ctx, r.desk.questions()[1], echo(first)); err != nil {
		t.Error(err)
	}
	i := r.commanded("three", false)
	if _, err := r.a.Post(r.ctx, i, echo(i)); err != nil {
		t.Error(err)
	}
	n := len(r.Requests())
	if _, err := r.a.Post(r.ctx, first, echo(first)); !errors.As(err, &retry) || len(r.Requests()) != n {
		t.Errorf("sent all the same: %v", err)
	}
}

func TestALostChannelIsAVerdictAndNotAskedAgain(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("one")
	r.SetBotPermissions(general, fakediscord.ViewChannel)
	for range 3 {
		if _, err := r.a.Post(r.ctx, q, echo(q)); reasonOf(err) != "missing_permissions" && reasonOf(err) != "missing_access" {
			t.Errorf("got %v", err)
		}
	}
	if n := r.InvalidRequests(); n != 1 {
		t.Errorf("%d invalid requests", n)
	}
	r.SetBotPermissions(general, fakediscord.DefaultPermissions)
	r.Dispatch("CHANNEL_UPDATE", json.RawMessage(`{"id":"`+general+`"}`)) // so says Discord then
	r.poll("the news of it", func() bool { _, err := r.a.Post(r.ctx, q, echo(q)); return err == nil })
	gone := r.asked2(dm, "two")
	r.RemoveChannel(dm)
	if _, err := r.a.Post(r.ctx, gone, echo(gone)); reasonOf(err) != "channel_not_found" {
		t.Errorf("got %v", err)
	}
}

func (r *rig) asked2(channel, text string) bot.Question {
	r.t.Helper()
	n := len(r.desk.questions())
	r.say(fakediscord.Message{Content: text, Channel: channel})
	r.poll("the question", func() bool { return len(r.desk.questions()) == n+1 })
	return r.desk.questions()[n]
}

func TestADeletedQuestionIsStillAnswered(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("one")
	var at address
	decode(q.Address, &at)
	if err := r.Delete(general, at.Message); err != nil {
		t.Fatal(err)
	}
	if _, err := r.a.Post(r.ctx, q, echo(q)); err != nil {
		t.Error(err)
	}
	r.answered(general, 1)
}

func TestWithoutTheRightToReadItAnswersWithoutAReference(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("one")
	r.SetBotPermissions(general, fakediscord.ViewChannel|fakediscord.SendMessages)
	if _, err := r.a.Post(r.ctx, q, echo(q)); err != nil {
		t.Error(err)
	}
	r.answered(general, 1)
}

func TestAReplyPostedBeforeACrashIsFound(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("one")
	if _, ok, err := r.a.Find(r.ctx, q); ok || err != nil {
		t.Errorf("found what is not there: %v", err)
	}
	receipt, err := r.a.Post(r.ctx, q, echo(q))
	if err != nil {
		t.Fatal(err)
	}
	r.Advance(10 * time.Minute) // the nonce is forgotten
	r.asked2(general, r.Mention()+" another")
	r.stop()
	<-r.done
	r.connect(&Adapter{pace: quick})
	got, ok, err := r.a.Find(r.ctx, q)
	if err != nil || !ok || len(got.Messages) != 1 || got.Messages[0] != receipt.Messages[0] {
		t.Errorf("found %v %v, %v", got.Messages, ok, err)
	}
	q.Asked = q.Asked.Add(-10 * time.Minute)
	if again, err := r.a.Post(r.ctx, q, echo(q)); err != nil || again.Messages[0] != receipt.Messages[0] {
		t.Errorf("posted again as %v, %v", again.Messages, err)
	}
	r.answered(general, 1)
}

func TestTheRestOfALongAnswerIsPostedAfterACrash(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("one")
	contents, _ := parts(q, long(q))
	var at address
	decode(q.Address, &at)
	// Only the first part got there.
	first := newMessage(contents[0])
	first.replyTo(at)
	first.once(string(q.ID), "0")
	first.Flags |= flagSuppressNotifications
	if _, err := r.a.create(r.ctx, general, first); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := r.a.Find(r.ctx, q); ok || err != nil {
		t.Errorf("a part is found as the whole: %v", err)
	}
	r.Advance(10 * time.Minute)
	q.Asked = q.Asked.Add(-10 * time.Minute)
	receipt, err := r.a.Post(r.ctx, q, long(q))
	if err != nil || len(receipt.Messages) != len(contents) {
		t.Errorf("%v, %v", receipt.Messages, err)
	}
	r.answered(general, len(contents))
	if _, ok, err := r.a.Find(r.ctx, q); !ok || err != nil {
		t.Errorf("the whole is not found: %v", err)
	}
}

func TestAFollowUpThatFailedIsNotRepeated(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.commanded("one", true)
	answer := long(q)
	contents, _ := parts(q, answer)
	if len(contents) < 3 {
		t.Fatalf("only %d parts", len(contents))
	}
	r.inject(fakediscord.Fault{Kind: fakediscord.FaultRateRoute, Route: "POST /webhooks", After: 10 * time.Second})
	if _, err := r.a.Post(r.ctx, q, answer); err == nil {
		t.Fatal("posted")
	}
	r.a.rest.limit = newLimiter(time.Now) // ten seconds later
	if _, err := r.a.Post(r.ctx, q, answer); err != nil {
		t.Fatal(err)
	}
	r.answered(general, len(contents))
}

func TestNoErrorHoldsAToken(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.commanded("one", false)
	q.Asked = q.Asked.Add(-time.Minute) // not so early that it is tried again
	var at address
	decode(q.Address, &at)
	for _, f := range []fakediscord.Fault{
		{Kind: fakediscord.FaultDrop, Times: attempts},
		{Kind: fakediscord.FaultStatus, Status: 400, Code: 50035},
		{Kind: fakediscord.FaultHTML, Status: 502, Times: attempts},
		{Kind: fakediscord.FaultStatus, Status: 401, Code: 50027},
	} {
		f.Route = routeOriginal
		r.inject(f)
		p := &posting{a: r.a, q: q, at: at, contents: []string{"x"}}
		_, err := p.edit(r.ctx)
		if err == nil || strings.Contains(err.Error(), at.Token) || strings.Contains(err.Error(), url.PathEscape(at.Token)) || strings.Contains(err.Error(), r.Token()) {
			t.Errorf("%s: got %v", f.Kind, err)
		}
	}
	if _, err := r.a.whoAmI(r.ctx); err != nil {
		t.Errorf("a dead interaction stopped the bot: %v", err)
	}
}

func TestAQuestionWithoutAnAddressIsSetAside(t *testing.T) {
	t.Parallel()
	a, err := New(Config{Token: "x", Inbox: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"", "null", "{}", `{"channel":"../1"}`, "["} {
		q := bot.Question{ID: "discord:m:1", Address: json.RawMessage(raw)}
		if _, err := a.Post(t.Context(), q, echo(q)); reasonOf(err) != "no_address" {
			t.Errorf("%s: got %v", raw, err)
		}
		if _, ok, err := a.Find(t.Context(), q); ok || err != nil {
			t.Errorf("%s: found, %v", raw, err)
		}
		a.Working(t.Context(), q)()
	}
}

func TestAFailedReplyTellsThePerson(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("뭐야?")
	if _, err := r.a.Post(r.ctx, q, bot.Reply{Failed: true}); err != nil {
		t.Fatal(err)
	}
	if m := r.answered(general, 1)[0]; !strings.Contains(m.Content, "죄송합니다") {
		t.Errorf("got %q", m.Content)
	}
}

func TestAFailureIsToldWhereAPartOfTheAnswerIsThere(t *testing.T) {
	t.Parallel()
	r := start(t, mute)
	q := r.asked("뭐야?")
	for _, reply := range []bot.Reply{echo(q), {Failed: true}, {Failed: true}} {
		if _, err := r.a.Post(r.ctx, q, reply); err != nil {
			t.Fatal(err)
		}
	}
	if m := r.answered(general, 2)[1]; !strings.Contains(m.Content, "죄송합니다") {
		t.Errorf("got %q", m.Content)
	}
}

func TestTheCommandIsWrittenOnlyWhereItDiffers(t *testing.T) {
	t.Parallel()
	r := start(t)
	changed, err := r.a.registerCommands(r.ctx)
	if err != nil || changed {
		t.Errorf("written again: %v", err)
	}
	writes := 0
	for _, q := range r.Requests() {
		if q.Method == "PUT" {
			writes++
		}
	}
	if writes != 1 {
		t.Errorf("%d writes", writes)
	}
	rq := request{op: "write", method: "PUT", route: "x", path: "/applications/" + r.ApplicationID() + "/commands", body: []any{
		map[string]any{"name": commandName, "description": "old", "type": 1}, map[string]any{"name": "stale", "description": "old", "type": 1},
	}}
	if err := r.a.rest.do(r.ctx, rq); err != nil {
		t.Fatal(err)
	}
	if changed, err := r.a.registerCommands(r.ctx); err != nil || !changed || len(r.Commands("")) != 1 {
		t.Errorf("changed %v, %v, %d commands", changed, err, len(r.Commands("")))
	}
}

func TestTheInviteAsksForWhatIsNeeded(t *testing.T) {
	t.Parallel()
	got, err := InviteURL(testBot)
	want := "https://discord.com/oauth2/authorize?client_id=" + testBot + "&permissions=274877975552&scope=bot+applications.commands"
	if err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := InviteURL("openai-explain"); err == nil {
		t.Error("a name is taken for an ID")
	}
}
