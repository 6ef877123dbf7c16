package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
)

// The embedded store has one process. What an operator's command wants of it
// while "serve" runs it asks that process for, over a Unix socket in the data
// folder: who may read the folder may use it, nobody else, and no port is open.

// adminSocket is the socket's name in the data folder.
const adminSocket = "admin.sock"

// admin answers operators' commands.
type admin struct {
	listener net.Listener
	desk     desk
}

// listenAdmin opens the socket in dir. The lock on the folder is held, so a
// socket that is there is one that a crash has left.
func listenAdmin(ctx context.Context, dir string, d desk) (*admin, error) {
	name := filepath.Join(dir, adminSocket)
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the socket of a process that is gone: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", name)
	if err != nil {
		return nil, fmt.Errorf("listen for operators' commands: %w", err)
	}
	if err := os.Chmod(name, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the socket for operators' commands: %w", err), l.Close())
	}
	return &admin{l, d}, nil
}

// Run serves until ctx ends.
func (a *admin) Run(ctx context.Context) error {
	srv := &http.Server{Handler: a.routes(), ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
	if err := srv.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve operators' commands: %w", err)
	}
	return nil
}

func (a *admin) routes() http.Handler {
	mux := http.NewServeMux()
	id := func(r *http.Request) bot.QuestionID { return bot.QuestionID(r.PathValue("id")) }
	mux.HandleFunc("GET /inbox", answering(func(r *http.Request) (any, error) { return a.desk.List(r.Context()) }))
	mux.HandleFunc("GET /inbox/{id}", answering(func(r *http.Request) (any, error) { return a.desk.Show(r.Context(), id(r)) }))
	mux.HandleFunc("POST /inbox/{id}/requeue", answering(func(r *http.Request) (any, error) { return nil, a.desk.Requeue(r.Context(), id(r)) }))
	mux.HandleFunc("DELETE /inbox/{id}", answering(func(r *http.Request) (any, error) { return nil, a.desk.Drop(r.Context(), id(r)) }))
	mux.HandleFunc("GET /backup", a.backup)
	mux.HandleFunc("DELETE /people/{platform}/{person}", answering(func(r *http.Request) (any, error) {
		return a.desk.Forget(r.Context(), r.PathValue("platform"), r.PathValue("person"))
	}))
	mux.HandleFunc("GET /entries", answering(func(r *http.Request) (any, error) { return a.desk.Entries(r.Context()) }))
	mux.HandleFunc("PUT /entries/{name}", answering(func(r *http.Request) (any, error) {
		markdown, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, inbox.MaxEntry+1))
		if err != nil {
			return nil, fmt.Errorf("read the entry: %w", err)
		}
		return nil, a.desk.PutEntry(r.Context(), r.PathValue("name"), markdown)
	}))
	mux.HandleFunc("DELETE /entries/{name}", answering(func(r *http.Request) (any, error) { return nil, a.desk.RemoveEntry(r.Context(), r.PathValue("name")) }))
	return mux
}

// backup streams. An error in the middle breaks the connection off: whoever
// reads must not take the part for the whole.
func (a *admin) backup(w http.ResponseWriter, r *http.Request) {
	if _, err := a.desk.Backup(r.Context(), w); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// answering writes what f returns as JSON, and an error as 409 with its text.
func answering(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		_ = json.NewEncoder(w).Encode(v) // the command that asked is gone: nobody is left to tell
	}
}

// admin runs the socket beside the rest of serve. Where it cannot be opened,
// because the folder's name is longer than the system allows for a socket,
// operators' commands work only while the program is stopped.
func (c *serveCommand) admin(ctx context.Context, box *inbox.Inbox, log *slog.Logger) func() error {
	if c.NATSURL != "" {
		return func() error { return nil } // commands ask the cluster
	}
	a, err := listenAdmin(ctx, c.DataDir, box)
	if err != nil {
		log.Warn("operators' commands work only while the program is stopped", "error", err)
		return func() error { return nil }
	}
	return func() error { return a.Run(ctx) }
}

// remote is the desk of a running process.
type remote struct{ http *http.Client }

// dialAdmin finds the process that has the folder; nil where there is none.
func dialAdmin(ctx context.Context, dir string) *remote {
	name := filepath.Join(dir, adminSocket)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", name)
	}
	c, err := dial(ctx, "", "")
	if err != nil {
		return nil
	}
	_ = c.Close() // it was only to see that somebody listens
	return &remote{&http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

func (r *remote) List(ctx context.Context) (all []inbox.Item, err error) {
	return all, r.do(ctx, http.MethodGet, "/inbox", &all)
}

func (r *remote) Show(ctx context.Context, id bot.QuestionID) (i inbox.Item, err error) {
	return i, r.do(ctx, http.MethodGet, "/inbox/"+url.PathEscape(string(id)), &i)
}

func (r *remote) Requeue(ctx context.Context, id bot.QuestionID) error {
	return r.do(ctx, http.MethodPost, "/inbox/"+url.PathEscape(string(id))+"/requeue", nil)
}

func (r *remote) Drop(ctx context.Context, id bot.QuestionID) error {
	return r.do(ctx, http.MethodDelete, "/inbox/"+url.PathEscape(string(id)), nil)
}

// Backup copies what the running process sends; the counts are in its end.
func (r *remote) Backup(ctx context.Context, w io.Writer) (inbox.Counts, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://admin/backup", nil)
	if err != nil {
		return nil, fmt.Errorf("ask the running process for a backup: %w", err)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the running process for a backup: %w", err)
	}
	defer resp.Body.Close()
	counts, err := inbox.Verify(io.TeeReader(resp.Body, w))
	if err != nil {
		return nil, fmt.Errorf("take the backup from the running process: %w", err)
	}
	return counts, nil
}

func (r *remote) Forget(ctx context.Context, platform, person string) (n int, err error) {
	return n, r.do(ctx, http.MethodDelete, "/people/"+url.PathEscape(platform)+"/"+url.PathEscape(person), &n)
}

func (r *remote) Entries(ctx context.Context) (all map[string][]byte, err error) {
	return all, r.do(ctx, http.MethodGet, "/entries", &all)
}

func (r *remote) PutEntry(ctx context.Context, name string, markdown []byte) error {
	return r.send(ctx, http.MethodPut, "/entries/"+url.PathEscape(name), bytes.NewReader(markdown), nil)
}

func (r *remote) RemoveEntry(ctx context.Context, name string) error {
	return r.do(ctx, http.MethodDelete, "/entries/"+url.PathEscape(name), nil)
}

func (r *remote) do(ctx context.Context, method, path string, into any) error {
	return r.send(ctx, method, path, nil, into)
}

func (r *remote) send(ctx context.Context, method, path string, body io.Reader, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://admin"+path, body)
	if err != nil {
		return fmt.Errorf("ask the running process: %w", err)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the running process: %w", err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return fmt.Errorf("ask the running process: %w", err)
	case resp.StatusCode != http.StatusOK:
		return errors.New(string(bytes.TrimSpace(said)))
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(said, into); err != nil {
		return fmt.Errorf("ask the running process: %w", err)
	}
	return nil
}
