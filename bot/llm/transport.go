package llm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// exchange is one request and what the transport learnt from its answer. It
// travels in the request's context, because go-openai passes nothing else
// through.
type exchange struct {
	watch     *watch
	maxTokens int
	err       error  // the first thing that went wrong, in our words
	finish    string // finish_reason
	read      int    // prompt tokens that the endpoint says it read
	model     string // as the endpoint names it
	thought   bool   // reasoning came in a field of its own
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// doer is the http.Client of go-openai: it completes requests, refuses what is
// not the protocol, and hands on streams only as well-formed frames.
type doer struct {
	rt     http.RoundTripper
	secret string
	model  string
}

// Do implements openai.HTTPDoer.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	x, _ := req.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{}
	}
	res, err := d.roundTrip(req, x)
	if err != nil {
		x.err = err
		return nil, err
	}
	if x.watch == nil {
		limit := maxJSON
		if req.Method == http.MethodGet {
			limit = maxList
		}
		res.Body = &cappedBody{ReadCloser: res.Body, left: limit, note: fmt.Sprintf("an answer of more than %d MiB", limit>>20)}
		return res, nil
	}
	res.Body = &streamBody{x: x, body: res.Body, secret: d.secret, events: eventReader{r: bufio.NewReaderSize(res.Body, 32<<10)}}
	return res, nil
}

func (d *doer) roundTrip(req *http.Request, x *exchange) (*http.Response, error) {
	if x.watch != nil {
		if err := complete(req, d.model, x.maxTokens); err != nil {
			return nil, err
		}
	}
	reused := false
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	req.Header.Set("User-Agent", "openai-explain")
	res, err := d.rt.RoundTrip(req)
	if err != nil {
		return nil, connectError(req.Context(), err, reused)
	}
	if err := d.checkHead(res, x.watch != nil); err != nil {
		_ = res.Body.Close()
		return nil, err
	}
	return res, nil
}

// complete writes into the body what go-openai drops or refuses: a literal
// temperature of 0, max_tokens (Ollama knows no other limit) and a model whose
// name it would treat as one of OpenAI's.
func complete(req *http.Request, model string, maxTokens int) error {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("read the request: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("decode the request: %w", err)
	}
	name, err := json.Marshal(model)
	if err != nil {
		return fmt.Errorf("encode the model's name: %w", err)
	}
	fields["model"] = name
	fields["temperature"] = json.RawMessage("0")
	fields["max_tokens"] = json.RawMessage(strconv.Itoa(maxTokens))
	fields["stream"] = json.RawMessage("true")
	fields["stream_options"] = json.RawMessage(`{"include_usage":true}`)
	if body, err = json.Marshal(fields); err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.ContentLength = int64(len(body))
	req.GetBody = nil
	return nil
}

// connectError names a failure to get an answer at all.
func connectError(ctx context.Context, err error, reused bool) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e := fail(ErrUnreachable, "")
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		e.Note = "its name does not resolve"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Note = "nothing listens there"
	case errors.Is(err, errLinkLocal):
		e.Note = errLinkLocal.Error()
	case reused:
		e.Note = "it closed the connection"
	}
	e.cause = &Upstream{Text: redact(err.Error(), "")}
	return e
}

func (d *doer) checkHead(res *http.Response, stream bool) error {
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		e := fail(ErrRefused, "it redirects elsewhere, which is not followed")
		e.Status = res.StatusCode
		return e
	}
	if res.StatusCode != http.StatusOK {
		return d.statusError(res)
	}
	if enc := res.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return fail(ErrMalformed, "a compressed answer that nobody asked for")
	}
	want := "application/json"
	if stream {
		want = "text/event-stream"
	}
	if got, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); got != want {
		head, _ := io.ReadAll(io.LimitReader(res.Body, 512)) // what there is of it will do for a message
		return upstream(ErrMalformed, "not "+want, string(head), d.secret)
	}
	return nil
}

// statusError names a failure that the endpoint states with its status.
func (d *doer) statusError(res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxErrorBody)) // what there is of it will do for a message
	kind, note := ErrRefused, ""
	switch {
	case aboutContext(string(body)) && (res.StatusCode == 400 || res.StatusCode == 413 || res.StatusCode == 422 || res.StatusCode == 500):
		kind = ErrTooLong
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusServiceUnavailable:
		kind = ErrBusy
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden:
		note = "it does not accept the key"
	case res.StatusCode == http.StatusNotFound:
		note = "no such model or no such path"
	}
	e := upstream(kind, note, string(body), d.secret)
	e.Status = res.StatusCode
	e.after = retryAfter(res.Header.Get("Retry-After"))
	return e
}

// retryAfter reads seconds or a date; 0 where there is none.
func retryAfter(v string) time.Duration {
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

var errLinkLocal = errors.New("it resolves to a link-local address, where clouds keep credentials")

// refuseLinkLocal checks the address that a name resolved to.
func refuseLinkLocal(_ context.Context, _, address string, _ syscall.RawConn) error {
	if host, _, err := net.SplitHostPort(address); err == nil && forbiddenHost(host) {
		return errLinkLocal
	}
	return nil
}

// cappedBody ends an answer that is longer than it can be.
type cappedBody struct {
	io.ReadCloser
	left int
	note string
}

func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fail(ErrMalformed, b.note)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// streamBody turns what the endpoint streams into frames that go-openai cannot
// misunderstand. Its Read ends in io.EOF only after a finish_reason.
type streamBody struct {
	x      *exchange
	body   io.ReadCloser
	events eventReader
	secret string
	buf    []byte
	empty  int
	err    error
}

func (s *streamBody) Close() error { return s.body.Close() }

func (s *streamBody) Read(p []byte) (int, error) {
	for len(s.buf) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.buf, s.err = s.next()
		if s.err != nil && !errors.Is(s.err, io.EOF) {
			s.x.err = s.err
		}
	}
	n := copy(p, s.buf)
	s.buf = s.buf[n:]
	return n, nil
}

var doneFrame = []byte("data: [DONE]\n\n")

func (s *streamBody) next() ([]byte, error) {
	e, err := s.events.next()
	if err != nil {
		return s.end(err)
	}
	f, err := decodeFrame(e, s.secret)
	if err != nil {
		return nil, err
	}
	if f.done {
		return s.end(io.EOF)
	}
	s.note(f)
	if f.content == "" && f.finish == "" {
		if s.empty++; s.empty > maxEmptyFrames {
			return nil, fail(ErrMalformed, "thousands of frames without content")
		}
		return nil, nil
	}
	return f.clean()
}

// note keeps what a frame says about the answer and resets the clocks.
func (s *streamBody) note(f frame) {
	if f.model != "" {
		s.x.model = clip(f.model, 200)
	}
	if f.read > 0 {
		s.x.read = f.read
	}
	if f.thought {
		s.x.thought = true
		s.empty = 0
	}
	if f.content != "" || f.thought {
		s.x.watch.token()
	}
	if f.finish != "" && s.x.finish == "" {
		s.x.finish = f.finish
		s.x.watch.finished()
	}
}

// end decides whether the end of the stream is the end of the answer.
func (s *streamBody) end(err error) ([]byte, error) {
	if s.x.finish != "" {
		return doneFrame, io.EOF
	}
	var named *Error
	if errors.As(err, &named) {
		return nil, named
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil, err // why it was cancelled is in the context's cause
	}
	return nil, fail(ErrCut, "no finish_reason")
}
