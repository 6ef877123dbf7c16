package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

const (
	// turnAge is how long after it was asked a question is context for another.
	turnAge = 24 * time.Hour
	// maxTurns is how many questions of a person in a conversation are kept.
	maxTurns = 4
)

// turns are the questions of one person in one conversation, oldest first. They
// are named only: what was asked and answered is in the ledger, and gone from
// here when it is gone from there.
type turns []turn

type turn struct {
	ID bot.QuestionID `json:"id"`
	At time.Time      `json:"at"` // when it was asked
}

// turnKey names the person first, for Forget; neither person nor conversation can
// be read from it.
func turnKey(q bot.Question) string {
	sum := sha256.Sum256([]byte(q.Conversation))
	return personKey(q.Platform, q.Asker) + "." + base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Remember adds q to what its asker asked in its conversation. Only the last
// four questions of the last 24 hours are kept. To remember a question again
// changes nothing. Without an asker or a conversation nothing is kept.
func (in *Inbox) Remember(ctx context.Context, q bot.Question, _ bot.Answer) error {
	if q.Asker == "" || q.Conversation == "" {
		return nil
	}
	for range 3 { // another question of the same conversation, in another process
		err := in.remember(ctx, q)
		if !errors.Is(err, errRevision) {
			if err != nil {
				return fmt.Errorf("remember question %s: %w", q.ID, err)
			}
			return nil
		}
	}
	return fmt.Errorf("remember question %s: %w", q.ID, errRevision)
}

func (in *Inbox) remember(ctx context.Context, q bot.Question) error {
	kept, revision, err := in.turnsOf(ctx, q)
	if err != nil {
		return err
	}
	at := q.Asked
	if at.IsZero() || at.After(time.Now()) {
		at = time.Now()
	}
	for _, t := range kept {
		if t.ID == q.ID {
			return nil
		}
	}
	kept = append(kept, turn{q.ID, at.UTC()})
	slices.SortStableFunc(kept, func(a, b turn) int { return a.At.Compare(b.At) })
	data, err := json.Marshal(kept[max(0, len(kept)-maxTurns):])
	if err != nil {
		return err
	}
	kv, err := in.kv(bucketTurns)
	if err != nil {
		return err
	}
	if revision == 0 {
		_, err = kv.Create(ctx, turnKey(q), data)
	} else {
		_, err = kv.Update(ctx, turnKey(q), data, revision)
	}
	return err
}

// turnsOf reads what is kept and not too old, and its revision, 0 where there is nothing.
func (in *Inbox) turnsOf(ctx context.Context, q bot.Question) (turns, uint64, error) {
	kv, err := in.kv(bucketTurns)
	if err != nil {
		return nil, 0, err
	}
	e, err := kv.Get(ctx, turnKey(q))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var kept turns
	if err := json.Unmarshal(e.Value(), &kept); err != nil {
		return nil, 0, err
	}
	oldest := time.Now().Add(-turnAge)
	for len(kept) > 0 && kept[0].At.Before(oldest) {
		kept = kept[1:]
	}
	return kept, e.Revision(), nil
}

// Before returns what q's asker asked before q in q's conversation, with the
// answers, oldest first. Nobody else's questions are among them. What the
// ledger no longer has is left out.
func (in *Inbox) Before(ctx context.Context, q bot.Question) ([]bot.Turn, error) {
	if q.Asker == "" || q.Conversation == "" {
		return nil, nil
	}
	kept, _, err := in.turnsOf(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read the conversation of question %s: %w", q.ID, err)
	}
	var out []bot.Turn
	for _, t := range kept {
		if t.ID == q.ID || !q.Asked.IsZero() && t.At.After(q.Asked) {
			continue // answered before, and delivered again
		}
		rec, _, err := in.load(ctx, t.ID)
		if err != nil {
			return nil, fmt.Errorf("read the conversation of question %s: %w", q.ID, err)
		}
		if rec.Reply.Answer.Status != "" && !rec.Reply.Failed {
			out = append(out, bot.Turn{Asked: rec.Asked, Answer: rec.Reply.Answer})
		}
	}
	return out, nil
}
