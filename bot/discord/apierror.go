package discord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// apiError is an answer of Discord's that is not a success.
type apiError struct {
	op      string
	Status  int           // HTTP
	Code    int           // Discord's, 0 where it gave none
	Message string        // Discord's, one line, at most 200 bytes
	After   time.Duration // of a 429
	Global  bool          // of a 429: every request is meant
	foreign bool          // not from Discord itself but from what stands before it: HTML
}

// Error codes (topics/opcodes-and-status-codes, "JSON Error Codes").
const (
	codeUnknownChannel     = 10003
	codeUnknownMessage     = 10008
	codeUnknownWebhook     = 10015 // also an interaction that is not acknowledged, or over
	codeUnknownInteraction = 10062
	codeThreadNotStarted   = 40058 // the post has no first message yet
	codeAcknowledged       = 40060
	codeMissingAccess      = 50001
	codeCannotMessageUser  = 50007
	codeMissingPermissions = 50013
	codeInvalidToken       = 50027 // of a webhook or an interaction
	codeInvalidForm        = 50035
	codeThreadArchived     = 50083
	codeNoHistory          = 160002 // cannot reply without READ_MESSAGE_HISTORY
	codeThreadLocked       = 160005
)

// blindPause is how long to wait after a 429 that does not say: Cloudflare's, in HTML.
const blindPause = 30 * time.Second

// newAPIError is nil for a success.
func newAPIError(op string, resp *http.Response, answer []byte) *apiError {
	if resp.StatusCode < 300 {
		return nil
	}
	var body struct {
		Code       int     `json:"code"`
		Message    string  `json:"message"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
	}
	isJSON := json.Valid(answer) && decode(answer, &body)
	e := &apiError{op: op, Status: resp.StatusCode, Code: body.Code, Message: oneLine(body.Message), foreign: !isJSON}
	if e.Status != http.StatusTooManyRequests {
		return e
	}
	e.Global = body.Global || resp.Header.Get("X-RateLimit-Global") != "" || resp.Header.Get("X-RateLimit-Scope") == "global"
	e.After = seconds(body.RetryAfter)
	for _, h := range []string{"Retry-After", "X-RateLimit-Reset-After"} {
		if s, err := strconv.ParseFloat(resp.Header.Get(h), 64); err == nil && e.After == 0 {
			e.After = seconds(s)
		}
	}
	if e.After == 0 {
		e.After = blindPause
	}
	return e
}

// seconds bounds what Discord says to a day, so that no number stops the bot for ever.
func seconds(s float64) time.Duration {
	return time.Duration(min(max(s, 0), 86400) * float64(time.Second))
}

func oneLine(s string) string {
	b := []rune(tidy(s))
	for i, r := range b {
		if r < ' ' {
			b[i] = ' '
		}
	}
	return string(b[:min(len(b), 200)])
}

func (e *apiError) Error() string {
	s := fmt.Sprintf("discord: %s: status %d", e.op, e.Status)
	if e.Code != 0 {
		s += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

// verdict says whether trying again can help.
func (e *apiError) verdict() error {
	switch {
	case e.Status == http.StatusTooManyRequests:
		return bot.Retry(e.After, e)
	case e.Status >= 500:
		return bot.Retry(0, e)
	case e.Code == codeThreadNotStarted:
		return bot.Retry(5*time.Second, e)
	case e.foreign: // a proxy's or Cloudflare's: it says nothing about the channel or the token
		return bot.Retry(blindPause, e)
	}
	return bot.Permanent(e.reason(), e)
}

// refusesToken reports whether Discord, and not a proxy, says so.
func (e *apiError) refusesToken() bool { return e.Status == http.StatusUnauthorized && !e.foreign }

// reason is a stable word for logs and metrics.
func (e *apiError) reason() string {
	switch e.Code {
	case codeUnknownChannel:
		return "channel_not_found"
	case codeUnknownMessage:
		return "message_not_found"
	case codeUnknownWebhook, codeUnknownInteraction, codeInvalidToken:
		return "interaction_gone"
	case codeMissingAccess:
		return "missing_access"
	case codeCannotMessageUser:
		return "cannot_message_user"
	case codeMissingPermissions:
		return "missing_permissions"
	case codeThreadArchived, codeThreadLocked:
		return "thread_locked"
	}
	switch e.Status {
	case http.StatusUnauthorized:
		return reasonRevoked
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	}
	return "rejected"
}

const reasonRevoked = "token_revoked"
