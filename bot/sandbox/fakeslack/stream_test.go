package fakeslack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func stream(t *testing.T, s *fakeslack.Server) (root, ts string) {
	t.Helper()
	root, err := s.Say(soon(t), fakeslack.Message{Text: "why?"})
	if err != nil {
		t.Fatal(err)
	}
	_, ts, err = client(s).StartStreamContext(soon(t), fakeslack.General, slack.MsgOptionTS(root), slack.MsgOptionMarkdownText("Because "),
		slack.MsgOptionRecipientTeamID(s.TeamID()), slack.MsgOptionRecipientUserID(fakeslack.Alice))
	if err != nil {
		t.Fatal(err)
	}
	return root, ts
}

func TestAStreamGrowsAndIsStopped(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{Contracts: contracts(t)})
	root, ts := stream(t, s)
	api, ctx := client(s), soon(t)
	if m := s.Replies(fakeslack.General, root); len(m) != 1 || !m[0].Streaming || m[0].Markdown != "Because " {
		t.Fatalf("got %+v", m)
	}
	if _, _, err := api.AppendStreamContext(ctx, fakeslack.General, ts, slack.MsgOptionMarkdownText("**it** is <!chan")); err != nil {
		t.Fatal(err)
	}
	if got := call(t, s, "chat.update", map[string]string{"channel": fakeslack.General, "ts": ts, "text": "x"}); got["error"] != "streaming_state_conflict" {
		t.Errorf("update of an open stream: %v", got)
	}
	if got := call(t, s, "chat.delete", map[string]string{"channel": fakeslack.General, "ts": ts}); got["error"] != "cant_delete_message" {
		t.Errorf("delete of an open stream: %v", got)
	}
	if _, _, err := api.StopStreamContext(ctx, fakeslack.General, ts, slack.MsgOptionMarkdownText("nel>."), slack.MsgOptionBlocks(slack.NewDividerBlock()),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "answer", EventPayload: map[string]any{"id": "1"}})); err != nil {
		t.Fatal(err)
	}
	m := s.Replies(fakeslack.General, root)[0]
	if m.Streaming || m.Text != "Because **it** is <!channel>." || !strings.Contains(string(m.Blocks), "divider") || !strings.Contains(string(m.Metadata), "answer") {
		t.Errorf("got %+v", m)
	}
	if strings.Join(m.Notifies, " ") != "!channel" {
		t.Errorf("a mention split over two chunks: %q", m.Notifies)
	}
	if _, _, err := api.AppendStreamContext(ctx, fakeslack.General, ts, slack.MsgOptionMarkdownText("x")); err == nil || err.Error() != "message_not_in_streaming_state" {
		t.Errorf("append after stop: %v", err)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
}

func TestAStreamDiesAfterFiveMinutesWhateverIsAppended(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	_, ts := stream(t, s)
	args := map[string]string{"channel": fakeslack.General, "ts": ts, "markdown_text": "x"}
	s.Advance(4*time.Minute + 50*time.Second)
	if got := call(t, s, "chat.appendStream", args); got["ok"] != true {
		t.Errorf("before its time: %v", got)
	}
	s.Advance(11 * time.Second)
	for _, method := range []string{"chat.appendStream", "chat.stopStream"} {
		if got := call(t, s, method, args); got["error"] != "message_not_in_streaming_state" {
			t.Errorf("%s: %v", method, got)
		}
	}
	if m := s.Messages(fakeslack.General)[1]; !m.Broken || m.Streaming {
		t.Errorf("got %+v", m)
	}
	if got := call(t, s, "chat.update", map[string]string{"channel": fakeslack.General, "ts": ts, "text": "whole"}); got["ok"] != true {
		t.Errorf("update: %v", got)
	}
	if m := s.Messages(fakeslack.General)[1]; m.Broken || m.Text != "whole" {
		t.Errorf("after the update: %+v", m)
	}
}

func TestAPersonStopsAStream(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	bot(t, s, nil)
	root, ts := stream(t, s)
	if _, err := s.StopStreams(soon(t), fakeslack.Alice, fakeslack.General, root); err != nil {
		t.Fatal(err)
	}
	got := call(t, s, "chat.appendStream", map[string]string{"channel": fakeslack.General, "ts": ts, "markdown_text": "x"})
	if got["error"] != "stopped_by_user" {
		t.Errorf("got %v", got)
	}
	events := inner(t, s)
	last := events[len(events)-1]
	if last["type"] != "agent_session_stopped" || len(last["streaming_message_ts"].([]any)) != 1 {
		t.Errorf("the event: %v", last)
	}
}

func TestStreamsThatSlackRefusesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, fakeslack.Config{})
	root, _ := s.Say(soon(t), fakeslack.Message{Text: "why?"})
	ok := map[string]string{"channel": fakeslack.General, "thread_ts": root, "recipient_team_id": s.TeamID(), "recipient_user_id": fakeslack.Alice}
	for name, c := range map[string]struct {
		change map[string]string
		want   string
	}{
		"as it should be":           {nil, ""},
		"without a thread":          {map[string]string{"thread_ts": ""}, "invalid_arguments"},
		"without the team":          {map[string]string{"recipient_team_id": ""}, "missing_recipient_team_id"},
		"without the person":        {map[string]string{"recipient_user_id": ""}, "missing_recipient_user_id"},
		"for nobody":                {map[string]string{"recipient_user_id": "U0NOBODY000"}, "user_not_found"},
		"chunks that are no list":   {map[string]string{"chunks": `{}`}, "invalid_chunks"},
		"a chunk of no known type":  {map[string]string{"chunks": `[{"type":"dance"}]`}, "invalid_chunks"},
		"a task with a long title":  {map[string]string{"chunks": `[{"type":"task_update","title":"` + strings.Repeat("x", 257) + `"}]`}, "invalid_chunks"},
		"a chunk of blocks":         {map[string]string{"chunks": `[{"type":"blocks","blocks":[{"type":"divider"}]}]`}, ""},
		"a chunk of wrong blocks":   {map[string]string{"chunks": `[{"type":"blocks","blocks":[{"type":"nothing"}]}]`}, "invalid_blocks"},
		"too much text in one call": {map[string]string{"markdown_text": strings.Repeat("x", 12001)}, "msg_too_long"},
	} {
		args := map[string]string{}
		for k, v := range ok {
			args[k] = v
		}
		for k, v := range c.change {
			args[k] = v
		}
		if code, _ := call(t, s, "chat.startStream", args)["error"].(string); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
	dm := s.DM(fakeslack.Alice)
	root, _ = s.Say(soon(t), fakeslack.Message{Text: "why?", Channel: dm})
	got := call(t, s, "chat.startStream", map[string]string{"channel": dm, "thread_ts": root})
	if got["ok"] != true {
		t.Errorf("a direct message needs no recipient: %v", got)
	}
	if got := call(t, s, "chat.appendStream", map[string]string{"channel": dm, "ts": got["ts"].(string)}); got["error"] != "no_text" {
		t.Errorf("an empty append: %v", got)
	}
	if got := call(t, s, "chat.appendStream", map[string]string{"channel": dm, "ts": root, "markdown_text": "x"}); got["error"] != "message_not_owned_by_app" {
		t.Errorf("somebody else's message: %v", got)
	}
}
