package discord

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
)

const (
	testBot     = "1457469483726668048"
	testRole    = "1457473602180878604"
	testGuild   = "1457468924290662599"
	testChannel = "1457510428359004343"
	testPerson  = "1033044521375764530"
)

func testIdentity() identity {
	return identity{user: testBot, role: func(guild string) string {
		if guild == testGuild {
			return testRole
		}
		return ""
	}}
}

// msg is a message of a person in a server's channel, changed by with.
func msg(content string, with ...func(map[string]any)) []byte {
	m := map[string]any{
		"id": "1457536551830421524", "channel_id": testChannel, "guild_id": testGuild, "type": 0,
		"content": content, "author": map[string]any{"id": testPerson, "username": "kim"},
	}
	for _, w := range with {
		w(m)
	}
	raw, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return raw
}

func mentioning(m map[string]any) { m["mentions"] = []any{map[string]any{"id": testBot, "bot": true}} }

func set(key string, v any) func(map[string]any) {
	return func(m map[string]any) { m[key] = v }
}

func TestAMentionIsAQuestion(t *testing.T) {
	q, ok := translateMessage(testIdentity(), msg("오픈소스 AI의 <@"+testBot+"> 단점은?", mentioning))
	if !ok {
		t.Fatal("not a question")
	}
	want := bot.Question{
		ID: "discord:m:1457536551830421524", Platform: "discord", Kind: bot.Ask, Text: "오픈소스 AI의 단점은?",
		Asker: testPerson, Conversation: "discord:" + testChannel,
		Address: json.RawMessage(`{"channel":"` + testChannel + `","guild":"` + testGuild + `","message":"1457536551830421524"}`),
		Asked:   time.Date(2026, 1, 5, 0, 49, 53, 676e6, time.UTC),
	}
	want.Asked = snowflakeTime("1457536551830421524")
	if d := cmp.Diff(want, q); d != "" {
		t.Error(d)
	}
	if q.Asked.Year() != 2026 {
		t.Errorf("asked %v", q.Asked)
	}
}

func TestWhatAddressesTheBotIsAQuestionAndNothingElse(t *testing.T) {
	reply := func(author string) func(map[string]any) {
		return func(m map[string]any) {
			m["type"] = 19
			m["referenced_message"] = map[string]any{"id": "1", "author": map[string]any{"id": author}}
		}
	}
	for name, c := range map[string]struct {
		raw  []byte
		want bool
	}{
		"chatter":              {msg("hello"), false},
		"mention":              {msg("hi <@!"+testBot+">", mentioning), true},
		"mention of the role":  {msg("<@&"+testRole+"> hi", set("mention_roles", []string{testRole})), true},
		"mention of a role":    {msg("<@&5> hi", set("mention_roles", []string{"5"})), false},
		"mention of everyone":  {msg("@everyone", set("mention_everyone", true)), false},
		"reply to the bot":     {msg("and why?", reply(testBot)), true},
		"reply to a person":    {msg("and why?", reply("7")), false},
		"reply to a deleted":   {msg("and why?", set("type", 19), set("referenced_message", nil)), false},
		"direct message":       {msg("hello", set("guild_id", nil)), true},
		"withheld content":     {msg("", mentioning), false},
		"by a bot":             {msg("hi", mentioning, set("author", map[string]any{"id": "8", "bot": true})), false},
		"by itself":            {msg("hi", mentioning, set("author", map[string]any{"id": testBot})), false},
		"by a webhook":         {msg("hi", mentioning, set("webhook_id", "9")), false},
		"by the system":        {msg("hi", mentioning, set("type", 7)), false},
		"without an author":    {msg("hi", mentioning, set("author", nil)), false},
		"with a malformed ID":  {msg("hi", mentioning, set("id", "../1")), false},
		"strange mentions":     {msg("hi", set("mentions", "x"), set("guild_id", nil)), true},
		"strange components":   {msg("hi", mentioning, set("components", []any{map[string]any{"type": 99, "components": 3}})), true},
		"not JSON":             {[]byte("{"), false},
		"null":                 {[]byte("null"), false},
		"of another type":      {[]byte(`[1]`), false},
		"ID is not a string":   {[]byte(`{"id":5}`), false},
		"a thread's first one": {msg("", set("type", 21), mentioning), false},
	} {
		if _, ok := translateMessage(testIdentity(), c.raw); ok != c.want {
			t.Errorf("%s: question %v, want %v", name, ok, c.want)
		}
	}
}

func TestAMentionAloneAsksForTheTopics(t *testing.T) {
	q, ok := translateMessage(testIdentity(), msg(" <@"+testBot+"> \n", mentioning))
	if !ok || q.Kind != bot.Topics || q.Text != "" {
		t.Errorf("got %v %q %q", ok, q.Kind, q.Text)
	}
}

func TestMarkupIsReadAsAPersonReadsIt(t *testing.T) {
	m := &message{GuildID: testGuild, Mentions: []user{{ID: "5", Username: "lee", GlobalName: "이 선생"}, {ID: "6", Username: "park"}}}
	m.Channels = append(m.Channels, struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}{"7", "일반"})
	for in, want := range map[string]string{
		"<@" + testBot + ">, what?":       ", what?",
		"a  <@!" + testBot + ">  b":       "a b",
		"<@&" + testRole + "> x":          "x",
		"<@5> <@!6> <@8>":                 "@이 선생 @park @user",
		"<@&9> <#7> <#8>":                 "@role #일반 #channel",
		"<:ok:1> <a:go:2>":                ":ok: :go:",
		"<t:1700000000:R> <t:0>":          "2023-11-14 22:13 UTC 1970-01-01 00:00 UTC",
		"</openai-explain ask:12>":        "/openai-explain ask",
		"<id:customize>":                  "customize",
		"see <https://example.com/a?b=1>": "see https://example.com/a?b=1",
		"1 < 2 > 1 <b> <@x>":              "1 < 2 > 1 <b> <@x>",
		"a\n\n  b":                        "a\n\nb",
	} {
		m.Content = in
		if got := m.plain(testIdentity()); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// inter is an interaction of a person in a server, changed by with.
func inter(kind int, data map[string]any, with ...func(map[string]any)) []byte {
	return msg("", append([]func(map[string]any){
		set("id", "1457536583141163186"), set("type", kind), set("token", "tok/en"), set("application_id", testBot),
		set("data", data), set("member", map[string]any{"user": map[string]any{"id": testPerson}}),
		set("locale", "ko"), set("context", 0),
	}, with...)...)
}

func asking(question string, more ...map[string]any) map[string]any {
	opts := []any{}
	if question != "" {
		opts = append(opts, map[string]any{"name": "question", "type": 3, "value": question})
	}
	for _, m := range more {
		opts = append(opts, m)
	}
	return map[string]any{"name": "openai-explain", "type": 1, "options": opts}
}

func TestTheCommandIsAQuestion(t *testing.T) {
	c, q, known, ok := translateInteraction(inter(2, asking(" 단점은? ")))
	if !known || !ok {
		t.Fatal("not a question")
	}
	if d := cmp.Diff(call{ID: "1457536583141163186", Token: "tok/en", Ack: ackDefer}, c); d != "" {
		t.Error(d)
	}
	if q.ID != "discord:i:1457536583141163186" || q.Kind != bot.Ask || q.Text != "단점은?" || q.Locale != bot.Korean || q.Private || q.Asker != testPerson {
		t.Errorf("got %+v", q)
	}
	var at address
	if err := json.Unmarshal(q.Address, &at); err != nil {
		t.Fatal(err)
	}
	if at.Token != "tok/en" || at.Channel != testChannel || at.Application != testBot || at.Expires.Sub(q.Asked) != 14*time.Minute {
		t.Errorf("got %+v", at)
	}
}

func TestWhoReadsTheAnswerToACommand(t *testing.T) {
	private := map[string]any{"name": "private", "type": 5, "value": true}
	public := map[string]any{"name": "private", "type": 5, "value": false}
	inDM := func(m map[string]any) {
		delete(m, "guild_id")
		delete(m, "member")
		m["context"] = 1
		m["user"] = map[string]any{"id": testPerson}
	}
	for name, c := range map[string]struct {
		raw  []byte
		kind bot.Kind
		want bool
	}{
		"question":            {inter(2, asking("x")), bot.Ask, false},
		"private question":    {inter(2, asking("x", private)), bot.Ask, true},
		"topics":              {inter(2, asking("")), bot.Topics, true},
		"public topics":       {inter(2, asking("", public)), bot.Topics, false},
		"in a DM":             {inter(2, asking("x", private), inDM), bot.Ask, false},
		"blank":               {inter(2, asking("  ")), bot.Topics, true},
		"a forgotten command": {inter(2, map[string]any{"name": "old", "type": 1}), bot.Topics, true},
	} {
		ack, q, _, ok := translateInteraction(c.raw)
		if !ok || q.Kind != c.kind || q.Private != c.want || ack.Private != c.want || q.Asker != testPerson {
			t.Errorf("%s: got %v %+v", name, ok, q)
		}
	}
}

func TestTwoClicksOnShareAreOneQuestion(t *testing.T) {
	data := map[string]any{"custom_id": "share:discord:i:5", "component_type": 2}
	_, one, _, ok1 := translateInteraction(inter(3, data))
	c, two, _, ok2 := translateInteraction(inter(3, data, set("id", "1457536583141163187")))
	if !ok1 || !ok2 || one.ID != two.ID || one.Of != "discord:i:5" || one.Kind != bot.Share || c.Ack != ackUpdate || one.Private {
		t.Errorf("got %+v and %+v", one, two)
	}
	long := "share:" + strings.Repeat("x", 64)
	_, q, _, ok := translateInteraction(inter(3, map[string]any{"custom_id": long}))
	if !ok || !questionID(string(q.ID)) || len(q.Of) != 64 {
		t.Errorf("a long ID: got %v %q", ok, q.ID)
	}
}

func TestAPickedSuggestionIsAnsweredToThoseWhoSawIt(t *testing.T) {
	row := []any{map[string]any{"components": []any{map[string]any{"custom_id": "pick:weak", "label": "What are its weaknesses?"}}}}
	for _, flags := range []int{0, flagEphemeral} {
		c, q, _, ok := translateInteraction(inter(3, map[string]any{"custom_id": "pick:weak"},
			set("message", map[string]any{"id": "3", "flags": flags, "components": row})))
		if !ok || q.Pick != "weak" || q.Text != "What are its weaknesses?" || q.Kind != bot.Ask || c.Ack != ackDefer {
			t.Errorf("got %v %+v", ok, q)
		}
		if private := flags != 0; q.Private != private || c.Private != private {
			t.Errorf("flags %d: private %v", flags, q.Private)
		}
	}
}

func TestEveryInteractionIsAcknowledged(t *testing.T) {
	for name, c := range map[string]struct {
		raw []byte
		ack int
	}{
		"another's button":    {inter(3, map[string]any{"custom_id": "hello"}), ackUpdate},
		"share of nothing":    {inter(3, map[string]any{"custom_id": "share:"}), ackUpdate},
		"share of a strange":  {inter(3, map[string]any{"custom_id": "share:a b"}), ackUpdate},
		"pick of nothing":     {inter(3, map[string]any{"custom_id": "pick:"}), ackUpdate},
		"autocomplete":        {inter(4, asking("x")), ackAutocomplete},
		"modal":               {inter(5, map[string]any{"custom_id": "m"}), ackUpdate},
		"strange data":        {inter(3, nil, set("data", 5)), ackUpdate},
		"button of no one":    {inter(3, map[string]any{"custom_id": 7}), ackUpdate},
		"command of no place": {inter(2, asking("x"), set("channel_id", nil)), ackDefer},
	} {
		got, _, known, ok := translateInteraction(c.raw)
		if !known || ok || got.Ack != c.ack {
			t.Errorf("%s: known %v, question %v, acknowledged with %d", name, known, ok, got.Ack)
		}
	}
}

// shared is a folder beside the repository with recorded traffic and contracts.
func shared(tb testing.TB, path string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	found := filepath.Join(filepath.Dir(dir), "shared", path)
	if _, err := os.Stat(found); err != nil {
		tb.Skipf("no %s beside the repository", path)
	}
	return found
}

// recording is one recorded payload as the gateway would deliver it.
type recording struct {
	name, kind string
	data       json.RawMessage
}

func recordings(tb testing.TB) []recording {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(shared(tb, "fixtures/discord-recorded"), "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatal("no recordings", err)
	}
	var all []recording
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		var entries map[string]json.RawMessage
		if err := json.Unmarshal(raw, &entries); err != nil {
			tb.Fatal(err)
		}
		for name, e := range entries {
			var forwarded struct {
				Type json.RawMessage `json:"type"`
				Data json.RawMessage `json:"data"`
			}
			if json.Unmarshal(e, &forwarded) != nil || forwarded.Type == nil {
				continue
			}
			r := recording{name: name, kind: "INTERACTION_CREATE", data: e}
			var kind string
			if json.Unmarshal(forwarded.Type, &kind) == nil {
				r.kind, r.data = strings.TrimPrefix(kind, "GATEWAY_"), forwarded.Data
			}
			all = append(all, r)
		}
	}
	return all
}

func TestRecordedTrafficIsAtMostOneQuestionEach(t *testing.T) {
	asked := map[bot.QuestionID]string{}
	calls := 0
	for _, r := range recordings(t) {
		switch r.kind {
		case "MESSAGE_CREATE":
			if q, ok := translateMessage(testIdentity(), r.data); ok {
				asked[q.ID] = q.Text
			}
		case "INTERACTION_CREATE":
			calls++
			if _, _, known, ok := translateInteraction(r.data); !known || ok {
				t.Errorf("%s: acknowledged %v, question %v", r.name, known, ok)
			}
		}
	}
	want := map[bot.QuestionID]string{
		"discord:m:1457536551830421524": "Hey",
		"discord:m:1457536647464747051": "AI What is love",
		"discord:m:1457536600000000001": "AI Still there?",
		"discord:m:1473118766652199044": "Test",
	}
	if d := cmp.Diff(want, asked); d != "" {
		t.Error(d)
	}
	if calls != 7 {
		t.Errorf("%d interactions recorded, want 7", calls)
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add(msg("<@"+testBot+"> hi <t:1:R> <@&"+testRole+">", mentioning))
	f.Add(inter(2, asking("x")))
	f.Add(inter(3, map[string]any{"custom_id": "share:discord:i:5"}))
	f.Add(inter(3, map[string]any{"custom_id": "pick:a"}))
	if _, err := os.Stat("../../../shared"); err == nil {
		for _, r := range recordings(f) {
			f.Add([]byte(r.data))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if q, ok := translateMessage(testIdentity(), raw); ok {
			checkQuestion(t, q)
			if again, _ := translateMessage(testIdentity(), raw); again.ID != q.ID {
				t.Errorf("%q, then %q", q.ID, again.ID)
			}
		}
		if _, q, _, ok := translateInteraction(raw); ok {
			checkQuestion(t, q)
		}
	})
}

func checkQuestion(t *testing.T, q bot.Question) {
	t.Helper()
	if !questionID(string(q.ID)) {
		t.Errorf("ID %q", q.ID)
	}
	var at address
	if err := json.Unmarshal(q.Address, &at); err != nil || !snowflake(at.Channel) {
		t.Errorf("address %s: %v", q.Address, err)
	}
	if q.Kind == bot.Ask && q.Text == "" && q.Pick == "" {
		t.Error("asks nothing")
	}
}
