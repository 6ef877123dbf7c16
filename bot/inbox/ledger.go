package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// ErrOutdated is returned for a record that would take back what the ledger
// knows: a reply that was posted is not about to be posted. Somebody else
// worked on the question meanwhile.
var ErrOutdated = errors.New("the ledger knows more")

// Load reads the record of a question, and reports whether there is one. What
// was saved before, by any process, is read.
func (in *Inbox) Load(ctx context.Context, id bot.QuestionID) (bot.Record, bool, error) {
	rec, _, err := in.load(ctx, id)
	if err != nil {
		return bot.Record{}, false, fmt.Errorf("load record of %s: %w", id, err)
	}
	return rec, rec.Question != "", nil
}

// load returns the record with its revision, both zero where there is none.
func (in *Inbox) load(ctx context.Context, id bot.QuestionID) (bot.Record, uint64, error) {
	l, err := in.connected()
	if err != nil {
		return bot.Record{}, 0, err
	}
	e, err := l.ledger.Get(ctx, token(string(id)))
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return bot.Record{}, 0, nil
	}
	if err != nil {
		return bot.Record{}, 0, err
	}
	var rec bot.Record
	if err := json.Unmarshal(e.Value(), &rec); err != nil {
		return bot.Record{}, 0, err
	}
	return rec, e.Revision(), nil
}

// Save writes the record of rec.Question; nil means that it is on disk. A record
// larger than MaxRecord is a [bot.PermanentError]. A record in state Posting
// does not replace one that is Posted, or that changed while it was looked at:
// that is an error, ErrOutdated in the first case.
func (in *Inbox) Save(ctx context.Context, rec bot.Record) error {
	if err := in.save(ctx, rec); err != nil {
		return fmt.Errorf("save record of %s: %w", rec.Question, err)
	}
	return nil
}

func (in *Inbox) save(ctx context.Context, rec bot.Record) error {
	data, err := json.Marshal(rec)
	if err != nil {
		return bot.Permanent("bad_record", err)
	}
	if len(data) > MaxRecord {
		return bot.Permanent("record_too_large", fmt.Errorf("%d bytes, at most %d are stored", len(data), MaxRecord))
	}
	l, err := in.connected()
	if err != nil {
		return err
	}
	key := token(string(rec.Question))
	if rec.State != bot.Posting {
		_, err = l.ledger.Put(ctx, key, data)
		return err
	}
	was, revision, err := in.load(ctx, rec.Question)
	if err != nil {
		return err
	}
	if was.State == bot.Posted {
		return ErrOutdated
	}
	if revision == 0 {
		_, err = l.ledger.Create(ctx, key, data)
	} else {
		_, err = l.ledger.Update(ctx, key, data, revision)
	}
	return err
}

// forget removes a record, so that its question is worked on from the start.
func (in *Inbox) forget(ctx context.Context, id bot.QuestionID) error {
	l, err := in.connected()
	if err != nil {
		return err
	}
	return l.ledger.Purge(ctx, token(string(id)))
}
