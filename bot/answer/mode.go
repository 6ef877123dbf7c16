package answer

import (
	"context"
	"encoding/json"
	"errors"
)

// Mode says how a model takes part.
type Mode string

const (
	// ModeSelect lets the model choose among the claims and their order. What it
	// writes is never shown.
	ModeSelect Mode = "select"
	// ModeWrite lets the model write; each sentence passes the guard or is not shown.
	ModeWrite Mode = "write"
)

// Model generates text.
type Model interface {
	// Generate calls emit with the pieces of the text as they come. It returns
	// nil only when the text came to a proper end; an error of emit ends it and
	// is returned.
	Generate(ctx context.Context, r ModelRequest, emit func(text string) error) error
}

// ErrPromptTooLong is in the error of a Model that could not read the whole of
// a prompt, whether it said so or was found out. It is asked again with half of
// the evidence, once.
var ErrPromptTooLong = errors.New("the prompt does not fit the model")

// Critic is a Model that wants to know of replies that made no sense, although
// they came to a proper end: an endpoint that only says such things is better
// left alone.
type Critic interface {
	Spoiled()
}

// ModelRequest is what a model is asked.
type ModelRequest struct {
	System, User string
	MaxTokens    int             // tokens it may write
	Schema       json.RawMessage // JSON schema the text has to follow, or nil
	Plain        string          // with Schema: System in place of it where the endpoint takes no schema
}
