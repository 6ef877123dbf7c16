package llm

import (
	"context"
	"sync"
	"time"
)

// watch cancels a request that is too slow. Keep-alives do not count as signs of
// life: only text and thought do, and thought does not count as an answer.
type watch struct {
	cancel context.CancelCauseFunc
	gap    time.Duration
	first  *time.Timer

	mu      sync.Mutex
	between *time.Timer
	stopped bool
}

// startWatch returns a context that ends with an ErrTimeout once a limit of cfg is passed.
func startWatch(parent context.Context, cfg Config) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(parent)
	w := &watch{cancel: cancel, gap: cfg.BetweenTokens}
	w.first = time.AfterFunc(cfg.FirstToken, func() {
		cancel(fail(ErrTimeout, "no text within "+cfg.FirstToken.String()))
	})
	total := time.AfterFunc(cfg.Total, func() {
		cancel(fail(ErrTimeout, "no end within "+cfg.Total.String()))
	})
	context.AfterFunc(ctx, func() { total.Stop() })
	return ctx, w
}

// token notes that the model produced something, be it thought or text.
func (w *watch) token() { w.arm(w.gap, "nothing more within ") }

// finished leaves the endpoint a moment to send its usage after the last token.
func (w *watch) finished() { w.arm(min(w.gap, 2*time.Second), "no end of the stream within ") }

func (w *watch) arm(d time.Duration, note string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.between != nil {
		w.between.Stop()
	}
	if !w.stopped {
		w.between = time.AfterFunc(d, func() { w.cancel(fail(ErrTimeout, note+d.String())) })
	}
}

// useful notes that there is text for a person.
func (w *watch) useful() { w.first.Stop() }

// stop ends the request, whatever it is doing: that is what frees the server.
func (w *watch) stop() {
	w.first.Stop()
	w.mu.Lock()
	w.stopped = true
	if w.between != nil {
		w.between.Stop()
	}
	w.mu.Unlock()
	w.cancel(context.Canceled)
}
