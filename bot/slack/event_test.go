package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
)

const self = "U0BOT"

func mention(text string, more ...string) string {
	return event(`"type":"app_mention"`, text, append([]string{`"channel":"C1"`}, more...)...)
}

func direct(text string, more ...string) string {
	return event(`"type":"message","channel_type":"im"`, text, append([]string{`"channel":"D1"`}, more...)...)
}

func event(head, text string, more ...string) string {
	quoted, _ := json.Marshal(text)
	fields := append([]string{head, `"user":"U1"`, `"ts":"1767326125.870439"`, `"text":` + string(quoted)}, more...)
	return `{"team_id":"T1","type":"event_callback","authorizations":[{"user_id":"U0BOT","is_bot":true}],"event":{` + strings.Join(fields, ",") + `}}`
}

func slash(text string) string {
	quoted, _ := json.Marshal(text)
	return `{"team_id":"T1","channel_id":"C1","user_id":"U1","command":"/openai-explain","text":` + string(quoted) +
		`,"response_url":"https://hooks.slack.com/commands/T1/1/x","trigger_id":"1021.3901254.2e2548aa918b35fd"}`
}

func clickOn(actionID, value string, ephemeral bool, more string) string {
	e := "false"
	if ephemeral {
		e = "true"
	}
	return `{"type":"block_actions","team":{"id":"T1"},"user":{"id":"U1","username":"minji"},"channel":{"id":"C1"},"trigger_id":"77.1.ab",` +
		`"container":{"message_ts":"1767326126.000100","channel_id":"C1","is_ephemeral":` + e + more + `},` +
		`"response_url":"https://hooks.slack.com/actions/T1/1/x",` +
		`"actions":[{"action_id":"` + actionID + `","value":"` + value + `","type":"button","text":{"type":"plain_text","text":"What is it?"},"action_ts":"1767326130.289415"}]}`
}

func ask(t *testing.T, kind, payload string) (bot.Question, address, bool) {
	t.Helper()
	q, ok := translate(envelope{Type: kind, Payload: json.RawMessage(payload), Self: self, At: time.Unix(1767326200, 0)})
	var a address
	if ok {
		if err := json.Unmarshal(q.Address, &a); err != nil {
			t.Fatalf("the address is not JSON: %v", err)
		}
	}
	return q, a, ok
}

func TestAMentionBecomesAQuestionInItsThread(t *testing.T) {
	t.Parallel()
	q, a, ok := ask(t, typeEvents, mention("안녕 <@U0BOT> 오픈소스 AI가 뭐야?"))
	if !ok {
		t.Fatal("a mention asks nothing")
	}
	q.Address = nil
	want := bot.Question{
		ID: "slack:T1:C1:1767326125.870439", Platform: "slack", Kind: bot.Ask, Text: "안녕 오픈소스 AI가 뭐야?", Asker: "U1",
		Conversation: "slack:T1:C1:1767326125.870439", Asked: time.Unix(1767326125, 870439000).UTC(),
	}
	if d := cmp.Diff(want, q); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(address{Team: "T1", Channel: "C1", Thread: "1767326125.870439", TS: "1767326125.870439", User: "U1"}, a); d != "" {
		t.Error(d)
	}
}

func TestAMentionInAThreadStaysInThatThread(t *testing.T) {
	t.Parallel()
	q, a, _ := ask(t, typeEvents, mention("<@U0BOT> why?", `"thread_ts":"1767320000.000001"`))
	if a.Thread != "1767320000.000001" || q.Conversation != "slack:T1:C1:1767320000.000001" {
		t.Errorf("thread %q, conversation %q", a.Thread, q.Conversation)
	}
}

func TestTheTwoEventsOfOneMentionAreOneQuestion(t *testing.T) {
	t.Parallel()
	a, _, _ := ask(t, typeEvents, event(`"type":"app_mention"`, "<@U0BOT> hi there", `"channel":"G1"`))
	b, _, ok := ask(t, typeEvents, event(`"type":"message","channel_type":"mpim"`, "<@U0BOT> hi there", `"channel":"G1"`))
	if d := cmp.Diff(a, b); !ok || d != "" {
		t.Error(d) // whichever comes first is stored
	}
}

func TestADirectMessageIsAnsweredWhereItStands(t *testing.T) {
	t.Parallel()
	q, a, ok := ask(t, typeEvents, direct("장점은?"))
	if !ok || a.Thread != "" || q.Conversation != "slack:T1:D1" {
		t.Errorf("ok %v, thread %q, conversation %q", ok, a.Thread, q.Conversation)
	}
	_, a, _ = ask(t, typeEvents, direct("그래서?", `"thread_ts":"1767320000.000001"`))
	if a.Thread != "1767320000.000001" {
		t.Errorf("thread %q", a.Thread)
	}
}

func TestWhatIsNoQuestionAsksNothing(t *testing.T) {
	t.Parallel()
	message := func(more ...string) string {
		return event(`"type":"message"`, "what is open source AI?", append([]string{`"channel":"C1","channel_type":"channel"`}, more...)...)
	}
	for name, payload := range map[string]string{
		"a message in a channel":             message(),
		"a thread reply in a channel":        message(`"thread_ts":"1767320000.000001"`),
		"a bot":                              direct("hi", `"bot_id":"B1"`),
		"a bot's mention":                    mention("<@U0BOT> hi", `"bot_id":"B1"`),
		"a bot_message":                      direct("hi", `"subtype":"bot_message"`),
		"an edit":                            direct("hi", `"subtype":"message_changed"`),
		"an edited mention":                  mention("<@U0BOT> hi", `"edited":{"user":"U1","ts":"1767326130.000000"}`),
		"a deletion":                         direct("", `"subtype":"message_deleted"`),
		"an assistant thread's root":         direct("New thread", `"subtype":"assistant_app_thread"`),
		"somebody joining":                   direct("joined", `"subtype":"channel_join"`),
		"a hidden message":                   direct("hi", `"hidden":true`),
		"another event":                      event(`"type":"reaction_added"`, ""),
		"no inner event":                     `{"team_id":"T1","type":"app_rate_limited"}`,
		"no JSON":                            `{`,
		"an array":                           `[]`,
		"a number as text":                   `{"team_id":"T1","event":{"type":"app_mention","channel":"C1","user":"U1","ts":"1.1","text":5}}`,
		"the bot itself":                     strings.Replace(direct("hi"), `"U1"`, `"U0BOT"`, 1),
		"Slackbot":                           strings.Replace(direct("hi"), `"U1"`, `"USLACKBOT"`, 1),
		"people talking in a group":          event(`"type":"message","channel_type":"mpim"`, "<@U2> what do you think?", `"channel":"G1"`),
		"no user":                            strings.Replace(direct("hi"), `"U1"`, `""`, 1),
		"a mention without a time stamp":     strings.Replace(mention("<@U0BOT> hi"), `"1767326125.870439"`, `""`, 1),
		"a mention in no channel at all, ts": strings.Replace(mention("<@U0BOT> hi"), `"C1"`, `""`, 1),
	} {
		if q, _, ok := ask(t, typeEvents, payload); ok {
			t.Errorf("%s asks %q", name, q.Text)
		}
	}
	for name, payload := range map[string]string{
		"a command without a response URL": strings.Replace(slash("hi"), "https://hooks.slack.com/commands/T1/1/x", "", 1),
		"no JSON":                          `nope`,
	} {
		if _, _, ok := ask(t, typeCommand, payload); ok {
			t.Errorf("%s asks", name)
		}
	}
	for name, payload := range map[string]string{
		"somebody else's button":           clickOn("approve", "1", false, ""),
		"a share of what is no ID":         clickOn("share", "a b", true, ""),
		"a button without a value":         clickOn("pick", "", true, ""),
		"a modal":                          `{"type":"view_submission","user":{"id":"U1"}}`,
		"a click of nobody":                strings.Replace(clickOn("pick", "x", true, ""), `"U1"`, `""`, 1),
		"an action of another shape":       `{"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"pick","value":{}}]}`,
		"actions that are no list":         `{"type":"block_actions","user":{"id":"U1"},"actions":"pick"}`,
		"a public click without a message": strings.Replace(clickOn("pick", "x", false, ""), "1767326126.000100", "", 1),
	} {
		if _, _, ok := ask(t, typeInteractive, payload); ok {
			t.Errorf("%s asks", name)
		}
	}
	if _, _, ok := ask(t, "hello", mention("<@U0BOT> hi")); ok {
		t.Error("an unknown envelope asks")
	}
}

func TestAFileOrABroadcastReplyDoesNotHideAQuestion(t *testing.T) {
	t.Parallel()
	for _, subtype := range []string{"file_share", "thread_broadcast", "me_message"} {
		if q, _, ok := ask(t, typeEvents, direct("what is this?", `"subtype":"`+subtype+`","files":[{"id":"F1"}]`)); !ok || q.Text != "what is this?" {
			t.Errorf("%s: %v %q", subtype, ok, q.Text)
		}
	}
}

func TestAskingNothingAsksForTopics(t *testing.T) {
	t.Parallel()
	for kind, payloads := range map[string][]string{
		typeEvents:  {mention("<@U0BOT>"), mention("  <@U0BOT>, "), direct("")},
		typeCommand: {slash(""), slash("  "), slash("help"), slash("Topics"), slash("도움말")},
	} {
		for _, p := range payloads {
			if q, _, ok := ask(t, kind, p); !ok || q.Kind != bot.Topics || q.Text != "" {
				t.Errorf("%s: ok %v, kind %q, text %q", p, ok, q.Kind, q.Text)
			}
		}
	}
}

func TestACommandIsPrivate(t *testing.T) {
	t.Parallel()
	q, a, ok := ask(t, typeCommand, slash("what is &lt;open source&gt; AI in <#C9|general>?"))
	if !ok || !q.Private || q.Kind != bot.Ask || q.Text != "what is <open source> AI in #general?" {
		t.Errorf("%v %+v", ok, q)
	}
	if !a.Ephemeral || a.ResponseURL == "" || a.Channel != "C1" || a.User != "U1" {
		t.Errorf("%+v", a)
	}
	if !q.Asked.Equal(time.Unix(1767326200, 0)) {
		t.Errorf("asked %v", q.Asked)
	}
}

func TestClicksOnOneShareButtonAreOneQuestion(t *testing.T) {
	t.Parallel()
	a, addr, ok := ask(t, typeInteractive, clickOn("share", "slack:command:1021.3901254.2e2548aa918b35fd", true, ""))
	b, _, _ := ask(t, typeInteractive, strings.Replace(clickOn("share", "slack:command:1021.3901254.2e2548aa918b35fd", true, ""), "77.1.ab", "78.1.cd", 1))
	if !ok || a.Kind != bot.Share || a.Of != "slack:command:1021.3901254.2e2548aa918b35fd" || a.ID != b.ID || a.Private {
		t.Errorf("%+v\n%+v", a, b)
	}
	if addr.Channel != "C1" || addr.Thread != "" || addr.Name != "minji" || addr.Ephemeral {
		t.Errorf("%+v", addr)
	}
	long, _, _ := ask(t, typeInteractive, clickOn("share", "slack:"+strings.Repeat("x", 58), true, ""))
	if !idPattern.MatchString(string(long.ID)) {
		t.Errorf("ID %q", long.ID)
	}
}

func TestAPickBelowAPrivateReplyTakesItsPlace(t *testing.T) {
	t.Parallel()
	q, a, ok := ask(t, typeInteractive, clickOn("pick:2", "strengths-and-weaknesses", true, ""))
	if !ok || q.Pick != "strengths-and-weaknesses" || q.Text != "What is it?" || !q.Private || !a.Ephemeral || q.Kind != bot.Ask {
		t.Errorf("%+v %+v", q, a)
	}
	again, _, _ := ask(t, typeInteractive, strings.Replace(clickOn("pick:2", "strengths-and-weaknesses", true, ""), "77.1.ab", "78.1.cd", 1))
	if again.ID == q.ID {
		t.Error("asking again later is the same question")
	}
}

func TestAPickBelowAPublicReplyIsAnsweredOnceInTheThread(t *testing.T) {
	t.Parallel()
	q, a, ok := ask(t, typeInteractive, clickOn("pick", "x", false, `,"thread_ts":"1767326125.870439"`))
	other, _, _ := ask(t, typeInteractive, strings.NewReplacer("77.1.ab", "78.1.cd", `"U1"`, `"U2"`).Replace(clickOn("pick", "x", false, `,"thread_ts":"1767326125.870439"`)))
	if !ok || q.Private || a.Ephemeral || a.Thread != "1767326125.870439" || q.ID != other.ID {
		t.Errorf("%+v %+v %q", q, a, other.ID)
	}
	_, a, _ = ask(t, typeInteractive, clickOn("pick", "x", false, ""))
	if a.Thread != "1767326126.000100" {
		t.Errorf("a new thread is below the message: %q", a.Thread)
	}
}

func TestTextIsWhatAPersonReads(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"<@U0BOT> 단점은?":                          "단점은?",
		"<@U0BOT|bot>: 단점은?":                     "단점은?",
		"단점은? <@U0BOT>":                          "단점은?",
		"문단 하나\n\n<@U0BOT> 문단 둘\n\n문단 셋":         "문단 하나\n\n문단 둘\n\n문단 셋",
		"a &lt;b&gt; &amp;amp; c":                "a <b> &amp; c",
		"ask <@U9|kim> or <@U8>":                 "ask @kim or @user",
		"in <#C1|general>, <#C2>, <#C3|>":        "in #general, #channel, #channel",
		"<!here> <!subteam^S1|@devs> <!channel>": "@here @devs @channel",
		"<!date^1392734382^{date}|Feb 18> ok":    "Feb 18 ok",
		"see <https://example.com/a?b=1&amp;c=2|the page> and <https://example.com>": "see the page and https://example.com",
		"<mailto:a@example.com|a@example.com>":                                       "a@example.com",
		"*오픈소스*의 _장점_ 은 ~없다~":                                                        "오픈소스의 장점 은 없다",
		"snake_case_name and 2*3*4":                                                  "snake_case_name and 2*3*4",
		"code: `a_b_ *c*` ok":                                                        "code: `a_b_ *c*` ok",
		"```\nif a &lt; b {\n  *p = 1\n}\n``` why?":                                  "```\nif a < b {\n  *p = 1\n}\n``` why?",
		"&gt; quoted\n&gt; more\nagreed?":                                            "quoted\nmore\nagreed?",
		"":                                                                           "",
		"<@U0BOT><@U0BOT>":                                                           "",
		"<>":                                                                         "<>",
		"<@U0BOT":                                                                    "<@U0BOT",
	} {
		if got := plain(in, []string{"", self}); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIDsFitAnywhere(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]string{{"command", "10215325802133.3901254001572.2e2548aa918b35fd85829545c2d4ae2b"}, {"share", strings.Repeat("x", 64)}, {"T 1", "C/1", "ü"}, {}} {
		if id := questionID(parts...); !idPattern.MatchString(string(id)) {
			t.Errorf("%q", id)
		}
	}
	if questionID("a", "b") == questionID("a", "c") || questionID("한", "b") == questionID("글", "b") {
		t.Error("different parts, same ID")
	}
}
