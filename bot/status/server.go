package status

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Check says whether one part of the program works. An error is shown to the
// operator as it is, so it holds no secret.
type Check struct {
	Name  string
	Check func(context.Context) error
}

// Gauge is a number that is read when somebody asks for it.
type Gauge struct {
	Name string // Prometheus name, without the program's prefix
	Help string
	Read func() float64
}

// Config is what a Server reports.
type Config struct {
	Addr   string // host:port; port 0 takes a free one
	Checks []Check
	Gauges []Gauge
	Pages  map[string]http.Handler // served beside, by pattern; they see to their own safety
	Logger *slog.Logger
}

// Server is a listening status server.
type Server struct {
	listener net.Listener
	http     *http.Server
	checks   []Check
}

// Open listens on the address; Run serves. The error names the address.
func Open(ctx context.Context, c Config) (*Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen for status requests: %w (choose another address with HTTP_ADDR)", err)
	}
	s := &Server{listener: l, checks: c.Checks}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry(c.Gauges), promhttp.HandlerOpts{}))
	for pattern, page := range c.Pages {
		mux.Handle(pattern, page)
	}
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	return s, nil
}

// Addr is the address that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Run serves until ctx ends, then answers what has been asked and returns nil.
func (s *Server) Run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.http.Serve(s.listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve status: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	err := s.http.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}

// ready runs every check and names those that fail, a line each.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	var failed []string
	for _, c := range s.checks {
		if err := c.Check(ctx); err != nil {
			failed = append(failed, c.Name+": "+err.Error())
		}
	}
	if len(failed) == 0 {
		fmt.Fprintln(w, "ready")
		return
	}
	slices.Sort(failed)
	w.WriteHeader(http.StatusServiceUnavailable)
	for _, f := range failed {
		fmt.Fprintln(w, f)
	}
}

const namespace = "openai_explain"

func registry(gauges []Gauge) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, g := range gauges {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: g.Name, Help: g.Help}, g.Read))
	}
	return r
}
