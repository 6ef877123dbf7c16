package main

import (
	"context"
	"slices"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
)

// votes stores what people think of answers, with the entries that were cited,
// so that it can be said which entries are to be looked at.
type votes struct{ box *inbox.Inbox }

// SaveVote stores v. Where the answer is no longer kept, the entries are not known.
func (s votes) SaveVote(ctx context.Context, v bot.Vote) error {
	rec, _, err := s.box.Load(ctx, v.Question)
	if err != nil {
		return err
	}
	for _, c := range rec.Reply.Answer.Citations {
		if !slices.Contains(v.Entries, c.Entry) {
			v.Entries = append(v.Entries, c.Entry)
		}
	}
	return s.box.SaveVote(ctx, v)
}
