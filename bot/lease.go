package bot

import (
	"context"
	"errors"
)

// ErrLeaseLost says that a question may have been given to somebody else: this
// process did not report on it for as long as its lease lasts, because it was
// stopped, its machine was suspended, or it was cut off from the inbox.
var ErrLeaseLost = errors.New("the lease on the question is lost")

type leaseKey struct{}

// WithLease returns a context whose [Leased] is held: nil while nobody else can
// have the question. held must be quick, and may be called from any goroutine.
func WithLease(ctx context.Context, held func() error) context.Context {
	return context.WithValue(ctx, leaseKey{}, held)
}

// Leased returns an error, ErrLeaseLost, where the question that ctx is about may
// be somebody else's by now. It is asked right before anything is sent that
// people see, as late as possible: a process can be stopped between any two
// instructions, and goes on later as if nothing had happened.
func Leased(ctx context.Context) error {
	if held, ok := ctx.Value(leaseKey{}).(func() error); ok {
		return held()
	}
	return nil
}
