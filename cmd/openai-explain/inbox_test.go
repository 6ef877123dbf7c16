package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

// listed is what "inbox --json" lists.
func listed(t *testing.T, dir string) (all []inbox.Item) {
	t.Helper()
	code, out, errs := call(t, "", "inbox", "--json", "--data-dir="+dir)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for line := range strings.Lines(out) {
		var i inbox.Item
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		all = append(all, i)
	}
	return all
}

func TestAnOperatorSeesRequeuesAndDropsWhatWasSetAside(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	if code, _, errs := call(t, "", "inbox", "--data-dir="+dir); code != exitError || !strings.Contains(errs, "there is none") {
		t.Errorf("without a store: exit %d: %s", code, errs)
	}
	p := w.process(t, dir)
	w.slack.AddFault(fakeslack.FailWith("chat.postMessage", "channel_not_found"))
	w.ask(t, 3)
	eventuallyAside(t, dir, 3)
	all := listed(t, dir)

	code, out, _ := call(t, "", "inbox", "--data-dir="+dir)
	contains(t, out, string(all[0].ID), "set aside", "channel_not_found", "0 waiting, 0 running, 3 set aside")
	if code != exitOK || strings.Contains(out, "단점") || strings.Contains(out, "weaknesses") {
		t.Errorf("exit %d, or the list has somebody's words:\n%s", code, out)
	}
	_, out, _ = call(t, "", "inbox", "show", string(all[2].ID), "--data-dir="+dir)
	contains(t, out, string(all[2].ID), "channel_not_found", "dead")
	if !strings.Contains(out, asked[0].question) && !strings.Contains(out, asked[1].question) {
		t.Errorf("the question is not shown:\n%s", out)
	}
	if _, _, errs := call(t, "", "inbox", "show", "slack:none", "--data-dir="+dir); !strings.Contains(errs, "no such question") {
		t.Errorf("show nothing: %s", errs)
	}

	w.slack.ClearFaults()
	inboxDoes(t, "1 requeued", "requeue", string(all[2].ID), "--data-dir="+dir)
	inboxDoes(t, "dropped", "drop", string(all[1].ID), "--data-dir="+dir)
	eventuallyAside(t, dir, 1)
	if info, err := os.Stat(filepath.Join(dir, adminSocket)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	p.end(t, syscall.SIGTERM)

	// The same without a process that runs, which then answers what was requeued.
	eventuallyAside(t, dir, 1)
	inboxDoes(t, "1 requeued", "requeue", "--all", "--data-dir="+dir)
	if all := listed(t, dir); len(all) != 1 || all[0].Phase != inbox.Waiting {
		t.Errorf("requeued: %+v", all)
	}
	w.process(t, dir)
	for deadline := time.Now().Add(patience); len(listed(t, dir)) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("left: %+v", listed(t, dir))
		}
	}
	answered := 0
	for _, m := range w.slack.Messages(fakeslack.General) {
		if m.BotID != "" {
			answered++
		}
	}
	if answered != 2 {
		t.Errorf("%d answers, want those of the two that were requeued", answered)
	}
}

// eventuallyAside waits until n questions are listed, all of them set aside.
func eventuallyAside(t *testing.T, dir string, n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		all, aside := listed(t, dir), 0
		for _, i := range all {
			if i.Phase == inbox.SetAside {
				aside++
			}
		}
		if len(all) == n && aside == n {
			return
		}
	}
	t.Fatalf("want %d set aside: %+v", n, listed(t, dir))
}

func inboxDoes(t *testing.T, says string, args ...string) {
	t.Helper()
	code, out, errs := call(t, "", append([]string{"inbox"}, args...)...)
	if code != exitOK || strings.TrimSpace(out) != says {
		t.Errorf("%v: exit %d, %q, %s", args, code, out, errs)
	}
}

func TestRequeueWantsOneQuestionOrAll(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"inbox", "requeue"}, {"inbox", "requeue", "slack:1", "--all"}} {
		if code, _, errs := call(t, "", args...); code != exitUsage || !strings.Contains(errs, "--all") {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
}

// Discord goes on showing "thinking…" for 15 minutes where nobody says anything.
func TestWhoseAnswerDiscordRefusesIsToldSoInTheirLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { return len(s.Commands("")) > 0 }); err != nil {
		t.Fatal(err)
	}
	for _, q := range asked {
		if err := w.discord.Inject(fakediscord.Fault{Kind: fakediscord.FaultStatus, Route: "PATCH", Status: 400, Code: 50035}); err != nil {
			t.Fatal(err)
		}
		state, err := w.discord.Command(ctx, fakediscord.Interaction{Name: "openai-explain", Options: map[string]any{"question": q.question}, Locale: q.lang})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.discord.WaitFor(ctx, func(s *fakediscord.Server) bool { i, _ := s.Interaction(state.ID); return i.Done() }); err != nil {
			t.Fatalf("nobody is told: %v", err)
		}
		done, _ := w.discord.Interaction(state.ID)
		want := prompts.Labels(bot.Lang(q.lang)).Failed
		if done.Original.Content != want || len(done.FollowUps) > 0 {
			t.Errorf("the person reads %q and %d more", done.Original.Content, len(done.FollowUps))
		}
	}
}
