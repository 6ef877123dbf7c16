package llm

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	openai "github.com/sashabaranov/go-openai"
)

// generation is one answer being received.
type generation struct {
	c         *Client
	request   openai.ChatCompletionRequest
	estimate  int
	maxTokens int
	maxChars  int
	schema    *jsonschema.Schema
	emit      func(string) error

	thoughts thoughts
	loop     *loop
	hold     bool
	held     strings.Builder // visible text that is not handed on yet
	chars    int
	begun    bool // something visible came
	given    bool // something was handed on
	read     int  // tokens of the prompt, as the endpoint counts them; 0: it does not
}

func newGeneration(c *Client, req Request, schema *jsonschema.Schema, emit func(string) error) *generation {
	g := &generation{
		c: c, schema: schema, emit: emit, maxTokens: req.MaxTokens, maxChars: req.MaxChars,
		thoughts: thoughts{tags: c.tags}, loop: newLoop(),
		hold: req.Hold || schema != nil || c.hold.Load(),
	}
	if g.maxTokens <= 0 {
		g.maxTokens = c.cfg.MaxTokens
	}
	if g.maxChars <= 0 {
		g.maxChars = 8 * g.maxTokens
	}
	g.request = chatRequest(req)
	for _, m := range g.request.Messages {
		g.estimate += EstimateTokens(m.Content)
	}
	return g
}

// chatRequest leaves out what the transport writes itself (see complete): the
// library would refuse limits for a model whose name begins like one of OpenAI's.
func chatRequest(req Request) openai.ChatCompletionRequest {
	out := openai.ChatCompletionRequest{Model: "local", Stream: true}
	if req.System != "" {
		out.Messages = append(out.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleSystem, Content: Defuse(req.System)})
	}
	out.Messages = append(out.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: Defuse(req.User)})
	if len(req.Schema) > 0 {
		name := req.SchemaName
		if name == "" {
			name = "answer"
		}
		out.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: name, Schema: req.Schema, Strict: true},
		}
	}
	return out
}

func compileSchema(raw json.RawMessage) (*jsonschema.Schema, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		return nil, fmt.Errorf("generate: decode the schema: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("mem:schema", doc); err != nil {
		return nil, fmt.Errorf("generate: read the schema: %w", err)
	}
	schema, err := compiler.Compile("mem:schema")
	if err != nil {
		return nil, fmt.Errorf("generate: compile the schema: %w", err)
	}
	return schema, nil
}

// take receives a piece of the model's text.
func (g *generation) take(piece string, w *watch) error {
	if piece == "" {
		return nil
	}
	text, reset := g.thoughts.next(piece, false)
	return g.pass(text, reset, w)
}

// pass checks visible text and hands it on, or keeps it.
func (g *generation) pass(text string, reset bool, w *watch) error {
	if reset {
		g.c.hold.Store(true)
		if g.given {
			return fail(ErrThought, "the thought began without a tag")
		}
		g.held.Reset()
		g.chars, g.begun, g.loop = 0, false, newLoop()
	}
	if !g.begun {
		if text = strings.TrimLeft(text, " \t\r\n"); text == "" {
			return nil
		}
		g.begun = true
		if w != nil {
			w.useful()
		}
	}
	if text == "" {
		return nil
	}
	if g.chars += utf8.RuneCountInString(text); g.chars > g.maxChars {
		return fail(ErrLength, fmt.Sprintf("more than %d characters", g.maxChars))
	}
	if g.loop.add(text) {
		return fail(ErrRepetition, "")
	}
	if g.hold {
		g.held.WriteString(text)
		return nil
	}
	return g.give(text)
}

func (g *generation) give(text string) error {
	g.given = true
	if err := g.emit(text); err != nil {
		return emitError{err}
	}
	return nil
}

// emitError is what the caller's own function returned.
type emitError struct{ error }

func (e emitError) Unwrap() error { return e.error }

// end judges an answer whose stream ended with a finish_reason.
func (g *generation) end(x *exchange) error {
	g.read = x.read
	text, reset := g.thoughts.next("", true)
	if err := g.pass(text, reset, nil); err != nil {
		return err
	}
	if err := g.c.gauge.check(g.estimate, x.read); err != nil {
		return err
	}
	if err := g.finish(x); err != nil {
		return err
	}
	if g.schema != nil {
		return g.giveJSON()
	}
	if g.hold {
		return g.give(g.held.String())
	}
	return nil
}

// finish says whether the end of the stream is the end of an answer.
func (g *generation) finish(x *exchange) error {
	switch x.finish {
	case "stop":
	case "length":
		note := fmt.Sprintf("%d tokens", g.maxTokens)
		if !g.begun {
			note += ", all of them thought"
		} else if g.hold && g.schema == nil && g.thoughts.stray == 0 && !g.thoughts.unfinished() {
			if err := g.give(g.held.String()); err != nil {
				return err
			}
		}
		return fail(ErrLength, note)
	case "content_filter":
		return fail(ErrRefused, "by its content filter")
	default:
		return fail(ErrMalformed, "it finished for an unknown reason")
	}
	switch {
	case g.thoughts.unfinished():
		return fail(ErrThought, "the thought did not end")
	case !g.begun && x.thought:
		return fail(ErrEmpty, "there was only thought")
	case !g.begun:
		return fail(ErrEmpty, "")
	}
	return nil
}

// giveJSON hands on an answer that obeys the schema.
func (g *generation) giveJSON() error {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(g.held.String()))
	if err != nil {
		return fail(ErrSchema, "it is not JSON")
	}
	if err := g.schema.Validate(doc); err != nil {
		return fail(ErrSchema, "")
	}
	return g.give(g.held.String())
}
