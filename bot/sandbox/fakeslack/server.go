package fakeslack

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

// Server is one offline Slack. Its methods may be called from many goroutines.
type Server struct {
	cfg  Config
	log  *slog.Logger
	base string // http://127.0.0.1:port
	http *http.Server
	done chan struct{} // closed by Close
	once sync.Once
	wg   sync.WaitGroup // every goroutine of the server

	methods   map[string]method
	contracts contracts

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something below changes
	version int           // counts the changes
	state   *State
	tickets map[string]time.Time // one-time socket tickets
	conns   []*conn
	nextC   int // number of the next connection
	outbox  []*delivery
	wake    chan struct{} // tells the dispatcher that outbox has grown
	byID    map[string]*delivery
	waiting []*delivery // kept while no socket is open
	faults  []*faultRule
	socket  socketFaults
	targets HTTPTargets
	mention int // counts mentions, so that the order of their two events alternates
}

// Start listens and serves until [Server.Close].
func Start(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	known, err := loadContracts(cfg.Contracts)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the offline slack on %s: %w", cfg.Addr, err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Logger, base: "http://" + ln.Addr().String(), done: make(chan struct{}),
		contracts: known, changed: make(chan struct{}), tickets: map[string]time.Time{},
		wake: make(chan struct{}, 1), byID: map[string]*delivery{},
	}
	s.state = newState(cfg)
	s.methods = methods()
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(cfg.Logger.Handler(), slog.LevelDebug)}
	s.wg.Go(func() {
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the offline slack stopped serving", "error", err)
		}
	})
	s.wg.Go(s.dispatch)
	return s, nil
}

// Close ends every connection and waits for everything the server started. It
// may be called more than once.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.done)
		_ = s.http.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.ws.Close()
		}
		for _, d := range s.byID {
			d.stopTimer()
		}
		s.mu.Unlock()
	})
	s.wg.Wait()
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /link/", s.serveSocket)
	mux.HandleFunc("POST /commands/{team}/{id}/{secret}", s.serveResponseURL)
	mux.HandleFunc("POST /actions/{team}/{id}/{secret}", s.serveResponseURL)
	s.controlRoutes(mux)
	return mux
}

// URL is where the server is, without a trailing slash.
func (s *Server) URL() string { return s.base }

// APIURL is where the Web API is; it ends in a slash, as clients want it.
func (s *Server) APIURL() string { return s.base + "/api/" }

// BotToken is the first workspace's bot token.
func (s *Server) BotToken() string { return botToken(teamID) }

// AppToken is the app-level token, for apps.connections.open.
func (s *Server) AppToken() string { return "xapp-1-" + appID + "-1-sandbox" }

// SigningSecret signs what is delivered over HTTP.
func (s *Server) SigningSecret() string { return "5a9db0x519ed5ecre7" }

// BotUserID is the bot's user in the first workspace: what a mention names.
func (s *Server) BotUserID() string { return botUserID }

// TeamID is the first workspace.
func (s *Server) TeamID() string { return teamID }

// AppID is the app's ID.
func (s *Server) AppID() string { return appID }

func botToken(team string) string { return "xoxb-" + team + "-sandbox" }

// touch tells those in WaitFor that something changed. The caller holds s.mu.
func (s *Server) touch() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// WaitFor returns once cond holds. cond is called with the state locked,
// whenever something has changed: it must not call methods of the Server, only of
// the State it is given, and must not keep it. The error is the context's, or says
// that the server was closed.
func (s *Server) WaitFor(ctx context.Context, cond func(*State) bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(s.state), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for the offline slack: %w", context.Cause(ctx))
		case <-s.done:
			return errClosed
		}
	}
}

var errClosed = errors.New("the offline slack is closed")

// Advance moves the server's clock forward, for what lives long: streams,
// response URLs, triggers, statuses, and the timestamps of messages. Timers of
// the socket (pings, retries) run on real time.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.offset += d
	s.touch()
}
