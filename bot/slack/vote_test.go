package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

// ballot keeps votes in memory, one for each person and question.
type ballot struct {
	mu   sync.Mutex
	fail error
	kept map[string]bot.Vote
}

func (b *ballot) SaveVote(_ context.Context, v bot.Vote) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	if b.kept == nil {
		b.kept = map[string]bot.Vote{}
	}
	b.kept[v.Person+" "+string(v.Question)] = v
	return nil
}

func (b *ballot) refuse(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

// of are the votes of a person.
func (b *ballot) of(person string) (out []bot.Vote) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, v := range b.kept {
		if v.Person == person {
			out = append(out, v)
		}
	}
	return out
}

func withVotes(b *ballot) setup {
	return setup{config: func(c *Config) { c.Votes = b }}
}

// value finds the value of a vote button in a message.
func value(t *testing.T, m fakeslack.Message, kind string) string {
	t.Helper()
	for _, s := range strings.Split(string(m.Blocks), `"`) {
		if strings.HasPrefix(s, kind+" ") {
			return s
		}
	}
	t.Fatalf("no %q button in %s", kind, m.Blocks)
	return ""
}

func (r *rig) vote(user string, m fakeslack.Message, actionID, kind string) fakeslack.Ack {
	r.t.Helper()
	ack, err := r.srv.Click(r.t.Context(), fakeslack.Click{
		User: user, Channel: fakeslack.General, Message: m.TS, ActionID: actionID, Value: value(r.t, m, kind),
	})
	if err != nil {
		r.t.Fatalf("%v\nlogs:\n%s", err, r.logs)
	}
	return ack
}

func (r *rig) form(user string) fakeslack.View {
	r.t.Helper()
	var got fakeslack.View
	r.wait("a form", func(st *fakeslack.State) bool {
		i := slices.IndexFunc(st.Views(), func(v fakeslack.View) bool { return v.User == user && v.Type == "modal" })
		if i >= 0 {
			got = st.Views()[i]
		}
		return i >= 0
	})
	return got
}

func sameVotes(t *testing.T, got []bot.Vote, want ...bot.Vote) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(bot.Vote{}, "At", "Question")); d != "" {
		t.Error(d)
	}
}

func TestAnAnswerCanBeCalledHelpfulOrNotByEveryoneOnceAndTheMindChanged(t *testing.T) {
	t.Parallel()
	b := &ballot{}
	r := start(t, withVotes(b)).up(2)
	for lang, q := range map[bot.Lang]string{bot.Korean: "오픈소스 AI가 뭐야?", bot.English: "what is open source AI?"} {
		l := prompts.Labels(lang)
		root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> " + q})
		m := r.replies(fakeslack.General, root, 1)[0]
		containsAll(t, string(m.Blocks), "feedback_buttons", l.Helpful, l.NotHelpful)
		r.vote(fakeslack.Alice, m, actionVote, "helpful")
		r.vote(fakeslack.Alice, m, actionVote, "helpful")
		r.vote(fakeslack.Minji, m, actionVote, "helpful")
		thanks := r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return m.Text == l.Voted })
		if thanks.Thread != root {
			t.Errorf("%s: the thanks are in thread %q", lang, thanks.Thread)
		}
		sameVotes(t, b.of(fakeslack.Minji), bot.Vote{Platform: Platform, Person: fakeslack.Minji, Helpful: true})
		r.vote(fakeslack.Minji, m, actionVote, "unhelpful")
		sameVotes(t, b.of(fakeslack.Minji), bot.Vote{Platform: Platform, Person: fakeslack.Minji})
		sameVotes(t, b.of(fakeslack.Alice), bot.Vote{Platform: Platform, Person: fakeslack.Alice, Helpful: true})
		view := r.form(fakeslack.Minji)
		containsAll(t, string(view.Blocks)+view.Title, l.Why.Title, l.Why.Reason, l.Why.Text)
		for _, reason := range bot.VoteReasons() {
			containsAll(t, string(view.Blocks), l.Why.Reasons[reason], `"value":"`+reason+`"`)
		}
		if _, err := r.srv.CloseView(t.Context(), fakeslack.Submit{User: fakeslack.Minji, View: view.ID}); err != nil {
			t.Fatal(err)
		}
		if n := len(byBot(r.srv.Replies(fakeslack.General, root))); n != 1 {
			t.Errorf("%s: %d messages for everyone to see", lang, n)
		}
		b.mu.Lock()
		b.kept = nil
		b.mu.Unlock()
	}
	r.clean()
}

func TestTheReasonOfAnUnhelpfulAnswerIsStoredAndThankedFor(t *testing.T) {
	t.Parallel()
	b := &ballot{}
	r := start(t, withVotes(b)).up(1)
	r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?")
	m := r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), actionVote) })
	if strings.Contains(string(m.Blocks), "feedback_buttons") {
		t.Error("Slack's own buttons in a private message")
	}
	r.vote(fakeslack.Minji, m, actionVote+":1", "unhelpful")
	view := r.form(fakeslack.Minji)
	fill := fakeslack.Submit{User: fakeslack.Minji, View: view.ID, Values: map[string]map[string]any{
		blockWhy:   {blockWhy: map[string]any{"type": "radio_buttons", "selected_option": map[string]any{"value": "outdated"}}},
		blockWords: {blockWords: map[string]any{"type": "plain_text_input", "value": " 2024년 이야기예요 "}},
	}}
	b.refuse(errors.New("disk full"))
	ack, err := r.srv.SubmitView(t.Context(), fill)
	if err != nil {
		t.Fatal(err)
	}
	l := prompts.Labels(bot.Korean)
	containsAll(t, string(ack.Payload), `"errors"`, l.NotVoted)
	b.refuse(nil)
	if ack, err = r.srv.SubmitView(t.Context(), fill); err != nil {
		t.Fatal(err)
	}
	containsAll(t, string(ack.Payload), `"update"`)
	containsAll(t, string(r.form(fakeslack.Minji).Blocks), l.Voted)
	sameVotes(t, b.of(fakeslack.Minji), bot.Vote{Platform: Platform, Person: fakeslack.Minji, Reason: "outdated", Text: "2024년 이야기예요"})
	r.clean()
}

func TestAVoteThatCannotBeStoredIsNotThankedFor(t *testing.T) {
	t.Parallel()
	b := &ballot{fail: errors.New("disk full")}
	r := start(t, withVotes(b)).up(1)
	root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> what is open source AI?"})
	m := r.replies(fakeslack.General, root, 1)[0]
	r.vote(fakeslack.Alice, m, actionVote, "unhelpful")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return m.Text == prompts.Labels(bot.English).NotVoted })
	if n := len(r.srv.Views()); n != 0 {
		t.Errorf("%d forms are open", n)
	}
	r.clean()
}

func TestWhereTheFormCannotOpenTheVoteCounts(t *testing.T) {
	t.Parallel()
	b := &ballot{}
	r := start(t, withVotes(b)).up(1)
	r.srv.AddFault(fakeslack.FailWith("views.open", "expired_trigger_id"))
	root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> what is open source AI?"})
	m := r.replies(fakeslack.General, root, 1)[0]
	r.vote(fakeslack.Alice, m, actionVote, "unhelpful")
	r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return m.Text == prompts.Labels(bot.English).Voted })
	sameVotes(t, b.of(fakeslack.Alice), bot.Vote{Platform: Platform, Person: fakeslack.Alice})
}

func TestWhereSlackHasNoFeedbackButtonsOrdinaryOnesAreShown(t *testing.T) {
	t.Parallel()
	b := &ballot{}
	r := start(t, withVotes(b)).up(1)
	r.srv.AddFault(fakeslack.Fault{Method: methodPost, Error: "invalid_blocks", Times: 1})
	for range 2 {
		root := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> what is open source AI?"})
		m := r.replies(fakeslack.General, root, 1)[0]
		containsAll(t, string(m.Blocks), `"action_id":"vote"`, `"action_id":"vote:1"`)
		r.vote(fakeslack.Alice, m, actionVote, "helpful")
	}
	if n := len(r.srv.Calls(methodPost)); n != 3 {
		t.Errorf("%d posts for two answers: the first is to be refused once", n)
	}
	r.clean()
}

func TestWhatIsNoVoteIsNone(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"", "helpful", "helpful en", "helpful en a b", "great en slack:1", "helpful en <x>", "helpful en " + strings.Repeat("x", 65)} {
		if _, _, _, ok := readVoteValue(v); ok {
			t.Errorf("%q is a vote", v)
		}
	}
}

func FuzzOpinion(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"vote","value":"unhelpful ko slack:1"}],"trigger_id":"t"}`))
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"why","private_metadata":"unhelpful ko slack:1","state":{"values":{"words":{"words":{"value":"x"}}}}}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		o, ok := opinionOf(envelope{Type: typeInteractive, Payload: payload})
		if ok && (o.vote.Person == "" || !idPattern.MatchString(string(o.vote.Question)) || o.vote.Helpful && (o.vote.Reason != "" || o.form)) {
			t.Errorf("%+v", o)
		}
		if ok && !json.Valid(payload) {
			t.Error("a vote out of nothing")
		}
	})
}
