package main

import (
	"log/slog"
	"testing"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

func entry(t *testing.T, file, md string) *knowledge.Entry {
	t.Helper()
	e, problems := knowledge.Parse(file, []byte(md))
	if e == nil {
		t.Fatal(problems)
	}
	return e
}

const holidays = "# How many days of holiday do I have?\n\nYou have 25 days of holiday a year.\n"

func TestAnEntryThatIsAddedIsFoundAndOneThatIsRemovedIsNot(t *testing.T) {
	t.Parallel()
	base := knowledge.NewLibrary([]*knowledge.Entry{entry(t, "pay.md", "# When is payday?\n\nPayday is the 25th of each month.\n")}, nil)
	index := search.New(base, search.Options{FalseAnswers: 0.02})
	l := newLive(base, index, slog.New(slog.DiscardHandler))
	first := func(question string) string {
		hits := index.Search(question, 1).Hits
		if len(hits) == 0 {
			return ""
		}
		return hits[0].Entry.Claims[0].Text["en"]
	}

	l.change("holidays.md", []byte(holidays))
	if got := first("How many days of holiday do I have?"); got != "You have 25 days of holiday a year." {
		t.Errorf("found %q", got)
	}
	l.change("pay.md", []byte("# When is payday?\n\nPayday is the last day of each month.\n"))
	if got := first("When is payday?"); got != "Payday is the last day of each month." {
		t.Errorf("after it was corrected: %q", got)
	}
	if n := len(l.library().Entries); n != 2 {
		t.Errorf("%d entries, want 2: one stands in place of another", n)
	}
	l.change("pay.md", []byte("no heading, nothing that asks"))
	if got := first("When is payday?"); got != "Payday is the last day of each month." {
		t.Errorf("after a file that cannot be used: %q", got)
	}
	l.change("pay.md", nil)
	if got := first("When is payday?"); got != "Payday is the 25th of each month." {
		t.Errorf("after the correction was taken back: %q", got)
	}
	l.change("holidays.md", nil)
	if got := first("How many days of holiday do I have?"); got == "You have 25 days of holiday a year." || l.library().Entry("holidays") != nil {
		t.Errorf("after it was removed: %q", got)
	}
}
