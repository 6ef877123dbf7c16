package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

const (
	// try is how long one attempt to store may take. A platform waits 3 s.
	try = 2 * time.Second
	// submitPatience bounds Submit where the caller's context has no deadline:
	// a cluster that loses its leader accepts nothing for up to 7.4 s.
	submitPatience = 15 * time.Second
)

// Submit stores q. Nil means that it is on disk (of a majority of the nodes in
// a cluster) and will be worked on, or that it was submitted before, within
// Config.Dedup: only then may the platform be told that it was received.
//
// Any other outcome wraps [bot.ErrNotAccepted]; a question that can never be
// stored, because it is too large or its ID is no ID, is a [bot.PermanentError]
// too. Submit tries, 2 s each, until ctx ends, or for 15 s where ctx has no
// deadline, but returns at once where trying is useless: disk full, store
// damaged. After an error it may be stored all the same: repeat with the same ID.
func (in *Inbox) Submit(ctx context.Context, q bot.Question) error {
	_, err := in.submit(ctx, q)
	return err
}

// submit is Submit, and reports whether q was a duplicate.
func (in *Inbox) submit(ctx context.Context, q bot.Question) (bool, error) {
	data, err := encode(q)
	if err != nil {
		return false, err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, submitPatience)
		defer cancel()
	}
	subject := "inbox." + token(q.Platform)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		again, err := in.store(ctx, subject, string(q.ID), data)
		if err == nil {
			return again, nil
		}
		if !errors.Is(err, errRestarting) && !passing(err) || !sleep(ctx, wait) {
			return false, notAccepted(q.ID, err)
		}
	}
}

// encode checks q and writes it as JSON.
func encode(q bot.Question) ([]byte, error) {
	if !validID(q.ID) {
		return nil, bot.Permanent("bad_question_id", notAccepted(q.ID, errors.New("an ID is 1 to 64 bytes of [A-Za-z0-9:._-]")))
	}
	data, err := json.Marshal(q)
	if err != nil {
		return nil, bot.Permanent("bad_question", notAccepted(q.ID, err))
	}
	if len(data) > MaxQuestion {
		return nil, bot.Permanent("question_too_large", notAccepted(q.ID, fmt.Errorf("%d bytes, at most %d are stored", len(data), MaxQuestion)))
	}
	return data, nil
}

func validID(id bot.QuestionID) bool {
	for _, r := range []byte(id) {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == ':', r == '.', r == '_', r == '-':
		default:
			return false
		}
	}
	return 0 < len(id) && len(id) <= 64
}

// store makes one try, and reports whether id was stored before.
func (in *Inbox) store(ctx context.Context, subject, id string, data []byte) (bool, error) {
	if in.lock != nil && in.flaw.Load() == nil {
		if err := in.room(); err != nil {
			in.wake()
			return false, err
		}
	}
	l, err := in.current()
	if err != nil {
		return false, err
	}
	if l.srv != nil && !l.srv.JetStreamEnabled() {
		in.writeFailed()
		return false, errBroken
	}
	once, cancel := context.WithTimeout(ctx, try)
	defer cancel()
	ack, err := l.js.Publish(once, subject, data, jetstream.WithMsgID(id), jetstream.WithExpectStream(streamInbox))
	if err != nil {
		in.unanswered(l, once, ctx)
		return false, err
	}
	in.timeouts.Store(0)
	return ack.Duplicate, nil
}

// unanswered counts the tries that the embedded broker let pass.
func (in *Inbox) unanswered(l *link, once, whole context.Context) {
	if l.srv == nil || once.Err() == nil || whole.Err() != nil {
		return
	}
	if in.timeouts.Add(1) >= sickAfter {
		in.writeFailed()
	}
}
