package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/bot/llm"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
)

// endpoint is a fake endpoint and the generator that asks it.
func endpoint(t *testing.T, cfg llmtest.Config, log *slog.Logger) (*generator, *llmtest.Server) {
	t.Helper()
	s := llmtest.Start(cfg)
	t.Cleanup(s.Close)
	g, err := modelOptions{OpenAIBaseURL: s.URL(), OpenAIModel: "test-model"}.generator(log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g, s
}

func chosenBy(t *testing.T, g *generator) (string, error) {
	t.Helper()
	var b strings.Builder
	err := g.Generate(t.Context(), answer.ModelRequest{
		System: "JSON please", Plain: "a line please", User: "Q?\n[1] one\n[2] two",
		Schema: []byte(`{"type":"object","properties":{"use":{"enum":[1]}},"required":["use"]}`),
	}, func(s string) error { b.WriteString(s); return nil })
	return b.String(), err
}

func TestAnEndpointThatIgnoresSchemasIsAskedForALineFromThenOn(t *testing.T) {
	t.Parallel()
	reply := func(r llmtest.Request) string { // prose to a schema, the line otherwise
		if r.System() == "a line please" {
			return "USE 1"
		}
		return "Certainly! I would use the first."
	}
	g, s := endpoint(t, llmtest.Config{Reply: reply}, slog.New(slog.DiscardHandler))
	for n, requests := range []int{2, 3} { // the second question costs one request only
		if got, err := chosenBy(t, g); got != "USE 1" || err != nil {
			t.Fatalf("question %d: %q, %v", n, got, err)
		}
		if len(s.Requests()) != requests {
			t.Errorf("question %d: %d requests so far, want %d", n, len(s.Requests()), requests)
		}
	}
}

func TestAProbeSettlesHowTheEndpointIsAsked(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	g, s := endpoint(t, llmtest.Config{Fault: llmtest.Disobedient, Models: []string{"another"}}, slog.New(slog.NewTextHandler(&log, nil)))
	g.probe(t.Context())
	for _, want := range []string{"schema=false", "listed=false", "the model is not in the endpoint's list"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, log.String())
		}
	}
	s.SetFault(llmtest.None)
	s.SetReply(llmtest.Say("USE 1"))
	before := len(s.Requests())
	if got, err := chosenBy(t, g); got != "USE 1" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if r := s.Requests()[before:]; len(r) != 1 || r[0].Schema != nil || r[0].System() != "a line please" {
		t.Errorf("%d requests, the first with the schema %s", len(r), r[0].Schema)
	}
}

func TestAProbeOfAnEndpointThatIsDownEndsWithTheProgram(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	g, _ := endpoint(t, llmtest.Config{Fault: llmtest.Down}, slog.New(slog.NewTextHandler(&log, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	g.log = slog.New(slog.NewTextHandler(writerFunc(func(b []byte) (int, error) { cancel(); return log.Write(b) }), nil))
	go func() { g.probe(ctx); close(done) }()
	<-done
	if n := strings.Count(log.String(), "does not answer"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestAPromptThatDoesNotFitIsNamedForTheAnswerer(t *testing.T) {
	t.Parallel()
	for fault, kind := range map[llmtest.Fault]error{llmtest.ContextError: llm.ErrTooLong, llmtest.UsageLie: llm.ErrTruncatedPrompt} {
		g, _ := endpoint(t, llmtest.Config{Fault: fault}, slog.New(slog.DiscardHandler))
		err := g.Generate(t.Context(), answer.ModelRequest{User: strings.Repeat("An easy question. ", 40)}, func(string) error { return nil })
		if !errors.Is(err, answer.ErrPromptTooLong) || !errors.Is(err, kind) {
			t.Errorf("%s: %v", fault, err)
		}
	}
}
