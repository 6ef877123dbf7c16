package slack

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
)

const (
	maxBody     = 1 << 20 // bytes of a request: Slack's largest view is 250 kB
	maxRequests = 64      // at the same time; a further one is for Slack to send again
)

// web is HTTP mode: what Slack posts, in place of a socket.
//
// A request is believed once its signature is right, its time is within five
// minutes of now, and it was not acknowledged before. Only then is its body read
// as anything. It is answered once the question is stored, like an envelope.
type web struct {
	a        *Adapter
	verifier *verifier
	slots    chan struct{}
	handled  sync.WaitGroup

	mu   sync.Mutex
	self string // the bot's user ID; empty: nothing is taken yet, or any more
}

func newWeb(a *Adapter) *web {
	return &web{a: a, verifier: newVerifier(a.cfg.SigningSecret, a.now), slots: make(chan struct{}, maxRequests)}
}

// Handler serves HTTP mode at [PathEvents], [PathCommands] and [PathInteractivity];
// nil in Socket Mode.
func (a *Adapter) Handler() http.Handler {
	if a.web == nil {
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+PathEvents, a.web.verified(a.web.event))
	mux.HandleFunc("POST "+PathCommands, a.web.verified(a.web.command))
	mux.HandleFunc("POST "+PathInteractivity, a.web.verified(a.web.interaction))
	return mux
}

// run takes requests until ctx is done, and waits for what it took.
func (w *web) run(ctx context.Context) error {
	self, err := w.a.sup.identify(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	w.set(self)
	<-ctx.Done()
	w.set("")
	w.handled.Wait() // bounded: every step of handling is
	return nil
}

func (w *web) set(self string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.self = self
}

func (w *web) connected() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.self == "" {
		return 0
	}
	return 1
}

// enter admits a request to be handled, where there is room and the bot runs.
func (w *web) enter() (self string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.self == "" {
		return "", false
	}
	select {
	case w.slots <- struct{}{}:
		w.handled.Add(1)
		return w.self, true
	default:
		return "", false
	}
}

func (w *web) leave() {
	<-w.slots
	w.handled.Done()
}

// verified lets through what Slack signed, with its body read.
func (w *web) verified(next func(http.ResponseWriter, []byte)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
		if err != nil {
			http.Error(rw, "the body is too large, or ended early", http.StatusRequestEntityTooLarge)
			return
		}
		ticket, code := w.verifier.take(r.Header, body)
		if code != http.StatusOK {
			w.a.log.Warn("a request that is not Slack's was refused", "path", r.URL.Path, "status", code)
			http.Error(rw, http.StatusText(code), code)
			return
		}
		answer := &answered2xx{ResponseWriter: rw}
		next(answer, body)
		w.verifier.done(ticket, answer.yes)
	}
}

// answered2xx sees whether a request was acknowledged.
type answered2xx struct {
	http.ResponseWriter
	yes bool
}

func (a *answered2xx) WriteHeader(code int) {
	a.yes = code/100 == 2
	a.ResponseWriter.WriteHeader(code)
}

func (w *web) event(rw http.ResponseWriter, body []byte) {
	var outer struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(body, &outer) != nil {
		http.Error(rw, "not JSON", http.StatusBadRequest)
		return
	}
	switch outer.Type {
	case "url_verification":
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		rw.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(rw, outer.Challenge)
		return
	case "app_rate_limited":
		w.a.log.Warn("slack holds events back: over 30,000 an hour")
	}
	w.handle(rw, frame{Type: typeEvents, Payload: body})
}

func (w *web) command(rw http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(rw, "not a form", http.StatusBadRequest)
		return
	}
	if form.Get("ssl_check") == "1" {
		rw.WriteHeader(http.StatusOK)
		return
	}
	fields := map[string]string{}
	for name := range form {
		fields[name] = form.Get(name)
	}
	payload, err := json.Marshal(fields)
	if err != nil {
		http.Error(rw, "not a form", http.StatusBadRequest)
		return
	}
	w.handle(rw, frame{Type: typeCommand, Payload: payload})
}

func (w *web) interaction(rw http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	if payload := form.Get("payload"); err == nil && json.Valid([]byte(payload)) {
		w.handle(rw, frame{Type: typeInteractive, Payload: []byte(payload)})
		return
	}
	http.Error(rw, "no payload", http.StatusBadRequest)
}

// handle answers as soon as f is acknowledged; what follows, such as opening a
// form, goes on. What is not acknowledged Slack sends again.
func (w *web) handle(rw http.ResponseWriter, f frame) {
	self, ok := w.enter()
	if !ok {
		http.Error(rw, "not now", http.StatusServiceUnavailable)
		return
	}
	acked := make(chan any, 1)
	go func() {
		defer w.leave()
		defer close(acked)
		w.a.handle(f, self, func(payload any) { acked <- payload })
	}()
	payload, ok := <-acked
	if !ok {
		http.Error(rw, "not stored", http.StatusServiceUnavailable)
		return
	}
	if payload == nil {
		rw.WriteHeader(http.StatusOK)
		return
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		http.Error(rw, "no answer", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(http.StatusOK)
	_, _ = rw.Write(raw)
}
