package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/prompts"
)

const (
	methodUpdate = "chat.update"
	methodDelete = "chat.delete"
)

var _ bot.Editor = (*Adapter)(nil)

// gone are the errors of a message that is not there any more.
var gone = []string{"message_not_found", "channel_not_found"}

// Edit implements bot.Editor: part by part; a reply that has become shorter loses
// its last messages, one that has become longer gets more.
func (a *Adapter) Edit(ctx context.Context, q bot.Question, r bot.Reply, at bot.Receipt) (bot.Receipt, error) {
	addr, err := addressOf(q)
	if err != nil {
		return at, err
	}
	l := prompts.Labels(language(q, r))
	d := render.Answer(r, answered(q), q.Private, l)
	if a.cfg.Votes == nil {
		d.Votes = nil
	}
	msgs := messages(d, "", l)
	parts := slices.Clone(at.Messages)
	for i, m := range msgs {
		k := mark{Question: string(q.ID), Part: i, Parts: len(msgs)}
		if i < len(parts) {
			if err := a.update(ctx, addr, parts[i], m, k); err != nil {
				return at, err
			}
			continue
		}
		ts, err := a.send(ctx, addr, m, k)
		if err != nil {
			return at, err
		}
		parts = append(parts, ts)
	}
	if len(parts) > len(msgs) {
		if err := a.deleteAll(ctx, addr, parts[len(msgs):]); err != nil {
			return at, err
		}
	}
	return receipt(addr.Channel, parts[:len(msgs)])
}

// Remove implements bot.Editor.
func (a *Adapter) Remove(ctx context.Context, q bot.Question, at bot.Receipt) error {
	addr, err := addressOf(q)
	if err != nil {
		return err
	}
	return a.deleteAll(ctx, addr, at.Messages)
}

// update changes one message. A message that somebody deleted stays so.
func (a *Adapter) update(ctx context.Context, addr address, ts string, m message, k mark) error {
	opts := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false),
		slack.MsgOptionBlocks(m.blocks(!a.plainVotes.Load())...),
		slack.MsgOptionMetadata(k.metadata()),
	}
	_, err := a.call(ctx, methodUpdate, addr.Channel, func(ctx context.Context) error {
		_, got, _, err := a.api.UpdateMessageContext(ctx, addr.Channel, ts, opts...)
		if err == nil && got == "" {
			err = fmt.Errorf("slack: %s: the answer names no message", methodUpdate)
		}
		return err
	})
	return ignoreGone(err)
}

func (a *Adapter) deleteAll(ctx context.Context, addr address, list []string) error {
	for _, ts := range list {
		_, err := a.answer(ctx, methodDelete, addr.Channel, a.cfg.BotToken, url.Values{"channel": {addr.Channel}, "ts": {ts}}, nil)
		if err := ignoreGone(err); err != nil {
			return err
		}
	}
	return nil
}

func ignoreGone(err error) error {
	var permanent *bot.PermanentError
	if errors.As(err, &permanent) && slices.Contains(gone, permanent.Reason) {
		return nil
	}
	return err
}
