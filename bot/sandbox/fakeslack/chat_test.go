package fakeslack_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

type mapFS map[string]string

func (m mapFS) fs() fs.FS {
	out := fstest.MapFS{}
	for name, text := range m {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestAThreadIsReadBackWithItsMetadata(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	api, ctx := client(s), soon(t)
	root, err := s.Say(ctx, fakeslack.Message{Text: "why?"})
	if err != nil {
		t.Fatal(err)
	}
	meta := slack.SlackMetadata{EventType: "answer", EventPayload: map[string]any{"question": "q1"}}
	_, ts, err := api.PostMessageContext(ctx, fakeslack.General, slack.MsgOptionText("because", false), slack.MsgOptionTS(root), slack.MsgOptionMetadata(meta))
	if err != nil {
		t.Fatal(err)
	}
	for _, all := range []bool{true, false} {
		list, more, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: fakeslack.General, Timestamp: root, IncludeAllMetadata: all})
		if err != nil || more || len(list) != 2 {
			t.Fatalf("%v, more %v, %d messages", err, more, len(list))
		}
		if list[0].Timestamp != root || list[0].ReplyCount != 1 || list[1].Timestamp != ts || list[1].ThreadTimestamp != root || list[1].BotID == "" {
			t.Errorf("got %+v", list)
		}
		if got := list[1].Metadata.EventPayload["question"]; (got == "q1") != all {
			t.Errorf("include_all_metadata %v: %v", all, got)
		}
	}
	if _, _, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: fakeslack.General, Timestamp: "1.000001"}); err == nil || err.Error() != "thread_not_found" {
		t.Errorf("an unknown thread: %v", err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestPagesOfAThreadJoinWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	root, _ := s.Say(ctx, fakeslack.Message{Text: "root"})
	for range 7 {
		if _, err := s.Say(ctx, fakeslack.Message{Text: "reply", Thread: root}); err != nil {
			t.Fatal(err)
		}
	}
	seen, cursor := map[string]bool{}, ""
	for {
		list, more, next, err := client(s).GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: fakeslack.General, Timestamp: root, Limit: 3, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if seen[m.Timestamp] {
				t.Errorf("%s twice", m.Timestamp)
			}
			seen[m.Timestamp] = true
		}
		if cursor = next; !more {
			break
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d messages", len(seen))
	}
}

func TestAReplyWhoseParentIsGoneIsPostedUnthreaded(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	root, _ := s.Say(ctx, fakeslack.Message{Text: "root"})
	if err := s.Delete(ctx, fakeslack.General, root); err != nil {
		t.Fatal(err)
	}
	_, ts, err := client(s).PostMessageContext(ctx, fakeslack.General, slack.MsgOptionText("late", false), slack.MsgOptionTS(root))
	if err != nil {
		t.Fatal(err)
	}
	list := s.Messages(fakeslack.General)
	if len(list) != 1 || list[0].TS != ts || list[0].Thread != "" {
		t.Errorf("got %+v", list)
	}
}

func TestADeletedParentWithRepliesLeavesATombstone(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	root, _ := s.Say(ctx, fakeslack.Message{Text: "root"})
	_, _ = s.Say(ctx, fakeslack.Message{Text: "reply", Thread: root})
	if err := s.Delete(ctx, fakeslack.General, root); err != nil {
		t.Fatal(err)
	}
	if list := s.Messages(fakeslack.General); len(list) != 2 || list[0].Subtype != "tombstone" || len(s.Replies(fakeslack.General, root)) != 1 {
		t.Errorf("got %+v", list)
	}
}

// inner are the inner events that were sent to the app, decoded.
func inner(t *testing.T, s *fakeslack.Server) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, d := range s.Deliveries() {
		var outer struct {
			Event map[string]any `json:"event"`
		}
		if err := json.Unmarshal(d.Payload, &outer); err != nil {
			t.Fatal(err)
		}
		out = append(out, outer.Event)
	}
	return out
}

func TestEditsAndDeletionsAreEvents(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	ts, _ := s.Say(ctx, fakeslack.Message{Text: "befor"})
	if err := s.Edit(ctx, fakeslack.General, ts, "before <@"+s.BotUserID()+">"); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(ctx, fakeslack.General, ts); err != nil {
		t.Fatal(err)
	}
	events := inner(t, s)
	if len(events) != 4 {
		t.Fatalf("%d events: %v", len(events), events)
	}
	changed, mention, deleted := events[1], events[2], events[3]
	if changed["subtype"] != "message_changed" || changed["message"].(map[string]any)["edited"] == nil || changed["previous_message"].(map[string]any)["text"] != "befor" {
		t.Errorf("changed: %v", changed)
	}
	if mention["type"] != "app_mention" || mention["edited"] == nil {
		t.Errorf("an edit that names the bot: %v", mention)
	}
	if deleted["subtype"] != "message_deleted" || deleted["deleted_ts"] != ts {
		t.Errorf("deleted: %v", deleted)
	}
}

func TestTheBotMayChangeOnlyItsOwnMessages(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	ts, _ := s.Say(ctx, fakeslack.Message{Text: "mine"})
	args := map[string]string{"channel": fakeslack.General, "ts": ts, "text": "x"}
	for method, want := range map[string]string{"chat.update": "cant_update_message", "chat.delete": "cant_delete_message"} {
		if got := call(t, s, method, args); got["error"] != want {
			t.Errorf("%s: %v", method, got)
		}
	}
	args["ts"] = "1.000001"
	if got := call(t, s, "chat.update", args); got["error"] != "message_not_found" {
		t.Errorf("got %v", got)
	}
}

func TestAnUpdateWithTextAloneRemovesTheBlocks(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx, api := soon(t), client(s)
	_, ts, err := api.PostMessageContext(ctx, fakeslack.General, slack.MsgOptionBlocks(slack.NewDividerBlock()), slack.MsgOptionText("a", false))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, fakeslack.General, ts, slack.MsgOptionText("b", false)); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(fakeslack.General)[0]; m.Text != "b" || len(m.Blocks) > 0 || m.Edited == "" || m.Revisions != 1 {
		t.Errorf("got %+v", m)
	}
}

func TestTimestampsAreUniqueInAChannelEvenAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx := soon(t)
	seen := map[string]bool{}
	for range 2000 {
		ts, err := s.Say(ctx, fakeslack.Message{Text: "x"})
		if err != nil || seen[ts] || len(ts) < 8 || ts[len(ts)-7] != '.' {
			t.Fatalf("%q, %v", ts, err)
		}
		seen[ts] = true
	}
	other := s.AddChannel(fakeslack.Channel{Name: "other", Members: []string{s.BotUserID()}})
	same := s.Messages(fakeslack.General)[0].TS
	if ts, _ := s.Say(ctx, fakeslack.Message{Channel: other, Text: "x", TS: same}); ts != same {
		t.Errorf("the same timestamp in another channel became %s", ts)
	}
}

func TestPeopleChannelsAndDirectMessagesAreThereToAskFor(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	ctx, api := soon(t), client(s)
	auth, err := api.AuthTestContext(ctx)
	if err != nil || auth.UserID != s.BotUserID() || auth.TeamID != s.TeamID() || auth.BotID == "" {
		t.Fatalf("%+v, %v", auth, err)
	}
	guest := s.AddUser(fakeslack.User{Name: "guest", UltraRestricted: true})
	stranger := s.AddUser(fakeslack.User{Name: "stranger", Team: "T0ELSEWHERE"})
	minji, err := api.GetUserInfoContext(ctx, fakeslack.Minji, slack.GetUserInfoOptionIncludeLocale(true))
	if err != nil || minji.Locale != "ko-KR" {
		t.Errorf("%+v, %v", minji, err)
	}
	if u, err := api.GetUserInfoContext(ctx, guest); err != nil || !u.IsRestricted || !u.IsUltraRestricted {
		t.Errorf("guest: %+v, %v", u, err)
	}
	if u, err := api.GetUserInfoContext(ctx, stranger); err != nil || !u.IsStranger || u.TeamID != "T0ELSEWHERE" {
		t.Errorf("stranger: %+v, %v", u, err)
	}
	if b, err := api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: auth.BotID}); err != nil || b.UserID != s.BotUserID() {
		t.Errorf("bot: %+v, %v", b, err)
	}
	dm, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{fakeslack.Alice}})
	if err != nil || dm.ID != s.DM(fakeslack.Alice) {
		t.Errorf("direct message: %+v, %v", dm, err)
	}
	info, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: fakeslack.General, IncludeNumMembers: true})
	if err != nil || info.Name != "general" || !info.IsMember || info.NumMembers != 3 {
		t.Errorf("info: %+v, %v", info, err)
	}
	who, _, err := api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: fakeslack.General})
	if err != nil || len(who) != 3 {
		t.Errorf("members: %v, %v", who, err)
	}
	list, _, err := api.GetConversationsForUserContext(ctx, &slack.GetConversationsForUserParameters{Types: []string{"public_channel", "im"}})
	if err != nil || len(list) != 2 {
		t.Errorf("the bot's conversations: %+v, %v", list, err)
	}
	if team, err := api.GetTeamInfoContext(ctx); err != nil || team.ID != s.TeamID() {
		t.Errorf("team: %+v, %v", team, err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestTheBotJoinsAndIsRemoved(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx, api := soon(t), client(s)
	ch := s.AddChannel(fakeslack.Channel{Name: "random", Members: []string{fakeslack.Alice}})
	ts, err := s.Say(ctx, fakeslack.Message{Channel: ch, Text: "<@" + s.BotUserID() + "> are you here?"})
	if err != nil || len(s.Deliveries()) != 0 {
		t.Fatalf("%v; a mention in a channel without the bot was delivered: %v", err, s.Deliveries())
	}
	if _, _, _, err := api.JoinConversationContext(ctx, ch); err != nil {
		t.Fatal(err)
	}
	if err := api.AddReactionContext(ctx, "eyes", slack.NewRefToMessage(ch, ts)); err != nil {
		t.Fatal(err)
	}
	if err := api.AddReactionContext(ctx, "eyes", slack.NewRefToMessage(ch, ts)); err == nil || err.Error() != "already_reacted" {
		t.Errorf("the same reaction again: %v", err)
	}
	if err := s.RemoveBot(ch); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.PostMessageContext(ctx, ch, slack.MsgOptionText("x", false)); err == nil || err.Error() != "not_in_channel" {
		t.Errorf("after the removal: %v", err)
	}
	var kinds []string
	for _, e := range inner(t, s) {
		kinds = append(kinds, e["type"].(string))
	}
	if got := strings.Join(kinds, " "); got != "member_joined_channel reaction_added channel_left" {
		t.Errorf("events: %s", got)
	}
}

func TestAMessageTellsWhomItReaches(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	ctx, api := soon(t), client(s)
	say := func(o ...slack.MsgOption) fakeslack.Message {
		t.Helper()
		if _, _, err := api.PostMessageContext(ctx, fakeslack.General, o...); err != nil {
			t.Fatal(err)
		}
		list := s.Messages(fakeslack.General)
		return list[len(list)-1]
	}
	quiet := []slack.MsgOption{slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	m := say(slack.MsgOptionText("<!channel> <@U0SANDALICE> <!subteam^S1|@x> https://example.org/a", false))
	if strings.Join(m.Notifies, " ") != "!channel !subteam^S1 @U0SANDALICE" || strings.Join(m.Unfurls, " ") != "https://example.org/a" {
		t.Errorf("notifies %q, unfurls %q", m.Notifies, m.Unfurls)
	}
	m = say(append(quiet, slack.MsgOptionText("&lt;!channel&gt; @here https://example.org/a", false))...)
	if len(m.Notifies)+len(m.Unfurls) > 0 {
		t.Errorf("notifies %q, unfurls %q", m.Notifies, m.Unfurls)
	}
	m = say(append(quiet, slack.MsgOptionBlocks(slack.NewMarkdownBlock("", "<!here>"), slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "<!everyone>", false, false))))...)
	if strings.Join(m.Notifies, " ") != "!here" {
		t.Errorf("blocks notify %q", m.Notifies)
	}
	m = say(append(quiet, slack.MsgOptionText("@channel", false), slack.MsgOptionLinkNames(true))...)
	if strings.Join(m.Notifies, " ") != "!channel" {
		t.Errorf("link_names notifies %q", m.Notifies)
	}
}

func TestWaitForEndsWithItsContextAndWithTheServer(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	never := func(*fakeslack.State) bool { return false }
	ctx, cancel := contextWithTimeout(t, 10*time.Millisecond)
	defer cancel()
	if err := s.WaitFor(ctx, never); err == nil {
		t.Error("no error after the context ended")
	}
	ended := make(chan error)
	go func() { ended <- s.WaitFor(soon(t), never) }()
	s.Close()
	if err := <-ended; err == nil {
		t.Error("no error after the server was closed")
	}
}
