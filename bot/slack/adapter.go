package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
)

// Inbox is where questions go.
type Inbox interface {
	// Submit stores q and returns nil once it is safe, also where the same ID is
	// stored already. On an error Slack is not acknowledged.
	Submit(ctx context.Context, q bot.Question) error
}

// Config is what an Adapter needs.
type Config struct {
	BotToken bot.Secret // xoxb-…
	AppToken bot.Secret // xapp-…, with the scope connections:write: Socket Mode
	// SigningSecret is for HTTP mode, where there is no AppToken.
	SigningSecret bot.Secret
	Inbox         Inbox
	Votes         Votes // nil: nobody is asked what they think of an answer
	Modes         Modes // of channels; nil: it answers mentions, everywhere

	// Admins may set the mode of a channel, beside the workspace's admins and whoever
	// created the channel: user IDs.
	Admins []string

	APIURL      string            // the Web API; default Slack's
	Connections int               // sockets at the same time, 1 to 10; default 2
	Logger      *slog.Logger      // default: discards
	Transport   http.RoundTripper // default: http.DefaultTransport
	Now         func() time.Time  // default: time.Now
}

// Adapter is the Slack platform: bot.Platform, bot.Finder and bot.Indicator for
// replies, and Run for what comes in. Its methods may be called from many
// goroutines, Run once.
type Adapter struct {
	cfg    Config
	log    *slog.Logger
	now    func() time.Time
	api    *slack.Client // with the bot token
	http   *http.Client  // for api and response URLs
	pace   *pacer
	sup    *supervisor
	web    *web // nil in Socket Mode
	status statusGate

	plainVotes atomic.Bool // Slack refused its own feedback buttons
	timing     timing
}

// timing is what tests shorten.
type timing struct {
	submit  time.Duration // for the inbox to store; Slack's people wait 3 s
	ack     time.Duration // for an acknowledgement to find a connection
	drain   time.Duration // for acknowledgements to leave at the end
	apart   time.Duration // between the starts of two connections
	steady  time.Duration // a connection that lived longer was not the fault of anything
	backoff time.Duration // before the first reconnect; doubles
	ceiling time.Duration // of the back-off
	idle    time.Duration // without a frame: dead
	status  time.Duration // until a status is shown: most answers are faster
	private time.Duration // until a private reply that is not there yet is announced
	refill  time.Duration // one more connection attempt, on average
	burst   int           // connection attempts at once
}

// Sources: the 3 s and the 45 s are reference/slack.md §2.1 and §1.3.
// apps.connections.open is taken for Tier 1, one call a minute and short bursts
// (§2.2), with two connections sharing the attempts.
func defaultTiming() timing {
	return timing{
		submit:  2 * time.Second,
		ack:     2 * time.Second,
		drain:   2 * time.Second,
		apart:   20 * time.Second,
		steady:  time.Minute,
		backoff: time.Second,
		ceiling: time.Minute,
		idle:    45 * time.Second,
		status:  400 * time.Millisecond,
		private: 2 * time.Second,
		refill:  20 * time.Second,
		burst:   6,
	}
}

const (
	defaultAPI     = slack.APIURL
	requestTimeout = 20 * time.Second
)

// New returns an Adapter, or an error that says which option is wrong. It does
// not connect.
func New(cfg Config) (*Adapter, error) {
	if err := checkTokens(&cfg); err != nil {
		return nil, err
	}
	if cfg.Inbox == nil {
		return nil, errors.New("slack: an inbox is needed")
	}
	if cfg.Connections == 0 {
		cfg.Connections = 2
	}
	if cfg.Connections < 1 || cfg.Connections > 10 {
		return nil, fmt.Errorf("slack: %d connections: Slack allows 1 to 10", cfg.Connections)
	}
	api, err := apiURL(cfg.APIURL)
	if err != nil {
		return nil, err
	}
	cfg.APIURL = api
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	a := &Adapter{cfg: cfg, log: cfg.Logger, now: cfg.Now, pace: newPacer(cfg.Now), timing: defaultTiming()}
	a.http = httpClient(observer{cfg.Transport})
	a.api = slack.New(cfg.BotToken.Reveal(), slack.OptionAPIURL(cfg.APIURL), slack.OptionHTTPClient(a.http))
	a.sup = newSupervisor(a)
	if cfg.AppToken == "" {
		a.web = newWeb(a)
	}
	return a, nil
}

// httpClient never follows a redirect: a request's body holds a token.
func httpClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     rt,
		Timeout:       requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func checkTokens(cfg *Config) error {
	cfg.BotToken = bot.Secret(strings.TrimSpace(cfg.BotToken.Reveal()))
	cfg.AppToken = bot.Secret(strings.TrimSpace(cfg.AppToken.Reveal()))
	cfg.SigningSecret = bot.Secret(strings.TrimSpace(cfg.SigningSecret.Reveal()))
	b, a := cfg.BotToken.Reveal(), cfg.AppToken.Reveal()
	switch {
	case strings.HasPrefix(b, "xapp-") && strings.HasPrefix(a, "xoxb-"):
		return errors.New("slack: the bot token and the app token are swapped: SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-")
	case b == "":
		return errors.New("slack: no bot token (SLACK_BOT_TOKEN): OAuth & Permissions → Bot User OAuth Token")
	case strings.HasPrefix(b, "xoxp-"):
		return errors.New("slack: the bot token (SLACK_BOT_TOKEN) is a user token, xoxp-…: take the Bot User OAuth Token, xoxb-…")
	case strings.HasPrefix(b, "xapp-"):
		return errors.New("slack: the bot token (SLACK_BOT_TOKEN) is an app-level token, xapp-…: that one is SLACK_APP_TOKEN")
	case !strings.HasPrefix(b, "xoxb-"):
		return errors.New("slack: the bot token (SLACK_BOT_TOKEN) does not begin with xoxb-")
	case a == "" && cfg.SigningSecret == "":
		return errors.New("slack: no app token (SLACK_APP_TOKEN): Basic Information → App-Level Tokens, scope connections:write; or, for HTTP mode, no signing secret (SLACK_SIGNING_SECRET)")
	case a == "":
		return nil // HTTP mode
	case strings.HasPrefix(a, "xoxb-"):
		return errors.New("slack: the app token (SLACK_APP_TOKEN) is a bot token, xoxb-…: that one is SLACK_BOT_TOKEN")
	case !strings.HasPrefix(a, "xapp-"):
		return errors.New("slack: the app token (SLACK_APP_TOKEN) does not begin with xapp-")
	}
	return nil
}

// apiURL is s with the slash at its end that slack-go needs.
func apiURL(s string) (string, error) {
	if s == "" {
		return defaultAPI, nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return "", errors.New("slack: the API URL (SLACK_API_URL) is not an http or https URL")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("slack: the API URL (SLACK_API_URL) has more than a host and a path")
	}
	return strings.TrimSuffix(s, "/") + "/", nil
}

// Name implements bot.Platform.
func (a *Adapter) Name() string { return Platform }

// Connected says how many sockets are open: for a readiness check.
// In HTTP mode it is 1 once Slack has said who the bot is.
func (a *Adapter) Connected() int {
	if a.web != nil {
		return a.web.connected()
	}
	return a.sup.connected()
}

// Run takes questions until ctx is done, and then returns nil; or until Slack
// says something that waiting does not change, such as a revoked token, and then
// returns an error that says what to do. It leaves no goroutine.
//
// When it ends it takes nothing more, waits for what it took to be stored, and
// sends the acknowledgements: a few seconds at most.
func (a *Adapter) Run(ctx context.Context) error {
	if a.web != nil {
		return a.web.run(ctx)
	}
	return a.sup.run(ctx)
}
