package discord

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
	"unicode"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

const (
	// lanes of messages: those of one channel stay in order, and a slow store
	// holds up only its lane.
	lanes     = 8
	laneQueue = 64
	// callsAtOnce bounds the interactions under way; each has 3 s.
	callsAtOnce = 64
	// drain is how long a shutdown waits for questions that arrived.
	drain = 4 * time.Second
)

func wanted(kind string) bool {
	switch kind {
	case "MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_DELETE", "CHANNEL_UPDATE":
		return true
	}
	return false
}

// intake takes events until the gateway is over, hands questions to the inbox and
// then acknowledges them.
func (a *Adapter) intake(ctx context.Context, events <-chan event, over <-chan struct{}) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(drain, cancel) })()

	var wg sync.WaitGroup
	defer wg.Wait()
	slots := make(chan struct{}, callsAtOnce)
	var lane [lanes]chan bot.Question
	for i := range lane {
		lane[i] = make(chan bot.Question, laneQueue)
		defer close(lane[i])
		wg.Go(func() {
			for q := range lane[i] {
				a.takeMessage(work, ctx, q)
			}
		})
	}
	take := func(e event) {
		switch e.kind {
		case "MESSAGE_CREATE":
			if q, ok := a.readMessage(e.data); ok {
				lane[laneOf(q.Conversation)] <- q
			}
		case "INTERACTION_CREATE":
			slots <- struct{}{}
			wg.Go(func() { defer func() { <-slots }(); a.takeCall(work, e.data) })
		default:
			a.learn(e)
		}
	}
	for {
		select {
		case e := <-events:
			take(e)
		case <-over:
			for {
				select {
				case e := <-events:
					take(e)
				default:
					return
				}
			}
		}
	}
}

func laneOf(conversation string) int {
	h := fnv.New32a()
	h.Write([]byte(conversation))
	return int(h.Sum32() % lanes)
}

func (a *Adapter) readMessage(raw []byte) (q bot.Question, ok bool) {
	defer a.recovered("message")
	return translateMessage(a.identity(), raw)
}

// recovered keeps a defect in handling one event from ending the program.
func (a *Adapter) recovered(what string) {
	if r := recover(); r != nil {
		a.log.Error("discord handler panicked", slog.String("handler", what), slog.String("panic", fmt.Sprintf("%T", r)), slog.String("stack", string(debug.Stack())))
	}
}

// takeMessage stores a message's question, and tells the person where that is
// not possible. ctx ends late; running ends when the program is asked to stop.
func (a *Adapter) takeMessage(ctx, running context.Context, q bot.Question) {
	defer a.recovered("message")
	deadline := time.Now().Add(a.pace.store)
	for wait := a.pace.store / 60; ; wait *= 2 {
		sctx, cancel := context.WithDeadline(ctx, deadline)
		err := a.config.Inbox.Submit(sctx, q)
		cancel()
		if err == nil {
			return
		}
		a.log.Warn("question not stored", slog.String("question", string(q.ID)), slog.Any("error", err))
		var permanent *bot.PermanentError
		if errors.As(err, &permanent) || time.Now().Add(wait).After(deadline) || !sleep(running, wait) {
			break
		}
	}
	var at address
	decode(q.Address, &at)
	m := newMessage(prompts.Labels(langOf(q)).NotAccepted)
	m.replyTo(at)
	m.once(string(q.ID), "refused")
	if _, err := a.create(ctx, at.Channel, m); err != nil {
		a.log.Error("person not told that the question was not stored", slog.String("question", string(q.ID)), slog.Any("error", err))
	}
}

// takeCall stores an interaction's question and answers the interaction, within
// the 3 s that Discord gives.
func (a *Adapter) takeCall(ctx context.Context, raw []byte) {
	defer a.recovered("interaction")
	c, q, known, ok := translateInteraction(raw)
	if !known {
		return
	}
	if !ok {
		a.acknowledge(ctx, c, c.callback(), "")
		return
	}
	done := a.acks.begin(c.ID)
	defer done()
	sctx, cancel := context.WithTimeout(ctx, a.pace.storeCall)
	err := a.config.Inbox.Submit(sctx, q)
	cancel()
	if err != nil {
		a.log.Warn("question not stored", slog.String("question", string(q.ID)), slog.Any("error", err))
		a.acknowledge(ctx, c, refusal(prompts.Labels(langOf(q)).NotAccepted), q.ID)
		return
	}
	a.acknowledge(ctx, c, c.callback(), q.ID)
}

// callback is the first answer to an interaction.
type callback struct {
	Type int           `json:"type"`
	Data *callbackData `json:"data,omitempty"`
}

type callbackData struct {
	Content  string     `json:"content,omitempty"`
	Mentions *noMention `json:"allowed_mentions,omitempty"`
	Flags    int        `json:"flags,omitempty"`
	Choices  *[]string  `json:"choices,omitempty"`
}

func (c call) callback() callback {
	cb := callback{Type: c.Ack}
	switch {
	case c.Ack == ackAutocomplete:
		cb.Data = &callbackData{Choices: &[]string{}}
	case c.Ack == ackDefer && c.Private:
		cb.Data = &callbackData{Flags: flagEphemeral} // the only flag a deferral honours
	}
	return cb
}

func refusal(text string) callback {
	return callback{Type: ackMessage, Data: &callbackData{Content: text, Mentions: &noMention{}, Flags: flagEphemeral}}
}

// acknowledge sends the first answer. One that Discord has already is as good.
func (a *Adapter) acknowledge(ctx context.Context, c call, cb callback, q bot.QuestionID) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	err := a.rest.do(ctx, request{
		op: "answer interaction", method: http.MethodPost, major: c.ID, anyone: true, repeat: true, body: cb,
		route: "/interactions/{id}/{token}/callback", path: "/interactions/" + c.ID + "/" + escape(c.Token) + "/callback",
	})
	if err != nil && code(err) != codeAcknowledged {
		a.log.Error("interaction not acknowledged", slog.String("question", string(q)), slog.Any("error", err))
	}
}

// langOf is the language to tell a person something in, before it was answered:
// that of the text where it has any, else that of their client.
func langOf(q bot.Question) bot.Lang {
	if l := q.ReplyIn.Or(""); l != "" {
		return l
	}
	lang := q.Locale.Or(bot.English)
	for _, r := range q.Text {
		if unicode.Is(unicode.Hangul, r) {
			return bot.Korean
		}
		if unicode.IsLetter(r) {
			lang = bot.English
		}
	}
	return lang
}

// learn keeps which role in a guild is the bot's own: mentioning it is a mention
// of the bot. What changes a guild or a channel may also change what the bot may do there.
func (a *Adapter) learn(e event) {
	defer a.recovered("guild")
	var g struct {
		ID    string `json:"id"`
		Guild string `json:"guild_id"`
		Roles []role `json:"roles"`
		Role  role   `json:"role"`
	}
	if !decode(e.data, &g) {
		return
	}
	a.rest.limit.forgive()
	a.mu.Lock()
	defer a.mu.Unlock()
	switch e.kind {
	case "CHANNEL_UPDATE":
	case "GUILD_DELETE":
		delete(a.roles, g.ID)
	case "GUILD_CREATE":
		for _, r := range g.Roles {
			a.own(g.ID, r)
		}
	default:
		a.own(g.Guild, g.Role)
	}
}

type role struct {
	ID   string `json:"id"`
	Tags struct {
		BotID string `json:"bot_id"`
	} `json:"tags"`
}

func (a *Adapter) own(guild string, r role) {
	if guild != "" && r.ID != "" && r.Tags.BotID != "" && r.Tags.BotID == a.user {
		a.roles[guild] = r.ID
	}
}

// pending are the interactions that are being acknowledged: a worker may be done
// with a question before Discord knows that it was accepted, and has to wait.
type pending struct {
	mu   sync.Mutex
	open map[string]chan struct{}
}

func newPending() *pending { return &pending{open: map[string]chan struct{}{}} }

func (p *pending) begin(id string) (done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch := make(chan struct{})
	p.open[id] = ch
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		close(ch)
		if p.open[id] == ch {
			delete(p.open, id)
		}
	}
}

// wait returns when the interaction has been acknowledged, or ctx ended.
func (p *pending) wait(ctx context.Context, id string) {
	p.mu.Lock()
	ch := p.open[id]
	p.mu.Unlock()
	if ch == nil {
		return
	}
	select {
	case <-ch:
	case <-ctx.Done():
	}
}
