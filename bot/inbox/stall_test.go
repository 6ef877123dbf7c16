package inbox

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// valve passes a TCP connection on as long as it is open; what comes while it is
// shut is passed on later, as to a process that was stopped.
type valve struct {
	net.Listener
	mu   sync.Mutex
	turn *sync.Cond
	shut bool
}

func newValve(t *testing.T, to string) *valve {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &valve{Listener: l}
	v.turn = sync.NewCond(&v.mu)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			wg.Go(func() { v.pass(out, in) })
			wg.Go(func() { v.pass(in, out) })
		}
	})
	t.Cleanup(func() { v.set(false); _ = l.Close(); wg.Wait() })
	return v
}

func (v *valve) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		v.mu.Lock()
		for v.shut {
			v.turn.Wait()
		}
		v.mu.Unlock()
		if _, werr := to.Write(buf[:n]); errors.Join(err, werr) != nil {
			_, _ = io.Copy(io.Discard, from)
			return
		}
	}
}

func (v *valve) set(shut bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.shut = shut
	v.turn.Broadcast()
}

func TestWhoIsCutOffKnowsThatItsLeaseIsOverBeforeSomebodyElseHasTheQuestion(t *testing.T) {
	t.Parallel()
	url := external(t)
	way := newValve(t, strings.TrimPrefix(url, "nats://"))
	const lease = 2 * time.Second
	one := open(t, Config{NATSURL: "nats://" + way.Addr().String(), AckWait: lease})
	two := open(t, Config{NATSURL: url, AckWait: lease})

	taken, goOn, verdict := make(chan error, 1), make(chan struct{}), make(chan error, 1)
	working(t, one, 1, func(ctx context.Context, _ bot.Delivery) error {
		select {
		case taken <- bot.Leased(ctx):
		default: // what it gets later is not what this is about
			return nil
		}
		<-goOn
		err := bot.Leased(ctx)
		verdict <- err
		return err
	})
	submit(t, two, question(1))
	if err := <-taken; err != nil {
		t.Fatalf("at the beginning: %v", err)
	}
	way.set(true)
	var second deliveries
	working(t, two, 1, func(ctx context.Context, d bot.Delivery) error {
		if len(second.all()) == 0 {
			close(goOn) // one goes on when two has it
		}
		second.add(d)
		return bot.Leased(ctx)
	})
	if err := <-verdict; !errors.Is(err, bot.ErrLeaseLost) {
		t.Errorf("the first, while the second has it: %v", err)
	}
	way.set(false)
	eventually(t, "nothing is left", func() bool { s := stats(t, two); return s.Waiting+s.Pending == 0 })
	if n := len(second.all()); n != 1 {
		t.Errorf("the second had it %d times", n)
	}
}

func TestALongHandlerKeepsItsLease(t *testing.T) {
	t.Parallel()
	const lease = 3 * time.Second
	in := open(t, Config{Dir: t.TempDir(), AckWait: lease})
	over := make(chan error, 1)
	working(t, in, 1, func(ctx context.Context, _ bot.Delivery) error {
		var err error
		for range 150 {
			<-time.After(lease / 100)
			if err = bot.Leased(ctx); err != nil {
				break
			}
		}
		over <- err
		return err
	})
	submit(t, in, question(1))
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestAHandlerWithoutALeaseMayPost(t *testing.T) {
	t.Parallel()
	if err := bot.Leased(t.Context()); err != nil {
		t.Error(err)
	}
}
