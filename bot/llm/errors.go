package llm

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// What can go wrong. Every error of this package is one of these, to be found
// with errors.Is, or the caller's own context error.
var (
	ErrUnreachable     = errors.New("the endpoint cannot be reached")
	ErrTimeout         = errors.New("the endpoint took too long")
	ErrBusy            = errors.New("too many requests at once")              // our own limit, or HTTP 429 and 503
	ErrOpenCircuit     = errors.New("the endpoint failed and is left alone")  // for Config.Cooldown
	ErrRefused         = errors.New("the endpoint reported an error")         // a status, a redirect, an error in the stream
	ErrTooLong         = errors.New("the prompt is too long for the model")   // said by the endpoint
	ErrTruncatedPrompt = errors.New("the endpoint cut the prompt in silence") // concluded from its usage
	ErrCut             = errors.New("the stream ended before the answer did")
	ErrMalformed       = errors.New("the answer is not what the protocol asks for")
	ErrSchema          = errors.New("the answer does not follow the schema")
	ErrLength          = errors.New("the answer reached its limit before its end")
	ErrRepetition      = errors.New("the answer repeats itself")
	ErrEmpty           = errors.New("the answer is empty")
	ErrThought         = errors.New("the answer is not separable from the model's reasoning") // what was emitted is to be discarded
)

// Error is a failed request. Its text never holds what the endpoint wrote:
// that is in [Upstream], which errors.As finds, for an operator's eyes only.
type Error struct {
	Op     string // "generate", "embed", "list models"
	Kind   error  // one of the errors above
	Status int    // HTTP status, 0 where it is not about one
	Note   string // our own words: which limit, which rule
	cause  error
	after  time.Duration
}

// Upstream is what the endpoint wrote about an error: at most 200 characters of
// it, on one line, without the API key.
type Upstream struct{ Text string }

func (u *Upstream) Error() string { return u.Text }

func (e *Error) Error() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.Kind.Error())
	if e.Status != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.Status)
	}
	if e.Note != "" {
		b.WriteString(": " + e.Note)
	}
	return b.String()
}

// Unwrap gives the named error and what lies under it.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.cause}
}

func fail(kind error, note string) *Error { return &Error{Kind: kind, Note: note} }

// upstream is fail with what the endpoint wrote.
func upstream(kind error, note, text, secret string) *Error {
	e := fail(kind, note)
	if text = redact(text, secret); text != "" {
		e.cause = &Upstream{Text: text}
	}
	return e
}

// redact makes foreign text fit for an operator's log: one line, no control
// characters, no key, at most 200 characters.
func redact(text, secret string) string {
	if secret != "" {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	words := strings.Fields(text)
	for i := range words {
		if i > 0 && strings.EqualFold(words[i-1], "bearer") {
			words[i] = "[redacted]"
		}
	}
	return clip(strings.Join(words, " "), 200)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}
