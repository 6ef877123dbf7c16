package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
)

// The steps of a question between its arrival and the end of its delivery, in
// order. "eval crash" has the program killed at each of them.
var crashSteps = []string{
	"before-store", "after-store", // Submit: the platform is acknowledged after the second
	"before-answer",                   // the delivery begins
	"before-posting", "after-posting", // the ledger says that it is about to be posted
	"before-posted", "after-posted", // it is posted; the ledger says so
	"before-ack", // nothing is left but to acknowledge the delivery
}

// crashes kills the process at a step, when a file says so. It is there only
// with the hidden option --crash-dir, and only against platforms on loopback: a
// bot that talks to the real Slack or Discord cannot be made to do it.
type crashes struct {
	dir string

	mu    sync.Mutex
	armed string // the content of the file when it was last read
	hits  int    // of its step since then
}

// newCrashes returns nil without a folder.
func newCrashes(dir string, platforms ...string) (*crashes, error) {
	if dir == "" {
		return nil, nil
	}
	for _, p := range platforms {
		u, err := url.Parse(p)
		if err != nil || !net.ParseIP(u.Hostname()).IsLoopback() {
			return nil, usage("--crash-dir is for tests against a sandbox on loopback, not for %q", p)
		}
	}
	return &crashes{dir: dir}, nil
}

const (
	armedFile    = "armed"    // "STEP N": die when STEP is reached for the Nth time from now on
	acceptedFile = "accepted" // IDs of the questions that were accepted, a line each
)

// at is called at a step.
func (c *crashes) at(step string) {
	data, err := os.ReadFile(filepath.Join(c.dir, armedFile))
	if err != nil {
		return // not armed
	}
	var want string
	var n int
	if _, err := fmt.Sscan(string(data), &want, &n); err != nil || want != step {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.armed != string(data) {
		c.armed, c.hits = string(data), 0
	}
	if c.hits++; c.hits >= n {
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		select {} // nothing of what follows may happen
	}
}

// accepted writes down that a question was accepted, before anyone else is told.
func (c *crashes) accepted(id bot.QuestionID) {
	f, err := os.OpenFile(filepath.Join(c.dir, acceptedFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err) // a test that cannot write its evidence proves nothing
	}
	defer f.Close()
	if _, err := f.WriteString(string(id) + "\n"); err != nil {
		panic(err)
	}
}

// acceptedIDs are the questions that accepted wrote down.
func acceptedIDs(dir string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, acceptedFile))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("read which questions were accepted: %w", err)
	}
	ids := strings.Fields(string(data))
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// store is what the parts of serve want of the inbox.
type store interface {
	Submit(ctx context.Context, q bot.Question) error
	Load(ctx context.Context, id bot.QuestionID) (bot.Record, bool, error)
	Save(ctx context.Context, rec bot.Record) error
}

// storeOf is the inbox, with crashes at its steps where there are any.
func (c *crashes) storeOf(box *inbox.Inbox) store {
	if c == nil {
		return box
	}
	return crashing{box, c}
}

// handling is handle, with crashes before and after.
func (c *crashes) handling(handle inbox.Handler) inbox.Handler {
	if c == nil {
		return handle
	}
	return func(ctx context.Context, d bot.Delivery) error {
		c.at("before-answer")
		err := handle(ctx, d)
		c.at("before-ack")
		return err
	}
}

type crashing struct {
	*inbox.Inbox
	c *crashes
}

func (s crashing) Submit(ctx context.Context, q bot.Question) error {
	s.c.at("before-store")
	err := s.Inbox.Submit(ctx, q)
	if err == nil {
		s.c.accepted(q.ID)
	}
	s.c.at("after-store")
	return err
}

func (s crashing) Save(ctx context.Context, rec bot.Record) error {
	s.c.at("before-" + string(rec.State))
	err := s.Inbox.Save(ctx, rec)
	s.c.at("after-" + string(rec.State))
	return err
}
