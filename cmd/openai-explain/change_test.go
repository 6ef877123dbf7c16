package main

import (
	"context"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestInSlackTheAnswerFollowsItsQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	me := "<@" + w.slack.BotUserID() + "> "
	for i, q := range asked {
		other := asked[1-i]
		ts, err := w.slack.Say(t.Context(), fakeslack.Message{User: fakeslack.Alice, Text: me + q.question})
		if err != nil {
			t.Fatal(err)
		}
		answer := w.slackAnswer(t, fakeslack.General, ts)
		// The punctuation changes nothing; the question in the other language does.
		for _, text := range []string{me + strings.TrimSuffix(q.question, "?") + " ??", me + other.question} {
			if err := w.slack.Edit(t.Context(), fakeslack.General, ts, text); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		thread := func(s *fakeslack.State) []fakeslack.Message { return s.Replies(fakeslack.General, ts) }
		if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool {
			l := thread(s)
			return len(l) == 1 && l[0].TS == answer.TS && strings.Contains(string(l[0].Blocks), other.source)
		}); err != nil {
			t.Fatalf("the answer does not follow: %v\n%+v", err, w.slack.Replies(fakeslack.General, ts))
		}
		now := w.slack.Replies(fakeslack.General, ts)[0]
		contains(t, string(now.Blocks), other.claim, "[1]")
		if now.Revisions != 1 {
			t.Errorf("the answer was changed %d times", now.Revisions)
		}
		if err := w.slack.Delete(t.Context(), fakeslack.General, ts); err != nil {
			t.Fatal(err)
		}
		if err := w.slack.WaitFor(ctx, func(s *fakeslack.State) bool { return len(thread(s)) == 0 }); err != nil {
			t.Fatalf("the answer to a deleted question stays: %v", err)
		}
	}
}
