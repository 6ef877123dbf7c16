package inbox

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/openai-explain/openai-explain/bot"
)

// said is question n of a person in a conversation, answered and recorded.
func said(t *testing.T, in *Inbox, asker, conversation string, n int, at time.Time) bot.Question {
	t.Helper()
	q := question(n)
	q.Text, q.Asker, q.Conversation, q.Asked = fmt.Sprintf("question %d", n), asker, conversation, at
	submit(t, in, q)
	a := bot.Answer{Status: bot.Answered, Citations: []bot.Citation{{N: 1, Entry: "open", Claim: fmt.Sprintf("Q%d", n)}}}
	if err := in.Remember(t.Context(), q, a); err != nil {
		t.Fatal(err)
	}
	rec := bot.Record{Question: q.ID, Platform: q.Platform, Asker: asker, State: bot.Posted, Asked: q.Text, Reply: bot.Reply{Answer: a}, At: at}
	if err := in.Save(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	return q
}

func before(t *testing.T, in *Inbox, q bot.Question) []string {
	t.Helper()
	turns, err := in.Before(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, turn := range turns {
		out = append(out, turn.Asked+" "+turn.Answer.Citations[0].Claim)
	}
	return out
}

func TestAConversationIsThatOfOnePersonInOnePlace(t *testing.T) {
	t.Parallel()
	in := open(t, Config{Dir: t.TempDir()})
	now := time.Now().UTC()
	at := func(n int) time.Time { return now.Add(time.Duration(n-10) * time.Second) }
	said(t, in, "U1", "slack:T1:C1", 1, at(1))
	said(t, in, "U2", "slack:T1:C1", 2, at(2))
	said(t, in, "U1", "slack:T1:C2", 3, at(3))
	last := said(t, in, "U1", "slack:T1:C1", 4, at(4))
	next := question(5)
	next.Asker, next.Conversation, next.Asked = "U1", "slack:T1:C1", at(5)
	if diff := cmp.Diff([]string{"question 1 Q1", "question 4 Q4"}, before(t, in, next)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"question 1 Q1"}, before(t, in, last)); diff != "" {
		t.Errorf("a question that is delivered again has itself before it: %s", diff)
	}
	next.Asker = ""
	if got := before(t, in, next); got != nil {
		t.Errorf("nobody has said %v", got)
	}
}

func TestAConversationOutlivesARestartAndIsBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	now := time.Now().UTC()
	said(t, in, "U1", "c", 99, now.Add(-turnAge-time.Minute))
	for n := range 6 {
		q := said(t, in, "U1", "c", n, now.Add(time.Duration(n-10)*time.Second))
		if err := in.Remember(t.Context(), q, bot.Answer{}); err != nil { // once more
			t.Fatal(err)
		}
	}
	shutdown(t, in)
	in = open(t, Config{Dir: dir})
	next := question(100)
	next.Asker, next.Conversation, next.Asked = "U1", "c", now
	want := []string{"question 2 Q2", "question 3 Q3", "question 4 Q4", "question 5 Q5"}
	if diff := cmp.Diff(want, before(t, in, next)); diff != "" {
		t.Error(diff)
	}
}

func TestWhoIsForgottenHasSaidNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	now := time.Now().UTC()
	said(t, in, "UASKER", "the-conversation", 1, now.Add(-time.Second))
	next := question(2)
	next.Asker, next.Conversation, next.Asked = "UASKER", "the-conversation", now
	if got := before(t, in, next); len(got) != 1 {
		t.Fatalf("before: %v", got)
	}
	if _, err := in.Forget(t.Context(), "slack", "UASKER"); err != nil {
		t.Fatal(err)
	}
	if got := before(t, in, next); got != nil {
		t.Errorf("still there: %v", got)
	}
	for _, marker := range []string{"UASKER", "the-conversation", "question 1"} {
		if found := files(t, dir, marker); len(found) > 0 {
			t.Errorf("%q is still in %v", marker, found)
		}
	}
}
