package inbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
	"golang.org/x/sync/errgroup"
)

// cluster is three brokers in this process, on loopback.
type cluster struct {
	servers [3]*server.Server
	opts    [3]*server.Options
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	ports := freePorts(t)
	routes := fmt.Sprintf("nats://127.0.0.1:%d,nats://127.0.0.1:%d,nats://127.0.0.1:%d", ports[0], ports[1], ports[2])
	for i := range c.servers {
		c.opts[i] = &server.Options{
			ServerName: fmt.Sprintf("n%d", i+1), Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true,
			JetStream: true, SyncAlways: true, StoreDir: t.TempDir(), JetStreamMaxStore: 3 << 30,
			Cluster: server.ClusterOpts{Name: "bot", Host: "127.0.0.1", Port: ports[i]},
			Routes:  server.RoutesFromStr(routes),
		}
		c.start(t, i)
	}
	for _, s := range c.servers {
		if !s.ReadyForConnections(20 * time.Second) {
			t.Fatal("a broker does not become ready")
		}
	}
	t.Cleanup(func() {
		for _, s := range c.servers {
			stopServer(s)
		}
	})
	return c
}

func (c *cluster) start(t *testing.T, i int) {
	t.Helper()
	s, err := server.NewServer(c.opts[i])
	if err != nil {
		t.Fatal(err)
	}
	c.servers[i] = s
	s.Start()
}

// freePorts are ports nobody listens on: members must know each other's before they start.
func freePorts(t *testing.T) (ports [3]int) {
	t.Helper()
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}

func (c *cluster) url() string {
	var urls []string
	for _, s := range c.servers {
		urls = append(urls, s.ClientURL())
	}
	return strings.Join(urls, ",")
}

// TestThreeBrokers is one test, because a cluster takes up to 10 s to form.
func TestThreeBrokers(t *testing.T) {
	if testing.Short() {
		t.Skip("a cluster of three takes 10 s to form")
	}
	t.Parallel()
	c := startCluster(t)
	one := open(t, Config{NATSURL: c.url(), AckWait: 2 * time.Second, RetryBase: 100 * time.Millisecond})
	two := open(t, Config{NATSURL: c.url(), AckWait: 2 * time.Second, RetryBase: 100 * time.Millisecond})
	if err := one.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range streams(one.c, one.c.MaxStore, 3) {
		s, err := one.link.Load().js.Stream(t.Context(), want.Name)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.CachedInfo().Config; got.Replicas != 3 || got.AllowDirect {
			t.Errorf("stream %s: %d replicas, direct reads %v", got.Name, got.Replicas, got.AllowDirect)
		}
	}
	t.Run("a question is stored once whoever submits it", func(t *testing.T) {
		for n := range 20 {
			submit(t, one, question(n))
			again, err := two.submit(t.Context(), question(n))
			if err != nil || !again {
				t.Errorf("question %d: duplicate %v, error %v", n, again, err)
			}
		}
	})
	t.Run("what one saved the other reads", func(t *testing.T) { getAfterPut(t, one, two) })
	t.Run("a dead process is taken over from", func(t *testing.T) { takeOver(t, one, two) })
	t.Run("a question is answered once however often it is told", func(t *testing.T) { retryStorm(t, c, one, two) })
	t.Run("a leader that stops loses nothing", func(t *testing.T) { stopLeader(t, c, one, two) })
}

// getAfterPut catches direct reads, which were stale in 4 of 7 runs of 500 pairs.
func getAfterPut(t *testing.T, one, two *Inbox) {
	for n := range 1000 {
		rec := bot.Record{Question: bot.QuestionID(fmt.Sprintf("q:%d", n)), State: bot.Posting}
		if err := one.Save(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		if _, found, err := two.Load(t.Context(), rec.Question); !found || err != nil {
			t.Fatalf("record %d: found %v, error %v", n, found, err)
		}
	}
}

// takeOver has one worker die over its questions, without giving them back.
func takeOver(t *testing.T, one, two *Inbox) {
	consumer, err := one.link.Load().js.Consumer(t.Context(), streamInbox, consumerName)
	if err != nil {
		t.Fatal(err)
	}
	batch, err := consumer.Fetch(5, jetstream.FetchMaxWait(5*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for range batch.Messages() {
		taken++
	}
	if taken != 5 {
		t.Fatalf("%d were taken", taken)
	}
	start := time.Now()
	var got deliveries
	working(t, two, 4, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "all twenty are answered", func() bool { return len(got.all()) == 20 })
	t.Logf("taken over after %v, lease %v", time.Since(start).Round(time.Millisecond), two.c.AckWait)
}

// retryStorm tells every question up to five times, in any order, to any of three
// replicas that work, and all of them once more when everything was answered, as
// a platform does 20 minutes later.
func retryStorm(t *testing.T, c *cluster, one, two *Inbox) {
	three := open(t, Config{NATSURL: c.url(), AckWait: 2 * time.Second, RetryBase: 100 * time.Millisecond})
	replicas := []*Inbox{one, two, three}
	var posts sync.Map
	for _, in := range replicas {
		working(t, in, 4, func(ctx context.Context, d bot.Delivery) error {
			if rec, _, err := in.Load(ctx, d.Question.ID); err != nil || rec.State == bot.Posted {
				return err
			}
			n, _ := posts.LoadOrStore(d.Question.ID, new(atomic.Int32))
			n.(*atomic.Int32).Add(1)
			return in.Save(ctx, bot.Record{Question: d.Question.ID, State: bot.Posted})
		})
	}
	const questions = 60
	var told []int
	for n := range questions {
		for range 1 + rand.IntN(5) {
			told = append(told, n)
		}
	}
	tell := func() {
		rand.Shuffle(len(told), func(i, j int) { told[i], told[j] = told[j], told[i] })
		var g errgroup.Group
		g.SetLimit(8)
		for _, n := range told {
			in := replicas[rand.IntN(len(replicas))]
			g.Go(func() error { return in.Submit(t.Context(), question(50_000+n)) })
		}
		if err := g.Wait(); err != nil {
			t.Error(err)
		}
	}
	once := func() bool {
		answered := 0
		posts.Range(func(_, n any) bool { answered++; return true })
		return answered == questions && stats(t, one).Waiting+stats(t, one).Pending == 0
	}
	tell()
	eventually(t, "all are answered", once)
	tell()
	eventually(t, "nothing is left to do", once)
	posts.Range(func(id, n any) bool {
		if k := n.(*atomic.Int32).Load(); k != 1 {
			t.Errorf("question %s was answered %d times", id, k)
		}
		return true
	})
}

// stopLeader stops the leader of INBOX, in good order, while questions come in
// and are worked on, and starts it again.
func stopLeader(t *testing.T, c *cluster, one, two *Inbox) {
	var handled sync.Map
	count := func(_ context.Context, d bot.Delivery) error {
		n, _ := handled.LoadOrStore(d.Question.ID, new(atomic.Int32))
		n.(*atomic.Int32).Add(1)
		return nil
	}
	working(t, one, 4, count)
	working(t, two, 4, count)
	leader := inboxLeader(t, one)
	var accepted []bot.QuestionID
	var longest time.Duration
	for n := range 300 {
		if n == 100 {
			stopServer(c.servers[leader])
		}
		if n == 200 {
			c.start(t, leader)
		}
		q := question(10_000 + n)
		ctx, cancel := context.WithTimeout(t.Context(), submitPatience)
		start := time.Now()
		err := one.Submit(ctx, q)
		cancel()
		longest = max(longest, time.Since(start))
		if err == nil {
			accepted = append(accepted, q.ID)
		} else if !errors.Is(err, bot.ErrNotAccepted) {
			t.Error(err)
		}
	}
	if len(accepted) < 300 {
		t.Errorf("%d of 300 were accepted within %v each", len(accepted), submitPatience)
	}
	eventually(t, "everything that was accepted is handled", func() bool {
		for _, id := range accepted {
			if _, ok := handled.Load(id); !ok {
				return false
			}
		}
		return true
	})
	twice := 0
	handled.Range(func(_, n any) bool {
		if n.(*atomic.Int32).Load() > 1 {
			twice++
		}
		return true
	})
	t.Logf("%d accepted, longest accept %v, %d delivered more than once", len(accepted), longest.Round(time.Millisecond), twice)
}

func inboxLeader(t *testing.T, in *Inbox) int {
	t.Helper()
	s, err := in.link.Load().js.Stream(t.Context(), streamInbox)
	if err != nil {
		t.Fatal(err)
	}
	return int(s.CachedInfo().Cluster.Leader[1] - '1')
}
