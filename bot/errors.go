package bot

import (
	"errors"
	"fmt"
	"time"
)

// RetryError says that the same thing may succeed later.
type RetryError struct {
	After time.Duration // not before; 0 leaves the delay to the caller
	Err   error
}

func (e *RetryError) Error() string {
	if e.After > 0 {
		return fmt.Sprintf("%v (try again in %v)", e.Err, e.After)
	}
	return e.Err.Error()
}

func (e *RetryError) Unwrap() error { return e.Err }

// PermanentError says that trying again is useless: the channel is gone, the
// bot was removed, the token was revoked.
type PermanentError struct {
	Reason string // a short stable word, such as "channel_not_found": a log attribute, a metric label
	Err    error
}

func (e *PermanentError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

func (e *PermanentError) Unwrap() error { return e.Err }

// Retry wraps err so that it is tried again, not before after.
func Retry(after time.Duration, err error) error { return &RetryError{After: after, Err: err} }

// Permanent wraps err so that it is not tried again.
func Permanent(reason string, err error) error { return &PermanentError{Reason: reason, Err: err} }

// ErrNotAccepted is returned by an inbox that could not store a question: the
// platform is not to be acknowledged, or the person is to be told.
var ErrNotAccepted = errors.New("question not accepted")
