package main

import (
	"context"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/answer"
)

// recall remembers the one conversation in the terminal while it lasts.
type recall struct{ turns []bot.Turn }

// Before implements answer.Memory.
func (r *recall) Before(context.Context, bot.Question) ([]bot.Turn, error) { return r.turns, nil }

// Remember implements answer.Memory.
func (r *recall) Remember(_ context.Context, q bot.Question, a bot.Answer) error {
	r.turns = append(r.turns, bot.Turn{Asked: q.Text, Answer: a})
	r.turns = r.turns[max(0, len(r.turns)-answer.MaxTurns):]
	return nil
}

// inTerminal is what all questions of that conversation have in common. Questions
// that are asked one by one or from a file have none of it.
func inTerminal(q bot.Question) bot.Question {
	q.Platform, q.Asker, q.Conversation = "terminal", "you", "terminal"
	return q
}
