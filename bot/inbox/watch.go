package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// markEvery is how often the state of the streams is written down, beside at
// start and at a clean stop.
const markEvery = 30 * time.Second

// sickAfter is how many tries to store, of 2 s each, the embedded broker may
// leave without an answer in a row before it is started again.
const sickAfter = 2

var errBroken = errors.New("the broker cannot write to its disk")

// watch looks after disk and broker until ctx ends.
func (in *Inbox) watch(ctx context.Context) {
	if in.c.NATSURL != "" {
		return
	}
	tick := time.NewTicker(in.c.watch)
	defer tick.Stop()
	marked := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-in.kick:
		}
		in.look()
		in.repair(ctx)
		if l := in.link.Load(); l != nil && time.Since(marked) >= markEvery {
			in.mark(ctx, l)
			marked = time.Now()
		}
	}
}

// look sets and clears what keeps questions from being accepted.
func (in *Inbox) look() {
	f := in.flaw.Load()
	if f != nil && f.kind == damaged {
		if there, err := readFile(in.c.Dir, damageFile, new(damage)); err == nil && !there {
			in.c.Logger.Warn("the damage marker was removed, questions are accepted again")
			in.flaw.CompareAndSwap(f, nil)
		}
		return
	}
	if l := in.link.Load(); l != nil && !l.srv.JetStreamEnabled() {
		in.writeFailed()
		return
	}
	err := in.room()
	switch {
	case err != nil && f == nil:
		in.c.Logger.Error("no question is accepted", "error", err)
		in.flaw.CompareAndSwap(nil, &flaw{full, err})
	case err == nil && f != nil && f.kind == full:
		in.c.Logger.Info("there is room again, questions are accepted")
		in.flaw.CompareAndSwap(f, nil)
	}
}

// room is an error where the disk is too full to accept anything.
func (in *Inbox) room() error {
	free, err := in.c.free(in.c.Dir)
	if err != nil {
		return fmt.Errorf("free space of %s: %w", in.c.Dir, err)
	}
	if free < in.c.MinFree {
		return fmt.Errorf("disk full: %d MiB free for %s, at least %d MiB are needed", free>>20, in.c.Dir, in.c.MinFree>>20)
	}
	return nil
}

// writeFailed stops accepting until the broker has been started again.
func (in *Inbox) writeFailed() {
	f := in.flaw.Load()
	if f != nil && f.kind != full {
		return
	}
	if in.flaw.CompareAndSwap(f, &flaw{broken, errBroken}) {
		in.wake()
	}
}

func (in *Inbox) wake() {
	select {
	case in.kick <- struct{}{}:
	default:
	}
}

// repair starts a broker that cannot write again, as soon as there is room. A
// broker whose disk was full never starts to write again by itself.
func (in *Inbox) repair(ctx context.Context) {
	f := in.flaw.Load()
	if f == nil || f.kind != broken || in.room() != nil {
		return
	}
	in.c.Logger.Error("the broker cannot write and is started again")
	if l := in.link.Swap(nil); l != nil {
		l.close()
	}
	in.timeouts.Store(0)
	l, err := in.startEmbedded(ctx)
	if err != nil {
		in.c.Logger.Error("the broker does not start", "error", err)
		return // the flaw stays: the next tick tries again
	}
	in.link.Store(l)
	in.flaw.CompareAndSwap(f, nil)
	in.c.Logger.Info("the broker runs again")
}
