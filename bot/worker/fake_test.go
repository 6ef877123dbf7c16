package worker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// platform is a chat: what is posted is seen, once per message ID.
type platform struct {
	mu      sync.Mutex
	seen    []bot.Reply                                         // what people see, in order
	at      map[bot.QuestionID]int                              // which of seen is the reply to a question
	posts   int                                                 // calls of Post
	fail    func(ctx context.Context, n int, r bot.Reply) error // of the n-th Post, before anything is seen
	lose    func(n int) error                                   // of the n-th Post, after it is seen
	findErr error
	working int
	stopped int
	finds   int
}

func (p *platform) Name() string { return "chat" }

func (p *platform) Post(ctx context.Context, q bot.Question, r bot.Reply) (bot.Receipt, error) {
	p.mu.Lock()
	p.posts++
	n := p.posts
	p.mu.Unlock()
	if p.fail != nil {
		if err := p.fail(ctx, n, r); err != nil {
			return bot.Receipt{}, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, r)
	p.at[q.ID] = len(p.seen)
	if p.lose != nil {
		if err := p.lose(n); err != nil {
			return bot.Receipt{}, err
		}
	}
	return bot.Receipt{Messages: []string{fmt.Sprint(len(p.seen))}}, nil
}

func (p *platform) Working(context.Context, bot.Question) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.working++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.stopped++
	}
}

// finder is a platform that can be asked.
type finder struct{ *platform }

func (p finder) Find(_ context.Context, q bot.Question) (bot.Receipt, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finds++
	if p.findErr != nil {
		return bot.Receipt{}, false, p.findErr
	}
	n, there := p.at[q.ID]
	if !there {
		return bot.Receipt{}, false, nil
	}
	return bot.Receipt{Messages: []string{fmt.Sprint(n)}}, true, nil
}

// ledger keeps records in memory. fail, where set, is asked before each save.
type ledger struct {
	mu      sync.Mutex
	records map[bot.QuestionID]bot.Record
	fail    func(rec bot.Record) error
	loadErr error
}

func (l *ledger) Load(ctx context.Context, id bot.QuestionID) (bot.Record, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := errors.Join(l.loadErr, ctx.Err()); err != nil {
		return bot.Record{}, false, err
	}
	rec, ok := l.records[id]
	return rec, ok, nil
}

func (l *ledger) Save(ctx context.Context, rec bot.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.fail != nil {
		if err := l.fail(rec); err != nil {
			return err
		}
	}
	if rec.State == bot.Posting && l.records[rec.Question].State == bot.Posted {
		return errors.New("the ledger knows more")
	}
	l.records[rec.Question] = rec
	return nil
}

type answerer func(context.Context, bot.Question) (bot.Answer, error)

func (a answerer) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) { return a(ctx, q) }

// bench is a worker with everything around it.
type bench struct {
	*Worker
	p       *platform
	l       *ledger
	answers int
}

func newBench(t *testing.T, asFinder bool, answer answerer) *bench {
	t.Helper()
	b := &bench{
		p: &platform{at: map[bot.QuestionID]int{}},
		l: &ledger{records: map[bot.QuestionID]bot.Record{}},
	}
	var p bot.Platform = b.p
	if asFinder {
		p = finder{b.p}
	}
	w, err := New(Config{
		Ledger: b.l, Platforms: []bot.Platform{p}, Timeout: time.Minute,
		Now: func() time.Time { return time.Unix(1700000000, 0) },
		Answerer: answerer(func(ctx context.Context, q bot.Question) (bot.Answer, error) {
			b.p.mu.Lock()
			b.answers++
			n := b.answers
			b.p.mu.Unlock()
			if answer != nil {
				return answer(ctx, q)
			}
			return words(fmt.Sprintf("answer %d to %s", n, q.Text)), nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Worker = w
	return b
}

func words(s string) bot.Answer {
	return bot.Answer{Status: bot.Answered, Sentences: []bot.Sentence{{Text: s, Cites: []int{1}}}}
}

func delivery(attempt int) bot.Delivery {
	return bot.Delivery{
		Question: bot.Question{ID: "q1", Platform: "chat", Kind: bot.Ask, Text: "Q?", Asker: "U1"},
		Attempt:  attempt, Last: attempt >= 5,
	}
}
