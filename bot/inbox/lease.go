package inbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// leaseTTL is how long after its last renewal a lease is free again: what a
// dead replica held is taken over within it.
const leaseTTL = 15 * time.Second

// ErrHeld is returned by Hold for what somebody else holds.
var ErrHeld = errors.New("somebody else holds it")

// Lease is the right to be the only replica that does something.
type Lease struct {
	lost chan struct{}
	stop context.CancelFunc
	done chan struct{}
	once sync.Once
}

// Hold takes the lease on name, or returns ErrHeld. It is renewed until Release
// is called or until that fails for so long that somebody else may have it:
// then Lost is closed, before the other can have taken it.
func (in *Inbox) Hold(ctx context.Context, name, holder string) (*Lease, error) {
	kv, err := in.kv(bucketLeases)
	if err != nil {
		return nil, fmt.Errorf("hold %s: %w", name, err)
	}
	asked := time.Now()
	revision, err := kv.Create(ctx, token(name), []byte(holder))
	if errors.Is(err, jetstream.ErrKeyExists) {
		return nil, fmt.Errorf("hold %s: %w", name, ErrHeld)
	}
	if err != nil {
		return nil, fmt.Errorf("hold %s: %w", name, err)
	}
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &Lease{lost: make(chan struct{}), stop: stop, done: make(chan struct{})}
	go l.renew(own, in, token(name), holder, revision, asked)
	return l, nil
}

// Lost is closed when the lease may be somebody else's.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Release gives the lease back, so that somebody else can take it at once. What
// it was held for must have ended.
func (l *Lease) Release() {
	l.once.Do(l.stop)
	<-l.done
}

// renew keeps the lease. The broker counts the time to live from when it stored
// the renewal, which is after it was asked for: asked + ttl is on the safe side.
func (l *Lease) renew(ctx context.Context, in *Inbox, key, holder string, revision uint64, asked time.Time) {
	defer close(l.done)
	for {
		if !sleep(ctx, in.c.leaseTTL/3) {
			l.giveBack(in, key, revision)
			return
		}
		now := time.Now()
		next, err := in.renewLease(ctx, key, holder, revision)
		switch {
		case err == nil:
			revision, asked = next, now
		case errors.Is(err, jetstream.ErrKeyExists) || time.Since(asked) > in.c.leaseTTL*2/3:
			in.c.Logger.Warn("a lease is lost", "error", err)
			close(l.lost)
			<-ctx.Done()
			return
		}
	}
}

func (in *Inbox) renewLease(ctx context.Context, key, holder string, revision uint64) (uint64, error) {
	kv, err := in.kv(bucketLeases)
	if err != nil {
		return 0, err
	}
	short, cancel := context.WithTimeout(ctx, in.c.leaseTTL/4)
	defer cancel()
	return kv.Update(short, key, []byte(holder), revision)
}

func (l *Lease) giveBack(in *Inbox, key string, revision uint64) {
	kv, err := in.kv(bucketLeases)
	if err != nil {
		return // it ends by itself
	}
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	_ = kv.Delete(ctx, key, jetstream.LastRevision(revision)) // else it ends by itself
}
