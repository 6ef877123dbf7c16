package fakediscord_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// log keeps what a discordgo session received.
type log struct {
	mu   sync.Mutex
	seen []string
	more chan struct{}
}

func listen(d *discordgo.Session) *log {
	l := &log{more: make(chan struct{}, 1000)}
	add := func(s string) {
		l.mu.Lock()
		l.seen = append(l.seen, s)
		l.mu.Unlock()
		l.more <- struct{}{}
	}
	d.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) { add(m.Content) })
	d.AddHandler(func(_ *discordgo.Session, _ *discordgo.Resumed) { add("RESUMED") })
	d.AddHandler(func(_ *discordgo.Session, _ *discordgo.Ready) { add("READY") })
	return l
}

// wait waits until want was received, and returns everything up to now.
func (l *log) wait(t *testing.T, want string) []string {
	t.Helper()
	c := ctx(t)
	for {
		l.mu.Lock()
		seen := append([]string(nil), l.seen...)
		l.mu.Unlock()
		for _, s := range seen {
			if s == want {
				return seen
			}
		}
		select {
		case <-l.more:
		case <-c.Done():
			t.Fatalf("received %q, waiting for %q", seen, want)
		}
	}
}

// settle opens d and waits for its first heartbeat: one that fails because the
// connection is gone makes discordgo close whichever connection it has by then.
func settle(t *testing.T, s *fakediscord.Server, d *discordgo.Session, l *log) {
	t.Helper()
	open(t, d)
	l.wait(t, "READY")
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool { return s.Heartbeats() > 0 }); err != nil {
		t.Fatal(err)
	}
}

func TestDiscordgoGetsWhatItMissedAfterADrop(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	l := listen(d)
	settle(t, s, d, l)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop})
	if err := s.WaitFor(ctx(t), disconnected); err != nil {
		t.Fatal(err)
	}
	missed := s.Mention() + " while away"
	say(t, s, missed)
	l.wait(t, missed)
	l.wait(t, "RESUMED")
}

func TestDiscordgoStartsAfreshWhenAResumeIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	l := listen(d)
	settle(t, s, d, l)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultResumeInvalid})
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultGatewayDrop})
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool { return s.Identifies() == 2 && s.Connected() }); err != nil {
		t.Fatal(err)
	}
	after := s.Mention() + " after"
	say(t, s, after)
	l.wait(t, after)
}

func TestDiscordgoFollowsReconnect(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	l := listen(d)
	settle(t, s, d, l)
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultReconnect})
	l.wait(t, "RESUMED")
}

func TestDiscordgoLearnsWhyItWasRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	d.Identify.Intents |= discordgo.IntentMessageContent
	err := d.Open()
	if e := (*websocket.CloseError)(nil); !errors.As(err, &e) || e.Code != 4014 {
		t.Errorf("open: %v, want close code 4014", err)
	}
}

func TestDiscordgoReadsErrorsAndHistory(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{MessageContent: true})
	d := bot(t, s)
	say(t, s, "first")
	last := say(t, s, "second")
	got, err := d.ChannelMessages(fakediscord.DefaultChannel, 1, "", "", "")
	if err != nil || len(got) != 1 || got[0].ID != last || got[0].Content != "second" {
		t.Errorf("history %+v, %v", got, err)
	}
	_, err = d.ChannelMessageSend(fakediscord.DefaultChannel, strings.Repeat("x", 2001))
	if e := (*discordgo.RESTError)(nil); !errors.As(err, &e) || e.Message == nil || e.Message.Code != 50035 {
		t.Errorf("error %v, want 50035", err)
	}
	if err := d.MessageReactionAdd(fakediscord.DefaultChannel, last, "✅"); err != nil {
		t.Error(err)
	}
	if err := d.ChannelTyping(fakediscord.DefaultChannel); err != nil || !s.Typing(fakediscord.DefaultChannel) {
		t.Errorf("typing %v, %v", s.Typing(fakediscord.DefaultChannel), err)
	}
	thread, err := d.MessageThreadStart(fakediscord.DefaultChannel, last, "a thread", 1440)
	if err != nil || thread.ID != last {
		t.Errorf("thread %+v, %v", thread, err)
	}
	dm, err := d.UserChannelCreate(fakediscord.DefaultUser)
	if err != nil || dm.ID != fakediscord.DefaultDM {
		t.Errorf("direct message channel %+v, %v", dm, err)
	}
	if _, err := d.ChannelMessageSend(dm.ID, "hello"); err != nil {
		t.Error(err)
	}
	if s.Typing(fakediscord.DefaultDM) || find(t, s, last).Reactions["✅"][0] != s.BotUserID() {
		t.Error("typing in the direct messages, or no reaction")
	}
	for _, v := range s.Violations() {
		if !strings.Contains(v, "50035") {
			t.Errorf("violation: %s", v)
		}
	}
}
