package fakediscord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Config says how the offline Discord starts. The zero value is usable.
type Config struct {
	Addr   string       // where to listen; default 127.0.0.1:0, a free port
	Logger *slog.Logger // default: nothing is logged

	// Contract validates requests, and with CheckAnswers also what this server
	// answers. Nil: only the hand-written rules apply. May be shared by many servers.
	Contract     *Contract
	CheckAnswers bool

	// MessageContent is the application's privileged message-content intent, as
	// switched on in Discord's developer portal. Without it the content of most
	// messages is blank on gateway and REST, and asking for the intent closes
	// the connection with 4014.
	MessageContent bool

	HeartbeatInterval time.Duration // default 41.25 s, what Discord says
	CallbackDeadline  time.Duration // first answer to an interaction; default 3 s
	TokenLifetime     time.Duration // of an interaction token; default 15 min

	// IdentifyInterval is the time one identify keeps the next one away, per
	// concurrency key; Discord's is 5 s. 0 does not limit, so that tests may reconnect.
	IdentifyInterval time.Duration
	MaxConcurrency   int // concurrency keys; default 1
	IdentifyBudget   int // identifies until the token is reset; default 1000
	Shards           int // recommended shard count; more than 1 refuses an unsharded identify with 4011. Default 1

	// RateLimits enforces about what Discord was seen to enforce: per channel 5
	// creates and 5 edits per 5 s, 50 requests/s globally. Off, the headers are
	// sent but nothing is refused.
	RateLimits bool

	Token string // the bot's token, without the Bot prefix; default a fixed one
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&c.HeartbeatInterval, 41250*time.Millisecond)
	def(&c.CallbackDeadline, 3*time.Second)
	def(&c.TokenLifetime, 15*time.Minute)
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Token == "" {
		c.Token = "MTAwMDAwMDAwMDAwMDAwMDAx.sandbox.not-a-secret"
	}
	c.MaxConcurrency = max(c.MaxConcurrency, 1)
	c.Shards = max(c.Shards, 1)
	if c.IdentifyBudget == 0 {
		c.IdentifyBudget = 1000
	}
	return c
}

// Server is a running offline Discord. All its methods may be called from many goroutines.
type Server struct {
	cfg  Config
	log  *slog.Logger
	ln   net.Listener
	http *http.Server
	wg   sync.WaitGroup // serving, connections, delayed events
	done chan struct{}  // closed by Close
	once sync.Once

	mu      sync.Mutex
	version uint64        // counts the changes
	changed chan struct{} // closed and replaced whenever anything below changes
	world
	gateway
	faults
	traffic
}

// Start listens and serves until [Server.Close].
func Start(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	ln, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("start offline Discord: %w", err)
	}
	s := &Server{cfg: cfg, log: cfg.Logger, ln: ln, done: make(chan struct{}), changed: make(chan struct{})}
	s.world = newWorld(cfg)
	s.gateway = newGateway(cfg)
	s.traffic = newTraffic()
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	s.wg.Go(func() {
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("offline Discord stopped serving", "error", err)
		}
	})
	return s, nil
}

// Close stops serving, drops all connections and waits for everything to end.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.done)
		s.http.Close()
		s.locked(func() {
			for c := range s.conns {
				c.kill()
			}
		})
	})
	s.wg.Wait()
}

// URL is the base address, http://127.0.0.1:port.
func (s *Server) URL() string { return "http://" + s.ln.Addr().String() }

// APIURL is where the REST API is, version 10: what DISCORD_API_URL takes.
func (s *Server) APIURL() string { return s.URL() + "/api/v10" }

// GatewayURL is the main gateway address, as GET /gateway tells it.
func (s *Server) GatewayURL() string { return "ws://" + s.ln.Addr().String() + mainGatewayPath }

func (s *Server) resumeURL() string { return "ws://" + s.ln.Addr().String() + resumeGatewayPath }

// Token is the bot's token without the Bot prefix.
func (s *Server) Token() string { s.mu.Lock(); defer s.mu.Unlock(); return s.token }

// ApplicationID is the ID of the application; the bot's user has the same, as
// it is with every application made since 2016.
func (s *Server) ApplicationID() string { return defaultBot }

// BotUserID is the ID of the bot's user.
func (s *Server) BotUserID() string { return defaultBot }

// Mention is the text that mentions the bot.
func (s *Server) Mention() string { return "<@" + defaultBot + ">" }

// locked runs f with the state locked, and wakes those who wait for a change.
func (s *Server) locked(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// after runs f with the state locked once d has passed, unless the server is closed before.
func (s *Server) after(d time.Duration, f func()) {
	s.wg.Go(func() {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			s.locked(f)
		case <-s.done:
		}
	})
}

// WaitFor returns nil as soon as cond holds, and an error when ctx ends before.
// cond is called once at the start and after every change, never concurrently
// with itself and without a lock: it may call any method of s.
func (s *Server) WaitFor(ctx context.Context, cond func(*Server) bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond(s) {
			return nil
		}
		select {
		case <-changed:
		case <-s.done:
			return errors.New("wait for a condition: the offline Discord was closed")
		case <-ctx.Done():
			return fmt.Errorf("wait for a condition: %w", ctx.Err())
		}
	}
}

// Advance moves the server's clock forward by d: tokens expire, rate limits and
// nonces are forgotten, new IDs carry the later time. Timers that already run
// (heartbeats, a pending Command) are not affected.
func (s *Server) Advance(d time.Duration) {
	s.locked(func() { s.offset += d })
}
