package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/openai-explain/openai-explain/bot/llm"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const evidence = "[1] Anyone may use it.\n[2] 누구나 쓸 수 있다."

// quick are time limits that a test can wait for.
func quick(s *llmtest.Server) llm.Config {
	return llm.Config{
		BaseURL: s.URL(), APIKey: "sk-secret-key", Model: "test-model", EmbeddingModel: "test-embed",
		FirstToken: time.Second, BetweenTokens: 500 * time.Millisecond, Total: 3 * time.Second,
		Wait: 50 * time.Millisecond, BreakAfter: 1000,
	}
}

func start(t *testing.T, cfg llmtest.Config, change func(*llm.Config)) (*llm.Client, *llmtest.Server) {
	t.Helper()
	s := llmtest.Start(cfg)
	t.Cleanup(s.Close)
	lc := quick(s)
	if change != nil {
		change(&lc)
	}
	c, err := llm.New(lc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, s
}

func generate(t *testing.T, c *llm.Client, req llm.Request) (string, error) {
	t.Helper()
	if req.User == "" {
		req.System, req.User = "Answer from the lines.", "Who may use it?\n"+evidence
	}
	var b strings.Builder
	err := c.Generate(t.Context(), req, func(text string) error { b.WriteString(text); return nil })
	return b.String(), err
}

func TestAnAnswerIsStreamedWholeHoweverItIsCut(t *testing.T) {
	t.Parallel()
	for i, cut := range []func(string) []string{llmtest.Words, llmtest.Runes, llmtest.Every(3), llmtest.Every(1000)} {
		c, _ := start(t, llmtest.Config{Reply: llmtest.Quote(2), Cut: cut}, nil)
		got, err := generate(t, c, llm.Request{})
		if want := "Anyone may use it. [1]\n누구나 쓸 수 있다. [2]"; err != nil || got != want {
			t.Errorf("cut %d: %q, %v; want %q", i, got, err, want)
		}
	}
}

func TestARequestCarriesALiteralZeroTemperatureAndLimits(t *testing.T) {
	t.Parallel()
	c, s := start(t, llmtest.Config{}, func(c *llm.Config) { c.Model = "o1-open"; c.MaxTokens = 77 })
	if _, err := generate(t, c, llm.Request{}); err != nil {
		t.Fatal(err)
	}
	r := s.Requests()[0]
	var body map[string]any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "messages")
	want := map[string]any{"model": "o1-open", "temperature": 0.0, "max_tokens": 77.0, "stream": true, "stream_options": map[string]any{"include_usage": true}}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer sk-secret-key" {
		t.Errorf("Authorization = %q", got)
	}
}

// Every fault ends as one of these, and in nothing else.
var outcomes = map[llmtest.Fault]error{
	llmtest.Down: llm.ErrUnreachable, llmtest.SlowFirst: llm.ErrTimeout, llmtest.HangBetween: llm.ErrTimeout,
	llmtest.PingsOnly: llm.ErrTimeout, llmtest.PingsBetween: llm.ErrTimeout, llmtest.ThoughtEndless: llm.ErrTimeout,
	llmtest.Status429: llm.ErrBusy, llmtest.Status429Long: llm.ErrBusy, llmtest.Status500: llm.ErrRefused,
	llmtest.Status503: llm.ErrBusy, llmtest.Status401: llm.ErrRefused, llmtest.NoModel: llm.ErrRefused,
	llmtest.ContextError: llm.ErrTooLong, llmtest.HTML: llm.ErrMalformed, llmtest.Redirect: llm.ErrRefused,
	llmtest.Malformed: llm.ErrMalformed, llmtest.Cut: llm.ErrCut, llmtest.CutHard: llm.ErrCut, llmtest.DoneFirst: llm.ErrCut,
	llmtest.Endless: llm.ErrLength, llmtest.Repeating: llm.ErrRepetition, llmtest.Empty: llm.ErrEmpty,
	llmtest.ThoughtOnly: llm.ErrEmpty, llmtest.ThoughtOpen: llm.ErrThought, llmtest.ThoughtNoOpen: llm.ErrThought,
	llmtest.Length: llm.ErrLength, llmtest.ErrorFrame: llm.ErrRefused, llmtest.ErrorSpace: llm.ErrRefused,
	llmtest.ErrorObject: llm.ErrRefused, llmtest.ErrorType: llm.ErrRefused, llmtest.ErrorLine: llm.ErrRefused,
	llmtest.ErrorNoNewline: llm.ErrRefused, llmtest.ErrorAfterPing: llm.ErrRefused, llmtest.ErrorEvent: llm.ErrRefused,
	llmtest.ErrorString: llm.ErrRefused, llmtest.ErrorSplit: llm.ErrRefused, llmtest.ErrorFinish: llm.ErrRefused,
	llmtest.NotStreamed: llm.ErrMalformed, llmtest.WrongType: llm.ErrMalformed, llmtest.Compressed: llm.ErrMalformed,
	llmtest.HugeLine: llm.ErrMalformed, llmtest.EmptyFrames: llm.ErrMalformed, llmtest.UsageLie: llm.ErrTruncatedPrompt,
}

func TestEveryFaultEndsAsANamedErrorInTime(t *testing.T) {
	t.Parallel()
	for _, fault := range llmtest.Faults() {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			c, s := start(t, llmtest.Config{Fault: fault}, func(c *llm.Config) { c.MaxTokens = 20 })
			begun := time.Now()
			_, err := generate(t, c, llm.Request{User: "Who may use it? " + strings.Repeat("An easy question. ", 20) + "\n" + evidence})
			want := outcomes[fault]
			// Frames without content end the answer after a number of them, or
			// on a busy machine after the time for the first text.
			late := fault == llmtest.EmptyFrames && errors.Is(err, llm.ErrTimeout)
			if want == nil || !errors.Is(err, want) && !late {
				t.Fatalf("error is %v, want %v", err, want)
			}
			if took := time.Since(begun); took > 6*time.Second {
				t.Errorf("took %v", took)
			}
			checkDiscreet(t, err)
			waitUntilFree(t, s)
		})
	}
}

// checkDiscreet: no upstream text in the message, no key anywhere, 200 characters at most.
func checkDiscreet(t *testing.T, err error) {
	t.Helper()
	for _, bad := range []string{"oops", "Sign in", "panic at", "sk-secret"} {
		if strings.Contains(err.Error(), bad) {
			t.Errorf("the error tells %q: %v", bad, err)
		}
	}
	var up *llm.Upstream
	if errors.As(err, &up) && (strings.Contains(up.Text, "sk-secret") || len([]rune(up.Text)) > 200) {
		t.Errorf("upstream detail is %q", up.Text)
	}
}

func waitUntilFree(t *testing.T, s *llmtest.Server) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); s.Running() > 0; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the endpoint still works on a request nobody waits for")
		}
	}
}

func TestStreamsThatAreOddButWholeAreUnderstood(t *testing.T) {
	t.Parallel()
	for fault, want := range map[llmtest.Fault]string{
		llmtest.ThoughtSplit:  "Anyone may use it. [1]",
		llmtest.LastNoNewline: "Anyone may use it. [1]!",
		llmtest.CRLF:          "Anyone may use it. [1]",
	} {
		c, _ := start(t, llmtest.Config{Fault: fault}, nil)
		if got, err := generate(t, c, llm.Request{}); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", fault, got, err, want)
		}
	}
}

func TestAThoughtWithoutItsOpeningTagIsLearnt(t *testing.T) {
	t.Parallel()
	c, _ := start(t, llmtest.Config{Fault: llmtest.ThoughtNoOpen}, nil)
	if _, err := generate(t, c, llm.Request{}); !errors.Is(err, llm.ErrThought) {
		t.Fatalf("first answer: %v", err)
	}
	if got, err := generate(t, c, llm.Request{}); got != "Anyone may use it. [1]" || err != nil {
		t.Errorf("second answer: %q, %v", got, err)
	}
}

func TestAnAnswerUnderASchemaIsGivenOnlyIfItObeys(t *testing.T) {
	t.Parallel()
	schema := json.RawMessage(`{"type":"object","properties":{"use":{"type":"array","items":{"enum":[1,2]}}},"required":["use"]}`)
	c, s := start(t, llmtest.Config{}, nil)
	got, err := generate(t, c, llm.Request{Schema: schema, SchemaName: "select"})
	if got != `{"use":[1]}` || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	s.SetFault(llmtest.Disobedient)
	if got, err := generate(t, c, llm.Request{Schema: schema}); got != "" || !errors.Is(err, llm.ErrSchema) {
		t.Errorf("prose: %q, %v", got, err)
	}
	if _, err := generate(t, c, llm.Request{Schema: json.RawMessage(`{`)}); err == nil {
		t.Error("a broken schema was sent")
	}
}

func TestARequestIsRepeatedOnceAndOnlyBeforeContent(t *testing.T) {
	t.Parallel()
	for fault, want := range map[llmtest.Fault]int{llmtest.Status503: 2, llmtest.Down: 2, llmtest.Status500: 1, llmtest.Status401: 1, llmtest.Cut: 1, llmtest.Status429Long: 1} {
		c, s := start(t, llmtest.Config{Fault: fault}, func(c *llm.Config) { c.FirstToken = 5 * time.Second })
		_, _ = generate(t, c, llm.Request{})
		if got := len(s.Requests()); got != want {
			t.Errorf("%s: %d requests, want %d", fault, got, want)
		}
	}
}

func TestAFailingEndpointIsLeftAloneAndTriedAgain(t *testing.T) {
	t.Parallel()
	c, s := start(t, llmtest.Config{Fault: llmtest.Status500}, func(c *llm.Config) { c.BreakAfter = 3; c.Cooldown = 20 * time.Millisecond })
	for range 3 {
		_, _ = generate(t, c, llm.Request{})
	}
	if _, err := generate(t, c, llm.Request{}); !errors.Is(err, llm.ErrOpenCircuit) || c.Available() {
		t.Fatalf("after three failures: %v", err)
	}
	if n := asked(s, evidence); n != 3 {
		t.Errorf("%d questions reached the endpoint, want 3", n)
	}
	for deadline := time.Now().Add(5 * time.Second); asked(s, "Hello") < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is not tried twice while it fails")
		}
	}
	if c.Available() {
		t.Error("it counts as available while every trial fails")
	}
	for _, r := range s.Requests() {
		if r.User() == "Hello" && r.MaxTokens != 1 {
			t.Errorf("a trial asks for %d tokens", r.MaxTokens)
		}
	}
	s.SetFault(llmtest.None)
	for deadline := time.Now().Add(3 * time.Second); !c.Available(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is never tried again")
		}
	}
	if got, err := generate(t, c, llm.Request{}); err != nil || got == "" {
		t.Errorf("after its recovery: %q, %v", got, err)
	}
}

// asked is how many chat requests with text in them reached the endpoint.
func asked(s *llmtest.Server, text string) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.Contains(r.User(), text) {
			n++
		}
	}
	return n
}

func TestGibberishCountsAsAFailureAlthoughTheStreamWasInOrder(t *testing.T) {
	t.Parallel()
	c, _ := start(t, llmtest.Config{}, func(c *llm.Config) { c.BreakAfter = 3; c.Cooldown = time.Hour })
	for i := range 3 {
		if i == 1 { // an answer in between that makes sense begins the count anew
			_, _ = generate(t, c, llm.Request{})
		}
		if _, err := generate(t, c, llm.Request{}); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		c.Spoiled()
	}
	if _, err := generate(t, c, llm.Request{}); err != nil {
		t.Fatalf("after two in a row: %v", err)
	}
	c.Spoiled()
	if _, err := generate(t, c, llm.Request{}); !errors.Is(err, llm.ErrOpenCircuit) {
		t.Errorf("after three in a row: %v", err)
	}
}

func TestAnEndpointWithoutEmbeddingsStillChats(t *testing.T) {
	t.Parallel()
	c, _ := start(t, llmtest.Config{Fault: llmtest.EmbeddingsAbsent}, func(c *llm.Config) { c.BreakAfter = 1; c.Cooldown = time.Hour })
	if _, err := c.Embed(t.Context(), []string{"a"}); !errors.Is(err, llm.ErrRefused) {
		t.Fatalf("vectors: %v", err)
	}
	if _, err := c.Embed(t.Context(), []string{"a"}); !errors.Is(err, llm.ErrOpenCircuit) {
		t.Errorf("vectors again: %v", err)
	}
	if _, err := generate(t, c, llm.Request{}); err != nil {
		t.Errorf("chat: %v", err)
	}
}

func TestAFullHouseIsBusyAndCancellingFreesIt(t *testing.T) {
	t.Parallel()
	c, s := start(t, llmtest.Config{Fault: llmtest.SlowFirst}, func(c *llm.Config) {
		c.Parallel, c.FirstToken, c.Total = 1, time.Minute, time.Minute
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- c.Generate(ctx, llm.Request{User: "?"}, func(string) error { return nil }) }()
	for deadline := time.Now().Add(3 * time.Second); s.Running() == 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if _, err := generate(t, c, llm.Request{}); !errors.Is(err, llm.ErrBusy) {
		t.Errorf("the second request: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled request: %v", err)
	}
	waitUntilFree(t, s)
	s.SetFault(llmtest.None)
	if _, err := generate(t, c, llm.Request{}); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestTheCallersOwnErrorEndsTheRequest(t *testing.T) {
	t.Parallel()
	c, s := start(t, llmtest.Config{Fault: llmtest.Endless}, nil)
	enough := errors.New("enough")
	err := c.Generate(t.Context(), llm.Request{User: "?"}, func(string) error { return enough })
	if err != enough {
		t.Errorf("error is %v", err)
	}
	waitUntilFree(t, s)
}

func TestVectorsComeInTheOrderOfTheTexts(t *testing.T) {
	t.Parallel()
	texts := []string{"open source", "closed source", "오픈소스 AI"}
	for i := range 100 {
		texts = append(texts, fmt.Sprint("text ", i))
	}
	c, _ := start(t, llmtest.Config{Fault: llmtest.ShuffledVectors, Dims: 32}, nil)
	got, err := c.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		if diff := cmp.Diff(llmtest.Vector(text, 32), got[i]); diff != "" {
			t.Errorf("vector of %q (-want +got):\n%s", text, diff)
		}
	}
}

func TestVectorsThatCannotBeRightAreRefused(t *testing.T) {
	t.Parallel()
	for fault, want := range map[llmtest.Fault]error{
		llmtest.FewVectors: llm.ErrMalformed, llmtest.OddVectors: llm.ErrMalformed, llmtest.RepeatedVectors: llm.ErrMalformed,
		llmtest.ZeroVectors: llm.ErrMalformed, llmtest.EmbeddingsAbsent: llm.ErrRefused, llmtest.Down: llm.ErrUnreachable,
	} {
		c, _ := start(t, llmtest.Config{Fault: fault}, nil)
		if got, err := c.Embed(t.Context(), []string{"a", "b"}); got != nil || !errors.Is(err, want) {
			t.Errorf("%s: %v, %v; want %v", fault, got, err, want)
		}
	}
}

func TestAProbeSaysWhatTheEndpointCanDo(t *testing.T) {
	t.Parallel()
	c, s := start(t, llmtest.Config{Models: []string{"other", "test-model:latest"}}, nil)
	caps, err := c.Probe(t.Context())
	if err != nil || !caps.Listed || caps.Chat != nil || caps.Schema != nil || caps.Embed != nil || caps.Dims != 64 {
		t.Errorf("an able endpoint: %+v, %v", caps, err)
	}
	s.SetFault(llmtest.Disobedient)
	if caps, err := c.Probe(t.Context()); err != nil || caps.Chat != nil || caps.Schema == nil {
		t.Errorf("one that ignores schemas: %+v, %v", caps, err)
	}
	s.SetFault(llmtest.NoModel)
	if caps, err := c.Probe(t.Context()); err != nil || !errors.Is(caps.Chat, llm.ErrRefused) {
		t.Errorf("one without the model: %+v, %v", caps, err)
	}
	s.SetFault(llmtest.Down)
	if _, err := c.Probe(t.Context()); !errors.Is(err, llm.ErrUnreachable) {
		t.Errorf("one that is down: %v", err)
	}
}

func TestABaseURLThatCannotWorkIsExplained(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                           "write http://127.0.0.1:11434/v1",
		"http://127.0.0.1:11434":     "write http://127.0.0.1:11434/v1",
		"http://127.0.0.1:11434/api": "write http://127.0.0.1:11434/v1",
		"http://127.0.0.1:11434/v1/chat/completions": "write http://127.0.0.1:11434/v1",
		"http://me:hunter2@127.0.0.1/v1":             "without the part before @",
		"file:///v1":                                 "must begin with http",
		"127.0.0.1:11434/v1":                         "not a URL",
		"http://127.0.0.1/v1?key=hunter2":            "write http://127.0.0.1/v1",
		"http://169.254.169.254/v1":                  "link-local",
		"http://[fe80::1]/v1":                        "link-local",
		"http://metadata.google.internal/v1":         "link-local",
	} {
		_, err := llm.New(llm.Config{BaseURL: raw, Model: "m"})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v; want %q", raw, err, want)
		}
	}
	for _, raw := range []string{"http://127.0.0.1:11434/v1", "https://llm.example.com/openai/v1/", "http://ollama:11434/v1beta"} {
		if _, err := llm.New(llm.Config{BaseURL: raw, Model: "m"}); err != nil {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestTheKeyIsNeverPrinted(t *testing.T) {
	t.Parallel()
	cfg := llm.Config{BaseURL: "http://127.0.0.1/v1", Model: "m", APIKey: "sk-secret"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", slog.Any("config", cfg))
	for _, s := range []string{fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg), log.String()} {
		if strings.Contains(s, "sk-secret") {
			t.Errorf("printed: %s", s)
		}
	}
	if _, err := llm.New(llm.Config{BaseURL: "http://127.0.0.1/v1", Model: "m", APIKey: "sk secret\n"}); err == nil || strings.Contains(err.Error(), "sk secret") {
		t.Errorf("a key with a line break: %v", err)
	}
}

func TestALongPromptIsReadToItsEndOrThatIsSaid(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("An easy question. ", 100)
	for fault, want := range map[llmtest.Fault]error{
		llmtest.None: nil, llmtest.Length: nil, llmtest.ContextError: llm.ErrTooLong, llmtest.UsageLie: llm.ErrTruncatedPrompt, llmtest.Down: llm.ErrUnreachable,
	} {
		c, s := start(t, llmtest.Config{Fault: fault}, nil)
		tokens, err := c.Read(t.Context(), "Answer.", long)
		if !errors.Is(err, want) || (err == nil) != (tokens > 400) {
			t.Errorf("%q: %d tokens, %v; want %v", fault, tokens, err, want)
		}
		if r := s.Requests()[0]; r.MaxTokens != 1 && fault != llmtest.Down {
			t.Errorf("%q: %d tokens were asked for", fault, r.MaxTokens)
		}
	}
}
