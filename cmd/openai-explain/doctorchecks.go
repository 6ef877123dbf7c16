package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/discord"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/llm"
	"github.com/openai-explain/openai-explain/bot/slack"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

func one(level bot.Level, code string, with ...string) []bot.Finding {
	return []bot.Finding{bot.Found(level, code, with...)}
}

// checkKnowledge loads what serve would load, and says what the authors and the
// thresholds make of it.
func (c *doctorCommand) checkKnowledge(context.Context) []bot.Finding {
	var found []bot.Finding
	if c.KnowledgeDir != "" {
		_, problems := knowledge.Load(os.DirFS(c.KnowledgeDir))
		found = lintFindings(c.KnowledgeDir, problems, c.lang())
	}
	lib, err := c.library(io.Discard)
	if err != nil {
		return append(found, bot.Found(bot.Wrong, "knowledge.none", "detail", err.Error()))
	}
	in := map[knowledge.Lang]int{}
	for _, e := range lib.Entries {
		for _, l := range e.Langs() {
			in[l]++
		}
	}
	found = append(found, bot.Found(bot.Fine, "knowledge", "entries", strconv.Itoa(len(lib.Entries)),
		"ko", strconv.Itoa(in[knowledge.Korean]), "en", strconv.Itoa(in[knowledge.English])))
	cal := search.New(lib, search.Options{FalseAnswers: float64(c.FalseAnswers)}).Calibration()
	at := fmt.Sprintf("%.2f", cal.AnswerAt)
	if cal.Known < enoughProbes || cal.Unknown < enoughProbes {
		return append(found, bot.Found(bot.Warning, "knowledge.uncalibrated", "at", at))
	}
	return append(found, bot.Found(bot.Fine, "knowledge.calibrated", "at", at,
		"probes", strconv.Itoa(cal.Known+cal.Unknown), "silent", fmt.Sprintf("%.0f", 100*cal.Silent)))
}

// enoughProbes is how many questions package search needs to find its own thresholds.
const enoughProbes = 20

func (c *doctorCommand) lang() bot.Lang {
	if c.Lang == "auto" {
		return systemLang()
	}
	return bot.Lang(c.Lang)
}

// lintFindings are the problems of a folder of entries, counted, with the first of each kind.
func lintFindings(dir string, problems []knowledge.Problem, lang bot.Lang) []bot.Finding {
	count, first := map[knowledge.Severity]int{}, map[knowledge.Severity]string{}
	for _, p := range problems {
		if count[p.Severity]++; count[p.Severity] == 1 {
			first[p.Severity] = p.In(knowledge.Lang(lang))
		}
	}
	var found []bot.Finding
	if n := count[knowledge.Error]; n > 0 {
		found = append(found, bot.Found(bot.Wrong, "knowledge.errors", "errors", strconv.Itoa(n), "first", first[knowledge.Error], "folder", dir))
	}
	if n := count[knowledge.Warning]; n > 0 {
		found = append(found, bot.Found(bot.Warning, "knowledge.warnings", "warnings", strconv.Itoa(n), "first", first[knowledge.Warning], "folder", dir))
	}
	return found
}

func (c *doctorCommand) checkPrompts(context.Context) []bot.Finding {
	if _, err := c.book(); err != nil {
		return one(bot.Wrong, "prompts.broken", "detail", err.Error())
	}
	replaced := 0
	if c.PromptsDir != "" {
		files, err := fs.Glob(os.DirFS(c.PromptsDir), "*/*.txt")
		if err != nil {
			return one(bot.Wrong, "prompts.broken", "detail", err.Error())
		}
		replaced = len(files)
	}
	return one(bot.Fine, "prompts", "replaced", strconv.Itoa(replaced))
}

func (c *doctorCommand) checkStore(ctx context.Context) []bot.Finding {
	if c.NATSURL != "" {
		return inbox.CheckCluster(ctx, inbox.Config{NATSURL: c.NATSURL})
	}
	return inbox.CheckFolder(c.DataDir)
}

// checkModel probes the endpoint, and then sends the longest prompt that these
// entries can make.
func (c *doctorCommand) checkModel(ctx context.Context) []bot.Finding {
	client, err := c.client(slog.New(slog.DiscardHandler))
	if err != nil {
		return one(bot.Wrong, "model.config", "detail", err.Error())
	}
	if client == nil {
		return one(bot.Fine, "model.none")
	}
	defer client.Close()
	caps, err := client.Probe(ctx)
	if err != nil {
		return one(bot.Wrong, "model.unreachable", "detail", detail(err))
	}
	found := c.chatFindings(caps)
	if caps.Chat == nil {
		found = append(found, c.checkWindow(ctx, client))
	}
	switch {
	case caps.Embed != nil:
		found = append(found, bot.Found(bot.Wrong, "model.embed.failed", "model", c.OpenAIEmbeddingModel, "detail", detail(caps.Embed)))
	case caps.Dims > 0:
		found = append(found, bot.Found(bot.Fine, "model.embed", "model", c.OpenAIEmbeddingModel, "dims", strconv.Itoa(caps.Dims)))
	}
	return found
}

func (c *doctorCommand) chatFindings(caps llm.Capabilities) []bot.Finding {
	models := cmp.Or(strings.Join(caps.Models[:min(len(caps.Models), 5)], ", "), "-")
	if caps.Chat != nil {
		return one(bot.Wrong, "model.chat.failed", "model", c.OpenAIModel, "detail", detail(caps.Chat), "models", models)
	}
	found := one(bot.Fine, "model.chat", "model", c.OpenAIModel, "ms", strconv.FormatInt(caps.Elapsed.Milliseconds(), 10))
	if !caps.Listed {
		found = append(found, bot.Found(bot.Warning, "model.unlisted", "model", c.OpenAIModel, "echo", cmp.Or(caps.Echo, "?"), "models", models))
	}
	if caps.Schema != nil {
		return append(found, bot.Found(bot.Warning, "model.schema.ignored", "detail", detail(caps.Schema)))
	}
	return append(found, bot.Found(bot.Fine, "model.schema"))
}

// checkWindow sends the longest evidence there is: servers cut what does not fit
// into their context, some of them without a word.
func (c *doctorCommand) checkWindow(ctx context.Context, client *llm.Client) bot.Finding {
	lib, err := c.library(io.Discard)
	if err != nil {
		return bot.Found(bot.Warning, "model.window.unknown")
	}
	book, err := c.book()
	if err != nil {
		return bot.Found(bot.Warning, "model.window.unknown")
	}
	tokens, err := client.Read(ctx, book.Write(bot.Korean), book.Evidence(bot.Korean, strings.Repeat("질문입니다. ", 40), longestClaims(lib)))
	switch {
	case errors.Is(err, llm.ErrTooLong), errors.Is(err, llm.ErrTruncatedPrompt):
		return bot.Found(bot.Wrong, "model.window.small", "detail", detail(err))
	case err != nil:
		return bot.Found(bot.Wrong, "model.chat.failed", "model", c.OpenAIModel, "detail", detail(err), "models", "-")
	case tokens == 0:
		return bot.Found(bot.Warning, "model.window.unknown")
	}
	return bot.Found(bot.Fine, "model.window", "tokens", strconv.Itoa(tokens))
}

// longestClaims are as many claims as are put before a model at most, the longest
// of the library.
func longestClaims(lib *knowledge.Library) []string {
	const most = 16 // answer's maxClaims
	var all []string
	for _, e := range lib.Entries {
		for _, c := range e.Claims {
			longest := ""
			for _, text := range c.Text {
				if llm.EstimateTokens(text) > llm.EstimateTokens(longest) {
					longest = text
				}
			}
			all = append(all, longest)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(llm.EstimateTokens(b), llm.EstimateTokens(a)) })
	return all[:min(len(all), most)]
}

// detail is an error with what the endpoint wrote about it, which is for an
// operator's eyes, one line, and without the key.
func detail(err error) string {
	var up *llm.Upstream
	if errors.As(err, &up) && up.Text != "" {
		return fmt.Sprintf("%v (%s)", err, up.Text)
	}
	return err.Error()
}

// refuse is an inbox for adapters that are only checked.
type refuse struct{}

// Submit implements the adapters' Inbox.
func (refuse) Submit(context.Context, bot.Question) error { return bot.ErrNotAccepted }

func (c *doctorCommand) checkSlack(ctx context.Context) []bot.Finding {
	if c.SlackBotToken == "" && c.SlackAppToken == "" && c.SlackSigningSecret == "" {
		return one(bot.Fine, "slack.none")
	}
	if err := c.complete(); err != nil {
		return one(bot.Wrong, "slack.config", "detail", err.Error())
	}
	a, err := slack.New(slack.Config{BotToken: c.SlackBotToken, AppToken: c.SlackAppToken, SigningSecret: c.SlackSigningSecret, APIURL: c.SlackAPIURL, Inbox: refuse{}})
	if err != nil {
		return one(bot.Wrong, "slack.config", "detail", err.Error())
	}
	return bot.Checker(a).Check(ctx, c.SlackChannel)
}

func (c *doctorCommand) checkDiscord(ctx context.Context) []bot.Finding {
	if c.DiscordToken == "" {
		return one(bot.Fine, "discord.none")
	}
	a, err := discord.New(discord.Config{Token: c.DiscordToken, APIURL: c.DiscordAPIURL, MessageContent: c.DiscordMessageContent, Inbox: refuse{}})
	if err != nil {
		return one(bot.Wrong, "discord.config", "detail", err.Error())
	}
	return bot.Checker(a).Check(ctx, c.DiscordChannel)
}

func (c *doctorCommand) checkAddr(ctx context.Context) []bot.Finding {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.HTTPAddr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return one(bot.Warning, "http.taken", "addr", c.HTTPAddr)
	case err != nil:
		return one(bot.Wrong, "http.bad", "addr", c.HTTPAddr, "detail", err.Error())
	}
	_ = l.Close() // nothing was accepted
	return one(bot.Fine, "http", "addr", c.HTTPAddr)
}
