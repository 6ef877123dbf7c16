package llm_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/llm"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
)

// against is a client of an endpoint that a handler plays.
func against(t *testing.T, h http.HandlerFunc, change func(*llm.Config)) *llm.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg := llm.Config{BaseURL: s.URL + "/v1", Model: "m", EmbeddingModel: "e", FirstToken: 5 * time.Second, Total: 10 * time.Second, BreakAfter: 1000}
	if change != nil {
		change(&cfg)
	}
	c, err := llm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

const (
	pieceFrame  = `data: {"choices":[{"index":0,"delta":{"content":%q}}]}` + "\n\n"
	finishFrame = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n"
	doneFrame   = "data: [DONE]\n\n"
)

// stream writes a whole stream.
func stream(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = w.Write([]byte(text))
}

func TestStreamsOfAMaliciousServerEndWithinTheirLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want error
		say  string
	}{
		"hundreds of pings before the answer": {strings.Repeat(": ping\n\n", 2000) + fmt.Sprintf(pieceFrame, "Yes.") + finishFrame + doneFrame, nil, "Yes."},
		"pings in the middle of the answer":   {fmt.Sprintf(pieceFrame, "Yes") + strings.Repeat(":\n", 2000) + fmt.Sprintf(pieceFrame, ".") + finishFrame, nil, "Yes."},
		"tool calls with odd arguments":       {`data: {"id":7,"choices":[{"index":0,"delta":{"content":"Yes.","tool_calls":[{"id":7,"function":{"arguments":{"a":1}}}]}}]}` + "\n\n" + finishFrame, nil, "Yes."},
		"a usage beyond all bounds":           {fmt.Sprintf(pieceFrame, "Yes.") + finishFrame + `data: {"choices":[],"usage":{"prompt_tokens":1e300}}` + "\n\n" + doneFrame, nil, "Yes."},
		"a negative usage":                    {fmt.Sprintf(pieceFrame, "Yes.") + finishFrame + `data: {"choices":[],"usage":{"prompt_tokens":-5}}` + "\n\n" + doneFrame, nil, "Yes."},
		"a second choice":                     {fmt.Sprintf(pieceFrame, "Yes.") + `data: {"choices":[{"index":1,"delta":{"content":"No."}}]}` + "\n\n" + finishFrame, nil, "Yes."},
		"text after the end":                  {fmt.Sprintf(pieceFrame, "Yes.") + finishFrame + doneFrame + fmt.Sprintf(pieceFrame, "No."), nil, "Yes."},
		"JSON a hundred thousand levels deep": {"data: " + strings.Repeat("[", 100_000) + "\n\n", llm.ErrMalformed, ""},
		"an event of more lines than 32 MiB":  {strings.Repeat("data: "+strings.Repeat("x", 1<<16)+"\n", 600), llm.ErrMalformed, ""},
		"a million empty deltas":              {strings.Repeat(fmt.Sprintf(pieceFrame, ""), 1_000_000), llm.ErrMalformed, ""},
		"bytes that are no text":              {"data: \xff\xfe\x00\n\n", llm.ErrMalformed, ""},
		"a finish reason that is a number":    {`data: {"choices":[{"index":0,"delta":{},"finish_reason":7}]}` + "\n\n", llm.ErrMalformed, ""},
		"an unknown finish reason":            {fmt.Sprintf(pieceFrame, "Yes.") + strings.Replace(finishFrame, "stop", "tool_calls", 1), llm.ErrMalformed, "Yes."},
		"content that is an object":           {`data: {"choices":[{"index":0,"delta":{"content":{"a":1}}}]}` + "\n\n", llm.ErrMalformed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := against(t, func(w http.ResponseWriter, _ *http.Request) { stream(w, c.text) }, nil)
			got, err := generate(t, client, llm.Request{})
			if got != c.say || !errors.Is(err, c.want) {
				t.Errorf("%q, %v; want %q, %v", got, err, c.say, c.want)
			}
		})
	}
}

func TestAHeadThatIsNoHeadOfAnAnswerIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"headers without end": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 200 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1000))
			}
			stream(w, fmt.Sprintf(pieceFrame, "Yes.")+finishFrame)
		}, llm.ErrUnreachable},
		"a redirect that does not say where": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) }, llm.ErrRefused},
		"no content":                         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, llm.ErrRefused},
	} {
		client := against(t, c.answer, nil)
		if got, err := generate(t, client, llm.Request{}); got != "" || !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", name, got, err, c.want)
		}
	}
}

func TestALongListOfModelsIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":[`))
		for {
			if _, err := w.Write([]byte(`{"id":"` + strings.Repeat("x", 1<<16) + `"},`)); err != nil {
				return
			}
		}
	}, nil)
	if _, err := c.Probe(t.Context()); !errors.Is(err, llm.ErrMalformed) {
		t.Errorf("error is %v", err)
	}
}

// Which clock ended an answer: the note says so.
func TestEachTimeLimitIsItsOwn(t *testing.T) {
	t.Parallel()
	for fault, want := range map[llmtest.Fault]string{
		llmtest.SlowFirst: "no text within", llmtest.PingsOnly: "no text within",
		llmtest.ThoughtEndless: "no text within", // thought is no answer, however lively
		llmtest.HangBetween:    "nothing more within",
		llmtest.PingsBetween:   "nothing more within", // a keep-alive is no token
		llmtest.Endless:        "no end within",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			c, _ := start(t, llmtest.Config{Fault: fault}, func(c *llm.Config) {
				c.FirstToken, c.BetweenTokens, c.Total = time.Second, 400*time.Millisecond, 2*time.Second
				if fault == llmtest.SlowFirst || fault == llmtest.PingsOnly {
					c.BetweenTokens = 10 * time.Millisecond // counts from the first token only
				}
			})
			_, err := generate(t, c, llm.Request{MaxTokens: 100_000})
			if !errors.Is(err, llm.ErrTimeout) || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want %q in it", err, want)
			}
		})
	}
}

func TestARetryWaitsForAsLongAsTheEndpointAsks(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	var first time.Time
	var waited time.Duration
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			first = time.Now()
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		waited = time.Since(first)
		stream(w, fmt.Sprintf(pieceFrame, "Yes.")+finishFrame)
	}, nil)
	if got, err := generate(t, c, llm.Request{}); got != "Yes." || err != nil || calls.Load() != 2 {
		t.Fatalf("%q, %v after %d requests", got, err, calls.Load())
	}
	if waited < time.Second {
		t.Errorf("it came back after %v", waited)
	}
}

// llama-server closes idle connections after five seconds: the next request on
// such a connection fails before anything was answered.
func TestAConnectionThatWasClosedMeanwhileIsNoFailure(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if conns.Load() == 1 {
			stream(w, fmt.Sprintf(pieceFrame, "Yes.")+finishFrame+doneFrame)
			return
		}
		stream(w, fmt.Sprintf(pieceFrame, "Again.")+finishFrame+doneFrame)
	}))
	held := make(chan net.Conn, 10)
	s.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
			held <- c
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c, err := llm.New(llm.Config{BaseURL: s.URL + "/v1", Model: "m"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if got, err := generate(t, c, llm.Request{}); got != "Yes." || err != nil {
		t.Fatalf("first: %q, %v", got, err)
	}
	_ = (<-held).Close()
	if got, err := generate(t, c, llm.Request{}); got != "Again." || err != nil {
		t.Errorf("second: %q, %v", got, err)
	}
}
