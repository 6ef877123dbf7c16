package llmtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says how the endpoint behaves. The zero value quotes the first
// numbered line of the prompt, one word at a time.
type Config struct {
	Reply  Reply                      // what the model says; nil: Default
	Fault  Fault                      // how the endpoint fails; SetFault changes it
	Cut    func(text string) []string // how a text is cut into deltas; nil: Words
	Pause  time.Duration              // between two deltas
	Models []string                   // what GET /v1/models lists; nil: "test-model"
	Dims   int                        // of the embeddings; 0: 64
}

// Reply is what the model says to a request.
type Reply func(Request) string

// Message is one message of a prompt.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Request is a request as it arrived.
type Request struct {
	Path          string
	Header        http.Header
	Body          []byte
	Model         string
	Messages      []Message
	Input         []string        // of an embeddings request
	Schema        json.RawMessage // of response_format, where there is one
	MaxTokens     int
	Stream        bool
	Temperature   *float64 // nil where it was not sent
	IncludesUsage bool     // stream_options.include_usage
	Ended         <-chan struct{}
}

// System returns the system messages.
func (r Request) System() string { return r.role("system") }

// User returns the messages of the user.
func (r Request) User() string { return r.role("user") }

func (r Request) role(role string) string {
	var texts []string
	for _, m := range r.Messages {
		if m.Role == role {
			texts = append(texts, m.Content)
		}
	}
	return strings.Join(texts, "\n")
}

// Server is a running endpoint. Close it.
type Server struct {
	http *http.Server
	addr string
	done chan struct{}
	stop context.CancelFunc

	mu       sync.Mutex
	cfg      Config
	requests []Request
	running  int
}

// Start runs an endpoint on a free port of the loopback interface. Like
// httptest.NewServer it panics where there is none.
func Start(cfg Config) *Server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("llmtest: listen on loopback: %v", err))
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{cfg: cfg, addr: l.Addr().String(), done: make(chan struct{}), stop: stop}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with ErrServerClosed in Close
	}()
	return s
}

// URL is the base URL of the API, ending in /v1.
func (s *Server) URL() string { return "http://" + s.addr + "/v1" }

// Close ends the endpoint and every request at once. It may be called twice.
func (s *Server) Close() {
	s.stop()
	_ = s.http.Close()
	<-s.done
}

// SetFault changes how the endpoint fails from the next request on.
func (s *Server) SetFault(f Fault) { s.mu.Lock(); s.cfg.Fault = f; s.mu.Unlock() }

// SetReply changes what the model says from the next request on.
func (s *Server) SetReply(r Reply) { s.mu.Lock(); s.cfg.Reply = r; s.mu.Unlock() }

// Requests returns the requests so far, in the order they came.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Running returns how many requests are being answered now.
func (s *Server) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err != nil {
		return
	}
	req := parseRequest(r, body)
	cfg := s.begin(req)
	defer s.end()
	a := &answer{w: w, req: req, cfg: cfg, ctx: r.Context()}
	a.req.Ended = r.Context().Done()
	switch {
	case cfg.Fault == Down:
		a.drop()
	case strings.HasSuffix(r.URL.Path, "/models"):
		a.models()
	case strings.HasSuffix(r.URL.Path, "/embeddings"):
		a.embeddings()
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		a.chat()
	default:
		http.Error(w, "404 page not found", http.StatusNotFound)
	}
}

func (s *Server) begin(req Request) Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, req)
	s.running++
	cfg := s.cfg
	if cfg.Reply == nil {
		cfg.Reply = Default
	}
	if cfg.Cut == nil {
		cfg.Cut = Words
	}
	if cfg.Models == nil {
		cfg.Models = []string{"test-model"}
	}
	if cfg.Dims <= 0 {
		cfg.Dims = 64
	}
	return cfg
}

func (s *Server) end() {
	s.mu.Lock()
	s.running--
	s.mu.Unlock()
}

func parseRequest(r *http.Request, body []byte) Request {
	var in struct {
		Model          string    `json:"model"`
		Messages       []Message `json:"messages"`
		Input          []string  `json:"input"`
		MaxTokens      int       `json:"max_tokens"`
		Stream         bool      `json:"stream"`
		Temperature    *float64  `json:"temperature"`
		ResponseFormat struct {
			JSONSchema struct {
				Schema json.RawMessage `json:"schema"`
			} `json:"json_schema"`
		} `json:"response_format"`
		StreamOptions struct {
			IncludeUsage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	_ = json.Unmarshal(body, &in) // GET /models has no body; a broken one is in Request.Body
	return Request{
		Path: r.URL.Path, Header: r.Header.Clone(), Body: body,
		Model: in.Model, Messages: in.Messages, Input: in.Input, Schema: in.ResponseFormat.JSONSchema.Schema,
		MaxTokens: in.MaxTokens, Stream: in.Stream, Temperature: in.Temperature, IncludesUsage: in.StreamOptions.IncludeUsage,
	}
}
