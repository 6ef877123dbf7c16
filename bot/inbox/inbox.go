package inbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// Inbox keeps questions until they are answered, and the ledger of what was
// answered. Its methods may be called from many goroutines.
type Inbox struct {
	c    Config
	lock *os.File // nil for a cluster
	size int64    // of the embedded store, in bytes

	before uint64 // the last sequence of INBOX when the folder was opened

	link atomic.Pointer[link] // nil while the embedded broker is started again, and after Close
	flaw atomic.Pointer[flaw] // nil while questions are accepted

	hand    hand         // the questions of this process
	running atomic.Int64 // handlers of this process
	erasing atomic.Int64 // messages of INBOX that are being erased

	sweeping sync.Mutex   // held by who erases; guards what follows
	waits    bool         // a question that is to be erased is not answered yet
	wholeAt  time.Time    // when everything was last read
	timeouts atomic.Int64 // tries to store that the embedded broker did not answer, since the last it did
	kick     chan struct{}

	closing context.CancelFunc
	watcher sync.WaitGroup
	once    sync.Once
	closed  error
}

// flaw is why no question is accepted at the moment.
type flaw struct {
	kind flawKind
	err  error
}

type flawKind int

const (
	full    flawKind = iota // too little room on the disk; over by itself
	broken                  // the broker cannot write; it is started again when there is room
	damaged                 // the store is not what it was; an operator decides
	shut                    // closed
)

// Open starts the embedded broker on c.Dir, or connects to the cluster at
// c.NATSURL, and sets it up. It fails where another process uses the folder,
// where the disk is too small, and where the cluster does not answer within
// 90 s. A store that is damaged is opened, but accepts nothing: see [Inbox.Ready].
//
// Open returns when questions can be submitted. The context is for opening only.
func Open(ctx context.Context, c Config) (*Inbox, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	in := &Inbox{c: c, kick: make(chan struct{}, 1)}
	if c.NATSURL != "" {
		l, err := joinCluster(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := in.tell(l.nc); err != nil {
			l.close()
			return nil, fmt.Errorf("open inbox: %w", err)
		}
		in.link.Store(l)
	} else if err := in.openFolder(ctx); err != nil {
		return nil, err
	}
	watch, cancel := context.WithCancel(context.WithoutCancel(ctx))
	in.closing = cancel
	in.watcher.Go(func() { in.watch(watch) })
	if !c.attach { // how long things are kept is the running program's to know
		in.watcher.Go(func() { in.sweeper(watch) })
	}
	return in, nil
}

// Attach is Open for an operator's command: it uses what is there as it is set
// up, and makes nothing. It fails where there is no inbox yet, and where another
// process has the folder.
func Attach(ctx context.Context, c Config) (*Inbox, error) {
	c.attach = true
	if c.NATSURL == "" {
		if _, err := os.Stat(filepath.Join(c.Dir, sizeFile)); err != nil {
			return nil, fmt.Errorf("attach to the inbox in %s: there is none: %w", c.Dir, err)
		}
	}
	return Open(ctx, c)
}

func (in *Inbox) openFolder(ctx context.Context) (err error) {
	if in.lock, err = lockFolder(in.c.Dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			in.lock.Close()
		}
	}()
	if in.size, err = storeBytes(in.c); err != nil {
		return err
	}
	l, err := in.startEmbedded(ctx)
	if err != nil {
		return fmt.Errorf("open inbox: %w", err)
	}
	if !in.c.attach {
		err = in.revive(ctx, l)
	}
	if err != nil {
		l.close()
		return fmt.Errorf("open inbox: %w", err)
	}
	in.link.Store(l)
	in.look()
	return nil
}

// startEmbedded starts the broker and sets it up, after it has checked that
// what was stored is still there.
func (in *Inbox) startEmbedded(ctx context.Context) (*link, error) {
	srv, err := startServer(ctx, in.c, in.size, in.writeFailed)
	if err != nil {
		return nil, err
	}
	l, err := connect(in.c, srv)
	if err != nil {
		stopServer(srv)
		return nil, err
	}
	if err := in.inspect(ctx, l); err != nil {
		l.close()
		return nil, err
	}
	if err := l.bind(ctx, in.c, in.size, 1); err != nil {
		l.close()
		return nil, err
	}
	in.mark(ctx, l)
	return l, nil
}

// Close ends the connection and the embedded broker, after everything it
// acknowledged is on disk, and gives the folder back. Work must have returned.
// Further calls return what the first one returned.
func (in *Inbox) Close() error {
	in.once.Do(func() {
		in.closing()
		in.watcher.Wait()
		in.lastSweep()
		in.flaw.Store(&flaw{shut, errors.New("the inbox is closed")})
		if l := in.link.Swap(nil); l != nil {
			in.mark(context.Background(), l)
			l.close()
		}
		if in.lock != nil {
			in.closed = in.lock.Close()
		}
	})
	return in.closed
}

// current is the connection, or why there is none to be used for new questions.
func (in *Inbox) current() (*link, error) {
	if f := in.flaw.Load(); f != nil {
		return nil, f.err
	}
	return in.connected()
}

var errRestarting = errors.New("the broker is being started again")

// connected is the connection also where no new question is accepted: what
// runs may finish.
func (in *Inbox) connected() (*link, error) {
	if l := in.link.Load(); l != nil {
		return l, nil
	}
	if f := in.flaw.Load(); f != nil {
		return nil, f.err
	}
	return nil, errRestarting
}

// notAccepted wraps why so that errors.Is finds bot.ErrNotAccepted.
func notAccepted(id bot.QuestionID, why error) error {
	return fmt.Errorf("submit question %s: %w: %w", id, bot.ErrNotAccepted, why)
}
