package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

func TestACommandIsAnsweredToTheAskerAlone(t *testing.T) {
	t.Parallel()
	for lang, text := range map[bot.Lang]string{bot.Korean: "오픈소스 AI가 뭐야?", bot.English: "what is open source AI?"} {
		r := start(t, setup{}).up(1)
		if err := r.srv.RemoveBot(fakeslack.General); err != nil {
			t.Fatal(err)
		}
		if ack := r.slash(fakeslack.Minji, text); ack.Elapsed > time.Second || len(ack.Payload) > 4 {
			t.Errorf("%s: acknowledged after %v with %s", lang, ack.Elapsed, ack.Payload)
		}
		m := r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
		containsAll(t, shows(m), text, `"action_id":"share"`, "https://news.example/1?a=1", `"type":"markdown"`)
		if got := byBot(r.srv.Messages(fakeslack.General)); len(got) != 0 {
			t.Errorf("%s: said in the channel: %v", lang, got)
		}
		if len(r.srv.ResponseURLPosts()) != 1 {
			t.Errorf("%s: %d posts", lang, len(r.srv.ResponseURLPosts()))
		}
		r.clean()
	}
}

func TestTheCommandAloneOffersTopicsAndAPickIsAnsweredInTheirPlace(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	r.slash(fakeslack.Minji, "")
	m := r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	containsAll(t, shows(m), "무엇이든 물어보세요", `"action_id":"pick"`, `"action_id":"pick:1"`, "오픈소스 AI가 무엇인가요?")
	if _, err := r.srv.Click(t.Context(), fakeslack.Click{User: fakeslack.Minji, ActionID: "pick:1"}); err != nil {
		t.Fatal(err)
	}
	m = r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return m.Revisions > 0 })
	containsAll(t, shows(m), "누구나 쓰고", "왜 중요한가요?")
	if n := len(r.srv.Ephemerals(fakeslack.General, fakeslack.Minji)); n != 1 {
		t.Errorf("%d messages to the asker", n)
	}
	r.clean()
}

func TestAMentionIsAnsweredInItsThread(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	root := r.say(fakeslack.Message{Text: "Good morning"})
	r.say(fakeslack.Message{Thread: root, Text: "First paragraph.\n\n<@" + r.srv.BotUserID() + "> what is *open source* AI?\n\n```\na &lt; b\n```"})
	got := r.replies(fakeslack.General, root, 1)
	r.settled()
	if len(got) != 1 || len(byBot(r.srv.Messages(fakeslack.General))) != 1 {
		t.Errorf("%d replies", len(got))
	}
	containsAll(t, shows(got[0]), "anyone may use", "[1]")
	q := r.box.questions()[0]
	if q.Text != "First paragraph.\n\nwhat is open source AI?\n\n```\na < b\n```" {
		t.Errorf("asked %q", q.Text)
	}
	for _, c := range r.srv.Calls("chat.postMessage") {
		if c.Arg("unfurl_links") != "false" || c.Arg("unfurl_media") != "false" || c.Arg("link_names") != "" {
			t.Errorf("args %v", c.Args)
		}
	}
	r.clean()
}

func TestAMentionOutsideAThreadOpensOne(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	ts := r.say(fakeslack.Message{User: fakeslack.Minji, Text: "<@" + r.srv.BotUserID() + "> 오픈소스 AI가 뭐야?", Blocks: fakeslack.UnknownElements()})
	containsAll(t, shows(r.replies(fakeslack.General, ts, 1)[0]), "누구나 쓰고")
	r.settled()
	r.clean()
}

func TestADirectMessageIsAnsweredInTheConversation(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	dm := r.srv.DM(fakeslack.Minji)
	ts := r.say(fakeslack.Message{User: fakeslack.Minji, Channel: dm, Text: "오픈소스 AI가 뭐야?"})
	m := r.messages(dm, 1)[0]
	if m.Thread != "" && m.Thread != m.TS {
		t.Errorf("answered in thread %s", m.Thread)
	}
	r.say(fakeslack.Message{User: fakeslack.Minji, Channel: dm, Thread: ts, Text: "단점은?"})
	r.replies(dm, ts, 1)
	r.settled()
	r.clean()
}

func TestTwoClicksShareOnce(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(2)
	r.slash(fakeslack.Minji, "오픈소스 AI가 뭐야?")
	m := r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	for range 2 {
		if _, err := r.srv.Click(t.Context(), fakeslack.Click{User: fakeslack.Minji, ActionID: "share", Message: m.TS}); err != nil {
			t.Fatal(err)
		}
	}
	r.messages(fakeslack.General, 1)
	r.ephemeral(fakeslack.Minji, func(m fakeslack.Message) bool { return strings.Contains(m.Text, "공유했습니다") })
	r.settled()
	got := byBot(r.srv.Messages(fakeslack.General))
	if len(got) != 1 {
		t.Fatalf("shared %d times", len(got))
	}
	containsAll(t, shows(got[0]), "오픈소스 AI가 뭐야?", "누구나 쓰고", "공유한 사람")
	if strings.Contains(shows(got[0]), "<@") || strings.Contains(shows(got[0]), `"action_id":"share"`) {
		t.Errorf("notifies, or offers to share again: %s", shows(got[0]))
	}
	if n := len(r.srv.Ephemerals(fakeslack.General, fakeslack.Minji)); n != 2 {
		t.Errorf("%d messages to the sharer", n)
	}
	r.clean()
}

func TestSharingWhereTheBotIsNotGoesByTheClick(t *testing.T) {
	t.Parallel()
	r := start(t, setup{}).up(1)
	if err := r.srv.RemoveBot(fakeslack.General); err != nil {
		t.Fatal(err)
	}
	r.slash(fakeslack.Alice, "what is open source AI?")
	m := r.ephemeral(fakeslack.Alice, func(m fakeslack.Message) bool { return len(m.Blocks) > 0 })
	if _, err := r.srv.Click(t.Context(), fakeslack.Click{ActionID: "share", Message: m.TS}); err != nil {
		t.Fatal(err)
	}
	containsAll(t, shows(r.messages(fakeslack.General, 1)[0]), "anyone may use", "Shared by")
	r.clean()
}

func TestAPublicPickIsAnsweredOnceInTheThread(t *testing.T) {
	t.Parallel()
	clarify := func(q bot.Question) bot.Reply {
		re := answerTo(q)
		if q.Pick == "" {
			re.Answer = bot.Answer{Status: bot.Clarify, Lang: bot.English, Preface: "Perhaps:", Suggestions: []bot.Suggestion{{ID: "what", Text: "What is it?"}}}
		}
		return re
	}
	r := start(t, setup{reply: clarify}).up(1)
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> hm?"})
	m := r.replies(fakeslack.General, ts, 1)[0]
	for _, user := range []string{fakeslack.Alice, fakeslack.Minji} {
		if _, err := r.srv.Click(t.Context(), fakeslack.Click{User: user, ActionID: "pick", Message: m.TS}); err != nil {
			t.Fatal(err)
		}
	}
	got := r.replies(fakeslack.General, ts, 2)
	r.settled()
	if _, stored := r.box.count(); stored != 2 || len(got) != 2 {
		t.Errorf("%d questions, %d replies", stored, len(got))
	}
	r.clean()
}

func TestALongAnswerIsSplitWithoutLoss(t *testing.T) {
	t.Parallel()
	long := func(q bot.Question) bot.Reply {
		re := answerTo(q)
		for i := range 400 {
			re.Answer.Sentences = append(re.Answer.Sentences, bot.Sentence{Text: fmt.Sprintf("문장 %03d은 오픈소스 인공지능의 여러 면 가운데 하나를 설명하는 꽤 긴 문장입니다.", i), Cites: []int{1}})
		}
		return re
	}
	for name, ask := range map[string]func(r *rig) []fakeslack.Message{
		"public": func(r *rig) []fakeslack.Message {
			return r.replies(fakeslack.General, r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> all?"}), 3)
		},
		"private": func(r *rig) []fakeslack.Message {
			r.slash(fakeslack.Alice, "all?")
			var got []fakeslack.Message
			r.wait("parts", func(st *fakeslack.State) bool {
				got = st.Ephemerals(fakeslack.General, fakeslack.Alice)
				return len(got) >= 3
			})
			return got
		},
	} {
		r := start(t, setup{reply: long}).up(1)
		var all string
		for _, m := range ask(r) {
			var blocks []struct {
				Type string `json:"type"`
				Text any    `json:"text"`
			}
			if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
				t.Fatal(err)
			}
			all += fmt.Sprint(blocks[0].Text)
		}
		last := -1
		for i := range 400 {
			at := strings.Index(all, fmt.Sprintf("문장 %03d은", i))
			if at <= last {
				t.Fatalf("%s: sentence %d at %d, the one before at %d", name, i, at, last)
			}
			last = at
		}
		r.clean()
	}
}

func TestNothingInAnAnswerIsLive(t *testing.T) {
	t.Parallel()
	evil := func(q bot.Question) bot.Reply {
		re := answerTo(q)
		re.Answer.Sentences = []bot.Sentence{{Text: "<!channel> <@U0SANDALICE> <!subteam^S1> [click](https://evil.example) https://evil.example `<!here>` &lt;!channel&gt;", Cites: []int{1}}}
		re.Answer.Preface = "<!everyone> & <#C1>"
		re.Answer.Suggestions = []bot.Suggestion{{ID: "x", Text: "<!channel> " + strings.Repeat("가", 90)}}
		return re
	}
	r := start(t, setup{reply: evil}).up(1)
	ts := r.say(fakeslack.Message{Text: "<@" + r.srv.BotUserID() + "> go"})
	m := r.replies(fakeslack.General, ts, 1)[0]
	var blocks []map[string]any
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, live := range []string{"<!", "<@", "<#", "](https://evil"} {
		if strings.Contains(fmt.Sprint(blocks[0]["text"]), live) || strings.Contains(m.Text, live) {
			t.Errorf("%q is live in:\n%v\n%s", live, blocks[0]["text"], m.Text)
		}
	}
	r.clean()
}
