package fakeslack

import (
	"io/fs"
	"log/slog"
	"time"
)

// Config says how the offline Slack behaves. The zero value behaves like Slack,
// with one workspace, the channel [General] and two people in it.
type Config struct {
	Addr      string       // where to listen; default 127.0.0.1:0
	Contracts fs.FS        // one JSON file per method, "chat.postMessage.json"; nil checks nothing
	Logger    *slog.Logger // default: discards; never gets message text or tokens

	BotName string   // name of the bot's user; default openai-explain
	Scopes  []string // scopes of the bot token; default [DefaultScopes]
	Events  []string // subscribed events in manifest form ("message.im"); nil subscribes to all

	// RetryAfter is how long an event may stay unacknowledged before it is
	// delivered again; default 3 s, as on the platform.
	RetryAfter time.Duration

	// RetryDelays is what is waited, on top of RetryAfter, before each retry; its
	// length is the number of retries. Default 0, 1 and 5 minutes, as documented;
	// where RetryAfter is set, three retries without a further delay.
	RetryDelays []time.Duration

	AckTimeout      time.Duration // how long a person waits for a command or click; default 3 s
	PingInterval    time.Duration // between pings on a socket; default 10 s
	ConnectionLife  time.Duration // a socket is refreshed after it; default 5 h 1 min (18,060 s)
	DisconnectGrace time.Duration // between a warning and the end of the socket; default 10 s
	MaxConnections  int           // sockets at the same time; default 10

	StreamLife      time.Duration // a stream's total life; default 5 min
	ResponseURLLife time.Duration // default 30 min
	TriggerLife     time.Duration // default 3 s
	StatusLife      time.Duration // of an assistant status; default 2 min
}

// Known IDs of what every server starts with.
const (
	General = "C0SANDGENER" // the public channel #general, with everybody in it
	Alice   = "U0SANDALICE" // a person whose locale is en-US
	Minji   = "U0SANDMINJI" // a person whose locale is ko-KR
)

const (
	teamID    = "T0SANDTEAM1"
	appID     = "A0SANDAPP01"
	botUserID = "U0SANDBOT01"
	botID     = "B0SANDBOT01"
	verifier  = "xSandboxVerificationToken"
)

// DefaultScopes are the bot scopes a token has unless [Config.Scopes] says otherwise.
func DefaultScopes() []string {
	return []string{
		"app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read",
		"chat:write", "commands", "groups:history", "groups:read", "im:history", "im:read", "im:write",
		"mpim:history", "mpim:read", "mpim:write", "reactions:read", "reactions:write", "team:read", "users:read",
	}
}

func orDuration(v *time.Duration, def time.Duration) {
	if *v <= 0 {
		*v = def
	}
}

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.BotName == "" {
		c.BotName = "openai-explain"
	}
	if c.Scopes == nil {
		c.Scopes = DefaultScopes()
	}
	if c.RetryDelays == nil {
		if c.RetryAfter > 0 {
			c.RetryDelays = []time.Duration{0, 0, 0}
		} else {
			c.RetryDelays = []time.Duration{0, time.Minute, 5 * time.Minute}
		}
	}
	if c.MaxConnections <= 0 {
		c.MaxConnections = 10
	}
	orDuration(&c.RetryAfter, 3*time.Second)
	orDuration(&c.AckTimeout, 3*time.Second)
	orDuration(&c.PingInterval, 10*time.Second)
	orDuration(&c.ConnectionLife, 18060*time.Second)
	orDuration(&c.DisconnectGrace, 10*time.Second)
	orDuration(&c.StreamLife, 5*time.Minute)
	orDuration(&c.ResponseURLLife, 30*time.Minute)
	orDuration(&c.TriggerLife, 3*time.Second)
	orDuration(&c.StatusLife, 2*time.Minute)
	return c
}
