package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// settling is how long to wait where the question that was changed is still being
// answered, in another process.
const settling = 2 * time.Second

// Reasons of records whose reply is gone.
const retracted = "retracted"

// follow has the reply to the question Of do what its message did: change, or go.
// It posts nothing where nothing was posted, but for a question that was not
// answered because nobody had asked. Every step can be done again.
func (j *job) follow(ctx context.Context) error {
	origin := j.q.Origin()
	rec, _, err := j.w.c.Ledger.Load(ctx, origin.ID)
	if err != nil {
		return err
	}
	switch {
	case rec.State == bot.Posting:
		return bot.Retry(settling, fmt.Errorf("follow question %s: it is being answered", origin.ID))
	case rec.State == bot.Dead, rec.State == "" && j.q.Kind == bot.Revise:
		return j.followed(ctx)
	case rec.State == "": // deleted before it was answered: it will not be
		rec = bot.Record{Question: origin.ID, Platform: origin.Platform, Asker: origin.Asker}
	}
	e, ok := j.p.(bot.Editor)
	if !ok {
		return bot.Permanent("not_editable", fmt.Errorf("follow question %s: the platform does not edit", origin.ID))
	}
	if len(rec.Receipt.Messages) == 0 { // said nowhere, or no longer known where
		if rec.Receipt, err = j.whereabouts(ctx, origin); err != nil {
			return err
		}
	}
	if j.q.Kind == bot.Retract {
		return j.retract(ctx, e, origin, rec)
	}
	return j.revise(ctx, e, origin, rec)
}

// whereabouts asks the platform where the reply is; nowhere, where it cannot be asked.
func (j *job) whereabouts(ctx context.Context, q bot.Question) (bot.Receipt, error) {
	f, ok := j.p.(bot.Finder)
	if !ok {
		return bot.Receipt{}, nil
	}
	at, _, err := f.Find(ctx, q)
	return at, err
}

func (j *job) retract(ctx context.Context, e bot.Editor, origin bot.Question, rec bot.Record) error {
	if len(rec.Receipt.Messages) > 0 {
		if err := e.Remove(ctx, origin, rec.Receipt); err != nil {
			return fmt.Errorf("take the reply to question %s away: %w", origin.ID, err)
		}
	}
	return errors.Join(j.keep(ctx, bot.Record{
		Question: rec.Question, Platform: rec.Platform, Asker: rec.Asker, State: bot.Dead, Reason: retracted,
	}), j.followed(ctx))
}

func (j *job) revise(ctx context.Context, e bot.Editor, origin bot.Question, rec bot.Record) error {
	if bot.SameQuestion(rec.Asked, origin.Text) {
		return j.followed(ctx)
	}
	reply, err := j.answer(ctx, origin)
	if err != nil {
		return err
	}
	there, wanted := len(rec.Receipt.Messages) > 0, !j.q.Unasked || reply.Answer.Status == bot.Answered
	at := rec.Receipt
	switch {
	case there && wanted:
		at, err = e.Edit(ctx, origin, reply, at)
	case there:
		at, err = bot.Receipt{}, e.Remove(ctx, origin, at)
	case wanted && j.q.Unasked: // before, nothing was said to it
		at, err = j.p.Post(ctx, origin, reply)
	}
	if err != nil {
		return fmt.Errorf("follow question %s: %w", origin.ID, err)
	}
	rec.State, rec.Asked, rec.Reply, rec.Receipt = bot.Posted, reply.Asked, reply, at
	return errors.Join(j.keep(ctx, rec), j.followed(ctx))
}

// keep saves a record also when ctx has just ended: what people see has changed.
func (j *job) keep(ctx context.Context, rec bot.Record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	rec.At = j.w.c.Now()
	return j.w.c.Ledger.Save(ctx, rec)
}

// followed records that nothing is left to do about this change.
func (j *job) followed(ctx context.Context) error {
	rec := j.blank()
	rec.State = bot.Posted
	return j.keep(ctx, rec)
}
