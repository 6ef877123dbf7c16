package inbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// link is one connection to a broker that is set up. It is replaced as a whole
// when the embedded broker is started again.
type link struct {
	srv       *server.Server // nil where the broker is a cluster
	nc        *nats.Conn
	js        jetstream.JetStream
	ledger    jetstream.KeyValue
	tries     jetstream.KeyValue
	forgotten jetstream.KeyValue
	buckets   map[string]jetstream.KeyValue // by name, these three among them
}

// connect opens the connection, without asking the broker for anything yet.
// srv is nil for a cluster.
func connect(c Config, srv *server.Server) (*link, error) {
	opts := []nats.Option{
		nats.Name("openai-explain"), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			c.Logger.Warn("broker connection", "error", err)
		}),
	}
	url := c.NATSURL
	if srv != nil {
		url = nats.DefaultURL // not used
		opts = append(opts, nats.InProcessServer(srv))
	}
	if c.Credentials != "" {
		opts = append(opts, nats.UserCredentials(c.Credentials))
	}
	if c.CA != "" {
		opts = append(opts, nats.RootCAs(c.CA))
	}
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to the broker: %w", err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("connect to the broker: %w", err)
	}
	return &link{srv: srv, nc: nc, js: js}, nil
}

// bind sets streams, buckets and consumer up, or only opens what is there.
func (l *link) bind(ctx context.Context, c Config, size int64, replicas int) error {
	if c.attach {
		if _, err := l.js.Consumer(ctx, streamInbox, consumerName); err != nil {
			return fmt.Errorf("no inbox is there: look at consumer %s: %w", consumerName, err)
		}
	} else if err := ensure(ctx, l.js, c, size, replicas); err != nil {
		return err
	}
	l.buckets = map[string]jetstream.KeyValue{}
	for _, s := range streams(c, size, replicas) {
		name, ok := strings.CutPrefix(s.Name, "KV_")
		if !ok {
			continue
		}
		kv, err := l.js.KeyValue(ctx, name)
		if err != nil {
			return fmt.Errorf("open bucket %s: %w", name, err)
		}
		l.buckets[name] = kv
	}
	l.ledger, l.tries, l.forgotten = l.buckets[bucketLedger], l.buckets[bucketTries], l.buckets[bucketForgot]
	return nil
}

// close ends the connection and, where it is ours, the broker.
func (l *link) close() {
	_ = l.nc.FlushTimeout(time.Second) // negative acknowledgements are sent without waiting for them
	l.nc.Close()
	if l.srv != nil {
		stopServer(l.srv)
	}
}

// clusterPatience is how long a cluster may take to answer for the first time:
// 8 to 26 s were measured for one that forms.
const clusterPatience = 90 * time.Second

// joinCluster connects to the cluster and sets it up, trying again while it forms.
func joinCluster(ctx context.Context, c Config) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, clusterPatience)
	defer cancel()
	var last error
	for {
		l, err := tryCluster(ctx, c)
		if err == nil {
			return l, nil
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		c.Logger.Warn("cluster not ready", "error", err)
		if !sleep(ctx, time.Second) {
			return nil, fmt.Errorf("open inbox: %w", last)
		}
	}
}

func tryCluster(ctx context.Context, c Config) (*link, error) {
	l, err := connect(c, nil)
	if err != nil {
		return nil, err
	}
	if err := l.join(ctx, c); err != nil {
		l.nc.Close()
		return nil, err
	}
	return l, nil
}

func (l *link) join(ctx context.Context, c Config) error {
	short, cancel := context.WithTimeout(ctx, 2*time.Second) // without a leader nobody answers
	defer cancel()
	if _, err := l.js.AccountInfo(short); err != nil {
		return fmt.Errorf("ask the cluster: %w", err)
	}
	n := 1
	if !c.attach {
		n = replicas(ctx, l.nc)
	}
	long, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return l.bind(long, c, c.MaxStore, n)
}

// replicas is 3 in a cluster of three or more nodes, else 1. The servers of a
// cluster that forms become known one after the other: it waits for them a while.
func replicas(ctx context.Context, nc *nats.Conn) int {
	if nc.ConnectedClusterName() == "" {
		return 1
	}
	for range 20 {
		if len(nc.Servers()) >= 3 {
			return 3
		}
		if !sleep(ctx, 500*time.Millisecond) {
			break
		}
	}
	return 1
}

// sleep waits for d, and reports false where ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// passing reports whether err may be over in a moment: a time-out, an election,
// a broker that is being started again.
func passing(err error) bool {
	for _, e := range []error{
		context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, nats.ErrConnectionClosed, nats.ErrConnectionReconnecting,
		nats.ErrDisconnected, jetstream.ErrNoStreamResponse, jetstream.ErrConnectionClosed,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == errInProcess || api.Code == 503 && api.ErrorCode != errStoreFailed)
}

// errInProcess is the broker's code for a message whose ID it is about to store
// for somebody else: a moment later it is a duplicate, or free again.
const errInProcess = 10158

// errStoreFailed is the broker's code for a stream that refuses a message,
// because it is full.
const errStoreFailed = 10077
