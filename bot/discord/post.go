package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

var (
	_ bot.Platform  = (*Adapter)(nil)
	_ bot.Finder    = (*Adapter)(nil)
	_ bot.Indicator = (*Adapter)(nil)
)

// Post shows r. An interaction is answered by editing its first response, and by
// follow-ups where one message does not hold the answer; a message by replies to
// it; a shared answer by a message in the channel. After an interaction's 14
// minutes a public answer becomes a message, a private one cannot be given any more.
func (a *Adapter) Post(ctx context.Context, q bot.Question, r bot.Reply) (bot.Receipt, error) {
	var at address
	if !decode(q.Address, &at) || !snowflake(at.Channel) {
		return bot.Receipt{}, bot.Permanent("no_address", errors.New("discord: post: the question says no channel"))
	}
	contents, buttons := parts(q, r)
	p := &posting{a: a, q: q, at: at, contents: contents, buttons: buttons, failed: r.Failed}
	var err error
	switch {
	case q.Kind == bot.Share && r.Failed:
		err = p.whisper(ctx, contents[0])
	case q.Kind == bot.Share:
		err = p.share(ctx)
	case at.Interaction != "":
		err = p.respond(ctx)
	default:
		err = p.say(ctx)
	}
	if err != nil {
		return bot.Receipt{}, err
	}
	return receipt(at.Channel, p.ids), nil
}

func receipt(channel string, ids []string) bot.Receipt {
	extra, err := json.Marshal(map[string]string{"channel": channel})
	if err != nil {
		extra = nil
	}
	return bot.Receipt{Messages: ids, Extra: extra}
}

// posting is one reply under way; ids are the messages that are there.
type posting struct {
	a        *Adapter
	q        bot.Question
	at       address
	contents []string
	buttons  []row
	failed   bool // it says that there is no answer: not the same message as a part of one
	ids      []string
}

// part is the part of the nonce that tells the messages of a reply apart.
func (p *posting) part(i int) string {
	if p.failed {
		return "failed"
	}
	return strconv.Itoa(i)
}

// nonceLasts is less than the "past few minutes" in which Discord keeps a nonce.
const nonceLasts = time.Minute

// say posts what is missing as messages, each once.
func (p *posting) say(ctx context.Context) error {
	if len(p.ids) == 0 && !p.failed && time.Since(p.q.Asked) > nonceLasts {
		found, err := p.a.replies(ctx, p.q, p.at)
		var permanent *bot.PermanentError
		if err != nil && !errors.As(err, &permanent) { // where it may not read, it may still write
			return err
		}
		for _, m := range found[:min(len(found), len(p.contents))] {
			p.ids = append(p.ids, m.ID)
		}
	}
	for i := len(p.ids); i < len(p.contents); i++ {
		m := newMessage(p.contents[i])
		m.replyTo(p.at)
		m.once(string(p.q.ID), p.part(i))
		if p.last(i) {
			m.Components = p.buttons
		} else {
			m.Flags |= flagSuppressNotifications // the last part tells, and is how Find knows that all are there
		}
		id, err := p.a.create(ctx, p.at.Channel, m)
		if err != nil {
			return err
		}
		p.ids = append(p.ids, id)
	}
	return nil
}

func (p *posting) last(i int) bool { return i == len(p.contents)-1 }

// clockError is how wrong the clock may be here: a token that seems to be over for
// less than that is tried first.
const clockError = time.Hour

// respond edits the response to the interaction and adds follow-ups.
func (p *posting) respond(ctx context.Context) error {
	p.a.acks.wait(ctx, p.at.Interaction)
	if time.Since(p.at.Expires) > clockError {
		return p.late(ctx, nil)
	}
	id, err := p.edit(ctx)
	if err != nil {
		return p.late(ctx, err)
	}
	p.ids = append([]string{id}, p.a.kept(p.q.ID)...)
	for i := len(p.ids); i < len(p.contents); i++ {
		f := newFollowUp(p.contents[i], p.q.Private)
		if p.last(i) {
			f.Components = p.buttons
		}
		id, err := p.a.followUp(ctx, p.at, f)
		if err != nil {
			return p.late(ctx, err)
		}
		p.ids = append(p.ids, id)
		p.a.keep(p.q.ID, p.ids[1:])
	}
	p.a.keep(p.q.ID, nil)
	return nil
}

// edit puts the first part in the place of "thinking…". Another replica may not
// have acknowledged the interaction yet; then Discord does not know the response.
func (p *posting) edit(ctx context.Context) (string, error) {
	body := editBody{Content: p.contents[0], Flags: flagSuppressEmbeds, Components: []row{}}
	if p.last(0) {
		body.Components = p.buttons
	}
	var m message
	rq := p.at.webhook("edit response", http.MethodPatch, "/messages/@original")
	rq.body, rq.into, rq.repeat = body, &m, true
	for n := 1; ; n++ {
		err := p.a.rest.do(ctx, rq)
		early := gone(err) && time.Since(p.q.Asked) < 3*time.Second
		if err == nil || !early || !sleep(ctx, time.Duration(n)*200*time.Millisecond) {
			return m.ID, err
		}
	}
}

// late posts the rest as messages, where the interaction can no longer be
// answered (why) or its time is over (nil).
func (p *posting) late(ctx context.Context, why error) error {
	if why != nil && !gone(why) {
		return why
	}
	if p.q.Private {
		return bot.Permanent("interaction_gone", errors.New("discord: post: the time for a private answer is over"))
	}
	return p.say(ctx)
}

// share posts the answer in the channel, and tells the one who clicked.
func (p *posting) share(ctx context.Context) error {
	err := p.say(ctx)
	if unreachable(err) && len(p.ids) == 0 && time.Since(p.at.Expires) < clockError {
		err = p.shareAsFollowUp(ctx) // the bot is no member there; the response to the click is allowed
	}
	if err != nil {
		return err
	}
	if err := p.whisper(ctx, prompts.Labels(langOf(p.q)).Shared); err != nil {
		p.a.log.Warn("sharing not confirmed", slog.String("question", string(p.q.ID)), slog.Any("error", err))
	}
	return nil
}

func (p *posting) shareAsFollowUp(ctx context.Context) error {
	p.a.acks.wait(ctx, p.at.Interaction)
	for i := len(p.a.kept(p.q.ID)); i < len(p.contents); i++ {
		id, err := p.a.followUp(ctx, p.at, newFollowUp(p.contents[i], false))
		if err != nil {
			return err
		}
		p.a.keep(p.q.ID, append(p.a.kept(p.q.ID), id))
	}
	p.ids = p.a.kept(p.q.ID)
	p.a.keep(p.q.ID, nil)
	return nil
}

// whisper tells the one who clicked something that nobody else sees.
func (p *posting) whisper(ctx context.Context, text string) error {
	if p.at.Interaction == "" || time.Since(p.at.Expires) > clockError {
		return nil
	}
	p.a.acks.wait(ctx, p.at.Interaction)
	_, err := p.a.followUp(ctx, p.at, newFollowUp(text, true))
	return err
}

// keep remembers the follow-ups of an answer that is not complete: they have no
// nonce, so a second attempt must know them.
func (a *Adapter) keep(id bot.QuestionID, followUps []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if followUps == nil || len(a.extra) >= 1024 {
		delete(a.extra, id)
		return
	}
	a.extra[id] = slices.Clone(followUps)
}

func (a *Adapter) kept(id bot.QuestionID) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.extra[id])
}

// Find looks for a complete reply to a question that was asked in a message, or
// shared. It finds nothing for an interaction: posting again edits the same response.
func (a *Adapter) Find(ctx context.Context, q bot.Question) (bot.Receipt, bool, error) {
	var at address
	if !decode(q.Address, &at) || !snowflake(at.Channel) {
		return bot.Receipt{}, false, nil
	}
	if at.Interaction != "" && q.Kind != bot.Share {
		return bot.Receipt{}, false, nil
	}
	found, err := a.replies(ctx, q, at)
	if err != nil || len(found) == 0 || found[len(found)-1].Flags&flagSuppressNotifications != 0 {
		return bot.Receipt{}, false, err
	}
	ids := make([]string, len(found))
	for i, m := range found {
		ids[i] = m.ID
	}
	return receipt(at.Channel, ids), true, nil
}

// replies are the bot's own messages that answer q, oldest first: replies to its
// message, or with one of its nonces where Discord still tells them.
func (a *Adapter) replies(ctx context.Context, q bot.Question, at address) ([]found, error) {
	after := at.Message
	if after == "" {
		after = at.Interaction
	}
	me := a.identity().user
	if me == "" {
		var err error
		if me, err = a.whoAmI(ctx); err != nil {
			return nil, err
		}
	}
	var messages []found
	err := a.rest.do(ctx, request{
		op: "read channel", method: http.MethodGet, major: at.Channel, channel: at.Channel, repeat: true, into: &messages,
		route: "/channels/{id}/messages", path: "/channels/" + at.Channel + "/messages?limit=100&after=" + url.QueryEscape(after),
	})
	if err != nil {
		return nil, err
	}
	messages = slices.DeleteFunc(messages, func(m found) bool { return m.Author.ID != me || !m.answers(q, at) })
	slices.SortFunc(messages, func(x, y found) int { return compareSnowflakes(x.ID, y.ID) })
	return messages, nil
}

type found struct {
	message
	Nonce any `json:"nonce"`
}

// nonceParts is up to which part nonces are compared: the longest answer has fewer.
const nonceParts = 16

func (m found) answers(q bot.Question, at address) bool {
	for i := range nonceParts {
		if m.Nonce == nonce(string(q.ID), strconv.Itoa(i)) {
			return true
		}
	}
	if at.Message == "" || m.Reference.MessageID != at.Message {
		return false
	}
	for _, l := range []bot.Lang{bot.Korean, bot.English} {
		if m.Content == prompts.Labels(l).NotAccepted {
			return false
		}
	}
	return true
}

func compareSnowflakes(x, y string) int {
	if len(x) != len(y) {
		return len(x) - len(y)
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (a *Adapter) whoAmI(ctx context.Context) (string, error) {
	var u user
	err := a.rest.do(ctx, request{op: "get own user", method: http.MethodGet, route: "/users/@me", path: "/users/@me", repeat: true, into: &u})
	return u.ID, err
}

// Working shows "… is typing" for a question asked in a message. Interactions say
// "thinking…" by themselves.
func (a *Adapter) Working(ctx context.Context, q bot.Question) (stop func()) {
	var at address
	if !decode(q.Address, &at) || at.Message == "" || !snowflake(at.Channel) {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			err := a.rest.do(ctx, request{
				op: "show typing", method: http.MethodPost, major: at.Channel, channel: at.Channel,
				route: "/channels/{id}/typing", path: "/channels/" + at.Channel + "/typing",
			})
			if err != nil || !sleep(ctx, a.pace.typing) {
				return // only an ornament: not worth a second try
			}
		}
	})
	return func() { cancel(); wg.Wait() }
}

// nonce is at most 25 characters, the same for the same part of the same answer.
func nonce(id, part string) string {
	sum := sha256.Sum256([]byte(id + "\x00" + part))
	return base64.RawURLEncoding.EncodeToString(sum[:18]) // 24 characters
}

// code is Discord's error code in err, 0 where there is none.
func code(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// gone reports whether Discord does not know the interaction, or not any more.
func gone(err error) bool {
	switch code(err) {
	case codeUnknownWebhook, codeUnknownInteraction, codeInvalidToken:
		return true
	}
	return false
}

// unreachable reports whether the bot may not write in the channel.
func unreachable(err error) bool {
	var p *bot.PermanentError
	return errors.As(err, &p) && slices.Contains([]string{"channel_not_found", "missing_access", "missing_permissions", "forbidden"}, p.Reason)
}

func escape(s string) string { return url.PathEscape(s) }

var errNoID = errors.New("discord: the answer names no message")

func idOf(m message, err error) (string, error) {
	if err == nil && m.ID == "" {
		return "", bot.Retry(0, fmt.Errorf("discord: create message: %w", errNoID))
	}
	return m.ID, err
}
