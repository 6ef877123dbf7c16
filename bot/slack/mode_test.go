package slack

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

// switches keeps modes in memory.
type switches struct {
	mu   sync.Mutex
	fail error
	kept map[string]bot.ChannelMode
}

func (s *switches) ChannelMode(_ context.Context, _, channel string) (bot.ChannelMode, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.kept[channel]; m != "" {
		return m, s.fail
	}
	return bot.Mentions, s.fail
}

func (s *switches) SetChannelMode(_ context.Context, _, channel string, m bot.ChannelMode) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == nil {
		s.kept[channel] = m
	}
	return s.fail
}

func withModes(m bot.ChannelMode) (*switches, setup) {
	s := &switches{kept: map[string]bot.ChannelMode{fakeslack.General: m}}
	return s, setup{config: func(c *Config) { c.Modes = s }}
}

// told waits for a text that only user sees.
func (r *rig) told(user, text string) fakeslack.Message {
	r.t.Helper()
	return r.ephemeral(user, func(m fakeslack.Message) bool { return strings.Contains(m.Text, text) })
}

func TestTheModeOfAChannelIsSetByThoseWhoMayAndShownToAll(t *testing.T) {
	t.Parallel()
	s, with := withModes("")
	more := with.config
	with.config = func(c *Config) { more(c); c.Admins = []string{fakeslack.Minji} }
	r := start(t, with).up(1)
	ko, en := prompts.Labels(bot.Korean).Mode, prompts.Labels(bot.English).Mode
	admin := r.srv.AddUser(fakeslack.User{Name: "admin", Admin: true})
	mine := r.srv.AddChannel(fakeslack.Channel{Name: "mine", Creator: fakeslack.Alice})

	r.slash(fakeslack.Alice, "channel")
	r.told(fakeslack.Alice, en.Is[bot.Mentions])
	r.slash(fakeslack.Alice, "channel auto")
	r.told(fakeslack.Alice, en.Denied)
	if m, _ := s.ChannelMode(t.Context(), Platform, fakeslack.General); m != bot.Mentions {
		t.Errorf("somebody who may not set it to %q", m)
	}
	r.slash(fakeslack.Minji, "채널 자동")
	r.told(fakeslack.Minji, ko.Set+" "+ko.Is[bot.Auto])
	r.slash(admin, "channel off")
	r.told(admin, en.Set+" "+en.Is[bot.Off])
	r.slash(fakeslack.Minji, "채널 시끄럽게")
	r.told(fakeslack.Minji, ko.Usage)
	if _, err := r.srv.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: "channel auto", User: fakeslack.Alice, Channel: mine}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the creator of a channel sets its mode", func() bool {
		m, _ := s.ChannelMode(t.Context(), Platform, mine)
		return m == bot.Auto
	})
	s.mu.Lock()
	s.fail = errors.New("no store")
	s.mu.Unlock()
	r.slash(fakeslack.Minji, "channel mentions")
	r.told(fakeslack.Minji, en.Failed)
	if n := len(r.box.questions()); n != 0 {
		t.Errorf("%d settings were taken for questions", n)
	}
	r.clean()
}

func TestWithoutTheScopesOnlyTheOperatorsListMaySetAMode(t *testing.T) {
	t.Parallel()
	_, with := withModes("")
	with.slack.Scopes = []string{"app_mentions:read", "chat:write", "commands"}
	r := start(t, with).up(1)
	admin := r.srv.AddUser(fakeslack.User{Name: "admin", Admin: true})
	r.slash(admin, "channel off")
	r.told(admin, prompts.Labels(bot.English).Mode.Denied)
}

func TestWhereItIsOffAMentionIsAnsweredToNobodyAndThePersonTold(t *testing.T) {
	t.Parallel()
	_, with := withModes(bot.Off)
	r := start(t, with).up(1)
	for user, text := range map[string]string{fakeslack.Minji: "오픈소스 AI가 뭐야?", fakeslack.Alice: "what is it?"} {
		r.say(fakeslack.Message{User: user, Text: "<@" + r.srv.BotUserID() + "> " + text})
		r.told(user, prompts.Labels(languageOf(bot.Question{Text: text})).Mode.OffNow)
	}
	r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?")
	r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), "누구나 쓰고") })
	r.settled()
	if got := byBot(r.srv.Messages(fakeslack.General)); len(got) != 0 {
		t.Errorf("said for everyone: %+v", got)
	}
	r.clean()
}

func TestInAutoAQuestionToNobodyIsAnsweredOnceInItsThreadAndNothingElseIs(t *testing.T) {
	t.Parallel()
	s, with := withModes(bot.Auto)
	r := start(t, with).up(2)
	root := r.say(fakeslack.Message{User: fakeslack.Minji, Text: "오픈소스 AI가 뭔가요?"})
	got := r.replies(fakeslack.General, root, 1)
	containsAll(t, shows(got[0]), "누구나 쓰고")
	for _, m := range []fakeslack.Message{
		{Text: "hm?"},
		{Text: "The build is green again, thank you all."},
		{Text: "<@" + fakeslack.Minji + "> what is open source AI?"},
		{Text: "<!here> what is open source AI?"},
		{Thread: root, Text: "And what is open source AI?"},
		{Text: "what is open source AI?", User: r.srv.AddUser(fakeslack.User{Name: "robot", Bot: true, BotID: "B1"})},
	} {
		r.say(m)
	}
	r.settled()
	if n := len(r.box.questions()); n != 1 {
		t.Errorf("%d questions", n)
	}
	if q := r.box.questions()[0]; !q.Unasked {
		t.Error("the question is as good as asked")
	}
	s.mu.Lock()
	s.kept[fakeslack.General] = bot.Mentions
	s.mu.Unlock()
	r.say(fakeslack.Message{Text: "what is open source AI?"})
	r.settled()
	if n := len(r.srv.Calls(methodPost)); n != 1 {
		t.Errorf("%d answers", n)
	}
	r.clean()
}

func TestAnOverheardQuestionThatCannotBeStoredComesAgain(t *testing.T) {
	t.Parallel()
	_, with := withModes(bot.Auto)
	with.slack.RetryAfter = 20 * time.Millisecond
	r := start(t, with).up(1)
	r.box.mu.Lock()
	r.box.failures = 1
	r.box.mu.Unlock()
	root := r.say(fakeslack.Message{Text: "What is open source AI?"})
	r.replies(fakeslack.General, root, 1)
	r.clean()
}

func FuzzOverheard(f *testing.F) {
	f.Add([]byte(`{"team_id":"T1","event":{"type":"message","channel_type":"channel","channel":"C1","user":"U1","ts":"1.2","text":"what is it?"}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		e := envelope{Type: typeEvents, Payload: payload, Self: self, At: time.Unix(1, 0)}
		q, ok := overheard(e)
		if !ok {
			return
		}
		if _, asked := translate(e); asked {
			t.Error("asked and overheard")
		}
		if !q.Unasked || q.Text == "" || !idPattern.MatchString(string(q.ID)) || !json.Valid(q.Address) {
			t.Errorf("%+v", q)
		}
	})
}
