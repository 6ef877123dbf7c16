package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// KeepNothing, as Config.Retention, erases what people wrote as soon as it is
// answered.
const KeepNothing time.Duration = -1

// sweepEvery is how often what is due is erased. The broker's own age limits
// leave the bytes in their block until the whole block is old; erasing
// overwrites them.
const sweepEvery = time.Minute

// wholeEvery is how often everything is read again for people who asked to be
// forgotten: a platform may repeat what they wrote before. It is read each time
// while a question of theirs waits for its answer.
const wholeEvery = time.Hour

// Forget erases what is kept of a person: questions, answers, questions that
// were set aside, and whatever else has the person in its key. It returns how
// many questions were erased. Those that still wait for their answer, and the
// one with which the person asked for it, are erased as soon as they are done.
//
// IDs of questions stay until they are no longer needed to refuse duplicates;
// they name a channel and a time, and no person.
func (in *Inbox) Forget(ctx context.Context, platform, person string) (int, error) {
	fail := func(err error) (int, error) { return 0, fmt.Errorf("forget a person on %s: %w", platform, err) }
	if platform == "" || person == "" {
		return fail(errors.New("neither platform nor person may be empty"))
	}
	l, err := in.connected()
	if err != nil {
		return fail(err)
	}
	until, err := json.Marshal(time.Now().UTC())
	if err != nil {
		return fail(err)
	}
	// First of all: also after a crash in the middle the rest is erased.
	if _, err := l.forgotten.Put(ctx, personKey(platform, person), until); err != nil {
		return fail(err)
	}
	n, err := in.sweep(ctx, true)
	if err != nil {
		return fail(err)
	}
	return n, nil
}

// Kept is what is stored of a person.
type Kept struct {
	Questions int       // questions of theirs, answered or not
	Oldest    time.Time // when the oldest of them was asked; zero without any
}

// About says what is kept of a person. It reads all that is stored.
func (in *Inbox) About(ctx context.Context, platform, person string) (Kept, error) {
	l, err := in.connected()
	if err != nil {
		return Kept{}, fmt.Errorf("what is kept of a person: %w", err)
	}
	var k Kept
	err = scan(ctx, l, streamInbox, func(m stored) (bool, error) {
		var q bot.Question
		if json.Unmarshal(m.data, &q) != nil || q.Platform != platform || q.Asker != person || q.Kind == bot.MyData {
			return true, nil
		}
		k.Questions++
		if k.Oldest.IsZero() || q.Asked.Before(k.Oldest) {
			k.Oldest = q.Asked
		}
		return true, nil
	})
	if err != nil {
		return Kept{}, fmt.Errorf("what is kept of a person: %w", err)
	}
	return k, nil
}

// personKey names a person without saying who it is.
func personKey(platform, person string) string {
	sum := sha256.Sum256([]byte(platform + "\x00" + person))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// sweeper erases what is due until ctx ends.
func (in *Inbox) sweeper(ctx context.Context) {
	every := sweepEvery
	if in.c.Retention < 0 {
		every = in.c.watch
	}
	for sleep(ctx, jitter(every)) {
		if in.flaw.Load() != nil {
			continue
		}
		if _, err := in.sweep(ctx, false); err != nil && ctx.Err() == nil {
			in.c.Logger.Warn("what is old was not erased, it will be tried again", "error", err)
		}
	}
}

// lastSweep erases what was answered since the last one, where that must not
// wait for the next start.
func (in *Inbox) lastSweep() {
	in.sweeping.Lock()
	must := in.waits || in.c.Retention < 0
	in.sweeping.Unlock()
	if !must || in.flaw.Load() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	if _, err := in.sweep(ctx, false); err != nil {
		in.c.Logger.Warn("what is old was not erased, the next start does it", "error", err)
	}
}

// due says which of what is stored has to go.
type due struct {
	before time.Time               // what was stored earlier
	people map[string]time.Time    // and what these people asked until then
	keys   map[bot.QuestionID]bool // records of questions that are due
	whole  bool                    // read everything, not only what is old
}

func (d due) has(platform, person string, asked time.Time) bool {
	until, ok := d.people[personKey(platform, person)]
	return asked.Before(d.before) || ok && person != "" && !asked.After(until)
}

// past reports whether what follows a message of that age is too young.
func (d due) past(at time.Time) bool { return !d.whole && !at.Before(d.before) }

// sweep erases what is due, and returns how many questions that were. One at a
// time: a whole pass reads everything that is stored.
func (in *Inbox) sweep(ctx context.Context, whole bool) (int, error) {
	in.sweeping.Lock()
	defer in.sweeping.Unlock()
	l, err := in.connected()
	if err != nil {
		return 0, err
	}
	d := due{before: time.Now().Add(-max(in.c.Retention, 0)), keys: map[bot.QuestionID]bool{}}
	if d.people, err = forgotten(ctx, l); err != nil {
		return 0, err
	}
	d.whole = whole || len(d.people) > 0 && (in.waits || time.Since(in.wholeAt) >= wholeEvery)
	questions, waits, err := in.dueQuestions(ctx, l, d)
	if err != nil {
		return 0, err
	}
	if d.whole {
		in.waits, in.wholeAt = waits, time.Now()
	}
	// The questions go last: a sweep that is cut short finds the rest by them.
	err = errors.Join(in.sweepLedger(ctx, l, d), in.sweepDead(ctx, l, d), in.sweepPeople(ctx, l, d))
	if err != nil || len(questions) == 0 {
		return 0, err
	}
	return len(questions), in.eraseQuestions(ctx, l, questions)
}

// forgotten reads who asked to be forgotten, and until when they had asked.
func forgotten(ctx context.Context, l *link) (map[string]time.Time, error) {
	people := map[string]time.Time{}
	err := eachValue(ctx, l.forgotten, func(e jetstream.KeyValueEntry) error {
		var until time.Time
		if err := json.Unmarshal(e.Value(), &until); err != nil {
			return err
		}
		people[e.Key()] = until
		return nil
	})
	return people, err
}

// dueQuestions are the messages with questions that are due and settled; the
// keys of their records are put into d. waits: others are due and not settled.
func (in *Inbox) dueQuestions(ctx context.Context, l *link, d due) (seqs []uint64, waits bool, err error) {
	err = scan(ctx, l, streamInbox, func(m stored) (bool, error) {
		if d.past(m.at) {
			return false, nil
		}
		var q bot.Question
		if err := json.Unmarshal(m.data, &q); err != nil {
			return true, nil // set aside as unreadable; age removes it
		}
		asked := q.Asked
		if asked.IsZero() || asked.After(m.at) {
			asked = m.at
		}
		if !d.has(q.Platform, q.Asker, asked) {
			return true, nil
		}
		settled, err := in.settled(ctx, q)
		if settled {
			seqs = append(seqs, m.seq)
			d.keys[q.RecordID()] = true
		}
		waits = waits || !settled
		return true, err
	})
	return seqs, waits, err
}

// settled reports whether nothing more will be done about q.
func (in *Inbox) settled(ctx context.Context, q bot.Question) (bool, error) {
	rec, _, err := in.load(ctx, q.RecordID())
	if err != nil || rec.State == bot.Posted || rec.State == bot.Dead {
		return err == nil, err
	}
	_, _, err = in.letter(ctx, q.ID) // set aside before anything could be recorded
	return err == nil, ignore(err, ErrNoDeadLetter)
}

// eraseQuestions erases messages of INBOX. Gaps there are damage, except for
// these: see inspectStream.
func (in *Inbox) eraseQuestions(ctx context.Context, l *link, seqs []uint64) error {
	in.erasing.Store(int64(len(seqs)))
	in.mark(ctx, l)
	defer func() {
		in.erasing.Store(0)
		in.mark(context.WithoutCancel(ctx), l)
	}()
	return erase(ctx, l, streamInbox, seqs)
}

// sweepDead erases dead letters, or with a retention of nothing what they hold
// of a person: an operator still sees that, and why, a question failed.
func (in *Inbox) sweepDead(ctx context.Context, l *link, d due) error {
	return scan(ctx, l, streamDead, func(m stored) (bool, error) {
		if d.past(m.at) {
			return false, nil
		}
		var letter DeadLetter
		if err := json.Unmarshal(m.data, &letter); err != nil {
			return true, err
		}
		q := letter.Question
		if !d.has(q.Platform, q.Asker, letter.At) || !personal(q) {
			return true, nil
		}
		letter.Question = bot.Question{ID: q.ID, Platform: q.Platform, Kind: q.Kind, Asked: q.Asked}
		return true, in.bury(ctx, letter)
	})
}

func personal(q bot.Question) bool {
	return q.Text != "" || q.Asker != "" || q.Conversation != "" || len(q.Address) > 0
}

// sweepLedger reduces records to what refuses a duplicate.
func (in *Inbox) sweepLedger(ctx context.Context, l *link, d due) error {
	d.whole = d.whole || len(d.keys) > 0
	var seqs []uint64
	err := scan(ctx, l, "KV_"+bucketLedger, func(m stored) (bool, error) {
		if d.past(m.at) {
			return false, nil
		}
		var rec bot.Record
		if len(m.data) == 0 || json.Unmarshal(m.data, &rec) != nil {
			return true, nil // a record that was removed
		}
		if rec.Asker == "" && rec.Asked == "" && rec.Reply.Answer.Status == "" || !d.keys[rec.Question] && !d.has(rec.Platform, rec.Asker, rec.At) {
			return true, nil
		}
		last, revision, err := in.load(ctx, rec.Question)
		switch {
		case err != nil:
			return true, err
		case revision != m.seq: // an earlier state of the record
			if last.State == bot.Posted || last.State == bot.Dead {
				seqs = append(seqs, m.seq)
			}
			return true, nil
		case rec.State != bot.Posted && rec.State != bot.Dead:
			return true, nil
		}
		err = in.reduce(ctx, l, rec, revision)
		if err == nil {
			seqs = append(seqs, m.seq)
		}
		return true, ignore(err, errRevision)
	})
	if err != nil {
		return err
	}
	return erase(ctx, l, "KV_"+bucketLedger, seqs)
}

// reduce leaves of rec what a further delivery has to know.
func (in *Inbox) reduce(ctx context.Context, l *link, rec bot.Record, revision uint64) error {
	data, err := json.Marshal(bot.Record{Question: rec.Question, State: rec.State, Reason: rec.Reason, At: rec.At})
	if err != nil {
		return err
	}
	_, err = l.ledger.Update(ctx, token(string(rec.Question)), data, revision)
	return err
}

// peopleBuckets have keys that begin with a personKey and a dot.
var peopleBuckets = []string{bucketVotes, bucketTurns}

// sweepPeople erases what has the people themselves in its key.
func (in *Inbox) sweepPeople(ctx context.Context, l *link, d due) error {
	for _, bucket := range peopleBuckets {
		var seqs []uint64
		err := scan(ctx, l, "KV_"+bucket, func(m stored) (bool, error) {
			key := strings.TrimPrefix(m.subject, "$KV."+bucket+".")
			who, _, _ := strings.Cut(key, ".")
			until, ok := d.people[who]
			if len(m.data) > 0 && (ok && !m.at.After(until) || m.at.Before(d.before)) {
				seqs = append(seqs, m.seq)
			}
			return true, nil
		})
		if err == nil {
			err = erase(ctx, l, "KV_"+bucket, seqs)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// erase removes messages and overwrites their bytes. Those that are gone
// already, with another process or by their age, are no error.
func erase(ctx context.Context, l *link, stream string, seqs []uint64) error {
	if len(seqs) == 0 {
		return nil
	}
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("erase in %s: %w", stream, err)
	}
	for _, seq := range seqs {
		if err := s.SecureDeleteMsg(ctx, seq); err != nil && !gone(err) {
			return fmt.Errorf("erase %d in %s: %w", seq, stream, err)
		}
	}
	return nil
}

// gone reports whether err says that a message is not there.
func gone(err error) bool {
	var api *jetstream.APIError
	return errors.Is(err, jetstream.ErrMsgNotFound) || errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeMessageNotFound ||
		err != nil && strings.Contains(err.Error(), "no message found")
}

// errRevision is returned where a record changed while it was looked at.
var errRevision = jetstream.ErrKeyExists

func ignore(err, one error) error {
	if errors.Is(err, one) {
		return nil
	}
	return err
}
