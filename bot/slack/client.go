package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
)

const (
	maxResponse       = 16 << 20        // bytes of an answer that are read
	defaultRetryAfter = 5 * time.Second // where a 429 does not say
	maxRetryAfter     = time.Hour
)

// outcome is what Slack answered to one request. slack-go loses most of it: see
// reference/slack.md §1.2.
type outcome struct {
	sent       bool // the request may have left
	status     int
	ok         bool
	code       string   // error
	needed     string   // scopes, with missing_scope
	scopes     []string // that the token has; none where Slack did not say
	warnings   []string
	retryAfter time.Duration // where told
	body       []byte
}

type outcomeKey struct{}

// observer keeps in the request's *outcome what the answer was.
type observer struct{ next http.RoundTripper }

func (o observer) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := bot.Leased(req.Context()); err != nil {
		return nil, err // somebody else may post it
	}
	out, _ := req.Context().Value(outcomeKey{}).(*outcome)
	if out == nil {
		return o.next.RoundTrip(req)
	}
	out.sent = true
	resp, err := o.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	_ = resp.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	out.read(resp, body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (o *outcome) read(resp *http.Response, body []byte) {
	var answer struct {
		OK       bool   `json:"ok"`
		Error    string `json:"error"`
		Needed   string `json:"needed"`
		Warning  string `json:"warning"`
		Metadata struct {
			Warnings []string `json:"warnings"`
		} `json:"response_metadata"`
	}
	o.status, o.body = resp.StatusCode, body
	o.retryAfter = retryAfter(resp.Header.Get("Retry-After"))
	o.scopes = strings.FieldsFunc(resp.Header.Get("X-Oauth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	if json.Unmarshal(body, &answer) != nil {
		return // the body of a 5xx is HTML, that of a response_url "ok"
	}
	o.ok, o.code, o.needed = answer.OK, answer.Error, answer.Needed
	o.warnings = append(strings.Split(answer.Warning, ","), answer.Metadata.Warnings...)
}

// retryAfter is a Retry-After header in seconds, whole or not, rounded up; 0 where
// there is none.
func retryAfter(h string) time.Duration {
	s, err := strconv.ParseFloat(strings.TrimSpace(h), 64)
	if err != nil || !(s > 0) {
		return 0
	}
	return min(time.Duration(math.Ceil(min(s, 1e6)))*time.Second, maxRetryAfter)
}

// call makes one request by do at its turn, and returns the verdict about it.
// key is what a 429 is about beside the method: a channel, or "".
func (a *Adapter) call(ctx context.Context, method, key string, do func(context.Context) error) (*outcome, error) {
	if err := a.pace.wait(ctx, method, key); err != nil {
		return &outcome{}, err
	}
	out := &outcome{}
	err := do(context.WithValue(ctx, outcomeKey{}, out))
	if out.limited() {
		a.pace.hold(method, key, out.wait())
	}
	if err = out.verdict(err); err != nil {
		return out, scoped(method, err)
	}
	return out, nil
}

// scoped says in the error of a verdict which call it was, keeping the verdict outermost.
func scoped(method string, err error) error {
	var retry *bot.RetryError
	var permanent *bot.PermanentError
	switch {
	case errors.As(err, &retry):
		return bot.Retry(retry.After, fmt.Errorf("slack: %s: %w", method, retry.Err))
	case errors.As(err, &permanent):
		return bot.Permanent(permanent.Reason, fmt.Errorf("slack: %s: %w", method, permanent.Err))
	}
	return fmt.Errorf("slack: %s: %w", method, err)
}

func (o *outcome) limited() bool {
	return o.status == http.StatusTooManyRequests || slices.Contains([]string{"ratelimited", "rate_limited", "message_limit_exceeded"}, o.code)
}

func (o *outcome) wait() time.Duration {
	if o.retryAfter > 0 {
		return o.retryAfter
	}
	return defaultRetryAfter
}

// permanent are the errors that trying again does not change.
var permanent = []string{
	"access_denied", "account_inactive", "app_missing_action_url", "cannot_dm_bot", "cannot_reply_to_message", "channel_is_limited_access",
	"channel_not_found", "channel_type_not_supported", "deprecated_endpoint", "ekm_access_denied", "enterprise_is_restricted",
	"forbidden_team", "invalid_arguments", "invalid_auth", "invalid_blocks", "invalid_blocks_format", "invalid_metadata_format",
	"invalid_metadata_schema", "is_archived", "is_inactive", "markdown_text_conflict", "message_not_found", "messages_tab_disabled",
	"metadata_must_be_sent_from_app", "metadata_too_large", "method_deprecated", "missing_scope", "msg_blocks_too_long", "msg_too_long",
	"no_permission", "no_text", "not_allowed_token_type", "not_authed", "not_in_channel", "org_login_required", "team_access_not_granted",
	"team_not_found", "thread_not_found", "token_expired", "token_revoked", "two_factor_setup_required", "user_not_found", "user_not_in_channel",
}

// verdict says what the outcome means. err is what the library made of it, which
// counts only where there was no answer at all.
func (o *outcome) verdict(err error) error {
	switch {
	case o.status == 0:
		if err == nil {
			err = errors.New("no answer")
		}
		return withoutURL(err)
	case o.limited():
		return bot.Retry(o.wait(), errors.New("rate limited"))
	case o.status >= 500:
		return bot.Retry(o.retryAfter, fmt.Errorf("HTTP status %d", o.status))
	case slices.Contains(permanent, o.code), strings.HasPrefix(o.code, "restricted_action"):
		return bot.Permanent(o.code, o.error())
	case o.code != "":
		return o.error()
	case o.status != http.StatusOK:
		return fmt.Errorf("HTTP status %d", o.status)
	case !o.ok:
		return errors.New("ok is false, without an error")
	case slices.Contains(o.warnings, "message_truncated"):
		return bot.Permanent("message_truncated", errors.New("the message was cut"))
	}
	return nil
}

func (o *outcome) error() error {
	if o.needed != "" {
		return fmt.Errorf("%s (needs %s)", o.code, o.needed)
	}
	return errors.New(o.code)
}

// withoutURL drops the URL from a client's error: response URLs and the socket's
// ticket are secrets.
func withoutURL(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// form calls a Web API method with arguments and decodes the answer into v: for
// methods whose answers slack-go cannot decode when they hold an element it does
// not know (reference/slack.md §1.2).
func (a *Adapter) form(ctx context.Context, method, key string, args url.Values, v any) error {
	_, err := a.answer(ctx, method, key, a.cfg.BotToken, args, v)
	return err
}

// answer calls a Web API method with a token and decodes the answer into v,
// unless that is nil. The outcome is never nil.
func (a *Adapter) answer(ctx context.Context, method, key string, token bot.Secret, args url.Values, v any) (*outcome, error) {
	out, err := a.call(ctx, method, key, func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.APIURL+method, strings.NewReader(args.Encode()))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "Bearer "+token.Reveal())
		resp, err := a.http.Do(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	})
	if err != nil || v == nil {
		return out, err
	}
	if err := json.Unmarshal(out.body, v); err != nil {
		return out, fmt.Errorf("slack: %s: decode the answer: %w", method, err)
	}
	return out, nil
}

// respond posts to a response URL: only to Slack, or to where the API is.
func (a *Adapter) respond(ctx context.Context, to string, msg *slack.WebhookMessage) error {
	if !a.mayRespond(to) {
		return bot.Permanent("foreign_response_url", errors.New("slack: the response URL is not Slack's"))
	}
	no := false
	msg.UnfurlLinks, msg.UnfurlMedia = &no, &no
	out, err := a.call(ctx, "response_url", "", func(ctx context.Context) error {
		return slack.PostWebhookCustomHTTPContext(ctx, to, a.http, msg)
	})
	switch {
	case err == nil:
		return nil
	case out.status == http.StatusOK && out.code == "" && strings.EqualFold(strings.TrimSpace(string(out.body)), "ok"):
		return nil // not JSON: how a response URL says yes
	case out.status == http.StatusNotFound, slices.Contains([]string{"expired_url", "used_url", "invalid_url"}, out.code):
		return bot.Permanent("response_url_expired", err)
	}
	return err
}

func (a *Adapter) mayRespond(to string) bool {
	u, err := url.Parse(to)
	if err != nil || u.User != nil {
		return false
	}
	if api, err := url.Parse(a.cfg.APIURL); err == nil && u.Scheme == api.Scheme && u.Host == api.Host {
		return true
	}
	host := u.Hostname()
	return u.Scheme == "https" && u.Port() == "" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}
