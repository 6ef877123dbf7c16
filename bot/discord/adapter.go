package discord

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openai-explain/openai-explain/bot"
)

// Platform is the name of the platform: Question.Platform of every question from here.
const Platform = "discord"

// Inbox takes questions. Submit returns nil once the question is stored for
// good, also where it was stored before under the same ID.
type Inbox interface {
	Submit(ctx context.Context, q bot.Question) error
}

// Config says how to reach Discord.
type Config struct {
	Token bot.Secret // required; with or without "Bot " before it
	Inbox Inbox      // required

	APIURL string // default DefaultAPIURL

	// MessageContent asks for the privileged intent of that name. Without it
	// Discord shows the bot only direct messages and messages that mention it.
	MessageContent bool

	Logger *slog.Logger // default: nothing is logged
}

// Adapter is one bot account on Discord. It is a [bot.Platform], a [bot.Finder]
// and a [bot.Indicator]; these methods work before, while and after Run runs.
type Adapter struct {
	config Config
	log    *slog.Logger
	rest   *rest
	acks   *pending
	pace   pace

	connected atomic.Int32

	mu    sync.Mutex
	stop  context.CancelCauseFunc // set while Run runs
	user  string                  // the bot's user ID, known once connected
	app   string                  // the application's
	roles map[string]string       // guild → the bot's own role
	extra map[bot.QuestionID][]string
}

// pace is the adapter's times, as fields so that its tests need not wait for them.
type pace struct {
	open       time.Duration // until READY or RESUMED
	identify   time.Duration // between two identifies
	backoff    time.Duration // before the second attempt to connect; doubled up to backoffMax
	backoffMax time.Duration
	invalid    time.Duration // after an invalid session; this plus up to four times as much
	store      time.Duration // how long storing a message is tried
	storeCall  time.Duration // storing an interaction
	typing     time.Duration // between two typing indicators
}

func defaultPace() pace {
	return pace{
		open:       30 * time.Second,
		identify:   5 * time.Second, // session_start_limit, at a concurrency of 1
		backoff:    time.Second,
		backoffMax: time.Minute,
		invalid:    time.Second, // "wait a random amount of time between 1 and 5 seconds"
		store:      15 * time.Second,
		storeCall:  2 * time.Second, // of the 3 s that Discord gives
		typing:     8 * time.Second, // an indicator lasts 10 s
	}
}

// New checks cfg. It does not connect: see [Adapter.Run].
func New(cfg Config) (*Adapter, error) {
	cfg.Token = bareToken(cfg.Token)
	if cfg.Token == "" {
		return nil, errors.New("discord: no token")
	}
	if strings.ContainsAny(cfg.Token.Reveal(), " \t\r\n") {
		return nil, errors.New("discord: the token holds white space: copy it again from the developer portal")
	}
	if cfg.Inbox == nil {
		return nil, errors.New("discord: no inbox")
	}
	if cfg.APIURL == "" {
		cfg.APIURL = DefaultAPIURL
	}
	cfg.APIURL = strings.TrimRight(cfg.APIURL, "/")
	if u, err := url.Parse(cfg.APIURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("discord: API URL %q is not an http or https URL", cfg.APIURL)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	a := &Adapter{
		config: cfg, log: cfg.Logger, pace: defaultPace(),
		acks:  newPending(),
		roles: map[string]string{}, extra: map[bot.QuestionID][]string{},
	}
	a.rest = &rest{base: cfg.APIURL, token: cfg.Token, http: newHTTP(), limit: newLimiter(time.Now), revoked: a.fail}
	return a, nil
}

func newHTTP() *http.Client {
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 16,
			IdleConnTimeout:     30 * time.Second,
		},
		// A redirect would carry the token, or a message, to somebody else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Name is "discord".
func (a *Adapter) Name() string { return Platform }

// Connected is how many gateway connections are ready: for a readiness check.
func (a *Adapter) Connected() int { return int(a.connected.Load()) }

// Run connects, registers the command, and takes questions until ctx ends; then
// it returns nil. Questions that arrived are still handed to the inbox, for at
// most a few seconds. Connections that break are made again. An error says
// what to do: the token or an intent is refused, and trying again is useless.
// One Run at a time.
func (a *Adapter) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a.setStop(cancel)
	defer a.setStop(nil)
	defer a.rest.http.CloseIdleConnections()

	events := make(chan event, eventQueue)
	ready := make(chan struct{})
	over := make(chan struct{})
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(over)
		return a.supervise(gctx, events, ready)
	})
	g.Go(func() error { a.intake(gctx, events, over); return nil })
	g.Go(func() error { a.keepCommands(gctx, ready); return nil })
	err := g.Wait()
	var fatal *bot.PermanentError
	if cause := context.Cause(ctx); err == nil && errors.As(cause, &fatal) {
		err = fatal
	}
	return err
}

// fail ends Run: the token is not valid.
func (a *Adapter) fail(err error) {
	a.mu.Lock()
	stop := a.stop
	a.mu.Unlock()
	if stop != nil {
		stop(refusedToken(err))
	}
}

func refusedToken(err error) error {
	return bot.Permanent(reasonRevoked, fmt.Errorf("discord: Discord does not accept the bot's token: "+
		"reset it in the developer portal (%s, Bot, Reset Token) and set DISCORD_TOKEN to the new one: %w", portal, err))
}

const portal = "https://discord.com/developers/applications"

func (a *Adapter) setStop(stop context.CancelCauseFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stop = stop
}

// identity is who the bot is in the guilds it knows of.
func (a *Adapter) identity() identity {
	a.mu.Lock()
	defer a.mu.Unlock()
	return identity{user: a.user, role: func(guild string) string {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.roles[guild]
	}}
}

func (a *Adapter) introduce(user, app string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.user, a.app = user, app
}
