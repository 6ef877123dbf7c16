package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/discord"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/slack"
	"github.com/openai-explain/openai-explain/bot/status"
)

// platform is an adapter with its connection.
type platform interface {
	bot.Platform
	Run(ctx context.Context) error
	// Connected is how many of its connections are up.
	Connected() int
}

// running is a platform and whether it has given up.
type running struct {
	platform
	failed atomic.Pointer[error]
}

type platforms []*running

// platforms makes the adapters that are configured.
func (c *serveCommand) platforms(box store, votes votes, log *slog.Logger) (platforms, error) {
	var ps platforms
	if c.SlackBotToken != "" || c.SlackAppToken != "" || c.SlackSigningSecret != "" {
		if err := c.complete(); err != nil {
			return nil, err
		}
		a, err := slack.New(slack.Config{BotToken: c.SlackBotToken, AppToken: c.SlackAppToken, SigningSecret: c.SlackSigningSecret, APIURL: c.SlackAPIURL, Inbox: box, Votes: votes, Modes: votes.box, Admins: c.SlackAdmins, Logger: log})
		if err != nil {
			return nil, err
		}
		ps = append(ps, &running{platform: a})
	}
	if c.DiscordToken != "" {
		a, err := discord.New(discord.Config{Token: c.DiscordToken, APIURL: c.DiscordAPIURL, MessageContent: c.DiscordMessageContent, Inbox: box, Logger: log})
		if err != nil {
			return nil, err
		}
		ps = append(ps, &running{platform: a})
	}
	return ps, nil
}

// complete names what is missing of Slack's tokens.
func (c slackOptions) complete() error {
	var missing []string
	if c.SlackBotToken == "" {
		missing = append(missing, "SLACK_BOT_TOKEN (xoxb-…)")
	}
	if c.SlackAppToken == "" && c.SlackSigningSecret == "" {
		missing = append(missing, "SLACK_APP_TOKEN (xapp-…, for Socket Mode; or SLACK_SIGNING_SECRET, for HTTP mode)")
	}
	if len(missing) > 0 {
		return fmt.Errorf("half of Slack is configured: set %s as well", strings.Join(missing, " and "))
	}
	return nil
}

// pages are what the platforms serve over HTTP, by path.
func (ps platforms) pages() map[string]http.Handler {
	out := map[string]http.Handler{}
	for _, p := range ps {
		if web, ok := p.platform.(interface{ Handler() http.Handler }); ok && web.Handler() != nil {
			out["/"+p.Name()+"/"] = web.Handler()
		}
	}
	return out
}

func (ps platforms) posting() []bot.Platform {
	var out []bot.Platform
	for _, p := range ps {
		out = append(out, p.platform)
	}
	return out
}

// run runs every platform until ctx ends. One that gives up, because its token
// was revoked for instance, is reported once and does not take the others with
// it; when none is left, that is the error.
func (ps platforms) run(ctx context.Context, log *slog.Logger) error {
	var wg sync.WaitGroup
	errs := make([]error, len(ps))
	for i, p := range ps {
		wg.Go(func() {
			err := p.Run(ctx)
			if err == nil || ctx.Err() != nil {
				return
			}
			errs[i] = fmt.Errorf("%s: %w", p.Name(), err)
			p.failed.Store(&errs[i])
			log.Error("platform stopped", "platform", p.Name(), "error", err)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (ps platforms) checks() []status.Check {
	var out []status.Check
	for _, p := range ps {
		out = append(out, status.Check{Name: p.Name(), Check: func(context.Context) error {
			if failed := p.failed.Load(); failed != nil {
				return *failed
			}
			if p.Connected() == 0 {
				return errors.New("not connected")
			}
			return nil
		}})
	}
	return out
}

// gauges are the numbers of the inbox that are worth an alert.
func gauges(box *inbox.Inbox) []status.Gauge {
	stat := func(read func(inbox.Stats) float64) func() float64 {
		return func() float64 {
			s, err := box.Stats(context.Background())
			if err != nil {
				return -1
			}
			return read(s)
		}
	}
	return []status.Gauge{
		{Name: "questions_waiting", Help: "Questions stored and not worked on.", Read: stat(func(s inbox.Stats) float64 { return float64(s.Waiting) })},
		{Name: "questions_running", Help: "Questions being worked on in this process.", Read: stat(func(s inbox.Stats) float64 { return float64(s.Running) })},
		{Name: "questions_dead", Help: "Questions set aside.", Read: stat(func(s inbox.Stats) float64 { return float64(s.Dead) })},
		{Name: "store_bytes", Help: "Bytes of the stored questions.", Read: stat(func(s inbox.Stats) float64 { return float64(s.Bytes) })},
		{Name: "store_max_bytes", Help: "Bytes at which questions are refused.", Read: stat(func(s inbox.Stats) float64 { return float64(s.MaxBytes) })},
		{Name: "disk_free_bytes", Help: "Free space for the embedded store.", Read: stat(func(s inbox.Stats) float64 { return float64(s.Free) })},
	}
}
