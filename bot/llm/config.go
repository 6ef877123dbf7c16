package llm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// Config says where the endpoint is and what may be asked of it. The zero value
// of a limit means its default.
type Config struct {
	BaseURL        string // http or https, ending in the API's version: http://127.0.0.1:11434/v1
	APIKey         string // sent as a bearer token; empty for most local servers; never printed
	Model          string // for Generate
	EmbeddingModel string // for Embed; empty where there is none

	FirstToken    time.Duration // until the first visible text; default 60 s
	BetweenTokens time.Duration // between two pieces of text or thought; default 15 s
	Total         time.Duration // for the whole answer, a retry included; default 120 s

	Parallel  int           // requests at once, default 2: local servers queue without refusing
	Wait      time.Duration // for a free place among Parallel, then ErrBusy; default 2 s
	MaxTokens int           // of an answer whose Request names none; default 512

	BreakAfter int           // failures in a row until the endpoint is left alone; default 3
	Cooldown   time.Duration // how long; default 30 s

	ThoughtTags    []string // further tags that enclose reasoning, beside the known ones: "plan" for <plan>…</plan>
	AllowLinkLocal bool     // allow 169.254.0.0/16 and fe80::/10, where clouds keep their credentials
	Logger         *slog.Logger
}

// String describes the configuration without the key.
func (c Config) String() string {
	return fmt.Sprintf("llm.Config{BaseURL: %q, Model: %q, EmbeddingModel: %q}", c.BaseURL, c.Model, c.EmbeddingModel)
}

// GoString is String: %#v must not show the key either.
func (c Config) GoString() string { return c.String() }

// LogValue implements slog.LogValuer.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

func orDuration(d *time.Duration, def time.Duration) {
	if *d <= 0 {
		*d = def
	}
}

func orInt(n *int, def int) {
	if *n <= 0 {
		*n = def
	}
}

func (c Config) withDefaults() Config {
	orDuration(&c.FirstToken, 60*time.Second)
	orDuration(&c.BetweenTokens, 15*time.Second)
	orDuration(&c.Total, 120*time.Second)
	orDuration(&c.Wait, 2*time.Second)
	orDuration(&c.Cooldown, 30*time.Second)
	orInt(&c.Parallel, 2)
	orInt(&c.MaxTokens, 512)
	orInt(&c.BreakAfter, 3)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// New returns a client for the endpoint. It checks the configuration and sends
// nothing; [Client.Probe] asks the endpoint what it can do.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	cfg.BaseURL = strings.TrimSpace(cfg.BaseURL)
	if err := checkBaseURL(cfg.BaseURL, cfg.AllowLinkLocal); err != nil {
		return nil, fmt.Errorf("llm: %w", err)
	}
	if cfg.Model == "" && cfg.EmbeddingModel == "" {
		return nil, errors.New("llm: neither a model nor an embedding model is named")
	}
	if strings.ContainsFunc(cfg.APIKey, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, errors.New("llm: the API key has a space or a line break in it")
	}
	c := &Client{
		cfg:    cfg,
		places: make(chan struct{}, cfg.Parallel),
		life:   newLifetime(),
		tags:   append(knownThoughtTags(), lower(cfg.ThoughtTags)...),
	}
	c.chat = c.newBreaker(c.tryChat)
	c.embed = c.newBreaker(c.tryEmbed)
	c.http = newTransport(cfg)
	oc := openai.DefaultConfig(cfg.APIKey)
	oc.BaseURL = cfg.BaseURL
	oc.HTTPClient = &doer{rt: c.http, secret: cfg.APIKey, model: cfg.Model}
	c.api = openai.NewClientWithConfig(oc)
	return c, nil
}

func (c *Client) newBreaker(try func(context.Context) error) *breaker {
	return &breaker{limit: c.cfg.BreakAfter, cooldown: c.cfg.Cooldown, try: try, log: c.cfg.Logger, life: c.life}
}

func lower(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(strings.TrimSpace(n))
	}
	return out
}

var versionSuffix = regexp.MustCompile(`/v\d+[a-z0-9]*$`)

// checkBaseURL says what is wrong with a base URL and what to write instead.
// It never repeats credentials.
func checkBaseURL(raw string, linkLocal bool) error {
	if raw == "" {
		return errors.New("the base URL is empty: write http://127.0.0.1:11434/v1 for Ollama on this machine")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return errors.New("the base URL is not a URL: write one such as http://127.0.0.1:11434/v1")
	}
	if u.User != nil {
		return errors.New("the base URL holds credentials: put the key into the API key option, and the URL without the part before @")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Hostname() == "" {
		return fmt.Errorf("the base URL must begin with http:// or https:// and a host, not %q: write http://127.0.0.1:11434/v1", clip(u.Scheme+"://"+u.Host, 80))
	}
	if u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return fmt.Errorf("the base URL has a query or a fragment: write %s://%s%s", u.Scheme, u.Host, u.Path)
	}
	if err := checkVersion(u); err != nil {
		return err
	}
	if !linkLocal && forbiddenHost(u.Hostname()) {
		return fmt.Errorf("the base URL points to the link-local address %s, where clouds keep credentials; OPENAI_ALLOW_LINK_LOCAL=true allows it if that is meant", clip(u.Hostname(), 80))
	}
	return nil
}

func checkVersion(u *url.URL) error {
	path := strings.TrimRight(u.Path, "/")
	if versionSuffix.MatchString(path) {
		return nil
	}
	root := u.Scheme + "://" + u.Host
	for _, tail := range []string{"/chat/completions", "/completions", "/embeddings", "/models", "/chat"} {
		if cut, ok := strings.CutSuffix(path, tail); ok && versionSuffix.MatchString(cut) {
			return fmt.Errorf("the base URL ends in %s: write %s%s", tail, root, cut)
		}
	}
	if path == "/api" || strings.HasPrefix(path, "/api/") {
		path = "" // Ollama's own API; the compatible one is beside it
	}
	return fmt.Errorf("the base URL does not end in the API's version: write %s%s/v1", root, path)
}

// forbiddenHost reports whether a host, as written or as resolved, is where
// cloud machines serve their credentials.
func forbiddenHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "metadata.google.internal" || host == "metadata" {
		return true
	}
	if i := strings.IndexByte(host, '%'); i >= 0 {
		host = host[:i]
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return false
	}
	for _, metadata := range []string{"fd00:ec2::254", "100.100.100.200", "192.0.0.192"} { // Amazon's over IPv6, Alibaba's, Oracle's
		if ip.Equal(net.ParseIP(metadata)) {
			return true
		}
	}
	return ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast()
}

// newTransport is plain HTTP with limits: no proxy, no compression, no
// redirects (a RoundTripper follows none), headers of at most 64 KiB.
func newTransport(cfg Config) *http.Transport {
	dial := &net.Dialer{Timeout: 3 * time.Second, KeepAlive: 15 * time.Second}
	if !cfg.AllowLinkLocal {
		dial.ControlContext = refuseLinkLocal
	}
	return &http.Transport{
		DialContext:            dial.DialContext,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    cfg.Parallel,
		IdleConnTimeout:        4 * time.Second, // llama-server closes idle connections after 5 s
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
	}
}
