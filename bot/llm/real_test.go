package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/llm"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest/gguf"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest/ollama"
)

// realServer is the Ollama at TEST_LLM_URL; see package ollama.
func realServer(t *testing.T) *ollama.Server {
	t.Helper()
	at := os.Getenv("TEST_LLM_URL")
	if at == "" {
		t.Skip("TEST_LLM_URL is not set: no real server to test against (make test-llm builds and runs one)")
	}
	s, err := ollama.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scripted gives the server a model that says what s says, and connects to it.
func scripted(t *testing.T, name string, s gguf.Script) *llm.Client {
	t.Helper()
	file, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return loaded(t, name, file, 0, llm.Config{})
}

func loaded(t *testing.T, name string, file []byte, context int, cfg llm.Config) *llm.Client {
	t.Helper()
	server := realServer(t)
	if err := server.Create(t.Context(), name, file, context); err != nil {
		t.Fatal(err)
	}
	if cfg.BaseURL == "" {
		cfg.BaseURL = server.URL
	}
	cfg.Model, cfg.BreakAfter = name, 1_000_000
	c, err := llm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestRealServerAnswersInFull(t *testing.T) {
	realServer(t)
	for name, text := range map[string]string{
		"test-english": "Open source means opening a program’s source code so that anyone can use it. [1]\nIt is compared to a kimchi recipe. [2]",
		"test-korean":  "오픈소스란 프로그램의 소스 코드를 공개해 누구든지 쓸 수 있게 하는 것입니다. [1]\n김치 레시피에 비유할 수 있습니다. [2]",
	} {
		c := scripted(t, name, gguf.Script{Text: text})
		if got, err := generate(t, c, llm.Request{System: "Answer.", User: "오픈소스가 뭐야? What is open source?", MaxTokens: 300}); err != nil || got != text {
			t.Errorf("%s: %v: %q", name, err, got)
		}
	}
}

func TestRealServerNeverShowsAThought(t *testing.T) {
	realServer(t)
	for name, text := range map[string]string{
		"test-think":         "<think>\nThe user wants a SECRET thing.\n</think>\n\nAnyone may use it. [1]",
		"test-think-no-open": "The user wants a SECRET thing.\n</think>\n\nAnyone may use it. [1]",
	} {
		c := scripted(t, name, gguf.Script{Text: text})
		var got string
		for range 2 { // the second time, the client knows that the model opens no tag
			var err error
			if got, err = generate(t, c, llm.Request{User: "What?", MaxTokens: 300}); err != nil && !errors.Is(err, llm.ErrThought) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got != "Anyone may use it. [1]" {
			t.Errorf("%s: %q", name, got)
		}
	}
	c := scripted(t, "test-think-open", gguf.Script{Text: "<think>\nThe user wants a SECRET thing, and I do not stop."})
	if got, err := generate(t, c, llm.Request{User: "What?", MaxTokens: 300}); !errors.Is(err, llm.ErrThought) || got != "" {
		t.Errorf("an open thought: %v: %q", err, got)
	}
}

func TestRealServerEndlessLoopIsEnded(t *testing.T) {
	realServer(t)
	c := scripted(t, "test-loop", gguf.Script{Text: "and so on it goes, again and ", Loop: true})
	if got, err := generate(t, c, llm.Request{User: "What?", MaxTokens: 100_000, MaxChars: 1 << 20}); !errors.Is(err, llm.ErrRepetition) || len(got) > 2000 {
		t.Errorf("%v after %d bytes", err, len(got))
	}
	if got, err := generate(t, c, llm.Request{User: "What?", MaxTokens: 20}); !errors.Is(err, llm.ErrLength) && !errors.Is(err, llm.ErrRepetition) {
		t.Errorf("with max_tokens: %v: %q", err, got)
	}
}

func TestRealServerObeysASchemaEvenWithRandomWeights(t *testing.T) {
	realServer(t)
	c := loaded(t, "test-random", gguf.Random(1, true), 8192, llm.Config{})
	schema := json.RawMessage(`{"type":"object","properties":{"answerable":{"type":"boolean"},"use":{"type":"array","items":{"type":"integer","minimum":1,"maximum":4},"maxItems":4}},"required":["answerable","use"],"additionalProperties":false}`)
	valid, other := 0, map[string]int{}
	for i := range 50 {
		got, err := generate(t, c, llm.Request{User: strings.Repeat("Question ", i+1), MaxTokens: 200, Schema: schema})
		switch {
		case err == nil && json.Valid([]byte(got)):
			valid++
		case err == nil:
			t.Errorf("not JSON: %q", got)
		default:
			other[err.Error()]++
		}
	}
	t.Logf("%d of 50 are valid; others: %v", valid, other)
	if valid < 45 {
		t.Errorf("%d of 50 are valid; others: %v", valid, other)
	}
}

func TestRealServerCutsALongPromptAndThatIsNoticed(t *testing.T) {
	realServer(t)
	c := scripted(t, "test-short", gguf.Script{Text: "An answer that rests on what was not read. [1]"})
	if got, err := generate(t, c, llm.Request{User: strings.Repeat("a long prompt ", 1500), MaxTokens: 100}); !errors.Is(err, llm.ErrTruncatedPrompt) {
		t.Errorf("%v: %q", err, got)
	}
}

func TestRealServerIsAskedAtTemperatureZero(t *testing.T) {
	server := realServer(t)
	recorder := record(t, server.URL)
	file, err := gguf.Script{Text: "The right answer. [1]", Other: "A wrong answer. [2]"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	c := loaded(t, "test-branch", file, 0, llm.Config{BaseURL: recorder.url})
	for range 30 {
		if got, err := generate(t, c, llm.Request{User: "Which?", MaxTokens: 50}); err != nil || got != "The right answer. [1]" {
			t.Errorf("%v: %q", err, got)
		}
	}
	for _, body := range recorder.bodies {
		if !strings.Contains(body, `"temperature":0,`) && !strings.Contains(body, `"temperature":0}`) {
			t.Fatalf("the request says %s", body)
		}
	}
	// What would happen else: the model does say the other text.
	if n := recorder.wrong(t, server.URL); n == 0 {
		t.Error("without a temperature the other text never came: the test proves nothing")
	}
}

func TestRealServerGivesVectors(t *testing.T) {
	server := realServer(t)
	file, err := gguf.Script{Text: "Anything at all. [1]"}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Create(t.Context(), "test-embed", file, 0); err != nil {
		t.Fatal(err)
	}
	c, err := llm.New(llm.Config{BaseURL: server.URL, EmbeddingModel: "test-embed"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	texts := []string{"open source", "something else", "open source", "한국어"}
	got, err := c.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(texts) || len(got[0]) < 300 || cosine(got[0], got[2]) < 0.999 {
		t.Errorf("%d vectors of %d dimensions, equal texts have the cosine %.3f", len(got), len(got[0]), cosine(got[0], got[2]))
	}
}

func TestRealServerIsProbed(t *testing.T) {
	realServer(t)
	c := scripted(t, "test-hello", gguf.Script{Text: "Hello there."})
	caps, err := c.Probe(t.Context())
	if err != nil || !caps.Listed || caps.Chat != nil {
		t.Errorf("%+v: %v", caps, err)
	}
	t.Logf("chat %v, schema %v, %d models, %v", caps.Chat, caps.Schema, len(caps.Models), caps.Elapsed.Round(time.Millisecond))
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+float64(a[i])*float64(b[i]), aa+float64(a[i])*float64(a[i]), bb+float64(b[i])*float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// recorder stands between the client and the server and keeps what was sent.
type recorder struct {
	url    string
	mu     sync.Mutex
	bodies []string
}

func record(t *testing.T, target string) *recorder {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: u.Scheme, Host: u.Host})
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.bodies = append(r.bodies, string(body))
		r.mu.Unlock()
		req.Body = io.NopCloser(strings.NewReader(string(body)))
		proxy.ServeHTTP(w, req)
	}))
	t.Cleanup(front.Close)
	r.url = front.URL + "/v1"
	return r
}

// wrong sends the last request 30 times without its temperature, and counts how
// often the unlikelier text comes.
func (r *recorder) wrong(t *testing.T, url string) int {
	t.Helper()
	r.mu.Lock()
	body := strings.NewReplacer(`"temperature":0`, `"seed":SEED`, `"stream":true`, `"stream":false`).Replace(r.bodies[len(r.bodies)-1])
	r.mu.Unlock()
	n := 0
	for i := range 30 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/chat/completions", strings.NewReader(strings.Replace(body, "SEED", strconv.Itoa(i+1), 1)))
		if err != nil {
			t.Fatal(err)
		}
		req.Close = true
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close() // it was read to its end
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(got), "A wrong answer") {
			n++
		}
	}
	t.Logf("without a temperature the unlikelier text came %d times of 30", n)
	return n
}
