package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/bot/llm"
)

// errModelUnnamed is what is missing where only the endpoint is named.
var errModelUnnamed = errors.New("OPENAI_BASE_URL is set but OPENAI_MODEL is not: name the model to ask")

// client connects to the configured endpoint; nil where there is none. Nothing
// is sent until something is asked.
func (o modelOptions) client(logger *slog.Logger) (*llm.Client, error) {
	if o.OpenAIBaseURL == "" {
		return nil, nil
	}
	if o.OpenAIModel == "" {
		return nil, errModelUnnamed
	}
	return llm.New(llm.Config{
		BaseURL: o.OpenAIBaseURL, APIKey: o.OpenAIAPIKey.Reveal(), Model: o.OpenAIModel, EmbeddingModel: o.OpenAIEmbeddingModel,
		FirstToken: o.OpenAIFirstTokenTimeout, Total: o.OpenAITimeout, Parallel: int(o.OpenAIParallel),
		ThoughtTags: o.OpenAIThoughtTags, AllowLinkLocal: o.OpenAIAllowLinkLocal, Logger: logger,
	})
}

// generator is the endpoint as package answer wants it.
type generator struct {
	client *llm.Client
	log    *slog.Logger

	// plain is set once the endpoint has shown that it takes no JSON schema, or
	// takes one and ignores it: from then on it is asked for lines of text.
	plain atomic.Bool
}

// model is the generator as an answer.Model, nil where there is no endpoint.
func (g *generator) model() answer.Model {
	if g == nil {
		return nil
	}
	return g
}

// generator returns nil where no endpoint is configured.
func (o modelOptions) generator(logger *slog.Logger) (*generator, error) {
	client, err := o.client(logger)
	if client == nil || err != nil {
		return nil, err
	}
	return &generator{client: client, log: logger}, nil
}

// Close ends what the client does in the background.
func (g *generator) Close() error {
	if g != nil {
		g.client.Close()
	}
	return nil
}

// Spoiled implements answer.Critic.
func (g *generator) Spoiled() { g.client.Spoiled() }

// Generate implements answer.Model. An endpoint that does not take or does not
// follow a JSON schema is asked again without one, for the same reply in a line
// of text; it is checked all the same.
func (g *generator) Generate(ctx context.Context, r answer.ModelRequest, emit func(string) error) error {
	if r.Schema == nil || g.plain.Load() {
		return tooLong(g.text(ctx, r, emit))
	}
	given := false
	err := g.client.Generate(ctx, llm.Request{
		System: r.System, User: r.User, MaxTokens: r.MaxTokens, Schema: r.Schema, SchemaName: "selection",
	}, func(text string) error {
		given = true
		return emit(text)
	})
	if given || !refusesSchema(err) {
		return tooLong(err)
	}
	second := g.text(ctx, r, emit)
	if second == nil && !g.plain.Swap(true) {
		g.log.WarnContext(ctx, "the endpoint does not follow JSON schemas: it is asked for text", slog.Any("error", err))
	}
	return tooLong(second)
}

// text asks without a schema. What is short and parsed as a whole is held until its end.
func (g *generator) text(ctx context.Context, r answer.ModelRequest, emit func(string) error) error {
	system := r.System
	if r.Schema != nil && r.Plain != "" {
		system = r.Plain
	}
	return g.client.Generate(ctx, llm.Request{System: system, User: r.User, MaxTokens: r.MaxTokens, Hold: r.Schema != nil}, emit)
}

// refusesSchema tells an endpoint that does not know schemas from one that is in
// trouble: 400 and 500 are what servers answer to a schema they cannot compile.
func refusesSchema(err error) bool {
	var e *llm.Error
	if errors.Is(err, llm.ErrSchema) {
		return true
	}
	return errors.As(err, &e) && errors.Is(err, llm.ErrRefused) && (e.Status == 400 || e.Status == 422 || e.Status == 500 || e.Status == 501)
}

// tooLong says in package answer's words that a prompt did not fit.
func tooLong(err error) error {
	if errors.Is(err, llm.ErrTooLong) || errors.Is(err, llm.ErrTruncatedPrompt) {
		return fmt.Errorf("%w: %w", answer.ErrPromptTooLong, err)
	}
	return err
}

// probeAgain is how long the probe waits for an endpoint that does not answer yet.
const probeAgain = time.Minute

// probe finds out what the endpoint can do, and says it in the log, once. An
// endpoint that is not there yet is asked again until it is: starting never
// waits for it, and an answer is composed meanwhile.
func (g *generator) probe(ctx context.Context) {
	for first := true; ; first = false {
		caps, err := g.client.Probe(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			g.learn(ctx, caps)
			return
		}
		if first {
			g.log.WarnContext(ctx, "the model's endpoint does not answer: answers are composed until it does", slog.Any("error", err))
		}
		select {
		case <-time.After(probeAgain):
		case <-ctx.Done():
			return
		}
	}
}

func (g *generator) learn(ctx context.Context, caps llm.Capabilities) {
	g.log.InfoContext(ctx, "model endpoint probed", slog.Any("found", caps))
	if !caps.Listed {
		g.log.WarnContext(ctx, "the model is not in the endpoint's list", slog.String("some", strings.Join(caps.Models[:min(len(caps.Models), 5)], ", ")))
	}
	if caps.Chat == nil && caps.Schema != nil {
		g.plain.Store(true)
	}
	if caps.Chat != nil {
		g.log.WarnContext(ctx, "the model does not answer", slog.Any("error", caps.Chat))
	}
	if caps.Embed != nil {
		g.log.WarnContext(ctx, "the embedding model does not answer", slog.Any("error", caps.Embed))
	}
}
