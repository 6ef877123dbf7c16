package inbox

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/openai-explain/openai-explain/bot"
)

// A lease is the broker's: it ends AckWait after the last report of progress that
// reached it. What a process knows of its own lease is older than that by the way
// of the report, so it counts from when the last report was sent that the broker
// has confirmed. A process that was stopped for longer than that, or cut off, goes
// on as if nothing had happened: held.still is what keeps it from posting.

// sure is a moment by both clocks: the monotonic one stands still while a machine
// is suspended, the other may be set.
type sure struct {
	mono, wall time.Time
}

func now() sure {
	t := time.Now()
	return sure{t, t.Round(0)}
}

// ago is how long ago it was, by the clock that says longer.
func (s sure) ago() time.Duration {
	n := now()
	return max(n.mono.Sub(s.mono), n.wall.Sub(s.wall))
}

// reports are the reports of progress of one connection, and their confirmations.
type reports struct {
	nc  *nats.Conn
	sub *nats.Subscription

	mu   sync.Mutex
	next uint64
	out  map[uint64]report // not confirmed
}

type report struct {
	of   *held
	sent sure
}

func newReports(nc *nats.Conn) (*reports, error) {
	r := &reports{nc: nc, out: map[uint64]report{}}
	var err error
	if r.sub, err = nc.Subscribe(nc.NewInbox()+".*", r.confirmed); err != nil {
		return nil, fmt.Errorf("hear of leases: %w", err)
	}
	return r, nil
}

// send reports that somebody works on h.
func (r *reports) send(h *held) {
	r.mu.Lock()
	for n, old := range r.out { // a broker that is gone confirms nothing
		if old.sent.ago() > h.lease {
			delete(r.out, n)
		}
	}
	r.next++
	n := r.next
	r.out[n] = report{h, now()}
	r.mu.Unlock()
	reply := strings.TrimSuffix(r.sub.Subject, "*") + strconv.FormatUint(n, 36)
	_ = r.nc.PublishRequest(h.msg.Reply, reply, []byte("+WPI")) // not sent is not confirmed
}

func (r *reports) confirmed(m *nats.Msg) {
	n, err := strconv.ParseUint(m.Subject[strings.LastIndexByte(m.Subject, '.')+1:], 36, 64)
	if err != nil {
		return
	}
	r.mu.Lock()
	was, ok := r.out[n]
	delete(r.out, n)
	r.mu.Unlock()
	if ok && m.Header.Get("Status") == "" { // 503: nobody has the consumer at the moment
		was.of.confirm(was.sent)
	}
}

// beat reports progress on h, unless its lease is over: what the broker has given
// to somebody else is not to be taken back.
func (h *held) beat() {
	if h.still() != nil {
		h.mu.Lock()
		h.lost = true
		h.mu.Unlock()
		return
	}
	h.reports.send(h)
}

func (h *held) confirm(at sure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at.mono.After(h.since.mono) {
		h.since = at
	}
}

// still is an error where somebody else may have h. A twelfth of the lease is
// left for what is on its way already.
func (h *held) still() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost || h.since.ago() > h.lease-h.lease/12 {
		return bot.ErrLeaseLost
	}
	return nil
}
