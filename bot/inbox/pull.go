package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	pullExpiry    = 10 * time.Second
	pullHeartbeat = 2 * time.Second
)

// errSilent is returned where the broker has sent not even heartbeats.
var errSilent = errors.New("the broker does not answer a pull")

// puller asks for one question at a time over one subscription. What lies in a
// client's buffer sends no progress and would be delivered to somebody else.
//
// The client library has iterators for this. With version 1.55.0 and a batch of
// one, about 3 in 1,000 questions waited 4.5 s there: a message that arrives
// before the library has noted that its request was sent keeps the next request
// from being sent, until a heartbeat is missed.
type puller struct {
	nc      *nats.Conn
	sub     *nats.Subscription
	request []byte
	asked   bool // a request is out
	beat    time.Duration

	// before is when what next returned had not been sent yet. Messages may have
	// lain in a buffer while this process was stopped, so it is not when they
	// were read: it is when the request was sent, or the wait before the last
	// one began, which ended with a message that the broker had sent earlier.
	before, last sure
}

// newPuller wants a sign of life from the broker every beat, at most pullHeartbeat.
func newPuller(nc *nats.Conn, beat time.Duration) (*puller, error) {
	beat = min(beat, pullHeartbeat)
	request, err := json.Marshal(map[string]any{
		"batch": 1, "expires": pullExpiry.Nanoseconds(), "idle_heartbeat": beat.Nanoseconds(),
	})
	if err != nil {
		return nil, err
	}
	sub, err := nc.SubscribeSync(nc.NewInbox())
	if err != nil {
		return nil, fmt.Errorf("pull questions: %w", err)
	}
	return &puller{nc: nc, sub: sub, request: request, beat: beat}, nil
}

// next waits for a question. After an error the puller is of no more use.
func (p *puller) next(ctx context.Context) (*nats.Msg, error) {
	for {
		if !p.asked {
			asked := now()
			subject := "$JS.API.CONSUMER.MSG.NEXT." + streamInbox + "." + consumerName
			if err := p.nc.PublishRequest(subject, p.sub.Subject, p.request); err != nil {
				return nil, fmt.Errorf("pull questions: %w", err)
			}
			p.asked, p.last = true, asked
		}
		msg, err := p.wait(ctx)
		if err != nil {
			return nil, err
		}
		switch status := msg.Header.Get("Status"); status {
		case "100": // a heartbeat
		case "408": // nothing came in within pullExpiry
			p.asked = false
		case "":
			p.asked = false
			return msg, nil
		default: // the consumer is gone, has another leader, the server stops
			return nil, fmt.Errorf("pull questions: %s %s", status, msg.Header.Get("Description"))
		}
	}
}

// wait is one message, at most two missed heartbeats later.
func (p *puller) wait(ctx context.Context) (*nats.Msg, error) {
	p.before, p.last = p.last, now()
	soon, cancel := context.WithTimeout(ctx, 2*p.beat+time.Second)
	defer cancel()
	msg, err := p.sub.NextMsgWithContext(soon)
	if err != nil && soon.Err() != nil && ctx.Err() == nil {
		return nil, errSilent
	}
	return msg, err
}

// stop ends the subscription and calls rest with what had been sent meanwhile.
func (p *puller) stop(rest func(*nats.Msg)) {
	if err := p.sub.Drain(); err != nil {
		return // the connection is gone
	}
	for {
		msg, err := p.sub.NextMsg(2 * time.Second)
		if err != nil {
			return
		}
		if msg.Header.Get("Status") == "" {
			rest(msg)
		}
	}
}
