package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// recording bounds a save that must not be cut short: the reply is out.
const recording = 10 * time.Second

// telling bounds the notice that every attempt failed.
const telling = time.Minute

// job is one delivery.
type job struct {
	w   *Worker
	p   bot.Platform
	d   bot.Delivery
	q   bot.Question
	key bot.QuestionID // of the record
	log *slog.Logger

	out bool // the reply is posted
}

func (j *job) run(ctx context.Context) error {
	rec, _, err := j.w.c.Ledger.Load(ctx, j.key)
	if err != nil {
		return j.conclude(ctx, err)
	}
	switch {
	case rec.State == bot.Posted:
		return nil
	case rec.State == bot.Dead && (j.q.Kind != bot.Share || j.d.Attempt > 1):
		return bot.Permanent(rec.Reason, fmt.Errorf("handle question %s: set aside before", j.q.ID))
	case rec.State == bot.Dead: // somebody tries to share again
		rec = bot.Record{}
	case rec.State == bot.Posting && rec.Reply.Failed:
		return j.fail(ctx, rec.Reason, errors.New("every attempt failed before"))
	}
	attempt, cancel := context.WithTimeout(ctx, j.w.c.Timeout)
	defer cancel()
	return j.conclude(ctx, j.attempt(attempt, rec))
}

// quiet is true for what nobody waits for: nothing is shown but an answer.
func (j *job) quiet() bool {
	return j.q.Unasked || j.q.Kind == bot.Revise || j.q.Kind == bot.Retract
}

// attempt gets the reply out, or finds that it is. A panic is an error; what it
// was panicked with may hold a person's words and is not told.
func (j *job) attempt(ctx context.Context, rec bot.Record) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if e, ok := p.(runtime.Error); ok {
			what = e.Error()
		}
		j.log.Error("answering panicked", "panic", what, "stack", string(debug.Stack()))
		err = fmt.Errorf("handle question %s: panic: %s", j.q.ID, what)
	}()
	if j.q.Kind == bot.Revise || j.q.Kind == bot.Retract {
		return j.follow(ctx)
	}
	if rec.State == bot.Posting {
		there, err := j.find(ctx, &rec)
		if there || err != nil {
			return err
		}
	} else {
		reply, err := j.reply(ctx)
		if err != nil {
			return err
		}
		rec = j.blank()
		rec.State, rec.Asked, rec.Reply, rec.At = bot.Posting, reply.Asked, reply, j.w.c.Now()
		if err := j.w.c.Ledger.Save(ctx, rec); err != nil {
			return err
		}
	}
	if j.q.Unasked && rec.Reply.Answer.Status != bot.Answered {
		j.log.Info("nothing is said unasked")
		return j.record(ctx, rec, bot.Receipt{})
	}
	return j.post(ctx, rec)
}

// blank is a record of j with nothing in it yet.
func (j *job) blank() bot.Record {
	return bot.Record{Question: j.key, Platform: j.q.Platform, Asker: j.q.Asker}
}

// find asks the platform whether the reply is there, and records it.
func (j *job) find(ctx context.Context, rec *bot.Record) (bool, error) {
	f, ok := j.p.(bot.Finder)
	if !ok {
		return false, nil
	}
	receipt, there, err := f.Find(ctx, j.q)
	if err != nil {
		return false, fmt.Errorf("find the reply to question %s: %w", j.q.ID, err)
	}
	if !there {
		return false, nil
	}
	j.out = true
	j.w.found.Add(1)
	j.log.Info("the reply was there already")
	return true, j.record(ctx, *rec, receipt)
}

// reply has the question answered.
func (j *job) reply(ctx context.Context) (bot.Reply, error) {
	if j.q.Kind == bot.Share {
		return j.shared(ctx)
	}
	if i, ok := j.p.(bot.Indicator); ok && !j.quiet() {
		stop := i.Working(ctx, j.q)
		defer stop() // before the reply is posted: nothing may follow it
	}
	return j.answer(ctx, j.q)
}

func (j *job) answer(ctx context.Context, q bot.Question) (bot.Reply, error) {
	start := j.w.c.Now()
	a, err := j.w.c.Answerer.Answer(ctx, q)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("answer question %s: %w", j.q.ID, err)
	}
	j.log.Info("answer found", "status", a.Status, "writer", a.Writer, "lang", a.Lang,
		"attempt", j.d.Attempt, "elapsed", j.w.c.Now().Sub(start))
	return bot.Reply{Answer: a, Asked: q.Text}, nil
}

// shared is the answer that was given privately, for everyone.
func (j *job) shared(ctx context.Context) (bot.Reply, error) {
	of, _, err := j.w.c.Ledger.Load(ctx, j.q.Of)
	if err != nil {
		return bot.Reply{}, err
	}
	if of.Reply.Answer.Status != "" && !of.Reply.Failed {
		return bot.Reply{Answer: of.Reply.Answer, Asked: of.Asked, SharedBy: j.q.Asker}, nil
	}
	if j.q.Text == "" {
		return bot.Reply{}, bot.Permanent("share_expired", fmt.Errorf("share the answer to question %s: its record is gone", j.q.Of))
	}
	q := j.q
	q.Kind, q.Of = bot.Ask, ""
	r, err := j.answer(ctx, q)
	r.SharedBy = j.q.Asker
	return r, err
}

func (j *job) post(ctx context.Context, rec bot.Record) error {
	if err := bot.Leased(ctx); err != nil {
		return fmt.Errorf("post the reply to question %s: %w", j.q.ID, err)
	}
	receipt, err := j.p.Post(ctx, j.q, rec.Reply)
	if err != nil {
		return fmt.Errorf("post the reply to question %s: %w", j.q.ID, err)
	}
	j.out = true
	j.w.posted.Add(1)
	j.log.Info("question answered", "attempt", j.d.Attempt, "messages", len(receipt.Messages))
	return j.record(ctx, rec, receipt)
}

// record says where the reply is, also when ctx has just ended.
func (j *job) record(ctx context.Context, rec bot.Record, receipt bot.Receipt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	rec.State, rec.Receipt, rec.At = bot.Posted, receipt, j.w.c.Now()
	return j.w.c.Ledger.Save(ctx, rec)
}
