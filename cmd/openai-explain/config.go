package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
)

// commands is the whole command line: every command and every option, each with
// its flag, environment variable, default and help.
type commands struct {
	Ask     askCommand     `cmd:"" help:"Answer a question here. Without a question on a terminal: a conversation."`
	Serve   serveCommand   `cmd:"" help:"Answer in Slack and Discord, whatever is configured."`
	Sandbox sandboxCommand `cmd:"" help:"Run an offline Slack and an offline Discord on loopback, to try and to develop bots."`
	KB      kbCommand      `cmd:"" name:"kb" help:"Check a knowledge base."`
	Doctor  doctorCommand  `cmd:"" help:"Check everything that is configured, and say what is wrong and what to do."`

	Inbox   inboxCommand   `cmd:"" help:"For operators: what waits, runs and is set aside; requeue or drop it."`
	Backup  backupCommand  `cmd:"" help:"Write everything that is stored into a file, while serve runs too."`
	Restore restoreCommand `cmd:"" help:"Put a backup into an empty store."`
	Forget  forgetCommand  `cmd:"" help:"Erase what is kept of a person."`
	Migrate migrateCommand `cmd:"" help:"Move the store of one machine into a cluster, or back."`

	Eval     evalCommand `cmd:"" help:"Measure the quality of retrieval, of the guard and of answers."`
	Manifest manifestCmd `cmd:"" help:"Print what a platform needs to know of the app."`

	Version kong.VersionFlag `help:"Print the version."`
}

// knowledgeOptions say what the program knows.
type knowledgeOptions struct {
	KnowledgeDir     string `env:"KNOWLEDGE_DIR" type:"existingdir" help:"Folder of Markdown entries."`
	KnowledgeBuiltin bool   `env:"KNOWLEDGE_BUILTIN" default:"true" negatable:"" help:"Also answer from the built-in article."`
	FalseAnswers     share  `env:"FALSE_ANSWERS" default:"0.02" help:"Wanted share of unanswerable questions that are answered all the same, 0.001 to 0.5. Lower is quieter."`
	PromptsDir       string `env:"PROMPTS_DIR" type:"existingdir" help:"Folder of sentences that replace the built-in ones (ko/help.txt …)."`
}

// modelOptions name the optional local model.
type modelOptions struct {
	OpenAIBaseURL           string        `name:"openai-base-url" env:"OPENAI_BASE_URL" help:"OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1. Without it no model takes part."`
	OpenAIAPIKey            bot.Secret    `name:"openai-api-key" env:"OPENAI_API_KEY" help:"Key of that endpoint, if it wants one."`
	OpenAIModel             string        `name:"openai-model" env:"OPENAI_MODEL" help:"Model to ask."`
	OpenAIEmbeddingModel    string        `name:"openai-embedding-model" env:"OPENAI_EMBEDDING_MODEL" help:"Embedding model of that endpoint, to search by meaning where the words of a question are not enough."`
	OpenAIMode              string        `name:"openai-mode" env:"OPENAI_MODE" enum:"select,write" default:"select" help:"select: the model chooses among the claims. write: it writes, and each sentence is checked."`
	OpenAIFirstTokenTimeout time.Duration `name:"openai-first-token-timeout" env:"OPENAI_FIRST_TOKEN_TIMEOUT" default:"60s" help:"How long to wait for the first useful token."`
	OpenAITimeout           time.Duration `name:"openai-timeout" env:"OPENAI_TIMEOUT" default:"120s" help:"How long the whole answer may take. Then the composed answer is given."`
	OpenAIParallel          count         `name:"openai-parallel" env:"OPENAI_PARALLEL" default:"2" help:"Requests to that endpoint at once. A question that finds no place within 2 s gets the composed answer."`
	OpenAIThoughtTags       []string      `name:"openai-thought-tags" env:"OPENAI_THOUGHT_TAGS" help:"Further tags around a model's reasoning, beside the known ones: plan for <plan>…</plan>. Comma-separated."`
	OpenAIAllowLinkLocal    bool          `name:"openai-allow-link-local" env:"OPENAI_ALLOW_LINK_LOCAL" help:"Let that endpoint be at a link-local address, where clouds keep their credentials."`
}

// slackOptions connect to Slack.
type slackOptions struct {
	SlackBotToken      bot.Secret `env:"SLACK_BOT_TOKEN" help:"Bot token, xoxb-…"`
	SlackAppToken      bot.Secret `env:"SLACK_APP_TOKEN" help:"App-level token, xapp-…: Socket Mode."`
	SlackSigningSecret bot.Secret `env:"SLACK_SIGNING_SECRET" help:"Signing secret: HTTP mode, on HTTP_ADDR below /slack/, where there is no app token."`
	SlackAdmins        []string   `env:"SLACK_ADMINS" placeholder:"ID" help:"User IDs of people who may change what the bot does in a channel, beside the workspace's admins and whoever created the channel."`
	SlackAPIURL        string     `name:"slack-api-url" env:"SLACK_API_URL" help:"Where Slack's Web API is, for tests and the sandbox."`
}

// discordOptions connect to Discord.
type discordOptions struct {
	DiscordToken          bot.Secret `env:"DISCORD_TOKEN" help:"Bot token, with or without \"Bot \" before it."`
	DiscordAPIURL         string     `name:"discord-api-url" env:"DISCORD_API_URL" help:"Where Discord's API is, for tests and the sandbox."`
	DiscordMessageContent bool       `env:"DISCORD_MESSAGE_CONTENT" help:"Ask for the message-content intent, which has to be switched on in Discord's developer portal."`
}

// storeOptions say where questions are kept.
type storeOptions struct {
	DataDir   string    `env:"DATA_DIR" default:"${datadir}" help:"Folder of the embedded store."`
	Retention retention `env:"RETENTION" default:"30d" help:"How long questions, answers and who asked are kept, such as 30d or 12h. 0: until they are answered."`
	NATSURL   string    `name:"nats-url" env:"NATS_URL" help:"A JetStream cluster in place of the embedded store."`
}

// open opens the store.
func (o storeOptions) open(ctx context.Context, log *slog.Logger) (*inbox.Inbox, error) {
	c := o.config()
	c.Logger = log
	return inbox.Open(ctx, c)
}

// share is a part of a whole, 0.001 to 0.5.
type share float64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *share) UnmarshalText(text []byte) error {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(v >= 0.001 && v <= 0.5) {
		return fmt.Errorf("%q is not a number between 0.001 and 0.5", text)
	}
	*s = share(v)
	return nil
}

// count is how many of something there may be at once, 1 to 10,000.
type count int

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *count) UnmarshalText(text []byte) error {
	v, err := strconv.Atoi(string(text))
	if err != nil || v < 1 || v > 10_000 {
		return fmt.Errorf("%q is not a whole number between 1 and 10000", text)
	}
	*n = count(v)
	return nil
}

// retention is a duration that may be given in days.
type retention time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *retention) UnmarshalText(text []byte) error {
	s := string(text)
	if n, ok := strings.CutSuffix(s, "d"); ok {
		days, err := strconv.ParseFloat(n, 64)
		if err == nil && days >= 0 && days <= 10_000 {
			*r = retention(days * float64(24*time.Hour))
			return nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no length of time: write 30d, 12h or 0", s)
	}
	*r = retention(d)
	return nil
}

// defaultDataDir is the folder for this program's data by the conventions of
// the system, or one in the working directory where there is no home.
func defaultDataDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "openai-explain")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "openai-explain-data"
	}
	return filepath.Join(home, ".local", "share", "openai-explain")
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return "devel " + s.Value
		}
	}
	return info.Main.Version
}
