package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is how long a test waits for what has to happen.
const soon = 15 * time.Second

// rig is an adapter that runs against an offline Slack, with an inbox in memory
// and a worker that answers.
type rig struct {
	t    *testing.T
	srv  *fakeslack.Server
	a    *Adapter
	box  *box
	logs *safeBuffer
	stop func() error // ends Run and returns its error
}

// setup is what a test changes before anything runs.
type setup struct {
	slack  fakeslack.Config
	config func(*Config)
	timing func(*timing)
	reply  func(bot.Question) bot.Reply
	idle   bool // no worker: questions stay in the inbox
}

func start(t *testing.T, s setup) *rig {
	t.Helper()
	if s.slack.Contracts == nil {
		s.slack.Contracts = contracts(t)
	}
	srv, err := fakeslack.Start(s.slack)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	r := &rig{t: t, srv: srv, logs: &safeBuffer{}}
	r.box = newBox(t)
	cfg := Config{
		BotToken: bot.Secret(srv.BotToken()), AppToken: bot.Secret(srv.AppToken()), APIURL: srv.APIURL(),
		Inbox: r.box, Logger: slog.New(slog.NewTextHandler(r.logs, nil)),
	}
	if s.config != nil {
		s.config(&cfg)
	}
	if r.a, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	r.a.timing.apart, r.a.timing.backoff, r.a.timing.refill = time.Millisecond, 5*time.Millisecond, 10*time.Millisecond
	if s.timing != nil {
		s.timing(&r.a.timing)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.a.Run(ctx) }()
	working := make(chan struct{})
	workCtx, stopWork := context.WithCancel(context.Background())
	go func() {
		defer close(working)
		if !s.idle {
			r.work(workCtx, s.reply)
		}
	}()
	var once sync.Once
	var result error
	r.stop = func() error {
		once.Do(func() {
			cancel()
			select {
			case result = <-ended:
			case <-time.After(soon):
				t.Error("Run does not end")
			}
			stopWork()
			<-working
		})
		return result
	}
	t.Cleanup(func() { _ = r.stop() })
	return r
}

// contracts are the platform's descriptions of its methods, or nil where they are
// not there: then nothing is checked against them.
func contracts(t *testing.T) (c fs.FS) {
	t.Helper()
	t.Run("contracts", func(t *testing.T) { c = shared(t, "contracts/slack-methods") })
	return c
}

// up waits until n connections are open.
func (r *rig) up(n int) *rig {
	r.t.Helper()
	r.wait("connections", func(st *fakeslack.State) bool { return st.Connections() >= n })
	eventually(r.t, "the adapter sees them", func() bool { return r.a.Connected() >= n })
	return r
}

func (r *rig) wait(what string, cond func(*fakeslack.State) bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), soon)
	defer cancel()
	if err := r.srv.WaitFor(ctx, cond); err != nil {
		r.t.Fatalf("%s: %v\nlogs:\n%s", what, err, r.logs)
	}
}

// clean is what every scenario ends with: Slack had nothing to object to.
func (r *rig) clean() {
	r.t.Helper()
	for _, v := range r.srv.Violations() {
		r.t.Errorf("violation: %s", v)
	}
}

// say posts a person's message and returns its ts.
func (r *rig) say(m fakeslack.Message) string {
	r.t.Helper()
	ts, err := r.srv.Say(r.t.Context(), m)
	if err != nil {
		r.t.Fatal(err)
	}
	return ts
}

// replies waits for n messages of the bot in a thread and returns them.
func (r *rig) replies(channel, thread string, n int) []fakeslack.Message {
	r.t.Helper()
	var got []fakeslack.Message
	r.wait("replies", func(st *fakeslack.State) bool {
		got = byBot(st.Replies(channel, thread))
		return len(got) >= n
	})
	return got
}

func (r *rig) messages(channel string, n int) []fakeslack.Message {
	r.t.Helper()
	var got []fakeslack.Message
	r.wait("messages", func(st *fakeslack.State) bool {
		got = byBot(st.Messages(channel))
		return len(got) >= n
	})
	return got
}

func (r *rig) ephemeral(user string, cond func(fakeslack.Message) bool) fakeslack.Message {
	r.t.Helper()
	var got fakeslack.Message
	r.wait("ephemeral", func(st *fakeslack.State) bool {
		list := st.Ephemerals(fakeslack.General, user)
		i := slices.IndexFunc(list, cond)
		if i >= 0 {
			got = list[i]
		}
		return i >= 0
	})
	return got
}

func (r *rig) slash(user, text string) fakeslack.Ack {
	r.t.Helper()
	ack, err := r.srv.SlashCommand(r.t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: text, User: user})
	if err != nil {
		r.t.Fatalf("%v\nlogs:\n%s", err, r.logs)
	}
	return ack
}

func byBot(list []fakeslack.Message) []fakeslack.Message {
	return slices.DeleteFunc(slices.Clone(list), func(m fakeslack.Message) bool { return m.BotID == "" })
}

// settled waits until Slack has no envelope that is not acknowledged.
func (r *rig) settled() {
	r.t.Helper()
	r.wait("acknowledgements", (*fakeslack.State).Settled)
}

// box is an inbox in memory: it stores each ID once.
type box struct {
	t     *testing.T
	queue chan bot.Question

	mu       sync.Mutex
	stored   map[bot.QuestionID]bot.Question
	offered  int
	failures int           // refuse this many
	stall    chan struct{} // wait for it, whatever the context says
	after    func(bot.Question)
	replies  map[bot.QuestionID]bot.Reply
	receipts map[bot.QuestionID]bot.Receipt
}

func newBox(t *testing.T) *box {
	return &box{t: t, queue: make(chan bot.Question, 1000), stored: map[bot.QuestionID]bot.Question{}, replies: map[bot.QuestionID]bot.Reply{}, receipts: map[bot.QuestionID]bot.Receipt{}}
}

func (b *box) Submit(ctx context.Context, q bot.Question) error {
	b.mu.Lock()
	b.offered++
	if b.failures > 0 {
		b.failures--
		b.mu.Unlock()
		return fmt.Errorf("disk full: %w", bot.ErrNotAccepted)
	}
	_, known := b.stored[q.ID]
	b.stored[q.ID] = q
	stall, after := b.stall, b.after
	b.mu.Unlock()
	if stall != nil {
		<-stall
	}
	if !known {
		b.queue <- q
	}
	if after != nil {
		after(q)
	}
	return ctx.Err()
}

func (b *box) questions() []bot.Question {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []bot.Question
	for _, q := range b.stored {
		out = append(out, q)
	}
	return out
}

func (b *box) count() (offered, stored int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.offered, len(b.stored)
}

// work answers what is in the inbox until ctx is done, as the real worker does:
// an indicator, a search for an earlier reply on a redelivery, a retry as told.
func (r *rig) work(ctx context.Context, reply func(bot.Question) bot.Reply) {
	for {
		select {
		case q := <-r.box.queue:
			r.deliver(ctx, q, reply)
		case <-ctx.Done():
			return
		}
	}
}

func (r *rig) deliver(ctx context.Context, q bot.Question, reply func(bot.Question) bot.Reply) {
	for attempt := 1; attempt <= 5 && ctx.Err() == nil; attempt++ {
		if attempt > 1 {
			if _, there, err := r.a.Find(ctx, q); err == nil && there {
				return
			}
		}
		stop := r.a.Working(ctx, q)
		re := r.answer(q, reply)
		stop()
		err := r.show(ctx, q, re)
		var retry *bot.RetryError
		var permanent *bot.PermanentError
		switch {
		case err == nil, errors.As(err, &permanent):
			return
		case errors.As(err, &retry):
			sleep(ctx, retry.After)
		}
	}
}

// show posts, changes or removes, as the worker does.
func (r *rig) show(ctx context.Context, q bot.Question, re bot.Reply) (err error) {
	r.box.mu.Lock()
	at := r.box.receipts[q.Of]
	r.box.mu.Unlock()
	o := q
	switch q.Kind {
	case bot.Revise:
		o = q.Origin()
		at, err = r.a.Edit(ctx, o, re, at)
	case bot.Retract:
		return r.a.Remove(ctx, q.Origin(), at)
	default:
		at, err = r.a.Post(ctx, q, re)
	}
	r.box.mu.Lock()
	defer r.box.mu.Unlock()
	r.box.receipts[o.ID] = at
	return err
}

func (r *rig) answer(q bot.Question, reply func(bot.Question) bot.Reply) bot.Reply {
	r.box.mu.Lock()
	defer r.box.mu.Unlock()
	var re bot.Reply
	switch {
	case q.Kind == bot.Share:
		re = r.box.replies[q.Of]
		re.SharedBy = q.Asker
	case reply != nil:
		re = reply(q)
	default:
		re = answerTo(q)
	}
	r.box.replies[q.ID] = re
	return re
}

// answerTo is a cited answer in the language of the question, or the topics.
func answerTo(q bot.Question) bot.Reply {
	source := bot.Source{Publisher: "한국신문", Title: "오픈소스 AI란", URL: "https://news.example/1?a=1&b=2", Published: "2024-11-21"}
	a := bot.Answer{Status: bot.Answered, Lang: languageOf(q), Links: []string{source.URL}}
	suggestions := []bot.Suggestion{{ID: "what", Text: "오픈소스 AI가 무엇인가요?"}, {ID: "why", Text: "왜 중요한가요?"}}
	if q.Kind == bot.Topics {
		a.Status, a.Preface, a.Suggestions = bot.Help, "무엇이든 물어보세요.", suggestions
		return bot.Reply{Answer: a}
	}
	text := "Open-source AI is AI that anyone may use, study, change and share."
	if a.Lang == bot.Korean {
		text = "**오픈소스 AI**는 누구나 쓰고 고치고 나눌 수 있는 AI입니다."
	}
	a.Sentences = []bot.Sentence{{Text: text, Cites: []int{1}}}
	a.Citations = []bot.Citation{{N: 1, Entry: "what", Claim: "Q1a", Source: source}}
	return bot.Reply{Answer: a, Asked: q.Text}
}

// eventually polls for what no channel tells.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(soon)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("it does not happen that %s", what)
		}
		<-tick.C
	}
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// shows is what a message shows, all of it, as JSON text.
func shows(m fakeslack.Message) string { return m.Text + "\n" + string(m.Blocks) }

func containsAll(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(s, p) {
			t.Errorf("no %q in:\n%s", p, s)
		}
	}
}
