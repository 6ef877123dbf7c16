package llm

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"
)

// Capabilities is what an endpoint turned out to be able to do.
type Capabilities struct {
	Models  []string      // as it lists them, at most 200
	Listed  bool          // Config.Model is among them; some servers answer under any name
	Echo    string        // the model as the endpoint named it in its answer; some servers answer with another than was asked for
	Chat    error         // nil: it answered; why not, else
	Schema  error         // nil: an answer obeyed a JSON schema
	Embed   error         // nil where Dims > 0
	Dims    int           // of its vectors; 0 where no embedding model is configured or it does not work
	Elapsed time.Duration // of the whole probe
}

// LogValue implements slog.LogValuer.
func (c Capabilities) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("models", len(c.Models)), slog.Bool("listed", c.Listed),
		slog.String("answering", c.Echo),
		slog.Bool("chat", c.Chat == nil), slog.Bool("schema", c.Schema == nil), slog.Int("dims", c.Dims),
		slog.Duration("elapsed", c.Elapsed))
}

const probeSchema = `{"type":"object","properties":{"ready":{"type":"boolean"},"color":{"enum":["red","blue"]}},` +
	`"required":["ready","color"],"additionalProperties":false}`

// Probe finds out what the endpoint can do, with three small requests. It
// returns an error only where the endpoint cannot be used at all: it does not
// answer, or what answers is no such endpoint.
func (c *Client) Probe(ctx context.Context) (Capabilities, error) {
	start := time.Now()
	var caps Capabilities
	listing, cancel := context.WithTimeoutCause(ctx, 10*time.Second, fail(ErrTimeout, "no list of models within 10s"))
	models, err := c.models(listing)
	err = cause(listing, err)
	cancel()
	if err != nil {
		return caps, named("probe", err)
	}
	for _, m := range models {
		caps.Listed = caps.Listed || m == c.cfg.Model || strings.TrimSuffix(m, ":latest") == c.cfg.Model
	}
	caps.Models = models[:min(len(models), 200)]
	if c.cfg.Model != "" {
		caps.Chat, caps.Schema = c.probeChat(ctx)
		if echo := c.echo.Load(); echo != nil {
			caps.Echo = *echo
		}
	}
	if c.cfg.EmbeddingModel != "" {
		var vectors [][]float32
		if vectors, caps.Embed = c.Embed(ctx, []string{"open source"}); caps.Embed == nil {
			caps.Dims = len(vectors[0])
		}
	}
	caps.Elapsed = time.Since(start)
	return caps, ctx.Err()
}

// probeChat asks for something that only an answer under the schema's control
// looks like. Where that fails it asks again without a schema.
func (c *Client) probeChat(ctx context.Context) (chat, schema error) {
	ask := Request{System: "You greet people.", User: "Say hello in one word.", MaxTokens: 64}
	constrained := ask
	constrained.Schema, constrained.SchemaName = json.RawMessage(probeSchema), "probe"
	discard := func(string) error { return nil }
	if schema = c.Generate(ctx, constrained, discard); schema == nil {
		return nil, nil
	}
	chat = c.Generate(ctx, ask, discard)
	if errors.Is(chat, ErrLength) {
		chat = nil // a model that thinks first does not fit into the probe's few tokens
	}
	return chat, schema
}

// models lists what the endpoint has. An answer that is no list is an error: LM
// Studio answers 200 to any path.
func (c *Client) models(ctx context.Context) ([]string, error) {
	x := &exchange{}
	list, err := c.api.ListModels(withExchange(ctx, x))
	if err != nil {
		return nil, named("list models", first(x.err, err))
	}
	if list.Models == nil {
		return nil, named("list models", fail(ErrMalformed, "no list of models there"))
	}
	var names []string
	for _, m := range list.Models {
		names = append(names, clip(m.ID, 200))
	}
	return names, nil
}

// Read sends a prompt as long as it is and asks for one token: it returns how
// many tokens the endpoint says it read, 0 where it does not say, and
// ErrTooLong or ErrTruncatedPrompt where it did not read the whole.
func (c *Client) Read(ctx context.Context, system, user string) (tokens int, err error) {
	if err := c.admit(ctx, c.chat); err != nil {
		return 0, named("read a prompt", err)
	}
	defer func() { <-c.places }()
	g := newGeneration(c, Request{System: system, User: user, MaxTokens: 1, MaxChars: 8192}, nil, func(string) error { return nil })
	err = named("read a prompt", c.attempts(ctx, g))
	if errors.Is(err, ErrLength) || errors.Is(err, ErrEmpty) || errors.Is(err, ErrThought) {
		err = nil // one token is not an answer
	}
	return g.read, err
}
