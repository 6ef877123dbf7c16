package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

// questionPatience is how long a question waits for its vector: a small model
// takes some tens of milliseconds once it is loaded.
const questionPatience = 3 * time.Second

// vectorCache keeps the vectors of a library in a file, so that they are made
// once for each text and model. A file that cannot be read is made anew; it
// never holds more than the texts it was last asked for.
type vectorCache struct {
	embed search.Embedder
	file  string // empty: nothing is kept
	model string
	log   *slog.Logger
}

// cachedVectors is the file's content, behind its SHA-256.
type cachedVectors struct {
	Model   string
	Vectors map[[sha256.Size]byte][]float32
}

// maxCache bounds what is read of the file, in bytes: 100,000 texts of 1,024 dimensions.
const maxCache = 512 << 20

// Embed implements search.Embedder.
func (c *vectorCache) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	have := c.read()
	keep := cachedVectors{Model: c.model, Vectors: map[[sha256.Size]byte][]float32{}}
	out := make([][]float32, len(texts))
	var missing []string
	var at []int
	for i, text := range texts {
		if v, ok := have[sha256.Sum256([]byte(text))]; ok {
			out[i] = v
			continue
		}
		missing, at = append(missing, text), append(at, i)
	}
	if len(missing) > 0 {
		made, err := c.embed.Embed(ctx, missing)
		if err != nil {
			return nil, err
		}
		if len(made) != len(missing) {
			return nil, fmt.Errorf("%d vectors for %d texts", len(made), len(missing))
		}
		for i, v := range made {
			out[at[i]] = v
		}
		if len(missing) < len(texts) && len(made[0]) != len(have[firstKey(have)]) {
			return c.afresh(ctx, texts) // another model under the same name
		}
	}
	for i, text := range texts {
		keep.Vectors[sha256.Sum256([]byte(text))] = out[i]
	}
	if len(missing) > 0 || len(have) > len(keep.Vectors) {
		if err := c.write(keep); err != nil {
			c.log.WarnContext(ctx, "vectors are not kept", slog.Any("error", err))
		}
	}
	return out, nil
}

func firstKey(m map[[sha256.Size]byte][]float32) (key [sha256.Size]byte) {
	for key = range m {
		break
	}
	return key
}

func (c *vectorCache) afresh(ctx context.Context, texts []string) ([][]float32, error) {
	if err := os.Remove(c.file); err != nil {
		return nil, fmt.Errorf("remove old vectors: %w", err)
	}
	return c.Embed(ctx, texts)
}

// read is what is kept for this model; empty where the file is not there, is of
// another model, or is not whole.
func (c *vectorCache) read() map[[sha256.Size]byte][]float32 {
	if c.file == "" {
		return nil
	}
	f, err := os.Open(c.file)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			c.log.Warn("kept vectors cannot be read", slog.Any("error", err))
		}
		return nil
	}
	defer f.Close()
	sum, payload, err := checked(io.LimitReader(f, maxCache))
	var kept cachedVectors
	if err == nil && sum {
		err = gob.NewDecoder(payload).Decode(&kept)
	}
	if err != nil || !sum {
		c.log.Warn("kept vectors are damaged and are made anew")
		return nil
	}
	if kept.Model != c.model {
		return nil
	}
	return kept.Vectors
}

// checked reads a file that begins with the SHA-256 of what follows.
func checked(r io.Reader) (whole bool, payload io.Reader, err error) {
	data, err := io.ReadAll(r)
	if err != nil || len(data) < sha256.Size {
		return false, nil, err
	}
	sum := sha256.Sum256(data[sha256.Size:])
	return bytes.Equal(sum[:], data[:sha256.Size]), bytes.NewReader(data[sha256.Size:]), nil
}

// write replaces the file: after a crash the old one or the new one is there.
func (c *vectorCache) write(v cachedVectors) error {
	if c.file == "" {
		return nil
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("encode vectors: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(c.file), 0o700); err != nil {
		return fmt.Errorf("keep vectors: %w", err)
	}
	sum := sha256.Sum256(b.Bytes())
	f, err := os.CreateTemp(filepath.Dir(c.file), ".vectors-")
	if err != nil {
		return fmt.Errorf("keep vectors: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(sum[:], b.Bytes()...))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("keep vectors: %w", err)
	}
	return os.Rename(f.Name(), c.file)
}

// meaning is the search by vectors beside that by words.
type meaning struct {
	*search.Dense
	cache *vectorCache
	log   *slog.Logger
}

// meaning returns nil where no embedding model is configured. The vectors are
// kept in dir, or nowhere where that is empty.
func (o modelOptions) meaning(g *generator, index *search.Index, dir string, log *slog.Logger) *meaning {
	if g == nil || o.OpenAIEmbeddingModel == "" {
		return nil
	}
	file := ""
	if dir != "" {
		file = filepath.Join(dir, "vectors")
	}
	var once sync.Once
	return &meaning{
		Dense: search.NewDense(index, g.client, questionPatience, func(err error) {
			once.Do(func() { log.Warn("no vectors for a question: search goes by words alone", slog.Any("error", err)) })
		}),
		cache: &vectorCache{embed: g.client, file: file, model: o.OpenAIEmbeddingModel, log: log},
		log:   log,
	}
}

// or is the search to use: m, or index where there are no vectors.
func (m *meaning) or(index *search.Index) answer.Searcher {
	if m == nil {
		return index
	}
	return m
}

// keep makes the vectors of the current library, again whenever it has changed,
// until ctx ends. Until they are there, search goes by words.
func (m *meaning) keep(ctx context.Context, library func() *knowledge.Library) {
	const look = 10 * time.Second
	var done *knowledge.Library
	said := false
	for {
		if lib := library(); lib != done {
			err := m.Prepare(ctx, lib, m.cache)
			switch {
			case ctx.Err() != nil:
				return
			case err == nil:
				done, said = lib, false
				m.log.InfoContext(ctx, "vectors of the knowledge base are ready", slog.Int("entries", len(lib.Entries)))
			case !said:
				said = true
				m.log.WarnContext(ctx, "no vectors of the knowledge base: search goes by words alone", slog.Any("error", err))
			}
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return
		}
	}
}
