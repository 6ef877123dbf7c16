package llm

import (
	"context"
	"errors"
	"fmt"
	"math"

	openai "github.com/sashabaranov/go-openai"
)

// embedBatch is how many texts go into one request.
const embedBatch = 64

// Embed returns one vector for each text, in the order of the texts, all of one
// dimension and without a NaN, an infinity or a vector of zeros. No text is an
// error of ErrMalformed's kind only if the endpoint makes it one.
func (c *Client) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	if c.cfg.EmbeddingModel == "" {
		return nil, errors.New("embed: no embedding model is configured")
	}
	if err := c.admit(ctx, c.embed); err != nil {
		return nil, named("embed", err)
	}
	defer func() { <-c.places }()
	limited, cancel := context.WithTimeoutCause(ctx, c.cfg.Total, fail(ErrTimeout, "no vectors within "+c.cfg.Total.String()))
	defer cancel()
	vectors, err := c.embedAll(limited, texts)
	err = named("embed", cause(limited, err))
	c.embed.report(c.verdict(ctx, err))
	if err != nil {
		return nil, err
	}
	return vectors, nil
}

func (c *Client) embedAll(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		n := min(embedBatch, len(texts))
		batch, err := c.embedOnce(ctx, texts[:n])
		if err != nil {
			return nil, err
		}
		if len(out) > 0 && len(batch[0]) != len(out[0]) {
			return nil, fail(ErrMalformed, "vectors of different dimensions")
		}
		out = append(out, batch...)
		texts = texts[n:]
	}
	return out, nil
}

func (c *Client) embedOnce(ctx context.Context, texts []string) ([][]float32, error) {
	x := &exchange{}
	res, err := c.api.CreateEmbeddings(withExchange(ctx, x), openai.EmbeddingRequestStrings{
		Input: texts, Model: openai.EmbeddingModel(c.cfg.EmbeddingModel), EncodingFormat: openai.EmbeddingEncodingFormatFloat,
	})
	if err != nil {
		return nil, first(x.err, err)
	}
	if len(res.Data) != len(texts) {
		return nil, fail(ErrMalformed, fmt.Sprintf("%d vectors for %d texts", len(res.Data), len(texts)))
	}
	out := make([][]float32, len(texts))
	for _, e := range res.Data { // the order is in Index, not in the position
		if e.Index < 0 || e.Index >= len(out) || out[e.Index] != nil {
			return nil, fail(ErrMalformed, "vectors with wrong numbers")
		}
		out[e.Index] = e.Embedding
	}
	return out, checkVectors(out)
}

func checkVectors(vectors [][]float32) error {
	for _, v := range vectors {
		if len(v) == 0 || len(v) > 1<<16 || len(v) != len(vectors[0]) {
			return fail(ErrMalformed, "vectors of different dimensions, or of none")
		}
		zero := true
		for _, f := range v {
			if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
				return fail(ErrMalformed, "a vector with a value that is no number")
			}
			zero = zero && f == 0
		}
		if zero {
			return fail(ErrMalformed, "a vector of zeros")
		}
	}
	return nil
}
