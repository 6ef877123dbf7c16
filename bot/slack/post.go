package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/prompts"
)

var (
	_ bot.Platform  = (*Adapter)(nil)
	_ bot.Finder    = (*Adapter)(nil)
	_ bot.Indicator = (*Adapter)(nil)
)

// The response types of a message to a response URL.
const (
	toAsker   = slack.ResponseTypeEphemeral
	toChannel = slack.ResponseTypeInChannel
)

// place is Receipt.Extra.
type place struct {
	Channel string `json:"channel"`
}

// Post implements bot.Platform: a private answer by its response URL, in place of
// what stands there; anything else in the channel, in the thread of the question
// where it has one. Where the question is on a channel that the bot is not in, a
// shared answer goes by the response URL of the click.
func (a *Adapter) Post(ctx context.Context, q bot.Question, r bot.Reply) (bot.Receipt, error) {
	addr, err := addressOf(q)
	if err != nil {
		return bot.Receipt{}, err
	}
	l := prompts.Labels(language(q, r))
	d := render.Answer(r, answered(q), q.Private, l)
	if a.cfg.Votes == nil {
		d.Votes = nil
	}
	switch {
	case addr.Ephemeral:
		return bot.Receipt{}, a.private(ctx, addr, messages(d, "", l))
	case q.Kind == bot.Share && r.Failed:
		return bot.Receipt{}, a.tell(ctx, addr, l.Failed)
	case q.Kind == bot.Share:
		return a.share(ctx, q, addr, messages(d, first(addr.Name, addr.User), l), l)
	}
	return a.post(ctx, q, addr, messages(d, "", l))
}

// answered is the question whose answer is shown: a shared answer stays that of
// the question it was given to.
func answered(q bot.Question) bot.QuestionID {
	if q.Kind == bot.Share {
		return q.Of
	}
	return q.ID
}

func addressOf(q bot.Question) (address, error) {
	var a address
	if err := json.Unmarshal(q.Address, &a); err != nil {
		return a, bot.Permanent("invalid_address", errors.New("slack: the question's address is not one of Slack"))
	}
	if a.Channel == "" && a.ResponseURL == "" {
		return a, bot.Permanent("invalid_address", errors.New("slack: the question's address is empty"))
	}
	return a, nil
}

// language of the words around the reply: the answer's, else the question's.
func language(q bot.Question, r bot.Reply) bot.Lang {
	return r.Answer.Lang.Or(languageOf(q))
}

func languageOf(q bot.Question) bot.Lang {
	if l := q.ReplyIn.Or(""); l != "" {
		return l
	}
	for _, c := range q.Text {
		if unicode.Is(unicode.Hangul, c) {
			return bot.Korean
		}
	}
	return q.Locale.Or(bot.English)
}

// post posts msgs in order. Where there are several, an earlier attempt may have
// posted some of them: those are not posted again.
func (a *Adapter) post(ctx context.Context, q bot.Question, addr address, msgs []message) (bot.Receipt, error) {
	parts := make([]string, len(msgs))
	if len(msgs) > 1 {
		found, err := a.parts(ctx, q, addr)
		if err != nil {
			return bot.Receipt{}, err
		}
		for i := range parts {
			parts[i] = found.ts[i]
		}
	}
	for i, m := range msgs {
		if parts[i] != "" {
			continue
		}
		ts, err := a.send(ctx, addr, m, mark{Question: string(q.ID), Part: i, Parts: len(msgs)})
		if err != nil {
			return bot.Receipt{}, err
		}
		parts[i] = ts
	}
	return receipt(addr.Channel, parts)
}

func receipt(channel string, ts []string) (bot.Receipt, error) {
	extra, err := json.Marshal(place{Channel: channel})
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("slack: encode the receipt: %w", err)
	}
	return bot.Receipt{Messages: slices.Clone(ts), Extra: extra}, nil
}

// send posts one message and returns its time stamp, which identifies it. Where
// Slack does not take its own feedback buttons, it gets ordinary ones, from then on.
func (a *Adapter) send(ctx context.Context, addr address, m message, k mark) (string, error) {
	native := !a.plainVotes.Load()
	ts, err := a.sendBlocks(ctx, addr, m, m.blocks(native), k)
	var permanent *bot.PermanentError
	if native && m.native != nil && errors.As(err, &permanent) && (permanent.Reason == "invalid_blocks" || permanent.Reason == "invalid_blocks_format") {
		a.plainVotes.Store(true)
		a.log.Info("slack does not take its own feedback buttons: ordinary ones from now on")
		return a.sendBlocks(ctx, addr, m, m.blocks(false), k)
	}
	return ts, err
}

func (a *Adapter) sendBlocks(ctx context.Context, addr address, m message, blocks []slack.Block, k mark) (string, error) {
	opts := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), // escaped already
		slack.MsgOptionBlocks(blocks...),
		slack.MsgOptionMetadata(k.metadata()),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
	}
	if addr.Thread != "" {
		opts = append(opts, slack.MsgOptionTS(addr.Thread))
	}
	var ts string
	_, err := a.call(ctx, methodPost, addr.Channel, func(ctx context.Context) (err error) {
		_, ts, err = a.api.PostMessageContext(ctx, addr.Channel, opts...)
		return err
	})
	if err == nil && ts == "" {
		err = fmt.Errorf("slack: %s: the answer names no message", methodPost)
	}
	return ts, err
}

// share posts msgs for everyone in the channel, and tells the person who clicked.
func (a *Adapter) share(ctx context.Context, q bot.Question, addr address, msgs []message, l bot.Labels) (bot.Receipt, error) {
	got, err := a.post(ctx, q, addr, msgs)
	var permanent *bot.PermanentError
	if errors.As(err, &permanent) && addr.ResponseURL != "" && (permanent.Reason == "not_in_channel" || permanent.Reason == "channel_not_found") {
		return bot.Receipt{}, a.replace(ctx, addr, msgs, toChannel)
	}
	if err != nil {
		return got, err
	}
	if addr.ResponseURL != "" {
		if err := a.tell(ctx, addr, l.Shared); err != nil {
			a.log.Info("the person who shared was not told", "question", q.ID, "error", err)
		}
	}
	return got, nil
}

// private shows msgs to the asker alone. After the half hour of a response URL the
// bot can still do that in a channel it is in.
func (a *Adapter) private(ctx context.Context, addr address, msgs []message) error {
	err := a.replace(ctx, addr, msgs, toAsker)
	var permanent *bot.PermanentError
	if !errors.As(err, &permanent) || permanent.Reason != "response_url_expired" || addr.Channel == "" || addr.User == "" {
		return err
	}
	for _, m := range msgs {
		_, late := a.call(ctx, methodEphemeral, addr.Channel, func(ctx context.Context) error {
			opts := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.blocks(false)...)}
			if addr.Thread != "" {
				opts = append(opts, slack.MsgOptionTS(addr.Thread))
			}
			_, err := a.api.PostEphemeralContext(ctx, addr.Channel, addr.User, opts...)
			return err
		})
		if errors.As(late, &permanent) {
			return err // as it was: there is no way left
		}
		if late != nil {
			return late
		}
	}
	return nil
}

// replace posts msgs by the response URL: a private one takes the place of what
// the person sees there, so that doing it again changes nothing.
func (a *Adapter) replace(ctx context.Context, addr address, msgs []message, to string) error {
	for i, m := range msgs {
		msg := &slack.WebhookMessage{
			Text:            m.Text,
			ResponseType:    to,
			ReplaceOriginal: i == 0 && to == toAsker,
			ThreadTimestamp: threadFor(addr, to),
		}
		if blocks := m.blocks(false); len(blocks) > 0 {
			msg.Blocks = &slack.Blocks{BlockSet: blocks}
		}
		if err := a.respond(ctx, addr.ResponseURL, msg); err != nil {
			return err
		}
	}
	return nil
}

// threadFor keeps a shared answer in the thread it was asked in. A private one
// stays where it is.
func threadFor(addr address, to string) string {
	if to == toChannel {
		return addr.Thread
	}
	return ""
}

// tell says text to the person alone, below what stands there.
func (a *Adapter) tell(ctx context.Context, addr address, text string) error {
	return a.respond(ctx, addr.ResponseURL, &slack.WebhookMessage{Text: text, ResponseType: toAsker, ThreadTimestamp: addr.Thread})
}
