package worker

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
)

// editor is a platform whose replies can be changed.
type editor struct {
	finder
	edits, removals int
	err             error
}

func (e *editor) Edit(_ context.Context, _ bot.Question, r bot.Reply, at bot.Receipt) (bot.Receipt, error) {
	if e.err != nil {
		return at, e.err
	}
	var n int
	if _, err := fmt.Sscan(at.Messages[0], &n); err != nil {
		return at, err
	}
	e.edits++
	e.seen[n-1] = r
	return at, nil
}

func (e *editor) Remove(_ context.Context, _ bot.Question, at bot.Receipt) error {
	if e.err != nil {
		return e.err
	}
	var n int
	if _, err := fmt.Sscan(at.Messages[0], &n); err != nil {
		return err
	}
	e.removals++
	e.seen[n-1] = bot.Reply{}
	return nil
}

// editable is a bench on a platform that edits.
func editable(t *testing.T, answer answerer) (*bench, *editor) {
	t.Helper()
	b := newBench(t, true, answer)
	e := &editor{finder: finder{b.p}}
	b.platforms["chat"] = e
	return b, e
}

func change(kind bot.Kind, id, text string) bot.Delivery {
	d := delivery(1)
	d.Question.ID, d.Question.Of, d.Question.Kind, d.Question.Text = bot.QuestionID(id), "q1", kind, text
	return d
}

func TestAReplyFollowsItsChangedQuestion(t *testing.T) {
	b, e := editable(t, nil)
	handle(t, b, delivery(1))
	handle(t, b, change(bot.Revise, "e1", "Why?"))
	handle(t, b, change(bot.Revise, "e1", "Why?")) // delivered again
	handle(t, b, change(bot.Revise, "e2", "why ?"))
	saw(t, b, "answer 2 to Why? [1]")
	if e.edits != 1 {
		t.Errorf("%d edits", e.edits)
	}
	rec := b.l.records["q1"]
	if rec.State != bot.Posted || rec.Asked != "Why?" || cmp.Diff(rec.Receipt.Messages, []string{"1"}) != "" {
		t.Errorf("%+v", rec)
	}
	handle(t, b, change(bot.Retract, "d1", ""))
	saw(t, b, "")
	if r := b.l.records["q1"]; r.State != bot.Dead || r.Reason != retracted || r.Asked != "" {
		t.Errorf("%+v", r)
	}
	handle(t, b, change(bot.Revise, "e3", "And now?"))
	saw(t, b, "")
}

func TestAQuestionThatWasDeletedBeforeItsTurnIsNotAnswered(t *testing.T) {
	b, _ := editable(t, nil)
	handle(t, b, change(bot.Retract, "d1", ""))
	permanent(t, b.Handle(t.Context(), delivery(1)), retracted)
	saw(t, b)
}

func TestAChangeWaitsUntilTheQuestionIsAnswered(t *testing.T) {
	b, _ := editable(t, nil)
	b.l.records["q1"] = bot.Record{Question: "q1", State: bot.Posting}
	var retry *bot.RetryError
	for _, d := range []bot.Delivery{change(bot.Revise, "e1", "Why?"), change(bot.Retract, "d1", "")} {
		if err := b.Handle(t.Context(), d); !errors.As(err, &retry) || retry.After != settling {
			t.Errorf("%s: %v", d.Question.Kind, err)
		}
	}
}

func TestWhereTheReceiptIsForgottenThePlatformIsAsked(t *testing.T) {
	b, _ := editable(t, nil)
	handle(t, b, delivery(1))
	rec := b.l.records["q1"]
	rec.Receipt, rec.Asked, rec.Reply = bot.Receipt{}, "", bot.Reply{}
	b.l.records["q1"] = rec
	handle(t, b, change(bot.Revise, "e1", "Why?"))
	saw(t, b, "answer 2 to Why? [1]")
}

func TestUnaskedAChangeShowsAndTakesAwayOnlyAnswers(t *testing.T) {
	status := bot.Abstained
	b, e := editable(t, func(_ context.Context, q bot.Question) (bot.Answer, error) {
		a := words("to " + q.Text)
		a.Status = status
		return a, nil
	})
	ask := func(d bot.Delivery) bot.Delivery { d.Question.Unasked = true; return d }
	handle(t, b, ask(delivery(1)))
	saw(t, b)
	status = bot.Answered
	handle(t, b, ask(change(bot.Revise, "e1", "Better?")))
	saw(t, b, "to Better? [1]")
	status = bot.Clarify
	handle(t, b, ask(change(bot.Revise, "e2", "Worse?")))
	saw(t, b, "")
	if e.edits != 0 || e.removals != 1 {
		t.Errorf("%d edits, %d removals", e.edits, e.removals)
	}
}

func TestAChangeThatFailsIsToldNobody(t *testing.T) {
	b, e := editable(t, nil)
	handle(t, b, delivery(1))
	e.err = errors.New("down")
	if err := b.Handle(t.Context(), change(bot.Revise, "e1", "Why?")); err == nil {
		t.Error("no error")
	}
	d := change(bot.Revise, "e1", "Why?")
	d.Attempt, d.Last = 5, true
	permanent(t, b.Handle(t.Context(), d), "attempts_exhausted")
	saw(t, b, "answer 1 to Q? [1]")
	plain := newBench(t, false, nil)
	handle(t, plain, delivery(1))
	permanent(t, plain.Handle(t.Context(), change(bot.Revise, "e1", "Why?")), "not_editable")
	saw(t, plain, "answer 1 to Q? [1]")
}
