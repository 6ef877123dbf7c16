package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

// live is what is known: the entries that were there at start, and those that
// were added since. An entry that was added stands in place of one with its ID.
type live struct {
	base  *knowledge.Library
	index *search.Index
	log   *slog.Logger

	mu    sync.Mutex // held while something changes
	added map[string]*knowledge.Entry
	now   atomic.Pointer[knowledge.Library]
}

func newLive(base *knowledge.Library, index *search.Index, log *slog.Logger) *live {
	l := &live{base: base, index: index, log: log, added: map[string]*knowledge.Entry{}}
	l.now.Store(base)
	return l
}

// library is what is known at the moment.
func (l *live) library() *knowledge.Library { return l.now.Load() }

// watch takes in what is added, changed and removed, until ctx ends.
func (l *live) watch(ctx context.Context, box *inbox.Inbox) error {
	return box.WatchEntries(ctx, l.change)
}

// change takes in the file of an entry; without content it was removed. A file
// that cannot be used leaves what was known, and says why to the operator.
func (l *live) change(file string, markdown []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	added := maps.Clone(l.added)
	delete(added, file)
	if markdown != nil {
		e, problems := knowledge.Parse(file, markdown)
		if e == nil {
			l.log.Error("an entry that was added cannot be used", "file", file, "problem", problems[0].String())
			return
		}
		added[file] = e
	}
	lib := l.merged(added)
	update, remove := changes(l.now.Load(), lib)
	if len(update) > 0 {
		l.index.Update(update...)
	}
	if len(remove) > 0 {
		l.index.Remove(remove...)
	}
	l.added = added
	l.now.Store(lib)
	l.log.Info("knowledge changed", "file", file, "entries", len(lib.Entries))
}

// merged puts what was added before what was there.
func (l *live) merged(added map[string]*knowledge.Entry) *knowledge.Library {
	var entries []*knowledge.Entry
	own := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(added)) {
		entries = append(entries, added[file])
		own[added[file].ID] = true
	}
	for _, e := range l.base.Entries {
		if !own[e.ID] {
			entries = append(entries, e)
		}
	}
	lib, problems := knowledge.Merge(knowledge.NewLibrary(entries, l.base.Aliases))
	for _, p := range problems {
		l.log.Warn("knowledge", "problem", p.String())
	}
	return lib
}

// changes are the entries that are new or other than before, and the IDs of
// those that are gone.
func changes(before, after *knowledge.Library) (update []*knowledge.Entry, remove []string) {
	for _, e := range after.Entries {
		if before.Entry(e.ID) != e {
			update = append(update, e)
		}
	}
	for _, e := range before.Entries {
		if after.Entry(e.ID) == nil {
			remove = append(remove, e.ID)
		}
	}
	return update, remove
}
