package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
)

// counted makes vectors and counts the texts it made them of.
type counted struct{ texts, dims int }

func (c *counted) Embed(_ context.Context, texts []string) ([][]float32, error) {
	c.texts += len(texts)
	out := make([][]float32, len(texts))
	for i, text := range texts {
		out[i] = llmtest.Vector(text, c.dims)
	}
	return out, nil
}

func TestVectorsAreMadeOnceForEachTextAndModel(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data", "vectors")
	texts := []string{"one", "two", "three"}
	var log bytes.Buffer
	embed := func(model string, dims, made int, texts ...string) {
		t.Helper()
		e := &counted{dims: dims}
		c := &vectorCache{embed: e, file: file, model: model, log: slog.New(slog.NewTextHandler(&log, nil))}
		got, err := c.Embed(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if diff := cmp.Diff(llmtest.Vector(text, dims), got[i]); diff != "" {
				t.Errorf("%q (-want +got):\n%s", text, diff)
			}
		}
		if e.texts != made {
			t.Errorf("%d vectors were made, want %d", e.texts, made)
		}
	}
	embed("a", 8, 3, texts...)
	embed("a", 8, 0, texts...)
	embed("a", 8, 1, "one", "two", "four") // one text changed
	embed("a", 8, 1, "one", "two", "three", "four")
	embed("b", 8, 3, texts...)                       // another model
	embed("b", 16, 5, "one", "two", "three", "four") // another one of the same name: one, then all again
	embed("b", 16, 0, "one")
	embed("b", 16, 1, "one", "two") // what is no longer there was not kept

	for name, spoil := range map[string]func([]byte) []byte{
		"a flipped bit": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":           func(b []byte) []byte { return b[:len(b)-3] },
		"empty":         func([]byte) []byte { return nil },
	} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, spoil(b), 0o600); err != nil {
			t.Fatal(err)
		}
		log.Reset()
		embed("b", 16, 2, "one", "two")
		if !strings.Contains(log.String(), "damaged") {
			t.Errorf("%s: nothing is said", name)
		}
	}
}

func TestAskSearchesByMeaningAndSaysOnceWhenItCannot(t *testing.T) {
	t.Parallel()
	s := llmtest.Start(llmtest.Config{})
	t.Cleanup(s.Close)
	dir := t.TempDir()
	args := append(sparse(t), "--openai-base-url="+s.URL(), "--openai-model=test-model", "--openai-embedding-model=test-embed", "--data-dir="+dir)
	ask := func() (int, string, string) {
		return call(t, "quux frobnicate?\nquux again?\n", append([]string{"ask", "--json", "--file=-"}, args...)...)
	}
	if code, _, errs := ask(); code != exitOK || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	embedded := 0
	for _, r := range s.Requests() {
		embedded += len(r.Input)
	}
	if embedded != 2+2 { // the entry's question and claim, and two questions that no word answers
		t.Errorf("%d texts were embedded, want 4", embedded)
	}
	if _, err := os.Stat(filepath.Join(dir, "vectors")); err != nil {
		t.Error(err)
	}
	s.SetFault(llmtest.EmbeddingsAbsent)
	code, out, errs := ask()
	if code != exitOK || len(answers(t, out)) != 2 {
		t.Errorf("exit %d: %s", code, out)
	}
	if n := strings.Count(errs, "search goes by words alone"); n != 1 {
		t.Errorf("said %d times:\n%s", n, errs)
	}
}
