package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// conclude turns the outcome of an attempt into a verdict.
func (j *job) conclude(ctx context.Context, err error) error {
	var permanent *bot.PermanentError
	var retry *bot.RetryError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // the process stops
		return err
	case bot.Leased(ctx) != nil: // somebody else concludes
		return err
	case j.out: // only the record is missing; the next delivery finds the reply
		return err
	case errors.As(err, &permanent):
		// Also where it is the platform's: what it does not take of the answer it may
		// take of a short notice. Where it takes nothing, that is one more request.
		return j.fail(ctx, permanent.Reason, err)
	case errors.As(err, &retry) && retry.After > 0: // a notice would have to wait as well
		return err
	case j.d.Last:
		return j.fail(ctx, "attempts_exhausted", err)
	default:
		return err
	}
}

// fail tells the person, once, that every attempt failed, and sets the question
// aside. It returns the verdict.
func (j *job) fail(ctx context.Context, reason string, cause error) error {
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, telling)
	defer cancel()
	rec, _, err := j.w.c.Ledger.Load(ctx, j.key)
	if err != nil {
		return err
	}
	if rec.State == bot.Posted { // by somebody else, meanwhile
		return nil
	}
	if rec.State == bot.Dead && j.q.Kind != bot.Share {
		return bot.Permanent(rec.Reason, cause)
	}
	if j.quiet() { // nobody waits for anything
		if rec.State == "" {
			rec = j.blank()
		}
		j.setAside(whole, rec, reason)
		return bot.Permanent(reason, cause)
	}
	told := rec.State == bot.Posting && rec.Reply.Failed
	if rec.State == bot.Posting {
		receipt, there, err := j.look(ctx)
		switch {
		case err != nil && !final(err): // nobody is told twice, and nobody is left untold
			return later(fmt.Errorf("look for the reply to question %s: %w", j.q.ID, err))
		case err != nil: // whoever cannot be asked cannot be told
			j.log.Warn("the person could not be told", "error", err)
			j.setAside(whole, rec, reason)
			return bot.Permanent(reason, cause)
		case there && !told:
			j.w.found.Add(1)
			return j.record(ctx, rec, receipt)
		case there:
			j.setAside(whole, rec, reason)
			return bot.Permanent(reason, cause)
		}
	}
	if !told {
		rec = j.blank()
		rec.State, rec.Asked, rec.Reason, rec.At = bot.Posting, j.q.Text, reason, j.w.c.Now()
		rec.Reply = bot.Reply{Failed: true, Asked: j.q.Text}
		if err := j.w.c.Ledger.Save(ctx, rec); err != nil {
			return err
		}
	}
	return j.tell(whole, ctx, rec, cause)
}

// look asks the platform for the reply, where it can be asked.
func (j *job) look(ctx context.Context) (bot.Receipt, bool, error) {
	f, ok := j.p.(bot.Finder)
	if !ok {
		return bot.Receipt{}, false, nil
	}
	return f.Find(ctx, j.q)
}

// tellAgain is how long after a notice could not be posted, for a reason that may
// pass, the next delivery tries again where the platform does not say when.
const tellAgain = 15 * time.Second

func final(err error) bool {
	var permanent *bot.PermanentError
	return errors.As(err, &permanent)
}

// later is err with a time, so that it does not count as an attempt: the inbox
// waits like that for its Patience.
func later(err error) error {
	var retry *bot.RetryError
	if errors.As(err, &retry) && retry.After > 0 {
		return err
	}
	return bot.Retry(tellAgain, err)
}

// tell posts the notice of rec. Where it cannot be posted now but perhaps later,
// that is the verdict, and a next delivery posts it.
func (j *job) tell(whole, ctx context.Context, rec bot.Record, cause error) error {
	err := bot.Leased(ctx)
	if err == nil {
		_, err = j.p.Post(ctx, j.q, rec.Reply)
	}
	switch {
	case err == nil:
		j.w.told.Add(1)
	case whole.Err() != nil, bot.Leased(whole) != nil:
		return err
	case !final(err):
		return later(fmt.Errorf("tell that question %s failed: %w", j.q.ID, err))
	default:
		j.log.Warn("the person could not be told", "error", err)
	}
	j.setAside(whole, rec, rec.Reason)
	return bot.Permanent(rec.Reason, cause)
}

// setAside records that nothing more will be tried. Where that fails, a further
// delivery comes to the same end.
func (j *job) setAside(ctx context.Context, rec bot.Record, reason string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	rec.State, rec.Reason, rec.At = bot.Dead, reason, j.w.c.Now()
	j.w.dead.Add(1)
	if err := j.w.c.Ledger.Save(ctx, rec); err != nil {
		j.log.Warn("a question that is set aside is not recorded", "error", err)
	}
}
