package llm

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// Client asks one endpoint. Its methods may be called from many goroutines.
type Client struct {
	cfg    Config
	api    *openai.Client
	http   *http.Transport
	places chan struct{}
	chat   *breaker // of chat completions
	embed  *breaker // of embeddings: a server without them still chats
	life   lifetime
	gauge  gauge
	tags   []string
	echo   atomic.Pointer[string] // the model as the endpoint named it last

	// hold is set once the model has shown that it thinks without an opening tag:
	// from then on its text is handed on only when it is complete.
	hold atomic.Bool
}

// Request is what a model is asked.
type Request struct {
	System string // who it is and how it answers
	User   string // the question and the evidence
	// MaxTokens bounds the answer; 0 means Config.MaxTokens. Reasoning counts.
	MaxTokens int
	// MaxChars bounds the visible text in characters; 0 means eight for each token.
	MaxChars int
	// Schema, where there is one, is the JSON schema of the answer, and SchemaName
	// its name ([a-zA-Z0-9_-], at most 64). The answer is then handed on in one piece,
	// and only if it obeys the schema.
	Schema     json.RawMessage
	SchemaName string
	// Hold hands the text on in one piece, at its end.
	Hold bool
}

// Close ends what runs in the background, and the connections that are kept for
// later requests.
func (c *Client) Close() {
	c.life.end()
	c.http.CloseIdleConnections()
}

// Available reports whether a request would be tried at all: false while the
// endpoint is left alone after failures.
func (c *Client) Available() bool { return !c.chat.open() }

// Spoiled counts the last answer as a failure of the endpoint, although it
// ended well: it was gibberish. Only the caller can tell.
func (c *Client) Spoiled() { c.chat.spoil() }

// Generate asks the model and hands its text on, piece by piece, without any
// reasoning. It returns nil only when the answer is complete; after any error,
// what was handed on is a part at best. Beside the named errors it returns what
// emit returned and the error of ctx. The request to the endpoint is over when
// it returns.
func (c *Client) Generate(ctx context.Context, req Request, emit func(text string) error) error {
	if c.cfg.Model == "" {
		return errors.New("generate: no model is configured")
	}
	check, err := compileSchema(req.Schema)
	if err != nil {
		return err
	}
	if err := c.admit(ctx, c.chat); err != nil {
		return named("generate", err)
	}
	defer func() { <-c.places }()
	g := newGeneration(c, req, check, emit)
	err = named("generate", c.attempts(ctx, g))
	c.chat.report(c.verdict(ctx, err))
	return err
}

// admit waits for a place, unless the endpoint is left alone.
func (c *Client) admit(ctx context.Context, b *breaker) error {
	if b.open() {
		return fail(ErrOpenCircuit, "")
	}
	wait := time.NewTimer(c.cfg.Wait)
	defer wait.Stop()
	select {
	case c.places <- struct{}{}:
	case <-wait.C:
		return fail(ErrBusy, "no place within "+c.cfg.Wait.String())
	case <-ctx.Done():
		return ctx.Err()
	}
	if b.open() { // while it waited
		<-c.places
		return fail(ErrOpenCircuit, "")
	}
	return nil
}

// verdict is err as the breaker counts it: a caller whose time ran out waited
// for the endpoint, a caller who went away says nothing about it.
func (c *Client) verdict(ctx context.Context, err error) error {
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fail(ErrTimeout, "")
	}
	return err
}

// attempts asks once, and once more where nothing was answered and a second
// try may help.
func (c *Client) attempts(caller context.Context, g *generation) error {
	ctx, watch := startWatch(caller, c.cfg)
	defer watch.stop()
	err := c.attempt(ctx, watch, g)
	pause, again := retryable(err)
	if err == nil || !again || g.begun {
		return cause(ctx, err)
	}
	c.cfg.Logger.DebugContext(ctx, "model request is tried again", slog.Duration("after", pause), slog.String("reason", reason(err)))
	select {
	case <-time.After(pause):
	case <-ctx.Done(): // no time for a second try: what the first met says more
		return first(caller.Err(), err)
	}
	return cause(ctx, c.attempt(ctx, watch, g))
}

// attempt makes one request and reads its answer to the end.
func (c *Client) attempt(ctx context.Context, w *watch, g *generation) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	x := &exchange{watch: w, maxTokens: g.maxTokens}
	stream, err := c.api.CreateChatCompletionStream(withExchange(ctx, x), g.request)
	if err != nil {
		return first(x.err, err)
	}
	defer func() { _ = stream.Close() }() // the answer is read or given up
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return first(x.err, err)
		}
		for _, choice := range chunk.Choices {
			if err := g.take(choice.Delta.Content, w); err != nil {
				return err
			}
		}
	}
	if x.model != "" {
		c.echo.Store(&x.model)
	}
	return g.end(x)
}

// retryable says whether a failed attempt may be repeated, and when.
func retryable(err error) (time.Duration, bool) {
	var e *Error
	if !errors.As(err, &e) {
		return 0, false
	}
	pause := time.Duration(200+rand.IntN(400)) * time.Millisecond
	switch {
	case e.after > 10*time.Second:
		return 0, false // longer than a person waits
	case e.after > 0:
		return e.after + pause/4, true
	case errors.Is(e, ErrUnreachable) && !errors.Is(e, errLinkLocal), errors.Is(e, ErrBusy) && e.Status != 0, e.Status == 502, e.Status == 504:
		return pause, true
	}
	return 0, false
}

// tryChat shows whether the endpoint chats again: it lists its models quickly,
// and then answers with one token, for which it may have to load the model.
func (c *Client) tryChat(ctx context.Context) error {
	short, cancel := context.WithTimeoutCause(ctx, 3*time.Second, fail(ErrTimeout, "no list of models within 3s"))
	_, err := c.models(short)
	err = cause(short, err)
	cancel()
	if err != nil {
		return err
	}
	g := newGeneration(c, Request{User: "Hello", MaxTokens: 1, MaxChars: 64}, nil, func(string) error { return nil })
	err = named("try again", c.attempts(ctx, g))
	if errors.Is(err, ErrEmpty) || errors.Is(err, ErrThought) {
		return nil // one token is not an answer; that it came is enough
	}
	return err
}

// tryEmbed shows whether the endpoint makes vectors again.
func (c *Client) tryEmbed(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.FirstToken, fail(ErrTimeout, "no vector within "+c.cfg.FirstToken.String()))
	defer cancel()
	_, err := c.embedAll(ctx, []string{"Hello"})
	return named("try again", cause(ctx, err))
}

// cause replaces an error that only says "cancelled" by the reason for it.
func cause(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	if errors.As(err, new(emitError)) {
		return err
	}
	return context.Cause(ctx)
}

// named puts the operation in front of an error, once, and gives every error of
// the library below a name.
func named(op string, err error) error {
	var e *Error
	var own emitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own.error
	case errors.As(err, &e):
		if e.Op == "" {
			e.Op = op
		}
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	e = fail(ErrMalformed, "")
	e.Op, e.cause = op, &Upstream{Text: redact(err.Error(), "")}
	return e
}

// reason is the stable part of an error, for a log line.
func reason(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind.Error()
	}
	return "other"
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
