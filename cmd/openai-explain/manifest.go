package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/discord"
	"github.com/openai-explain/openai-explain/bot/slack"
)

type manifestCmd struct {
	Slack   manifestSlack   `cmd:"" help:"Print the manifest of the Slack app, and a link that creates the app from it."`
	Discord manifestDiscord `cmd:"" help:"Print the link that invites the Discord bot with the permissions it needs."`
}

type manifestSlack struct {
	Name    string `default:"openai-explain" help:"Name of the app and of its bot."`
	HTTPURL string `name:"http-url" placeholder:"URL" help:"For HTTP mode: the https URL at which Slack reaches HTTP_ADDR. Without it: Socket Mode."`
}

// Run implements the command. The manifest is on standard output alone, so that
// it can be piped; what to do with it is said on standard error.
func (c *manifestSlack) Run(s streams) error {
	o := slack.ManifestOptions{Name: c.Name, HTTPURL: c.HTTPURL}
	manifest, err := slack.Manifest(o)
	if err != nil {
		return err
	}
	link, err := slack.CreateURL(o)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, strings.TrimSpace(manifest))
	fmt.Fprintf(s.err, "\nCreate the app from it: https://api.slack.com/apps, Create New App, From a manifest; or open\n%s\n", link)
	return nil
}

type manifestDiscord struct {
	ApplicationID string     `help:"The application's ID; without it, it is read from the token."`
	DiscordToken  bot.Secret `env:"DISCORD_TOKEN" help:"Bot token, with or without \"Bot \" before it."`
}

// Run implements the command.
func (c *manifestDiscord) Run(s streams) error {
	id := c.ApplicationID
	if id == "" {
		var err error
		if id, err = applicationID(c.DiscordToken); err != nil {
			return err
		}
	}
	link, err := discord.InviteURL(id)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, link)
	return nil
}

// applicationID reads the ID out of a token, whose first part it is in base64.
func applicationID(token bot.Secret) (string, error) {
	if token == "" {
		return "", errors.New("which application? Give --application-id (Discord developer portal, General Information), or set DISCORD_TOKEN")
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(token.Reveal()), "Bot "), ".")
	id, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(first, "="))
	if err != nil {
		return "", errors.New("DISCORD_TOKEN does not look like a bot token: its first part holds no application ID")
	}
	return string(id), nil
}
