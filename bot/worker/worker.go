package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// Answerer answers questions. Its error is no answer: nothing of it is shown.
type Answerer interface {
	Answer(ctx context.Context, q bot.Question) (bot.Answer, error)
}

// Ledger keeps the record of a question. What Save wrote, the next Load of any
// process reads. Save refuses, with an error, to replace a record that is Posted
// by one that is Posting.
type Ledger interface {
	Load(ctx context.Context, id bot.QuestionID) (bot.Record, bool, error)
	Save(ctx context.Context, rec bot.Record) error
}

// DefaultTimeout is longer than the longest answer of a model (120 s) and the
// longest wait a platform's library allows itself (60 s) together.
const DefaultTimeout = 5 * time.Minute

// Config says who answers and where replies go.
type Config struct {
	Answerer  Answerer
	Ledger    Ledger
	Platforms []bot.Platform
	Logger    *slog.Logger     // nil: nothing is logged
	Timeout   time.Duration    // of one attempt; DefaultTimeout where it is 0
	Now       func() time.Time // time.Now where it is nil
}

// Worker handles deliveries. It may be used by many goroutines.
type Worker struct {
	c         Config
	platforms map[string]bot.Platform
	keys      keys

	posted, found, told, dead atomic.Int64
}

// New checks the configuration: no two platforms have the same name.
func New(c Config) (*Worker, error) {
	if c.Answerer == nil || c.Ledger == nil {
		return nil, errors.New("worker: an answerer and a ledger are needed")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	w := &Worker{c: c, platforms: map[string]bot.Platform{}, keys: keys{held: map[bot.QuestionID]*key{}}}
	for _, p := range c.Platforms {
		if w.platforms[p.Name()] != nil {
			return nil, fmt.Errorf("worker: two platforms are named %q", p.Name())
		}
		w.platforms[p.Name()] = p
	}
	return w, nil
}

// Stats are counts since the worker was made.
type Stats struct {
	Posted int64 // replies posted and recorded
	Found  int64 // replies that were there already, after a crash
	Told   int64 // people who were told that it failed
	Dead   int64 // questions set aside
}

// Stats returns the counts.
func (w *Worker) Stats() Stats {
	return Stats{Posted: w.posted.Load(), Found: w.found.Load(), Told: w.told.Load(), Dead: w.dead.Load()}
}

// Handle answers the question of d and posts the reply, unless that was done.
// Nil means that nothing is left to do. A [bot.PermanentError] means that the
// question is to be set aside; any other error that it is to be delivered again.
// When d.Last is set and the attempt fails, the person has been told. An error
// after ctx ended is a [bot.RetryError] and no failed attempt.
func (w *Worker) Handle(ctx context.Context, d bot.Delivery) error {
	q := d.Question
	p := w.platforms[q.Platform]
	if p == nil {
		w.dead.Add(1)
		return bot.Permanent("unknown_platform", fmt.Errorf("handle question %s: platform %q is not configured", q.ID, q.Platform))
	}
	j := &job{w: w, p: p, d: d, q: q, key: q.RecordID(), log: w.c.Logger.With("question", q.ID)}
	hold := j.key
	if q.Kind == bot.Revise || q.Kind == bot.Retract {
		hold = q.Of
	}
	free, err := w.keys.take(ctx, hold)
	if err != nil {
		return bot.Retry(0, err)
	}
	defer free()
	err = j.run(ctx)
	var permanent *bot.PermanentError
	if err != nil && ctx.Err() != nil && !errors.As(err, &permanent) {
		return bot.Retry(0, err)
	}
	return err
}
