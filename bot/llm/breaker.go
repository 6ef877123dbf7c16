package llm

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// breaker leaves an endpoint alone after it failed several times in a row, so
// that people do not wait for what will not come. While it is open a goroutine
// of its own asks the endpoint now and then whether it is back (see
// [breaker.revive]): no person's question is spent on finding out.
type breaker struct {
	limit    int
	cooldown time.Duration
	try      func(context.Context) error // a small request that shows whether the endpoint works
	log      *slog.Logger

	mu       sync.Mutex
	failures int // in a row
	before   int // what failures was when the last success came: that success may turn out to be gibberish
	reviving bool
	life     lifetime
}

// lifetime is that of the goroutines a client starts: they end with Close.
type lifetime struct {
	start func(func(context.Context)) // runs a function until Close, unless Close was called
	end   func()                      // ends them and waits
}

func newLifetime() lifetime {
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var running sync.WaitGroup
	return lifetime{
		start: func(f func(context.Context)) {
			mu.Lock()
			defer mu.Unlock()
			if ctx.Err() == nil {
				running.Go(func() { f(ctx) })
			}
		},
		end: func() {
			mu.Lock()
			cancel()
			mu.Unlock()
			running.Wait()
		},
	}
}

// open reports whether the endpoint is left alone.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= b.limit
}

// report counts what became of a request.
func (b *breaker) report(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err == nil:
		b.before, b.failures = b.failures, 0
	case isFailure(err):
		b.failures++
		b.opened()
	default: // it says nothing about the endpoint
		b.before = b.failures
	}
}

// spoil takes the last success back: it was gibberish, and counts as one more
// failure after those before it.
func (b *breaker) spoil() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.before = max(b.failures, b.before)+1, 0
	b.opened()
}

// opened starts the goroutine that waits for the endpoint's recovery. b.mu is held.
func (b *breaker) opened() {
	if b.failures < b.limit || b.reviving {
		return
	}
	b.reviving = true
	b.log.Warn("the model's endpoint failed and is left alone", slog.Int("failures", b.failures), slog.Duration("tried_again_in", b.cooldown))
	b.life.start(b.revive)
}

// revive closes the breaker once the endpoint works again: it tries after the
// cooldown, and again after each further one.
func (b *breaker) revive(ctx context.Context) {
	timer := time.NewTimer(b.cooldown)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		err := error(nil)
		if b.open() { // else a request that was still running has succeeded
			err = b.try(ctx)
		}
		if !isFailure(err) && ctx.Err() == nil {
			b.mu.Lock()
			b.failures, b.before, b.reviving = 0, 0, false
			b.mu.Unlock()
			b.log.Info("the model's endpoint works again")
			return
		}
		timer.Reset(b.cooldown)
	}
}

// isFailure tells an endpoint that is in trouble from a request that was wrong
// and from a caller who went away.
func isFailure(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case ErrUnreachable, ErrTimeout, ErrCut, ErrMalformed, ErrRepetition, ErrEmpty, ErrThought:
		return true
	case ErrRefused:
		return e.Status == 0 || e.Status >= 500 // status 0: an error inside the stream
	case ErrBusy:
		return e.Status != 0 // the endpoint's, not our own
	}
	return false
}
