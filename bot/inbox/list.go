package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// Phase is how far a question in the inbox has come.
type Phase string

const (
	Waiting  Phase = "waiting"   // stored, and not worked on: its turn or its next attempt has not come
	Running  Phase = "running"   // a process works on it
	SetAside Phase = "set_aside" // nothing is tried any more: an operator requeues or drops it
)

// Item is a question that is not answered, for an operator. It has no words of
// a person in it but in Text, which only [Inbox.Show] fills.
type Item struct {
	ID       bot.QuestionID `json:"id"`
	Phase    Phase          `json:"state"`
	Platform string         `json:"platform"`
	Kind     bot.Kind       `json:"kind"`
	Asked    time.Time      `json:"asked"`
	Attempts int            `json:"attempts"`         // made, the running one included; approximate after a crash
	Reason   string         `json:"reason,omitempty"` // why it was set aside, a short stable word
	Error    string         `json:"error,omitempty"`  // of the last attempt
	Next     time.Time      `json:"next,omitzero"`    // of the next attempt, where that was put off
	At       time.Time      `json:"at,omitzero"`      // since when it runs or is set aside

	Text   string    `json:"text,omitempty"`
	Ledger bot.State `json:"ledger,omitempty"` // how far the reply has come; only Show fills it

	q bot.Question
}

// List is everything that is not answered, first what was set aside, the latest
// first, then what waits or runs, the oldest first.
func (in *Inbox) List(ctx context.Context) ([]Item, error) {
	letters, err := in.Dead(ctx)
	if err != nil {
		return nil, err
	}
	var all []Item
	for _, l := range letters {
		all = append(all, l.item())
	}
	open, err := in.unfinished(ctx)
	if err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	return append(all, open...), nil
}

func (l DeadLetter) item() Item {
	i := itemOf(l.Question)
	i.Phase, i.Attempts, i.Reason, i.Error, i.At = SetAside, l.Attempts, l.Reason, l.Error, l.At
	return i
}

func itemOf(q bot.Question) Item {
	return Item{ID: q.ID, Phase: Waiting, Platform: q.Platform, Kind: q.Kind, Asked: q.Asked, q: q}
}

// unfinished are the questions of INBOX that are neither answered nor set aside.
// The broker tells up to where all are; behind that the ledger tells.
func (in *Inbox) unfinished(ctx context.Context) ([]Item, error) {
	l, err := in.connected()
	if err != nil {
		return nil, err
	}
	s, err := l.js.Stream(ctx, streamInbox)
	if err != nil {
		return nil, err
	}
	c, err := s.Consumer(ctx, consumerName)
	if err != nil {
		return nil, err
	}
	info, held := c.CachedInfo(), in.holdings(ctx, l)
	var all []Item
	err = scanFrom(ctx, l, streamInbox, info.AckFloor.Stream+1, func(m stored) (bool, error) {
		i, open, err := in.itemAt(ctx, m, held, m.seq <= info.Delivered.Stream)
		if open {
			all = append(all, i)
		}
		return true, err
	})
	return all, err
}

// itemAt is the question in m, and whether something is left to do for it.
func (in *Inbox) itemAt(ctx context.Context, m stored, held map[uint64]holding, delivered bool) (i Item, open bool, err error) {
	var q bot.Question
	if err := json.Unmarshal(m.data, &q); err != nil {
		return Item{ID: bot.QuestionID(m.id), Phase: Waiting, Reason: "unreadable", Asked: m.at}, !delivered, nil
	}
	i = itemOf(q)
	if !delivered {
		return i, true, nil
	}
	if h, ok := held[m.seq]; ok && h.Attempt > 0 {
		i.Phase, i.Attempts, i.At = Running, h.Attempt, h.Since
		return i, true, nil
	}
	settled, err := in.settled(ctx, q)
	if settled || err != nil {
		return i, false, err
	}
	t := in.triesOf(ctx, m.seq)
	i.Attempts, i.Error = t.Failed, t.Error
	if t.Next.After(time.Now()) {
		i.Next = t.Next
	}
	return i, true, nil
}

// ErrNoQuestion is returned for a question that is neither set aside nor waiting
// nor running: it was answered, or never asked.
var ErrNoQuestion = errors.New("no such question waits, runs or is set aside")

// Show is one question of the list with the words of whoever asked, or ErrNoQuestion.
func (in *Inbox) Show(ctx context.Context, id bot.QuestionID) (Item, error) {
	i, err := in.show(ctx, id)
	if err != nil {
		return Item{}, fmt.Errorf("show question %s: %w", id, err)
	}
	return i, nil
}

func (in *Inbox) show(ctx context.Context, id bot.QuestionID) (Item, error) {
	all, err := in.List(ctx)
	if err != nil {
		return Item{}, err
	}
	n := slices.IndexFunc(all, func(i Item) bool { return i.ID == id })
	if n < 0 {
		return Item{}, ErrNoQuestion
	}
	i := all[n]
	rec, _, err := in.load(ctx, i.q.RecordID())
	i.Text, i.Ledger = i.q.Text, rec.State
	return i, err
}
