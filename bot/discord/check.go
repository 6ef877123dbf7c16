package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// application is what Discord knows of the application (resources/application).
type application struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Flags  int64  `json:"flags"`
	Guilds *int   `json:"approximate_guild_count"`
}

// The application flags of the message-content intent: of a verified
// application, and of one in fewer than 100 servers.
const messageContentFlags = 1<<18 | 1<<19

// Check implements bot.Checker: the token, the message-content intent, the
// servers, the command, how often the bot may still connect today, and with a
// channel a message there and back.
func (a *Adapter) Check(ctx context.Context, channel string) []bot.Finding {
	var app application
	err := a.rest.do(ctx, request{
		op: "get own application", method: http.MethodGet, repeat: true, into: &app,
		route: "/applications/@me", path: "/applications/@me",
	})
	var e *apiError
	switch {
	case errors.As(err, &e) && e.refusesToken():
		return []bot.Finding{bot.Found(bot.Wrong, "discord.token.refused", "portal", portal)}
	case err != nil:
		return []bot.Finding{bot.Found(bot.Wrong, "discord.unreachable", "detail", err.Error())}
	}
	found := []bot.Finding{bot.Found(bot.Fine, "discord.token", "name", app.Name), a.checkIntent(app)}
	if app.Guilds != nil && *app.Guilds == 0 {
		link, err := InviteURL(app.ID)
		if err != nil {
			link = portal
		}
		found = append(found, bot.Found(bot.Warning, "discord.nowhere", "link", link))
	}
	found = append(found, a.checkCommands(ctx, app), a.checkBudget(ctx))
	if channel != "" {
		found = append(found, a.checkChannel(ctx, channel))
	}
	return found
}

func (a *Adapter) checkIntent(app application) bot.Finding {
	switch on := app.Flags&messageContentFlags != 0; {
	case a.config.MessageContent && !on:
		return bot.Found(bot.Wrong, "discord.intent.missing", "portal", portal)
	case a.config.MessageContent:
		return bot.Found(bot.Fine, "discord.intent")
	}
	return bot.Found(bot.Fine, "discord.intent.unused")
}

func (a *Adapter) checkCommands(ctx context.Context, app application) bot.Finding {
	var there []json.RawMessage
	err := a.rest.do(ctx, request{
		op: "list commands", method: http.MethodGet, major: app.ID, repeat: true, into: &there,
		route: "/applications/{id}/commands", path: "/applications/" + app.ID + "/commands?with_localizations=true",
	})
	if err != nil {
		return bot.Found(bot.Wrong, "discord.unreachable", "detail", err.Error())
	}
	if _, right := plan(there); !right {
		return bot.Found(bot.Warning, "discord.commands.missing", "command", "/"+commandName)
	}
	return bot.Found(bot.Fine, "discord.commands", "command", "/"+commandName)
}

// fewStarts is where a bot that reconnects for a bad reason is about to have its
// token reset by Discord.
const fewStarts = 50

func (a *Adapter) checkBudget(ctx context.Context) bot.Finding {
	var answer struct {
		Limit struct {
			Total     int `json:"total"`
			Remaining int `json:"remaining"`
		} `json:"session_start_limit"`
	}
	err := a.rest.do(ctx, request{op: "get gateway", method: http.MethodGet, route: "/gateway/bot", path: "/gateway/bot", repeat: true, into: &answer})
	left, total := strconv.Itoa(answer.Limit.Remaining), strconv.Itoa(answer.Limit.Total)
	switch {
	case err != nil:
		return bot.Found(bot.Wrong, "discord.unreachable", "detail", err.Error())
	case answer.Limit.Remaining < fewStarts:
		return bot.Found(bot.Warning, "discord.starts.few", "left", left, "total", total)
	}
	return bot.Found(bot.Fine, "discord.starts", "left", left, "total", total)
}

// checkChannel posts, reads back and deletes.
func (a *Adapter) checkChannel(ctx context.Context, channel string) bot.Finding {
	if !snowflake(channel) {
		return bot.Found(bot.Wrong, "discord.channel.id", "channel", channel)
	}
	path := "/channels/" + channel + "/messages"
	var made struct {
		ID string `json:"id"`
	}
	err := a.rest.do(ctx, request{
		op: "create message", method: http.MethodPost, route: "/channels/{id}/messages", path: path, major: channel, channel: channel, into: &made,
		body: map[string]any{"content": prompts.RoundTrip(), "flags": 1 << 12, "allowed_mentions": map[string]any{"parse": []string{}}}, // 1<<12: notifies nobody
	})
	if err != nil {
		return channelFinding("discord.channel.post", channel, err)
	}
	one := request{op: "read message", method: http.MethodGet, route: "/channels/{id}/messages/{id}", path: path + "/" + made.ID, major: channel, channel: channel, repeat: true}
	readErr := a.rest.do(ctx, one)
	one.op, one.method = "delete message", http.MethodDelete
	err = a.rest.do(ctx, one)
	switch {
	case readErr != nil:
		return channelFinding("discord.channel.read", channel, readErr)
	case err != nil:
		return channelFinding("discord.channel.delete", channel, err)
	}
	return bot.Found(bot.Fine, "discord.channel", "channel", channel)
}

func channelFinding(code, channel string, err error) bot.Finding {
	var e *apiError
	if errors.As(err, &e) && (e.Code == codeUnknownChannel || e.Code == codeMissingAccess || e.Code == codeMissingPermissions) {
		return bot.Found(bot.Wrong, "discord.channel.out", "channel", channel, "reason", e.reason())
	}
	return bot.Found(bot.Wrong, code, "channel", channel, "detail", err.Error())
}
