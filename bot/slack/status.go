package slack

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

const (
	methodStatus  = "assistant.threads.setStatus"
	statusTimeout = 3 * time.Second
	statusEvery   = 90 * time.Second // a status disappears after two minutes
	statusPause   = 10 * time.Minute // without asking again, where the workspace has no such thing
)

// statusGate keeps from asking for a status where Slack said that there is none.
type statusGate struct {
	mu    sync.Mutex
	until time.Time
}

func (g *statusGate) open(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !now.Before(g.until)
}

func (g *statusGate) shut(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until = until
}

// noStatus are the errors of a workspace or an app without the feature.
var noStatus = []string{
	"access_denied", "feature_disabled", "missing_scope", "not_agent_app", "not_allowed_token_type", "unknown_method",
	"method_deprecated", "team_access_not_granted", "no_permission",
}

// Working implements bot.Indicator: in a thread with the status of an assistant's
// thread, for a private reply that takes long with a line in its place. In a direct
// conversation without a thread there is nothing to show it in.
//
// The reply takes the place of either, so stop takes nothing away.
func (a *Adapter) Working(ctx context.Context, q bot.Question) (stop func()) {
	addr, err := addressOf(q)
	text := prompts.Labels(languageOf(q)).Working
	var show func(context.Context)
	switch {
	case err != nil:
	case addr.Ephemeral:
		show = func(ctx context.Context) { a.announceReply(ctx, addr, text) }
	case addr.Channel != "" && addr.Thread != "" && a.status.open(a.now()):
		show = func(ctx context.Context) { a.keepStatus(ctx, addr, text) }
	}
	if show == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		show(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

func (a *Adapter) announceReply(ctx context.Context, addr address, text string) {
	sleep(ctx, a.timing.private)
	if ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	_ = a.replace(ctx, addr, []message{{Text: text}}, toAsker) // best effort
}

func (a *Adapter) keepStatus(ctx context.Context, addr address, text string) {
	sleep(ctx, a.timing.status)
	if ctx.Err() != nil {
		return
	}
	t := time.NewTicker(statusEvery)
	defer t.Stop()
	for a.setStatus(ctx, addr, text) {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}

// setStatus reports whether it is worth to go on.
func (a *Adapter) setStatus(ctx context.Context, addr address, text string) bool {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	out, err := a.call(ctx, methodStatus, "", func(ctx context.Context) error {
		return a.api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{
			ChannelID: addr.Channel, ThreadTS: addr.Thread, Status: text,
		})
	})
	if slices.Contains(noStatus, out.code) {
		a.status.shut(a.now().Add(statusPause))
		a.log.Info("no status is shown while working", "reason", out.code)
	}
	return err == nil
}
