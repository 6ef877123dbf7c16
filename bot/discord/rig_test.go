package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// TestMain lets more tests run at a time than there are processors: what they
// mostly do is wait for the second that discordgo takes to close a connection.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// testPatience is how long a test waits for what should be there soon.
const testPatience = 30 * time.Second

// desk is a trivial inbox and worker: it keeps questions in memory, answers each
// once, and posts the answer.
type desk struct {
	t        *testing.T
	platform *Adapter
	answer   func(bot.Question) bot.Reply
	working  func() // called while it shows that it works
	faults   []fakediscord.Fault
	mute     bool // accept, and leave the posting to the test

	mu       sync.Mutex
	refuse   func(bot.Question) error
	order    []bot.Question
	records  map[bot.QuestionID]bot.Reply
	receipts map[bot.QuestionID]bot.Receipt
	errs     []error
	wg       sync.WaitGroup
}

func (d *desk) Submit(ctx context.Context, q bot.Question) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		if err := d.refuse(q); err != nil {
			return err
		}
	}
	if _, there := d.records[q.ID]; there {
		return nil
	}
	r := d.reply(q)
	d.records[q.ID] = r
	d.order = append(d.order, q)
	if d.mute {
		return nil
	}
	d.wg.Go(func() { d.work(context.WithoutCancel(ctx), q, r) })
	return nil
}

func (d *desk) reply(q bot.Question) bot.Reply {
	if q.Kind == bot.Share {
		r := d.records[q.Of]
		r.SharedBy = q.Asker
		return r
	}
	r := d.answer(q)
	r.Asked = q.Text
	return r
}

func (d *desk) work(ctx context.Context, q bot.Question, r bot.Reply) {
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	stop := d.platform.Working(ctx, q)
	if d.working != nil {
		d.working()
	}
	stop()
	for {
		receipt, err := d.platform.Post(ctx, q, r)
		var retry *bot.RetryError
		if errors.As(err, &retry) && sleep(ctx, retry.After) {
			continue
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.receipts[q.ID] = receipt
		if err != nil {
			d.errs = append(d.errs, err)
		}
		return
	}
}

func (d *desk) questions() []bot.Question {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]bot.Question(nil), d.order...)
}

func (d *desk) failures() []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]error(nil), d.errs...)
}

// echo answers with the question, so that a test sees which one it was.
func echo(q bot.Question) bot.Reply {
	a := bot.Answer{Status: bot.Answered, Lang: langOf(q), Writer: bot.Extract}
	src := bot.Source{Publisher: "Paper", Title: "Column", URL: "https://example.com/1", Published: "2024-11-21"}
	a.Sentences = []bot.Sentence{{Text: "Answer to " + q.Text + q.Pick + ".", Cites: []int{1}}}
	a.Links = []string{src.URL}
	a.Citations = []bot.Citation{{N: 1, Entry: "e", Claim: "Q1a", Source: src}}
	a.Suggestions = []bot.Suggestion{{ID: "weak", Text: "What are the weaknesses?"}}
	if q.Kind == bot.Topics {
		a = bot.Answer{Status: bot.Help, Lang: langOf(q), Preface: "Topics", Suggestions: a.Suggestions}
	}
	return bot.Reply{Answer: a}
}

// rig is the adapter, connected to an offline Discord, with a desk behind it.
type rig struct {
	*fakediscord.Server
	t    *testing.T
	a    *Adapter
	desk *desk
	ctx  context.Context
	log  *logBook

	stop context.CancelFunc
	done chan struct{}
	err  error
}

type setting func(*fakediscord.Config, *Adapter, *desk)

// start also waits until the adapter is connected and the command registered.
func start(t *testing.T, options ...setting) *rig {
	t.Helper()
	r := begin(t, options...)
	r.waitFor("the command", func(s *fakediscord.Server) bool { return s.Connected() && len(s.Commands("")) == 1 })
	return r
}

func begin(t *testing.T, options ...setting) *rig {
	t.Helper()
	cfg := fakediscord.Config{Contract: contract(t), MessageContent: true}
	r := &rig{t: t, log: &logBook{}, done: make(chan struct{})}
	r.desk = &desk{t: t, answer: echo, records: map[bot.QuestionID]bot.Reply{}, receipts: map[bot.QuestionID]bot.Receipt{}}
	draft := &Adapter{pace: quick}
	for _, o := range options {
		o(&cfg, draft, r.desk)
	}
	server, err := fakediscord.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.Server = server
	if err := r.desk.inject(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	var cancel context.CancelFunc
	r.ctx, cancel = context.WithTimeout(t.Context(), testPatience)
	t.Cleanup(cancel)
	r.connect(draft)
	t.Cleanup(r.end)
	return r
}

// connect makes an adapter like draft and runs it.
func (r *rig) connect(draft *Adapter) {
	r.t.Helper()
	a, err := New(Config{
		Token: bot.Secret("Bot " + r.Token()), APIURL: r.APIURL(), Inbox: r.desk, MessageContent: draft.config.MessageContent,
		Logger: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	a.pace = draft.pace
	r.a, r.desk.platform = a, a
	ctx, stop := context.WithCancel(r.ctx)
	r.stop = stop
	done := make(chan struct{})
	r.done = done
	go func() {
		defer close(done)
		r.err = a.Run(ctx)
	}()
}

// quick is the default without the waiting.
var quick = pace{
	open: 5 * time.Second, identify: time.Millisecond, backoff: 4 * time.Millisecond, backoffMax: 20 * time.Millisecond,
	invalid: time.Millisecond, store: 300 * time.Millisecond, storeCall: time.Second, typing: 10 * time.Millisecond,
}

// halt stops Run and returns its error.
func (r *rig) halt() error {
	r.t.Helper()
	r.stop()
	select {
	case <-r.done:
	case <-time.After(10 * time.Second):
		r.t.Fatal("Run did not return")
	}
	return r.err
}

// end is what must hold after every test: no request that Discord would not
// accept, nobody pinged, no secret in the log.
func (r *rig) end() {
	if err := r.halt(); err != nil && r.wantErr() == "" {
		r.t.Errorf("Run: %v", err)
	}
	r.desk.wg.Wait()
	for _, v := range r.Violations() {
		r.t.Errorf("violation: %s", v)
	}
	for _, q := range r.Requests() {
		checkMentions(r.t, q)
	}
	r.log.check(r.t, r.Token())
	r.a.rest.http.CloseIdleConnections()
	r.Close()
	if r.t.Failed() {
		r.t.Log(r.log.String())
	}
}

func (r *rig) wantErr() string {
	var p *bot.PermanentError
	if errors.As(r.err, &p) {
		return p.Reason
	}
	return ""
}

// checkMentions holds for whatever shows text: no answer of Discord's says whom a
// missing allowed_mentions would have pinged.
func checkMentions(t *testing.T, q fakediscord.Request) {
	var body struct {
		Content  string
		Mentions json.RawMessage `json:"allowed_mentions"`
		Data     struct {
			Content  string
			Mentions json.RawMessage `json:"allowed_mentions"`
		}
	}
	if json.Unmarshal([]byte(q.Body), &body) != nil {
		return
	}
	const nobody = `{"parse":[],"replied_user":false}`
	if body.Content != "" && string(body.Mentions) != nobody || body.Data.Content != "" && string(body.Data.Mentions) != nobody {
		t.Errorf("%s may ping: %s", q.Route, q.Body)
	}
}

func (r *rig) waitFor(what string, cond func(*fakediscord.Server) bool) {
	r.t.Helper()
	if err := r.WaitFor(r.ctx, cond); err != nil {
		r.t.Fatalf("waiting for %s: %v", what, err)
	}
}

// poll waits for what the offline Discord does not see.
func (r *rig) poll(what string, cond func() bool) {
	r.t.Helper()
	for !cond() {
		if !sleep(r.ctx, 2*time.Millisecond) {
			r.t.Fatalf("waiting for %s", what)
		}
	}
}

// answered waits for n messages of the bot in the channel that are not "thinking…".
func (r *rig) answered(channel string, n int) []fakediscord.Message {
	r.t.Helper()
	var there []fakediscord.Message
	r.waitFor("an answer", func(s *fakediscord.Server) bool {
		there = s.BotMessages(channel)
		for _, m := range there {
			if m.Loading {
				return false
			}
		}
		return len(there) >= n
	})
	if len(there) != n {
		r.t.Fatalf("%d messages, want %d: %+v", len(there), n, there)
	}
	return there
}

func (r *rig) say(m fakediscord.Message) string {
	r.t.Helper()
	id, err := r.Say(r.ctx, m)
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

func (r *rig) command(options map[string]any, with ...func(*fakediscord.Interaction)) *fakediscord.InteractionState {
	r.t.Helper()
	in := fakediscord.Interaction{Name: commandName, Options: options}
	for _, w := range with {
		w(&in)
	}
	s, err := r.Command(r.ctx, in)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *rig) inject(f fakediscord.Fault) {
	r.t.Helper()
	if err := r.Inject(f); err != nil {
		r.t.Fatal(err)
	}
}

// settled waits until everything accepted was posted.
func (r *rig) settled() {
	r.t.Helper()
	r.settledAfter(0)
}

// settledAfter waits until n questions were accepted, and everything accepted was posted.
func (r *rig) settledAfter(n int) {
	r.t.Helper()
	r.poll("the desk", func() bool {
		r.desk.mu.Lock()
		defer r.desk.mu.Unlock()
		return len(r.desk.order) >= n && len(r.desk.receipts) == len(r.desk.order)
	})
	for _, err := range r.desk.failures() {
		r.t.Errorf("post: %v", err)
	}
}

var contractOnce = sync.OnceValues(func() (*fakediscord.Contract, error) {
	raw, err := os.ReadFile("../../../shared/contracts/discord-openapi.json")
	if err != nil {
		return nil, nil // the rules of fakediscord's own apply
	}
	return fakediscord.ReadContract(bytes.NewReader(raw))
})

func contract(t *testing.T) *fakediscord.Contract {
	t.Helper()
	c, err := contractOnce()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
