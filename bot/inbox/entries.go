package inbox

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/nats-io/nats.go/jetstream"
)

// MaxEntry is the longest entry that may be added at run time, in bytes.
const MaxEntry = 256 << 10

// entryName is what a file of an entry may be called. It is a key as it is.
var entryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\.md$`)

// PutEntry stores an entry, as Markdown, under the name of its file: every
// replica that watches learns of it at once. The last five versions are kept.
func (in *Inbox) PutEntry(ctx context.Context, name string, markdown []byte) error {
	if !entryName.MatchString(name) {
		return fmt.Errorf("store entry %q: a name is letters, digits, - and _, at most 100, and ends in .md", name)
	}
	if len(markdown) == 0 || len(markdown) > MaxEntry {
		return fmt.Errorf("store entry %s: it has %d bytes, 1 to %d are stored", name, len(markdown), MaxEntry)
	}
	kv, err := in.kv(bucketKnowledge)
	if err == nil {
		_, err = kv.Put(ctx, name, markdown)
	}
	if err != nil {
		return fmt.Errorf("store entry %s: %w", name, err)
	}
	return nil
}

// ErrNoEntry is returned for an entry that was not added at run time.
var ErrNoEntry = errors.New("no such entry")

// RemoveEntry takes back what PutEntry stored, or returns ErrNoEntry.
func (in *Inbox) RemoveEntry(ctx context.Context, name string) error {
	kv, err := in.kv(bucketKnowledge)
	if err == nil {
		_, err = kv.Get(ctx, name)
	}
	if errors.Is(err, jetstream.ErrKeyNotFound) || errors.Is(err, jetstream.ErrInvalidKey) {
		return fmt.Errorf("remove entry %s: %w", name, ErrNoEntry)
	}
	if err == nil {
		err = kv.Delete(ctx, name)
	}
	if err != nil {
		return fmt.Errorf("remove entry %s: %w", name, err)
	}
	return nil
}

// Entries are the entries that were added at run time, by the names of their files.
func (in *Inbox) Entries(ctx context.Context) (map[string][]byte, error) {
	kv, err := in.kv(bucketKnowledge)
	if err != nil {
		return nil, fmt.Errorf("read the entries: %w", err)
	}
	all := map[string][]byte{}
	err = eachValue(ctx, kv, func(e jetstream.KeyValueEntry) error {
		all[e.Key()] = e.Value()
		return nil
	})
	return all, err
}

// WatchEntries calls changed with the name and the Markdown of every entry that
// is stored, and of every one that changes afterwards; nil is one that was
// removed. It returns when ctx ends, and begins anew when the broker was started
// again, so that an entry may be told of twice.
func (in *Inbox) WatchEntries(ctx context.Context, changed func(name string, markdown []byte)) error {
	for ctx.Err() == nil {
		if err := in.watchEntries(ctx, changed); err != nil && ctx.Err() == nil {
			in.c.Logger.Warn("entries are not watched, trying again", "error", err)
		}
		sleep(ctx, in.c.watch)
	}
	return nil
}

func (in *Inbox) watchEntries(ctx context.Context, changed func(string, []byte)) error {
	l, err := in.connected()
	if err != nil {
		return err
	}
	w, err := l.buckets[bucketKnowledge].WatchAll(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = w.Stop() }()
	for {
		select {
		case e, ok := <-w.Updates():
			switch {
			case !ok:
				return errRestarting
			case e == nil: // all there was
			case e.Operation() == jetstream.KeyValuePut:
				changed(e.Key(), e.Value())
			default:
				changed(e.Key(), nil)
			}
		case <-l.nc.StatusChanged():
			if in.link.Load() != l {
				return errRestarting
			}
		case <-ctx.Done():
			return nil
		}
	}
}
