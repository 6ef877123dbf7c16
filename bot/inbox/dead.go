package inbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// DeadLetter is a question that was set aside.
type DeadLetter struct {
	Question bot.Question `json:"question"`
	Reason   string       `json:"reason"`   // a short stable word
	Error    string       `json:"error"`    // of the last attempt, for an operator
	Attempts int          `json:"attempts"` // approximate after a crash
	At       time.Time    `json:"at"`
}

// ErrNoDeadLetter is returned for a question that is not set aside.
var ErrNoDeadLetter = errors.New("no such dead letter")

func deadSubject(id bot.QuestionID) string { return "dead." + token(string(id)) }

// bury stores letter in place of an earlier one for the same question, whose
// bytes are overwritten.
func (in *Inbox) bury(ctx context.Context, letter DeadLetter) error {
	data, err := json.Marshal(letter)
	if err != nil {
		return err
	}
	l, err := in.connected()
	if err != nil {
		return err
	}
	_, before, err := in.letter(ctx, letter.Question.ID)
	if err != nil && !errors.Is(err, ErrNoDeadLetter) {
		return err
	}
	_, err = l.js.Publish(ctx, deadSubject(letter.Question.ID), data, jetstream.WithExpectStream(streamDead))
	if err != nil || before == 0 {
		return err
	}
	return erase(ctx, l, streamDead, []uint64{before})
}

// Dead lists the questions that were set aside, the latest first.
func (in *Inbox) Dead(ctx context.Context) ([]DeadLetter, error) {
	letters, err := in.deadLetters(ctx)
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	slices.SortStableFunc(letters, func(a, b DeadLetter) int { return cmp.Compare(b.At.UnixNano(), a.At.UnixNano()) })
	return letters, nil
}

func (in *Inbox) deadLetters(ctx context.Context) ([]DeadLetter, error) {
	l, err := in.connected()
	if err != nil {
		return nil, err
	}
	s, err := l.js.Stream(ctx, streamDead)
	if err != nil {
		return nil, err
	}
	at := map[bot.QuestionID]DeadLetter{}
	is := s.CachedInfo().State
	for seq := is.FirstSeq; seq <= is.LastSeq && is.Msgs > 0; {
		m, err := s.GetMsg(ctx, seq, jetstream.WithGetMsgSubject("dead.>")) // the next one from seq on
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		seq = m.Sequence + 1
		var letter DeadLetter
		if err := json.Unmarshal(m.Data, &letter); err != nil {
			return nil, err
		}
		at[letter.Question.ID] = letter // the last one counts
	}
	return slices.Collect(maps.Values(at)), nil
}

// DeadLetter shows one question that was set aside, or ErrNoDeadLetter.
func (in *Inbox) DeadLetter(ctx context.Context, id bot.QuestionID) (DeadLetter, error) {
	letter, _, err := in.letter(ctx, id)
	if err != nil {
		return DeadLetter{}, fmt.Errorf("show dead letter %s: %w", id, err)
	}
	return letter, nil
}

// letter returns the dead letter of id and its sequence in DEAD.
func (in *Inbox) letter(ctx context.Context, id bot.QuestionID) (letter DeadLetter, seq uint64, err error) {
	l, err := in.connected()
	if err != nil {
		return letter, 0, err
	}
	s, err := l.js.Stream(ctx, streamDead)
	if err != nil {
		return letter, 0, err
	}
	m, err := s.GetLastMsgForSubject(ctx, deadSubject(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return letter, 0, ErrNoDeadLetter
	}
	if err != nil {
		return letter, 0, err
	}
	return letter, m.Sequence, json.Unmarshal(m.Data, &letter)
}

// Requeue has a question that was set aside worked on again, from its first
// attempt on. Requeued twice at the same time, it is worked on once.
func (in *Inbox) Requeue(ctx context.Context, id bot.QuestionID) error {
	letter, seq, err := in.letter(ctx, id)
	if err == nil {
		err = in.requeue(ctx, letter.Question, seq)
	}
	if err != nil {
		return fmt.Errorf("requeue dead letter %s: %w", id, err)
	}
	return in.Drop(ctx, id)
}

func (in *Inbox) requeue(ctx context.Context, q bot.Question, seq uint64) error {
	data, err := encode(q)
	if err != nil {
		return err
	}
	rec, _, err := in.load(ctx, q.RecordID())
	if err != nil {
		return err
	}
	if rec.State == bot.Dead { // says that there is nothing to do
		if err := in.forget(ctx, q.RecordID()); err != nil {
			return err
		}
	}
	// An ID of its own: the question's is a duplicate still.
	_, err = in.store(ctx, "inbox."+token(q.Platform), fmt.Sprintf("%s requeued %d", q.ID, seq), data)
	return err
}

// Drop removes a dead letter for good.
func (in *Inbox) Drop(ctx context.Context, id bot.QuestionID) error {
	_, seq, err := in.letter(ctx, id)
	if err != nil {
		return fmt.Errorf("drop dead letter %s: %w", id, err)
	}
	l, err := in.connected()
	if err != nil {
		return err
	}
	if err := erase(ctx, l, streamDead, []uint64{seq}); err != nil {
		return fmt.Errorf("drop dead letter %s: %w", id, err)
	}
	return nil
}
