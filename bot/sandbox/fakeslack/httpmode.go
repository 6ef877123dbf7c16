package fakeslack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HTTPTargets are the URLs of an app without Socket Mode. What has no URL goes to
// the sockets.
type HTTPTargets struct {
	Events        string `json:"events"`
	Commands      string `json:"commands"`
	Interactivity string `json:"interactivity"`
}

func (t HTTPTargets) of(envelopeType string) string {
	return map[string]string{EventsAPI: t.Events, SlashCommands: t.Commands, Interactive: t.Interactivity}[envelopeType]
}

// UseHTTP delivers to URLs from now on, signed with [Server.SigningSecret].
func (s *Server) UseHTTP(t HTTPTargets) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.targets = t
}

// Sign puts the signature headers for a body into h, as Slack computes them, with
// the time given.
func (s *Server) Sign(h http.Header, body []byte, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.SigningSecret()))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// VerifyURL asks the events URL to prove itself, as Slack does when it is entered.
func (s *Server) VerifyURL(ctx context.Context) error {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	body, _ := json.Marshal(object{"token": verifier, "challenge": challenge, "type": "url_verification"})
	status, answer, _, err := s.post(ctx, s.httpTargets().Events, "application/json", body, nil)
	if err != nil {
		return fmt.Errorf("verify the events URL: %w", err)
	}
	var parsed struct {
		Challenge string `json:"challenge"`
	}
	_ = json.Unmarshal(answer, &parsed)
	if status != http.StatusOK || (parsed.Challenge != challenge && strings.TrimSpace(string(answer)) != challenge) {
		return fmt.Errorf("verify the events URL: status %d, the challenge did not come back", status)
	}
	return nil
}

func (s *Server) httpTargets() HTTPTargets {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.targets
}

// post sends one signed request and reads the answer, within the acknowledgement's time.
func (s *Server) post(ctx context.Context, target, contentType string, body []byte, extra http.Header) (int, []byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.AckTimeout)
	defer cancel()
	s.wg.Go(func() { // ends with ctx
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	for k, v := range extra {
		req.Header[k] = v
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	s.Sign(req.Header, body, time.Now())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 2 {
			return fmt.Errorf("more than two redirects")
		}
		return nil
	}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, answer, resp.Header, err
}

// sendHTTP makes one attempt to deliver over HTTP.
func (s *Server) sendHTTP(d *delivery, target string) {
	s.mu.Lock()
	d.Attempts++
	attempt, body, kind := d.retry, []byte(d.Payload), "application/json"
	s.mu.Unlock()
	if d.Type != EventsAPI {
		body, kind = []byte(formBody(d.Type, d.Payload)), "application/x-www-form-urlencoded"
	}
	extra := http.Header{}
	if attempt > 0 {
		extra.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		s.mu.Lock()
		extra.Set("X-Slack-Retry-Reason", d.reason)
		s.mu.Unlock()
	}
	status, answer, header, err := s.post(context.Background(), target, kind, body, extra)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.touch()
	switch {
	case err == nil && status/100 == 2:
		d.accepts = d.Type != EventsAPI
		var payload json.RawMessage
		if d.accepts && json.Valid(answer) {
			payload = answer
		} else if text := strings.TrimSpace(string(answer)); d.Type == SlashCommands && text != "" {
			payload, _ = json.Marshal(object{"text": text}) // a command may answer with plain text
		}
		s.settle(d, "", payload)
	case d.Type != EventsAPI:
		s.closeOnce(d)
	case header.Get("X-Slack-No-Retry") == "1":
		s.closeOnce(d)
	default:
		d.reason = failure(err)
		s.retryHTTP(d)
	}
}

func (s *Server) closeOnce(d *delivery) {
	if !d.Acked && !d.GivenUp {
		s.giveUp(d)
	}
}

// failure is the reason that a retry names.
func failure(err error) string {
	switch {
	case err == nil:
		return "http_error"
	case strings.Contains(err.Error(), "redirects"):
		return "too_many_redirects"
	case strings.Contains(err.Error(), "deadline"):
		return "http_timeout"
	case strings.Contains(err.Error(), "connection"):
		return "connection_failed"
	}
	return "unknown_error"
}

// retryHTTP has an event sent again. The caller holds s.mu.
func (s *Server) retryHTTP(d *delivery) {
	if d.retry >= len(s.cfg.RetryDelays) {
		s.closeOnce(d)
		return
	}
	wait := s.cfg.RetryDelays[d.retry]
	d.retry++
	d.timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.outbox = append(s.outbox, d)
		s.poke()
	})
}

// formBody is a command or an interaction as the form Slack posts.
func formBody(envelopeType string, payload json.RawMessage) string {
	form := url.Values{}
	if envelopeType != SlashCommands {
		form.Set("payload", string(payload))
		return form.Encode()
	}
	var fields map[string]string
	_ = json.Unmarshal(payload, &fields)
	for k, v := range fields {
		form.Set(k, v)
	}
	return form.Encode()
}
