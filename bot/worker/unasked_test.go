package worker

import (
	"context"
	"errors"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
)

func unasked(attempt int) bot.Delivery {
	d := delivery(attempt)
	d.Question.Unasked = true
	return d
}

func TestUnaskedOnlyAnAnswerIsPosted(t *testing.T) {
	for _, status := range []bot.Status{bot.Answered, bot.Clarify, bot.Abstained, bot.Help} {
		b := newBench(t, true, func(context.Context, bot.Question) (bot.Answer, error) {
			a := words("yes")
			a.Status = status
			return a, nil
		})
		handle(t, b, unasked(1))
		handle(t, b, unasked(2))
		if status == bot.Answered {
			saw(t, b, "yes [1]")
		} else {
			saw(t, b)
		}
		if b.answers != 1 || b.p.working != 0 || b.l.records["q1"].State != bot.Posted {
			t.Errorf("%s: answered %d times, shown as working %d times, %s", status, b.answers, b.p.working, b.l.records["q1"].State)
		}
	}
}

func TestNobodyIsToldThatWhatNobodyAskedFailed(t *testing.T) {
	b := newBench(t, false, func(context.Context, bot.Question) (bot.Answer, error) { return bot.Answer{}, errors.New("broken") })
	permanent(t, b.Handle(t.Context(), unasked(5)), "attempts_exhausted")
	saw(t, b)
	if r := b.l.records["q1"]; r.State != bot.Dead || r.Reason != "attempts_exhausted" {
		t.Errorf("%+v", r)
	}
}
