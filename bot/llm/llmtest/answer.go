package llmtest

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// answer writes the answer to one request.
type answer struct {
	w   http.ResponseWriter
	req Request
	cfg Config
	ctx context.Context // of the request: its end ends the answer
}

// drop closes the connection without a word.
func (a *answer) drop() {
	if conn, _, err := http.NewResponseController(a.w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func (a *answer) json(status int, v any) {
	a.w.Header().Set("Content-Type", "application/json")
	a.w.WriteHeader(status)
	_ = json.NewEncoder(a.w).Encode(v) // the client may be gone
}

func (a *answer) models() {
	type model struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		OwnedBy string `json:"owned_by"`
	}
	list := []model{}
	for _, id := range a.cfg.Models {
		list = append(list, model{id, "model", "llmtest"})
	}
	a.json(http.StatusOK, map[string]any{"object": "list", "data": list})
}

// chat streams the reply, or fails as told.
func (a *answer) chat() {
	if fault := faults[a.cfg.Fault]; fault != nil {
		fault(a)
		return
	}
	if !a.req.Stream {
		a.whole(a.cfg.Reply(a.req))
		return
	}
	a.stream(a.cfg.Reply(a.req))
}

// whole answers in one piece.
func (a *answer) whole(text string) {
	a.json(http.StatusOK, map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "model": a.req.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": Message{"assistant", text}}},
		"usage":   a.usage(text),
	})
}

// stream sends text in deltas, a finish reason and the usage.
func (a *answer) stream(text string) {
	a.head()
	if !a.deltas(text) {
		return
	}
	a.finish("stop")
	a.tail(text)
}

func (a *answer) head() {
	a.w.Header().Set("Content-Type", "text/event-stream")
	a.w.WriteHeader(http.StatusOK)
	a.flush()
}

// deltas reports whether the client is still there.
func (a *answer) deltas(text string) bool {
	for _, piece := range a.cfg.Cut(text) {
		if !a.wait(a.cfg.Pause) {
			return false
		}
		a.delta("content", piece)
	}
	return true
}

func (a *answer) delta(field, text string) {
	a.frame(map[string]any{"object": "chat.completion.chunk", "model": a.req.Model, "choices": []any{
		map[string]any{"index": 0, "finish_reason": nil, "delta": map[string]any{"role": "assistant", field: text}}}})
}

func (a *answer) finish(reason string) {
	a.frame(map[string]any{"object": "chat.completion.chunk", "model": a.req.Model, "choices": []any{
		map[string]any{"index": 0, "finish_reason": reason, "delta": map[string]any{}}}})
}

// tail sends the usage and the end of the stream.
func (a *answer) tail(text string) {
	a.frame(map[string]any{"object": "chat.completion.chunk", "model": a.req.Model, "choices": []any{}, "usage": a.usage(text)})
	a.raw("data: [DONE]\n\n")
}

func (a *answer) frame(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("llmtest: encode a frame: %v", err)) // maps of strings and numbers: cannot happen
	}
	a.raw("data: " + string(b) + "\n\n")
}

func (a *answer) raw(s string) {
	_, _ = a.w.Write([]byte(s)) // the client may be gone
	a.flush()
}

func (a *answer) flush() { _ = http.NewResponseController(a.w).Flush() }

// wait pauses, and reports whether the client is still there.
func (a *answer) wait(d time.Duration) bool {
	if d <= 0 {
		return a.ctx.Err() == nil
	}
	select {
	case <-time.After(d):
		return true
	case <-a.ctx.Done():
		return false
	}
}

// hang waits until the client goes away or the server is closed.
func (a *answer) hang() { <-a.ctx.Done() }

// usage counts as a modern tokenizer would, roughly: a Hangul syllable 0.7
// tokens, four Latin letters one.
func (a *answer) usage(text string) map[string]int {
	prompt := 12
	for _, m := range a.req.Messages {
		prompt += tokens(m.Content)
	}
	n := tokens(text)
	return map[string]int{"prompt_tokens": prompt, "completion_tokens": n, "total_tokens": prompt + n}
}

func tokens(text string) int {
	n := 0
	for _, r := range text {
		if r > unicode.MaxASCII {
			n += 70
		} else {
			n += 25
		}
	}
	return (n + 99) / 100
}

// embeddings answers with bags of tokens: each word adds one to a place that
// its letters determine, so equal words give exact cosines.
func (a *answer) embeddings() {
	if fault := embedFaults[a.cfg.Fault]; fault != nil {
		fault(a)
		return
	}
	type item struct {
		Object    string    `json:"object"`
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	}
	data := []item{}
	for i, text := range a.req.Input {
		data = append(data, item{"embedding", i, Vector(text, a.cfg.Dims)})
	}
	if a.cfg.Fault == ShuffledVectors {
		for i, j := 0, len(data)-1; i < j; i, j = i+1, j-1 {
			data[i], data[j] = data[j], data[i]
		}
	}
	a.json(http.StatusOK, map[string]any{"object": "list", "data": data, "model": a.req.Model,
		"usage": map[string]int{"prompt_tokens": 1, "total_tokens": 1}})
}

// Vector is the embedding of a text.
func Vector(text string, dims int) []float32 {
	v := make([]float32, dims)
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		words = []string{""}
	}
	for _, word := range words {
		h := fnv.New32a()
		_, _ = h.Write([]byte(word)) // a hash does not fail
		v[int(h.Sum32()%uint32(dims))]++
	}
	return v
}
