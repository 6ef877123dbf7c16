package fakediscord_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

func TestContentIsBlankWithoutTheIntentExceptWhereDiscordShowsIt(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	own := c.do("POST", general+"/messages", m{"content": "mine"}).id()
	done := ask(t, s, fakediscord.Interaction{})
	c.do("POST", g.interaction().Callback, m{"type": 4, "data": m{"content": "to a command"}})
	toCommand := (<-done).state.Original.ID
	for _, r := range []struct {
		why   string
		say   fakediscord.Message
		shown bool
	}{
		{"nothing to do with the bot", fakediscord.Message{Content: "psst"}, false},
		{"mention", fakediscord.Message{Content: "x " + s.Mention()}, true},
		{"mention in code", fakediscord.Message{Content: "`" + s.Mention() + "`"}, false},
		{"reply with a ping", fakediscord.Message{Content: "x", ReplyTo: own}, true},
		{"reply without a ping", fakediscord.Message{Content: "x", ReplyTo: own, NoPing: true}, false},
		{"reply to a command's answer", fakediscord.Message{Content: "x", ReplyTo: toCommand}, false},
		{"direct message", fakediscord.Message{Content: "x", Channel: fakediscord.DefaultDM}, true},
	} {
		t.Run(r.why, func(t *testing.T) {
			id, err := s.Say(ctx(t), r.say)
			if err != nil {
				t.Fatal(err)
			}
			var d m
			for d["id"] != id {
				p, err := g.read()
				if err != nil {
					t.Fatal(err)
				}
				d = m{}
				if err := json.Unmarshal(p.D, &d); err != nil {
					t.Fatal(err)
				}
			}
			ch, _ := d["channel_id"].(string)
			rest := c.do("GET", "/channels/"+ch+"/messages/"+id, nil).body
			for where, got := range map[string]any{"gateway": d["content"], "REST": rest["content"]} {
				if (got != "") != r.shown {
					t.Errorf("%s shows %q", where, got)
				}
			}
		})
	}
}

func TestWithTheIntentEverythingIsShown(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{MessageContent: true})
	with, without := connect(t, s), ready(t, s)
	with.identify(s.Token(), intents|1<<15, nil)
	with.started()
	id := say(t, s, "psst")
	if got := content(t, with.want(0, "MESSAGE_CREATE")); got != "psst" {
		t.Errorf("with the intent: %q", got)
	}
	if got := content(t, without.want(0, "MESSAGE_CREATE")); got != "" {
		t.Errorf("without asking for the intent: %q", got)
	}
	if got := (client{t, s}).do("GET", general+"/messages/"+id, nil).body["content"]; got != "psst" {
		t.Errorf("REST: %q", got)
	}
	s.SetMessageContent(false)
	with.wantClose(4014)
}

func TestIntentsDecideWhichEventsArrive(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := connect(t, s)
	g.identify(s.Token(), 1<<12, nil) // direct messages only
	g.want(0, "READY")
	say(t, s, s.Mention())
	if _, err := s.Say(ctx(t), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: "dm"}); err != nil {
		t.Fatal(err)
	}
	if got := content(t, g.want(0, "MESSAGE_CREATE")); got != "dm" {
		t.Errorf("got %q, want only the direct message", got)
	}
}

func TestChannelsTheBotCannotSeeSendNothing(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	s.SetBotPermissions(fakediscord.DefaultChannel, 0)
	say(t, s, s.Mention())
	if _, err := s.Say(ctx(t), fakediscord.Message{Channel: fakediscord.DefaultOther, Content: s.Mention()}); err != nil {
		t.Fatal(err)
	}
	if got := field(t, g.want(0, "MESSAGE_CREATE"), "channel_id"); got != fakediscord.DefaultOther {
		t.Errorf("got the message of %s", got)
	}
}

func TestAPersonsEditsDeletesAndReactionsArrive(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	g := ready(t, s)
	id := say(t, s, s.Mention()+" a")
	g.want(0, "MESSAGE_CREATE")
	for _, step := range []struct {
		event string
		do    func() error
	}{
		{"MESSAGE_UPDATE", func() error { return s.Edit(fakediscord.DefaultChannel, id, s.Mention()+" b") }},
		{"MESSAGE_REACTION_ADD", func() error { return s.React(fakediscord.DefaultChannel, id, fakediscord.DefaultUser, "👍", false) }},
		{"MESSAGE_REACTION_REMOVE", func() error { return s.React(fakediscord.DefaultChannel, id, fakediscord.DefaultUser, "👍", true) }},
		{"MESSAGE_DELETE", func() error { return s.Delete(fakediscord.DefaultChannel, id) }},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		g.want(0, step.event)
	}
	if err := s.Delete(fakediscord.DefaultChannel, id); err == nil {
		t.Error("a deleted message could be deleted again")
	}
	s.Dispatch("ENTIRELY_NEW", json.RawMessage(`{"x":1}`))
	g.want(0, "ENTIRELY_NEW")
}

func TestAForumPostCannotBeAnsweredBeforeItsFirstMessage(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c, g := client{t, s}, ready(t, s)
	post, err := s.Post(ctx(t), fakediscord.Post{Title: "How?", Content: s.Mention() + " how?", Hold: true})
	if err != nil {
		t.Fatal(err)
	}
	var d m
	if err := json.Unmarshal(g.want(0, "THREAD_CREATE").D, &d); err != nil || d["newly_created"] != true || d["parent_id"] != fakediscord.DefaultForum {
		t.Errorf("THREAD_CREATE %v (%v)", d, err)
	}
	at := "/channels/" + post + "/messages"
	c.want(c.do("POST", at, m{"content": "early"}), 403, 40058)
	c.want(c.do("GET", at+"/"+post, nil), 404, 10008)
	s.ReleasePost(post)
	if got := field(t, g.want(0, "MESSAGE_CREATE"), "id"); got != post {
		t.Errorf("the first message has ID %s, want the thread's %s", got, post)
	}
	c.want(c.do("POST", at, m{"content": "now"}), 200, 0)

	late, err := s.Post(ctx(t), fakediscord.Post{Title: "Later", Content: "x", Hold: true, Delay: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.WaitMessage(ctx(t), late, func(x fakediscord.Message) bool { return x.ID == late }); err != nil {
		t.Fatal(err)
	}
}

func TestThreadsArchiveLockAndTakeTags(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c := client{t, s}
	post, err := s.Post(ctx(t), fakediscord.Post{Title: "How?", Content: "x"})
	if err != nil {
		t.Fatal(err)
	}
	thread, msgs := "/channels/"+post, "/channels/"+post+"/messages"
	forum, _ := s.Channel(fakediscord.DefaultForum)
	solved, official := forum.Tags[0].ID, forum.Tags[1].ID
	mine := c.do("POST", msgs, m{"content": "x"}).id()
	set := func(archived, locked bool) {
		t.Helper()
		if err := s.SetThread(post, archived, locked); err != nil {
			t.Fatal(err)
		}
	}
	c.want(c.do("PATCH", thread, m{"applied_tags": []string{solved}}), 403, 50013)
	set(true, false)
	c.want(c.do("PATCH", msgs+"/"+mine, m{"content": "y"}), 400, 50083)
	c.want(c.do("POST", msgs, m{"content": "wakes it"}), 200, 0)
	if ch, _ := s.Channel(post); ch.Archived {
		t.Error("a message did not unarchive the thread")
	}
	set(false, true)
	c.want(c.do("POST", msgs, m{"content": "x"}), 403, 160005)
	set(false, false)

	own := c.do("POST", "/channels/"+fakediscord.DefaultForum+"/threads", m{"name": "mine", "message": m{"content": "x"}}).id()
	c.want(c.do("PATCH", "/channels/"+own, m{"applied_tags": []string{official}}), 403, 50013)
	c.want(c.do("PATCH", "/channels/"+own, m{"applied_tags": []string{"1"}}), 400, 10087)
	c.want(c.do("PATCH", "/channels/"+own, m{"applied_tags": []string{solved}, "archived": true}), 200, 0)
	s.SetBotPermissions(fakediscord.DefaultForum, fakediscord.DefaultPermissions|fakediscord.ManageThreads)
	c.want(c.do("PATCH", thread, m{"applied_tags": []string{solved, official}}), 200, 0)
	for _, name := range []string{"a", "b"} {
		c.want(c.do("PATCH", thread, m{"name": name}), 200, 0)
	}
	c.want(c.do("PATCH", thread, m{"name": "[SOLVED]"}), 429, 20028)

	said := say(t, s, "x")
	c.want(c.do("POST", general+"/messages/"+said+"/threads", m{"name": "one"}), 201, 0)
	c.want(c.do("POST", general+"/messages/"+said+"/threads", m{"name": "two"}), 400, 160004)
	clean(t, s)
}

func TestUnknownComponentsOnDemand(t *testing.T) {
	t.Parallel()
	s, c, g := interactions(t, fakediscord.Config{})
	parts := func(v any) float64 {
		l, _ := v.([]any)
		if len(l) == 0 {
			return 0
		}
		n, _ := l[0].(m)["type"].(float64)
		return n
	}
	inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultUnknownPart})
	id := say(t, s, s.Mention())
	var d m
	if err := json.Unmarshal(g.want(0, "MESSAGE_CREATE").D, &d); err != nil || parts(d["components"]) != 99 {
		t.Errorf("message has components %v (%v)", d["components"], err)
	}
	plain := say(t, s, "x")
	g.want(0, "MESSAGE_CREATE")
	for _, target := range []string{id, plain} {
		inject(t, s, fakediscord.Fault{Kind: fakediscord.FaultUnknownPart})
		done := ask(t, s, fakediscord.Interaction{Name: "Explain this", Target: target})
		e := g.interaction()
		messages, _ := e.Data["resolved"].(m)["messages"].(m)
		if parts(messages[target].(m)["components"]) != 99 {
			t.Errorf("target %s has components %v", target, messages[target].(m)["components"])
		}
		c.do("POST", e.Callback, m{"type": 4, "data": m{"content": "x"}})
		<-done
	}
}

func TestARemovedBotAndALostTokenAreTold(t *testing.T) {
	t.Parallel()
	s := start(t, fakediscord.Config{})
	c, g := client{t, s}, ready(t, s)
	s.GuildOutage(fakediscord.DefaultGuild, false)
	var d m
	if err := json.Unmarshal(g.want(0, "GUILD_DELETE").D, &d); err != nil || d["unavailable"] != true {
		t.Errorf("an outage: %v (%v)", d, err)
	}
	s.GuildOutage(fakediscord.DefaultGuild, true)
	g.want(0, "GUILD_CREATE")
	s.RemoveBot(fakediscord.DefaultGuild)
	d = m{}
	if err := json.Unmarshal(g.want(0, "GUILD_DELETE").D, &d); err != nil || len(d) != 1 {
		t.Errorf("a removal: %v (%v), want the ID alone", d, err)
	}
	c.want(c.do("POST", general+"/messages", m{"content": "x"}), 403, 50001)
	say(t, s, s.Mention())
	if _, err := s.Say(ctx(t), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: "still there?"}); err != nil {
		t.Fatal(err)
	}
	if got := field(t, g.want(0, "MESSAGE_CREATE"), "channel_id"); got != fakediscord.DefaultDM {
		t.Errorf("got a message of channel %s after the bot was removed", got)
	}
}
