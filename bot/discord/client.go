package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// DefaultAPIURL is Discord's API, version 10.
const DefaultAPIURL = "https://discord.com/api/v10"

// userAgent has the form Discord asks for (reference, "User Agent").
const userAgent = "DiscordBot (https://github.com/openai-explain/openai-explain, 1)"

// rest sends the adapter's requests. discordgo's own are not used: they speak v9,
// retry without limit, share locks between unrelated calls, and put tokens into errors.
type rest struct {
	base    string
	token   bot.Secret
	http    *http.Client
	limit   *limiter
	revoked func(error) // called when Discord says that the token is not valid (any more)
}

// request is one call of the API.
type request struct {
	op     string // for errors: "create message"
	method string
	route  string // the path's template: what shares a rate limit
	path   string
	major  string // the channel or the interaction, which has rate limits of its own
	body   any
	into   any // the answer's body is decoded into it

	channel string // where a 403 is remembered
	anyone  bool   // authorised by the interaction token in path, not by the bot's
	repeat  bool   // safe to send again when the answer is lost
}

const (
	// patience is how long a request waits for its rate limit before the caller
	// is told to come back: a worker has other questions to do.
	patience = 5 * time.Second
	// attempts of one request, the first included.
	attempts = 3
	// answerLimit bounds what is read of an answer, in bytes. 100 messages of 4,000
	// characters with embeds stay below it.
	answerLimit = 8 << 20
)

// do sends rq and decodes the answer. An error is a verdict, and wraps an
// *apiError where Discord answered. It holds no token.
func (r *rest) do(ctx context.Context, rq request) error {
	var body []byte
	if rq.body != nil {
		var err error
		if body, err = json.Marshal(rq.body); err != nil {
			return bot.Permanent("rejected", fmt.Errorf("discord: %s: %w", rq.op, err))
		}
	}
	waited := time.Duration(0)
	for n := 1; ; n++ {
		if err := r.await(ctx, rq, &waited); err != nil {
			return err
		}
		err := r.once(ctx, rq, body)
		if err == nil || n == attempts || ctx.Err() != nil {
			return err
		}
		var e *apiError
		switch answered := errors.As(err, &e); {
		case answered && e.Status == http.StatusTooManyRequests:
			continue // the limiter knows how long
		case answered && e.Status < 500, !rq.repeat:
			return err
		}
		if !sleep(ctx, time.Duration(n*n)*250*time.Millisecond) {
			return err
		}
	}
}

// await waits for the rate limits, in all at most patience.
func (r *rest) await(ctx context.Context, rq request, waited *time.Duration) error {
	for {
		wait, reason := r.limit.take(rq)
		if reason != "" {
			return bot.Permanent(reason, fmt.Errorf("discord: %s: not sent: Discord refused it before", rq.op))
		}
		if wait <= 0 {
			return nil
		}
		deadline, bounded := ctx.Deadline()
		if *waited+wait > patience || bounded && time.Until(deadline) < wait {
			return bot.Retry(wait, fmt.Errorf("discord: %s: rate limited", rq.op))
		}
		*waited += wait
		if !sleep(ctx, wait) {
			return fmt.Errorf("discord: %s: %w", rq.op, ctx.Err())
		}
	}
}

func (r *rest) once(ctx context.Context, rq request, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, rq.method, r.base+rq.path, bytes.NewReader(body))
	if err != nil {
		return bot.Permanent("rejected", fmt.Errorf("discord: %s: malformed address", rq.op)) // err holds the path
	}
	req.Header.Set("User-Agent", userAgent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if !rq.anyone {
		req.Header.Set("Authorization", "Bot "+r.token.Reveal())
	}
	if err := bot.Leased(ctx); err != nil { // somebody else may post it
		return fmt.Errorf("discord: %s: %w", rq.op, err)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return bot.Retry(0, fmt.Errorf("discord: %s: %w", rq.op, withoutURL(err)))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return bot.Retry(0, fmt.Errorf("discord: %s: read answer: %w", rq.op, withoutURL(err)))
	}
	return r.judge(rq, resp, answer)
}

func (r *rest) judge(rq request, resp *http.Response, answer []byte) error {
	e := newAPIError(rq.op, resp, answer)
	if e != nil && rq.anyone && e.Status == http.StatusUnauthorized && e.Code == 0 {
		e.Code = codeInvalidToken // the interaction's, not the bot's
	}
	r.limit.observe(rq, resp, e)
	if e != nil {
		if e.refusesToken() && !rq.anyone {
			r.revoked(e)
		}
		return e.verdict()
	}
	if rq.into == nil {
		return nil
	}
	if !decode(answer, rq.into) {
		return bot.Retry(0, fmt.Errorf("discord: %s: the answer is not JSON", rq.op))
	}
	return nil
}

// withoutURL takes the URL out of a transport error: it holds interaction tokens.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// sleep reports false where ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// bareToken is the token without the "Bot " that people copy along.
func bareToken(s bot.Secret) bot.Secret {
	t := strings.TrimSpace(s.Reveal())
	if len(t) > 4 && strings.EqualFold(t[:4], "bot ") {
		t = strings.TrimSpace(t[4:])
	}
	return bot.Secret(t)
}
