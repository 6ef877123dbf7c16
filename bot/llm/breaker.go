package llm

import (
	"errors"
	"sync"
	"time"
)

// breaker leaves an endpoint alone for a while after it failed several times
// in a row, so that people do not wait for what will not come. After that one
// request at a time may try again.
type breaker struct {
	limit    int
	cooldown time.Duration

	mu       sync.Mutex
	failures int
	until    time.Time // closed again from here on, to one trial
	trying   bool
}

// admit says whether a request may be made, and whether it is the trial after a failure.
func (b *breaker) admit(now time.Time) (trial bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < b.limit {
		return false, nil
	}
	if b.trying || now.Before(b.until) {
		return false, fail(ErrOpenCircuit, "")
	}
	b.trying = true
	return true, nil
}

// report counts what became of an admitted request.
func (b *breaker) report(now time.Time, trial bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if trial {
		b.trying = false
	}
	switch {
	case err == nil:
		b.failures = 0
	case isFailure(err):
		b.failures++
		b.until = now.Add(b.cooldown)
	}
}

func (b *breaker) open(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= b.limit && (b.trying || now.Before(b.until))
}

// isFailure tells an endpoint that is in trouble from a request that was wrong
// and from a caller who went away.
func isFailure(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case ErrUnreachable, ErrTimeout, ErrCut, ErrMalformed, ErrRepetition, ErrEmpty, ErrThought, errGibberish:
		return true
	case ErrRefused:
		return e.Status == 0 || e.Status >= 500 // status 0: an error inside the stream
	case ErrBusy:
		return e.Status != 0 // the endpoint's, not our own
	}
	return false
}
