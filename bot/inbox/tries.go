package inbox

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// tries is what is kept about a question that was delivered and not finished:
// the broker counts deliveries only, and forgets after a crash when the next one
// was to be.
type tries struct {
	Spared int       `json:"spared,omitempty"` // deliveries that were no attempts
	Failed int       `json:"failed,omitempty"` // attempts that failed
	Next   time.Time `json:"next,omitzero"`    // not to be tried before
	Error  string    `json:"error,omitempty"`  // of the last attempt, for an operator
}

// maxTriesError bounds tries.Error, in bytes.
const maxTriesError = 1 << 10

func triesKey(seq uint64) string { return strconv.FormatUint(seq, 10) }

// triesOf reads what is known of a message. Where that cannot be read, it is
// nothing: the question gets fewer attempts, not more.
func (in *Inbox) triesOf(ctx context.Context, seq uint64) (t tries) {
	l, err := in.connected()
	if err != nil {
		return t
	}
	e, err := l.tries.Get(ctx, triesKey(seq))
	if err != nil {
		return t
	}
	_ = json.Unmarshal(e.Value(), &t)
	return t
}

// tried reports whether h may have been delivered before. A crash forgets the
// deliveries of the last tenth of a second, so of a question from before this
// process had the folder that is not known.
func (in *Inbox) tried(h *held) bool { return h.n > 1 || h.seq <= in.before }

// noteTries changes what is known of h, before h is let go.
func (in *Inbox) noteTries(h *held, change func(*tries)) {
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	l, err := in.connected()
	if err != nil {
		return
	}
	var t tries
	if in.tried(h) {
		t = in.triesOf(ctx, h.seq)
	}
	change(&t)
	t.Error = t.Error[:min(len(t.Error), maxTriesError)]
	data, err := json.Marshal(t)
	if err == nil {
		_, err = l.tries.Put(ctx, triesKey(h.seq), data)
	}
	if err != nil {
		in.c.Logger.Warn("a delivery is not written down", "question", h.q.ID, "error", err)
	}
}

// early is how much before its time a question may be tried: the broker's own
// timers are that exact.
const early = 100 * time.Millisecond

// tooEarly gives h back where it was delivered before its time: after a crash
// everything that nobody works on is delivered at once.
func (in *Inbox) tooEarly(h *held, t tries) bool {
	wait := time.Until(t.Next)
	if wait < early {
		return false
	}
	in.noteTries(h, func(t *tries) { t.Spared++ })
	_ = h.msg.NakWithDelay(wait)
	return true
}
