package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// sandboxCommand runs the offline platforms for programs outside.
type sandboxCommand struct {
	SlackAddr   string `default:"127.0.0.1:8101" help:"Address of the offline Slack."`
	DiscordAddr string `default:"127.0.0.1:8102" help:"Address of the offline Discord."`
}

// Run implements the command.
func (c *sandboxCommand) Run(ctx context.Context, s streams) error {
	sl, err := fakeslack.Start(fakeslack.Config{Addr: c.SlackAddr})
	if err != nil {
		return err
	}
	defer sl.Close()
	dc, err := fakediscord.Start(fakediscord.Config{Addr: c.DiscordAddr, MessageContent: true})
	if err != nil {
		return err
	}
	defer dc.Close()
	fmt.Fprintln(s.out, "An offline Slack and an offline Discord are running. Nothing leaves this machine, and nothing is kept.\nSet these for the bot, in another terminal:")
	fmt.Fprintln(s.out)
	t := tabwriter.NewWriter(s.out, 0, 0, 0, ' ', 0)
	for _, v := range [][2]string{
		{"SLACK_API_URL", sl.APIURL()}, {"SLACK_BOT_TOKEN", sl.BotToken()}, {"SLACK_APP_TOKEN", sl.AppToken()},
		{"DISCORD_API_URL", dc.APIURL()}, {"DISCORD_TOKEN", dc.Token()},
	} {
		fmt.Fprintf(t, "export %s=%s\n", v[0], v[1])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "openai-explain serve\n\nLook and ask here:\n  Slack    %s/sandbox/\n  Discord  %s/sandbox/\nCtrl-C ends it.\n", sl.URL(), dc.URL())
	<-ctx.Done()
	return nil
}
