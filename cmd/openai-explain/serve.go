package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/bot/slack"
	"github.com/openai-explain/openai-explain/bot/status"
	"github.com/openai-explain/openai-explain/bot/worker"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

// serveCommand runs everything that is configured, until it is told to stop.
type serveCommand struct {
	HTTPAddr string `name:"http-addr" env:"HTTP_ADDR" default:"127.0.0.1:8080" help:"Address of /healthz, /readyz and /metrics, and of Slack's HTTP mode."`
	Parallel count  `env:"PARALLEL" default:"4" help:"Questions worked on at once."`
	LogLevel string `env:"LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"Least level that is logged: debug, info, warn or error."`

	CrashDir string `hidden:"" placeholder:"DIR" help:"For eval crash: die at the step that a file in this folder names."`

	slackOptions
	discordOptions
	knowledgeOptions
	modelOptions
	storeOptions
}

// Run implements the command: it puts the parts together, the way a question
// goes through them, and runs them as one group.
func (c *serveCommand) Run(ctx context.Context, s streams) error {
	if !c.anyPlatform() {
		return errNothingConfigured
	}
	log := newLogger(s.err, c.LogLevel)

	// What is known, and how it is looked up.
	library, err := c.library(s.err)
	if err != nil {
		return err
	}
	book, err := c.book()
	if err != nil {
		return err
	}
	index := search.New(library, search.Options{FalseAnswers: float64(c.FalseAnswers)})
	known := newLive(library, index, log)

	// Where a question is stored before anyone is told that it was received.
	box, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer closing(log, "inbox", box)

	// Who answers.
	model, err := c.generator(log)
	if err != nil {
		return err
	}
	defer closing(log, "model", model)
	dense := c.meaning(model, index, c.DataDir, log)
	answerer, err := answer.New(answer.Config{
		Search: dense.or(index), Library: known.library, Prompts: book, Memory: box,
		Model: model.model(), Mode: answer.Mode(c.OpenAIMode), Logger: log,
	})
	if err != nil {
		return err
	}

	// Where questions come from and answers go.
	crashes, err := newCrashes(c.CrashDir, c.SlackAPIURL, c.DiscordAPIURL)
	if err != nil {
		return err
	}
	store := crashes.storeOf(box)
	platforms, err := c.platforms(store, votes{box}, log)
	if err != nil {
		return err
	}
	work, err := worker.New(worker.Config{Answerer: people{answerer, box, book, time.Duration(c.Retention)}, Ledger: store, Platforms: platforms.posting(), Logger: log})
	if err != nil {
		return err
	}

	// What an operator sees of it.
	health, err := status.Open(ctx, status.Config{
		Addr: c.HTTPAddr, Checks: append(platforms.checks(), status.Check{Name: "inbox", Check: box.Ready}), Gauges: gauges(box), Pages: platforms.pages(),
	})
	if err != nil {
		return err
	}
	c.announce(s.err, library, health.Addr())

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return box.Work(ctx, int(c.Parallel), crashes.handling(work.Handle)) })
	g.Go(func() error { return platforms.run(ctx, log) })
	g.Go(func() error { return known.watch(ctx, box) })
	g.Go(func() error { return health.Run(ctx) })
	if model != nil {
		g.Go(func() error { model.probe(ctx); return nil })
	}
	if dense != nil {
		g.Go(func() error { dense.keep(ctx, known.library); return nil })
	}
	g.Go(c.admin(ctx, box, log))
	err = g.Wait()
	log.Info("stopped")
	return err
}

// errNothingConfigured is what somebody sees who starts it for the first time.
var errNothingConfigured = errors.New(`nothing to serve: neither Slack nor Discord is configured.
  Slack:    set SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…); "openai-explain manifest slack" prints the app to create
  Discord:  set DISCORD_TOKEN; "openai-explain manifest discord" prints what to switch on
  To try it without either: openai-explain ask "오픈소스 AI의 단점은?"   or   openai-explain sandbox`)

func (c *serveCommand) anyPlatform() bool {
	return c.SlackBotToken != "" || c.SlackAppToken != "" || c.SlackSigningSecret != "" || c.DiscordToken != ""
}

// announce says in a line each what runs and what is not configured.
func (c *serveCommand) announce(w io.Writer, lib *knowledge.Library, addr string) {
	line := func(on bool, what, off string) string {
		if on {
			return what
		}
		return "not configured (" + off + ")"
	}
	store := c.DataDir
	if c.NATSURL != "" {
		store = "cluster"
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "knowledge\t%d entries\n", len(lib.Entries))
	fmt.Fprintf(t, "store\t%s\n", store)
	fmt.Fprintf(t, "model\t%s\n", line(c.OpenAIBaseURL != "", c.OpenAIModel+", "+c.OpenAIMode+" mode", "set OPENAI_BASE_URL and OPENAI_MODEL; answers are the claims themselves"))
	fmt.Fprintf(t, "slack\t%s\n", line(c.SlackBotToken != "", c.slackMode(), "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN"))
	fmt.Fprintf(t, "discord\t%s\n", line(c.DiscordToken != "", "gateway", "set DISCORD_TOKEN"))
	fmt.Fprintf(t, "status\thttp://%s/readyz\n", addr)
	_ = t.Flush() // to the operator's terminal: nobody is left to tell
}

// slackMode is how Slack's events come.
func (c *serveCommand) slackMode() string {
	if c.SlackAppToken != "" {
		return "Socket Mode"
	}
	return "HTTP mode: " + slack.PathEvents + ", " + slack.PathCommands + ", " + slack.PathInteractivity
}

func newLogger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // the option's enum admits nothing else
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

func closing(log *slog.Logger, what string, c io.Closer) {
	if err := c.Close(); err != nil {
		log.Error("close", "part", what, "error", err)
	}
}
