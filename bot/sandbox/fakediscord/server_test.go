package fakediscord_test

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

func TestABotThatIsMentionedCanReply(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	d.AddHandler(func(d *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author.ID == s.BotUserID() || len(m.Mentions) == 0 {
			return
		}
		_, err := d.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{
			Content: "Hello <@" + m.Author.ID + "> @everyone", Reference: m.Reference(), AllowedMentions: &discordgo.MessageAllowedMentions{},
		})
		if err != nil {
			t.Error(err)
		}
	})
	open(t, d)
	id, err := s.Say(ctx(t), fakediscord.Message{Content: s.Mention() + " hi"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.WaitMessage(ctx(t), fakediscord.DefaultChannel, func(m fakediscord.Message) bool { return m.Author == s.BotUserID() })
	if err != nil {
		t.Fatal(err)
	}
	if got.ReplyTo != id || len(got.Pinged) != 0 || got.PingedAll {
		t.Errorf("reply to %q pinged %v, all %v; want a reply to %q that pings nobody", got.ReplyTo, got.Pinged, got.PingedAll, id)
	}
	clean(t, s)
}

func TestASlashCommandIsDeferredEditedAndFollowedUp(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	d := bot(t, s)
	d.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		if err := d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral},
		}); err != nil {
			t.Error(err)
		}
		text := "You asked: " + i.ApplicationCommandData().Options[0].StringValue()
		button := discordgo.Button{Label: "Share", CustomID: "share"}
		rows := []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{button}}}
		if _, err := d.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{
			Content: &text, Components: &rows, Embeds: &[]*discordgo.MessageEmbed{{Title: "T", Description: "D"}},
		}); err != nil {
			t.Error(err)
		}
		if _, err := d.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "more"}); err != nil {
			t.Error(err)
		}
	})
	open(t, d)
	if _, err := d.ApplicationCommandBulkOverwrite(s.ApplicationID(), "", []*discordgo.ApplicationCommand{{
		Name: "openai-explain", Description: "Ask about open-source AI",
		Options: []*discordgo.ApplicationCommandOption{{Type: discordgo.ApplicationCommandOptionString, Name: "question", Description: "What?", Required: true}},
	}}); err != nil {
		t.Fatal(err)
	}
	in, err := s.Command(ctx(t), fakediscord.Interaction{Name: "openai-explain", Options: map[string]any{"question": "오픈소스 AI란?"}})
	if err != nil {
		t.Fatal(err)
	}
	if !in.Deferred || !in.Ephemeral {
		t.Errorf("first answer: %+v, want an ephemeral deferral", in)
	}
	if err := s.WaitFor(ctx(t), func(s *fakediscord.Server) bool {
		st, _ := s.Interaction(in.ID)
		return st.Done() && len(st.FollowUps) == 1
	}); err != nil {
		t.Fatal(err)
	}
	st, _ := s.Interaction(in.ID)
	if got := st.Original.PlainText(); !strings.Contains(got, "오픈소스 AI란?") || st.Original.Viewer != fakediscord.DefaultUser {
		t.Errorf("answer %q seen by %q", got, st.Original.Viewer)
	}
	if b := st.Original.Buttons(); len(b) != 1 || b[0].CustomID != "share" {
		t.Errorf("buttons %+v", b)
	}
	clean(t, s)
}
