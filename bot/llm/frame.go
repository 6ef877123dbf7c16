package llm

import (
	"bytes"
	"encoding/json"
	"strings"
)

// frame is what we use of one piece of a stream.
type frame struct {
	content string
	thought bool // some reasoning came with it
	finish  string
	read    int // prompt tokens, where the frame holds a usage
	model   string
	done    bool // [DONE]
}

// rawFrame is tolerant: servers send numeric ids, fractional times, content as
// parts. Only what is used is decoded.
type rawFrame struct {
	Error   json.RawMessage `json:"error"`
	Object  string          `json:"object"`
	Type    string          `json:"type"`
	Detail  json.RawMessage `json:"detail"`
	Message json.RawMessage `json:"message"`
	Model   string          `json:"model"`
	Choices []struct {
		Index        json.Number     `json:"index"`
		FinishReason json.RawMessage `json:"finish_reason"`
		Error        json.RawMessage `json:"error"`
		Delta        *struct {
			Content          json.RawMessage `json:"content"`
			Reasoning        json.RawMessage `json:"reasoning"`
			ReasoningContent json.RawMessage `json:"reasoning_content"`
			Refusal          json.RawMessage `json:"refusal"`
		} `json:"delta"`
	} `json:"choices"`
	Usage *struct {
		PromptTokens float64 `json:"prompt_tokens"`
	} `json:"usage"`
}

// decodeFrame reads an event, or says what the endpoint reported with it.
func decodeFrame(e event, secret string) (frame, error) {
	if e.bare != "" {
		if strings.HasPrefix(e.bare, "error") || strings.HasPrefix(e.bare, "{") {
			return frame{}, reported(e.bare, secret)
		}
		return frame{}, upstream(ErrMalformed, "a line that is no server-sent event", e.bare, secret)
	}
	if strings.TrimSpace(e.data) == "[DONE]" {
		return frame{done: true}, nil
	}
	var raw rawFrame
	if err := json.Unmarshal([]byte(e.data), &raw); err != nil {
		if e.name == "error" {
			return frame{}, reported(e.data, secret)
		}
		return frame{}, upstream(ErrMalformed, "a frame that is not JSON", e.data, secret)
	}
	if e.name == "error" || present(raw.Error) || raw.Object == "error" || raw.Type == "error" ||
		raw.Choices == nil && (present(raw.Detail) || present(raw.Message)) {
		return frame{}, reported(e.data, secret)
	}
	return raw.frame(e.data, secret)
}

func (raw *rawFrame) frame(data, secret string) (frame, error) {
	f := frame{model: raw.Model}
	if raw.Usage != nil && raw.Usage.PromptTokens > 0 && raw.Usage.PromptTokens < 1e9 {
		f.read = int(raw.Usage.PromptTokens)
	}
	for _, c := range raw.Choices {
		if c.Index != "" && c.Index != "0" {
			continue
		}
		if present(c.Error) {
			return frame{}, reported(data, secret)
		}
		if present(c.FinishReason) && json.Unmarshal(c.FinishReason, &f.finish) != nil {
			return frame{}, upstream(ErrMalformed, "a finish reason that is no text", data, secret)
		}
		if f.finish == "error" {
			return frame{}, reported(data, secret)
		}
		if c.Delta == nil {
			continue
		}
		text, ok := contentText(c.Delta.Content)
		if !ok {
			return frame{}, upstream(ErrMalformed, "content that is no text", data, secret)
		}
		f.content += text
		f.thought = f.thought || notEmpty(c.Delta.Reasoning) || notEmpty(c.Delta.ReasoningContent)
	}
	return f, nil
}

// clean is the frame as go-openai reads it.
func (f frame) clean() ([]byte, error) {
	choice := map[string]any{"index": 0, "delta": map[string]string{"content": f.content}}
	if f.finish != "" {
		choice["finish_reason"] = f.finish
	}
	b, err := json.Marshal(map[string]any{"object": "chat.completion.chunk", "model": f.model, "choices": []any{choice}})
	if err != nil {
		return nil, err
	}
	return append(append([]byte("data: "), b...), "\n\n"...), nil
}

func present(raw json.RawMessage) bool {
	return len(raw) > 0 && !bytes.Equal(raw, []byte("null"))
}

func notEmpty(raw json.RawMessage) bool {
	return present(raw) && !bytes.Equal(raw, []byte(`""`))
}

// contentText reads content that is null, a text or a list of parts.
func contentText(raw json.RawMessage) (string, bool) {
	if !present(raw) {
		return "", true
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, true
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", false
	}
	for _, p := range parts {
		if p.Type == "text" || p.Type == "output_text" || p.Type == "" {
			text += p.Text
		}
	}
	return text, true
}

// reported is an error that the endpoint put into its answer.
func reported(text, secret string) error {
	if aboutContext(text) {
		return upstream(ErrTooLong, "", text, secret)
	}
	return upstream(ErrRefused, "inside its answer", text, secret)
}

// aboutContext recognises the ways servers say that a prompt is too long.
func aboutContext(text string) bool {
	text = strings.ToLower(text)
	for _, phrase := range []string{"exceed_context_size", "context_length_exceeded", "context size", "context length",
		"context window", "maximum context", "n_ctx", "prompt is too long", "too many tokens"} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}
