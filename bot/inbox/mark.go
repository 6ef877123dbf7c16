package inbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	markFile   = "mark.json"
	damageFile = "damaged.json"
)

// marks is the state of the store when it was last known to be good.
//
// The broker cuts a block at the first damaged byte and serves what is left;
// it reports the loss at the first start only. So the marks are kept beside it.
type marks struct {
	At      time.Time             `json:"at"`
	Streams map[string]streamMark `json:"streams"`
}

type streamMark struct {
	LastSeq uint64 `json:"last_seq"` // never falls
	Msgs    uint64 `json:"msgs"`     // for the operator: how many there were
	Deleted int    `json:"deleted"`  // gaps inside INBOX: what was erased, and what is being erased
}

// damage is the marker that stays until an operator removes it.
type damage struct {
	At      time.Time `json:"at"`
	Reasons []string  `json:"reasons"`
	Marks   marks     `json:"marks"` // what there was
	Advice  string    `json:"advice"`
}

// inspect compares the store with its marks before anything is set up, and
// records what is missing. Its own error means that it could not look.
func (in *Inbox) inspect(ctx context.Context, l *link) error {
	var was marks
	known, err := readFile(in.c.Dir, markFile, &was)
	var found damage
	seen, err2 := readFile(in.c.Dir, damageFile, &found)
	if err != nil || err2 != nil {
		return errors.Join(err, err2)
	}
	if seen {
		in.damaged(found)
		return nil
	}
	var reasons []string
	for _, s := range streams(in.c, in.size, 1) {
		r, err := inspectStream(ctx, l.js, s.Name, was.Streams[s.Name], known)
		if err != nil {
			return err
		}
		reasons = append(reasons, r...)
	}
	if len(reasons) == 0 {
		return nil
	}
	found = damage{At: time.Now().UTC(), Reasons: reasons, Marks: was, Advice: in.advice()}
	if err := writeFile(in.c.Dir, damageFile, found); err != nil {
		return err
	}
	in.damaged(found)
	return nil
}

func (in *Inbox) advice() string {
	return fmt.Sprintf("restore a backup with: openai-explain restore FILE; or go on with what is left by removing %s",
		filepath.Join(in.c.Dir, damageFile))
}

func (in *Inbox) damaged(d damage) {
	err := fmt.Errorf("the store is damaged: %s; %s", strings.Join(d.Reasons, "; "), d.Advice)
	in.c.Logger.Error("not ready", "error", err)
	in.flaw.Store(&flaw{damaged, err})
}

// inspectStream says what of a stream is missing.
func inspectStream(ctx context.Context, js jetstream.JetStream, name string, was streamMark, known bool) ([]string, error) {
	s, err := js.Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if known && was.LastSeq > 0 {
			return []string{fmt.Sprintf("stream %s is gone, it held %d messages", name, was.Msgs)}, nil
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", name, err)
	}
	is := s.CachedInfo().State
	var reasons []string
	if is.Lost != nil {
		reasons = append(reasons, fmt.Sprintf("stream %s lost %d messages, %d bytes", name, len(is.Lost.Msgs), is.Lost.Bytes))
	}
	if is.LastSeq < was.LastSeq {
		reasons = append(reasons, fmt.Sprintf("stream %s ends at %d, it went to %d", name, is.LastSeq, was.LastSeq))
	}
	if name != streamInbox {
		return reasons, nil
	}
	if is.NumDeleted > was.Deleted {
		reasons = append(reasons, fmt.Sprintf("stream %s has %d messages missing inside", name, is.NumDeleted-was.Deleted))
	}
	c, err := s.Consumer(ctx, consumerName)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return reasons, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at consumer %s: %w", consumerName, err)
	}
	if seq := c.CachedInfo().Delivered.Stream; seq > is.LastSeq {
		reasons = append(reasons, fmt.Sprintf("stream %s ends at %d, but %d was delivered", name, is.LastSeq, seq))
	}
	return reasons, nil
}

// mark writes the state of the streams down. A mark that cannot be written
// makes the next start's check weaker, not wrong.
func (in *Inbox) mark(ctx context.Context, l *link) {
	if l.srv == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	now := marks{At: time.Now().UTC(), Streams: map[string]streamMark{}}
	for _, want := range streams(in.c, in.size, 1) {
		s, err := l.js.Stream(ctx, want.Name)
		if err != nil {
			in.c.Logger.Warn("the state of the store is not written down", "error", err)
			return
		}
		is := s.CachedInfo().State
		now.Streams[want.Name] = streamMark{LastSeq: is.LastSeq, Msgs: is.Msgs, Deleted: is.NumDeleted + int(in.erasing.Load())}
	}
	if err := writeFile(in.c.Dir, markFile, now); err != nil {
		in.c.Logger.Warn("the state of the store is not written down", "error", err)
	}
}

// ClearDamage removes the damage marker from a data folder: questions are
// accepted again with what is left of the store, at once where a process has
// it open. It reports whether there was a marker.
func ClearDamage(dir string) (bool, error) {
	err := os.Remove(filepath.Join(dir, damageFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("clear damage: %w", err)
	}
	return true, nil
}
