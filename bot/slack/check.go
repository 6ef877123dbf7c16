package slack

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// Check implements bot.Checker: the tokens, the scopes, Socket Mode, and with a
// channel a message there and back.
func (a *Adapter) Check(ctx context.Context, channel string) []bot.Finding {
	found, ok := a.checkToken(ctx)
	if ok {
		if a.web != nil {
			found = append(found, bot.Found(bot.Fine, "slack.http"))
		} else {
			found = append(found, a.checkSocket(ctx))
		}
		if channel != "" {
			found = append(found, a.checkChannel(ctx, channel))
		}
	}
	return found
}

// checkToken asks who the bot is. Slack says in a header of every answer which
// scopes a token really has: those added since it was last installed are missing.
func (a *Adapter) checkToken(ctx context.Context) ([]bot.Finding, bool) {
	var who struct{ Team, User string }
	out, err := a.answer(ctx, "auth.test", "", a.cfg.BotToken, nil, &who)
	switch {
	case out.code != "":
		return []bot.Finding{bot.Found(bot.Wrong, "slack.token.refused", "code", out.code)}, false
	case err != nil:
		return []bot.Finding{bot.Found(bot.Wrong, "slack.unreachable", "detail", err.Error())}, false
	}
	found := []bot.Finding{bot.Found(bot.Fine, "slack.token", "team", who.Team, "user", who.User)}
	if len(out.scopes) == 0 {
		return append(found, bot.Found(bot.Warning, "slack.scopes.unknown")), true
	}
	var missing []string
	for _, scope := range Scopes(ManifestOptions{}) {
		if !slices.Contains(out.scopes, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return append(found, bot.Found(bot.Wrong, "slack.scopes.missing", "scopes", strings.Join(missing, ", "))), true
	}
	return append(found, bot.Found(bot.Fine, "slack.scopes")), true
}

// checkSocket asks for a socket with the app token, and does not open it.
func (a *Adapter) checkSocket(ctx context.Context) bot.Finding {
	out, err := a.answer(ctx, "apps.connections.open", "", a.cfg.AppToken, nil, nil)
	switch {
	case out.code == "missing_scope":
		return bot.Found(bot.Wrong, "slack.socket.scope")
	case out.code == "link_disabled", out.code == "socket_mode_not_enabled":
		return bot.Found(bot.Wrong, "slack.socket.off")
	case out.code != "":
		return bot.Found(bot.Wrong, "slack.socket.refused", "code", out.code)
	case err != nil:
		return bot.Found(bot.Wrong, "slack.unreachable", "detail", err.Error())
	}
	return bot.Found(bot.Fine, "slack.socket")
}

// checkChannel posts, reads back and deletes.
func (a *Adapter) checkChannel(ctx context.Context, channel string) bot.Finding {
	var posted struct{ TS string }
	args := url.Values{"channel": {channel}, "text": {prompts.RoundTrip()}, "unfurl_links": {"false"}, "unfurl_media": {"false"}}
	out, err := a.answer(ctx, "chat.postMessage", "", a.cfg.BotToken, args, &posted)
	if err != nil {
		return channelFinding("slack.channel.post", channel, out, err)
	}
	var there struct{ Messages []struct{ TS string } }
	args = url.Values{"channel": {channel}, "oldest": {posted.TS}, "latest": {posted.TS}, "inclusive": {"true"}, "limit": {"1"}}
	read, readErr := a.answer(ctx, "conversations.history", "", a.cfg.BotToken, args, &there)
	out, err = a.answer(ctx, "chat.delete", "", a.cfg.BotToken, url.Values{"channel": {channel}, "ts": {posted.TS}}, nil)
	switch {
	case readErr != nil:
		return channelFinding("slack.channel.read", channel, read, readErr)
	case len(there.Messages) == 0:
		return bot.Found(bot.Wrong, "slack.channel.read", "channel", channel, "detail", "the message is not in the history")
	case err != nil:
		return channelFinding("slack.channel.delete", channel, out, err)
	}
	return bot.Found(bot.Fine, "slack.channel", "channel", channel)
}

func channelFinding(code, channel string, out *outcome, err error) bot.Finding {
	if out.code == "not_in_channel" || out.code == "channel_not_found" {
		return bot.Found(bot.Wrong, "slack.channel.out", "channel", channel, "code", out.code)
	}
	return bot.Found(bot.Wrong, code, "channel", channel, "detail", err.Error())
}
