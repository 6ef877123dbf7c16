package inbox

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// holdingSubject is where every process that works on questions says which it
// has. Nothing depends on the answer but what an operator is shown.
const holdingSubject = "openai-explain.holding"

// gather is how long after the last answer of a process the next is waited for.
const gather = 300 * time.Millisecond

// holding is a question in the hands of a process.
type holding struct {
	Seq     uint64    `json:"seq"` // in INBOX
	Since   time.Time `json:"since"`
	Attempt int       `json:"attempt,omitempty"` // 0 while it waits for its turn
}

// hand are the questions of this process.
type hand struct {
	mu sync.Mutex
	of map[uint64]holding
}

func (d *hand) put(h holding) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil {
		d.of = map[uint64]holding{}
	}
	d.of[h.Seq] = h
}

func (d *hand) drop(seq uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.of, seq)
}

func (d *hand) all() []holding {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]holding, 0, len(d.of))
	for _, h := range d.of {
		all = append(all, h)
	}
	return all
}

// tell answers those who ask what this process has.
func (in *Inbox) tell(nc *nats.Conn) error {
	_, err := nc.Subscribe(holdingSubject, func(m *nats.Msg) {
		if data, err := json.Marshal(in.hand.all()); err == nil {
			_ = m.Respond(data)
		}
	})
	return err
}

// held is what all processes have, this one included: one where the broker is
// embedded, else whoever answers.
func (in *Inbox) holdings(ctx context.Context, l *link) map[uint64]holding {
	all := map[uint64]holding{}
	for _, h := range in.hand.all() {
		all[h.Seq] = h
	}
	if l.srv != nil {
		return all
	}
	sub, err := l.nc.SubscribeSync(l.nc.NewInbox())
	if err != nil {
		return all
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := l.nc.PublishRequest(holdingSubject, sub.Subject, nil); err != nil {
		return all
	}
	for {
		soon, cancel := context.WithTimeout(ctx, gather)
		m, err := sub.NextMsgWithContext(soon)
		cancel()
		if err != nil {
			return all
		}
		var some []holding
		_ = json.Unmarshal(m.Data, &some)
		for _, h := range some {
			all[h.Seq] = h
		}
	}
}
