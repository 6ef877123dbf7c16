package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// failures are the ways in which a model fails, and what of it must never be seen.
var failures = []struct {
	fault llmtest.Fault
	never string
}{
	{llmtest.Down, ""},
	{llmtest.SlowFirst, ""},
	{llmtest.HangBetween, ""},
	{llmtest.Status429, "slow down"},
	{llmtest.Status500, "/srv/secret"},
	{llmtest.HTML, "Sign in"},
	{llmtest.Malformed, "choices"},
	{llmtest.Cut, ""},
	{llmtest.Endless, ""},
	{llmtest.Empty, ""},
	{llmtest.ThoughtOnly, "Let me see"},
	{llmtest.Gibberish, "zzvk"},
	{llmtest.OtherLanguage, "开源"},
}

// failing is an endpoint whose faults a test switches, and the limits under which
// it is asked: a tenth of what anybody would configure.
func failing(t *testing.T, mode string) (*llmtest.Server, []string) {
	t.Helper()
	model := llmtest.Start(llmtest.Config{})
	t.Cleanup(model.Close)
	return model, []string{
		"--openai-base-url=" + model.URL(), "--openai-model=test-model", "--openai-mode=" + mode,
		"--openai-first-token-timeout=500ms", "--openai-timeout=1s",
	}
}

// evidenceShown is how often the model was asked a question.
func evidenceShown(model *llmtest.Server) (n int) {
	for _, r := range model.Requests() {
		if len(r.Evidence()) > 0 {
			n++
		}
	}
	return n
}

// wasAsked fails where the model was not asked since there were before requests:
// what it would have said was then not tried.
func wasAsked(t *testing.T, model *llmtest.Server, before int, fault llmtest.Fault) {
	t.Helper()
	if evidenceShown(model) == before {
		t.Errorf("%q: the model was not asked", fault)
	}
}

// put asks question number n of a test on one platform, each time in another
// place, because a place takes about one message a second; and returns the answer.
func (w *world) put(t *testing.T, platform string, n int, question string) string {
	t.Helper()
	if platform == "discord" {
		channel := []string{fakediscord.DefaultDM, fakediscord.DefaultChannel, fakediscord.DefaultOther}[n%3]
		if channel != fakediscord.DefaultDM {
			question = w.discord.Mention() + " " + question
		}
		known := len(w.discord.BotMessages(channel))
		if _, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: channel, Content: question}); err != nil {
			t.Fatal(err)
		}
		return w.discordAnswer(t, channel, known).Content
	}
	m := fakeslack.Message{Channel: w.slack.DM(fakeslack.Alice), User: fakeslack.Alice, Text: question}
	switch n % 3 {
	case 1:
		m.Channel, m.User = w.slack.DM(fakeslack.Minji), fakeslack.Minji
	case 2:
		m.Channel, m.Text = fakeslack.General, "<@"+w.slack.BotUserID()+"> "+question
	}
	ts, err := w.slack.Say(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.slackAnswer(t, m.Channel, ts).Blocks)
}

func TestWhateverTheModelDoesSlackAndDiscordGetOneComposedAnswer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"select", "write"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			model, args := failing(t, mode)
			w.serve(t, args...)
			for i, f := range failures {
				for k, platform := range []string{"slack", "discord"} {
					// A good answer before each: after three failures the endpoint is
					// left alone for a while.
					healthy := []string{"discord", "slack"}[k]
					model.SetFault(llmtest.None)
					before := evidenceShown(model)
					contains(t, w.put(t, healthy, i, asked[i%2].question), "[1]")
					wasAsked(t, model, before, llmtest.None)

					model.SetFault(f.fault)
					before = evidenceShown(model)
					q := asked[(i+k)%2]
					text := w.put(t, platform, i, q.question)
					wasAsked(t, model, before, f.fault)
					contains(t, text, q.claim, "[1]", "[2]", q.source) // all of the claims, as without a model
					if f.never != "" && strings.Contains(text, f.never) {
						t.Errorf("%q is seen:\n%s", f.fault, text)
					}
				}
			}
			inDiscord := 0
			for _, channel := range []string{fakediscord.DefaultDM, fakediscord.DefaultChannel, fakediscord.DefaultOther} {
				inDiscord += len(w.discord.BotMessages(channel))
			}
			if inDiscord != 2*len(failures) {
				t.Errorf("%d answers in Discord to %d questions", inDiscord, 2*len(failures))
			}
		})
	}
}

func TestWhateverTheModelDoesTheTerminalGetsOneComposedAnswer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"select", "write"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			model, _ := failing(t, mode)
			var out bytes.Buffer
			c := &askCommand{Lang: "auto", JSON: true, knowledgeOptions: knowledgeOptions{KnowledgeBuiltin: true, FalseAnswers: 0.02},
				modelOptions: modelOptions{OpenAIBaseURL: model.URL(), OpenAIModel: "test-model", OpenAIMode: mode,
					OpenAIFirstTokenTimeout: 500 * time.Millisecond, OpenAITimeout: time.Second, OpenAIParallel: 2}}
			a, err := c.asker(t.Context(), streams{in: os.Stdin, out: &out, err: &bytes.Buffer{}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(a.close)
			for i, f := range failures {
				for _, fault := range []llmtest.Fault{llmtest.None, f.fault} {
					model.SetFault(fault)
					out.Reset()
					before, q := evidenceShown(model), asked[i%2]
					if err := a.one(t.Context(), q.question); err != nil {
						t.Fatal(err)
					}
					wasAsked(t, model, before, fault)
					var got jsonAnswer
					if err := json.Unmarshal(out.Bytes(), &got); err != nil {
						t.Fatalf("%q: not one answer: %v\n%s", fault, err, out.String())
					}
					if fault == llmtest.None {
						if got.Writer == bot.Extract {
							t.Errorf("before %q: the model does not answer", f.fault)
						}
						continue
					}
					// Nothing of the model's, or what passed and the claims after it.
					partly := mode == "write" && got.Writer == bot.Model
					if got.Status != bot.Answered || got.Writer != bot.Extract && !partly || len(got.Citations) < 2 || !strings.Contains(got.Answer, q.claim) {
						t.Errorf("%q: %s by %s: %s", fault, got.Status, got.Writer, got.Answer)
					}
					if f.never != "" && strings.Contains(got.Answer, f.never) {
						t.Errorf("%q is seen: %s", f.fault, got.Answer)
					}
					// Without the limits of this test it would be a minute or two.
					if got.ElapsedUS > (30 * time.Second).Microseconds() {
						t.Errorf("%q: %v µs, in spite of a limit of a second", fault, got.ElapsedUS)
					}
				}
			}
		})
	}
}
