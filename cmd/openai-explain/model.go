package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/bot/llm"
)

// model connects to the configured endpoint; nil where there is none. Nothing
// is sent until something is asked.
func (o modelOptions) model(logger *slog.Logger) (answer.Model, error) {
	client, err := o.client(logger)
	if client == nil || err != nil {
		return nil, err
	}
	return generator{client}, nil
}

func (o modelOptions) client(logger *slog.Logger) (*llm.Client, error) {
	if o.OpenAIBaseURL == "" {
		return nil, nil
	}
	if o.OpenAIModel == "" {
		return nil, errors.New("OPENAI_BASE_URL is set but OPENAI_MODEL is not: name the model to ask")
	}
	return llm.New(llm.Config{
		BaseURL: o.OpenAIBaseURL, APIKey: o.OpenAIAPIKey.Reveal(), Model: o.OpenAIModel, EmbeddingModel: o.OpenAIEmbeddingModel,
		FirstToken: o.OpenAIFirstTokenTimeout, Total: o.OpenAITimeout, Logger: logger,
	})
}

// generator is the endpoint as package answer wants it.
type generator struct{ client *llm.Client }

// Generate implements answer.Model. An endpoint that does not take or does not
// follow a JSON schema is asked again without one: the prompt describes the
// same reply in words, and the reply is checked all the same.
func (g generator) Generate(ctx context.Context, r answer.ModelRequest, emit func(string) error) error {
	var got strings.Builder
	err := g.client.Generate(ctx, llm.Request{
		System: r.System, User: r.User, MaxTokens: r.MaxTokens, Schema: r.Schema, SchemaName: schemaName(r),
	}, func(text string) error {
		got.WriteString(text)
		return emit(text)
	})
	if r.Schema != nil && got.Len() == 0 && (errors.Is(err, llm.ErrRefused) || errors.Is(err, llm.ErrSchema)) {
		return g.client.Generate(ctx, llm.Request{System: r.System, User: r.User, MaxTokens: r.MaxTokens, Hold: true}, emit)
	}
	return err
}

func schemaName(r answer.ModelRequest) string {
	if r.Schema == nil {
		return ""
	}
	return "selection"
}
