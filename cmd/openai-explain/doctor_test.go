package main

import (
	"encoding/json"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/llm/llmtest"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
	"github.com/openai-explain/openai-explain/prompts"
)

var hole = regexp.MustCompile(`\{[a-z]+\}`)

// sparse are options for a knowledge base of one entry, which takes no time to calibrate.
func sparse(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "it.md"), []byte("# What is it?\n\nIt is this.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--no-knowledge-builtin", "--knowledge-dir=" + dir}
}

// findingsOf runs doctor with --json and returns its findings by code.
func findingsOf(t *testing.T, wantCode int, args ...string) map[string]jsonFinding {
	t.Helper()
	code, out, errs := call(t, "", append([]string{"doctor", "--json", "--lang=en", "--http-addr=127.0.0.1:0"}, args...)...)
	if code != wantCode {
		t.Errorf("exit %d, want %d: %s\n%s", code, wantCode, errs, out)
	}
	found := map[string]jsonFinding{}
	for line := range strings.Lines(out) {
		var f jsonFinding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if hole.MatchString(f.Text + f.Advice) {
			t.Errorf("%s has a hole: %q %q", f.Code, f.Text, f.Advice)
		}
		if f.Level != bot.Fine && f.Advice == "" {
			t.Errorf("%s says what is wrong and not what to do", f.Code)
		}
		found[f.Code] = f
	}
	return found
}

// has fails where one of codes was not found at level.
func has(t *testing.T, found map[string]jsonFinding, level bot.Level, codes ...string) {
	t.Helper()
	for _, code := range codes {
		if f, ok := found[code]; !ok || f.Level != level {
			t.Errorf("%s is %q, want %q; found %v", code, f.Level, level, codesOf(found))
		}
	}
}

func codesOf(found map[string]jsonFinding) []string {
	var codes []string
	for code := range found {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

func (w *world) doctorArgs() []string {
	return []string{
		"--slack-bot-token=" + w.slack.BotToken(), "--slack-app-token=" + w.slack.AppToken(), "--slack-api-url=" + w.slack.APIURL(),
		"--discord-token=" + w.discord.Token(), "--discord-api-url=" + w.discord.APIURL(), "--discord-message-content",
	}
}

func TestADoctorFindsNothingWrongWithWhatWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	model := llmtest.Start(llmtest.Config{Models: []string{"test-model", "test-embed"}})
	t.Cleanup(model.Close)
	dir := t.TempDir()
	args := append(w.doctorArgs(), "--data-dir="+dir, "--openai-base-url="+model.URL(), "--openai-model=test-model", "--openai-embedding-model=test-embed",
		"--openai-api-key=sk-secret-key", "--slack-channel="+fakeslack.General, "--discord-channel="+fakediscord.DefaultChannel)
	found := findingsOf(t, exitOK, args...)
	has(t, found, bot.Fine, "knowledge", "knowledge.calibrated", "prompts", "store", "store.free", "model.chat", "model.schema", "model.window", "model.embed",
		"slack.token", "slack.scopes", "slack.socket", "slack.channel", "discord.token", "discord.intent", "discord.starts", "discord.channel", "http")
	has(t, found, bot.Warning, "discord.commands.missing") // serve has not run yet
	if n := len(w.discord.BotMessages(fakediscord.DefaultChannel)); n != 0 {
		t.Errorf("%d messages were left in Discord", n)
	}
	for _, m := range w.slack.Messages(fakeslack.General) {
		if m.BotID != "" {
			t.Errorf("a message was left in Slack: %q", m.Text)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("the data folder is not as it was: %v, %v", entries, err)
	}

	code, out, errs := call(t, "", append([]string{"doctor", "--lang=ko", "--http-addr=127.0.0.1:0"}, args...)...)
	if code != exitOK {
		t.Errorf("exit %d: %s", code, errs)
	}
	contains(t, out, "지식 베이스 …", "저장소 …", "정상: ", "문제 0건, 주의 1건")
	for _, secret := range []string{w.slack.BotToken(), w.slack.AppToken(), w.discord.Token(), "sk-secret-key"} {
		if strings.Contains(out+errs, secret) {
			t.Errorf("a secret is shown:\n%s%s", out, errs)
		}
	}
}

func TestADoctorNamesWhatIsWrongWithThePlatforms(t *testing.T) {
	t.Parallel()
	s, err := fakeslack.Start(fakeslack.Config{Scopes: []string{"chat:write", "commands"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	d, err := fakediscord.Start(fakediscord.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	examine := func(args ...string) map[string]jsonFinding {
		t.Helper()
		return findingsOf(t, exitError, append(append(sparse(t), "--data-dir="+t.TempDir()), args...)...)
	}
	found := examine(
		"--slack-bot-token="+s.BotToken(), "--slack-app-token=xapp-1-wrong", "--slack-api-url="+s.APIURL(), "--slack-channel="+fakeslack.General,
		"--discord-token="+d.Token(), "--discord-api-url="+d.APIURL(), "--discord-message-content", "--discord-channel=general")
	has(t, found, bot.Wrong, "slack.scopes.missing", "slack.socket.refused", "slack.channel.read", "discord.intent.missing", "discord.channel.id")
	contains(t, found["slack.scopes.missing"].Text, "app_mentions:read", "channels:history")
	contains(t, found["slack.scopes.missing"].Advice, "Reinstall to Workspace")
	contains(t, found["discord.intent.missing"].Text, "4014")

	found = examine(
		"--slack-bot-token="+s.BotToken(), "--slack-app-token="+s.AppToken(), "--slack-api-url="+s.APIURL(), "--slack-channel=C0NOWHERE0",
		"--discord-token="+d.Token(), "--discord-api-url="+d.APIURL(), "--discord-channel=199999999999999999")
	has(t, found, bot.Wrong, "slack.channel.out", "discord.channel.out")
	has(t, found, bot.Fine, "slack.socket", "discord.intent.unused")

	found = examine(
		"--slack-bot-token=xoxb-1-wrong", "--slack-app-token="+s.AppToken(), "--slack-api-url="+s.APIURL(),
		"--discord-token=wrong", "--discord-api-url="+d.APIURL())
	has(t, found, bot.Wrong, "slack.token.refused", "discord.token.refused")

	found = examine("--slack-bot-token=xoxb-1-alone",
		"--discord-token=x", "--discord-api-url=http://127.0.0.1:1")
	has(t, found, bot.Wrong, "slack.config", "discord.unreachable")

	found = examine("--slack-bot-token=xapp-1-swapped", "--slack-app-token=xoxb-1-swapped", "--discord-token=a b")
	has(t, found, bot.Wrong, "slack.config", "discord.config")
}

func TestADoctorNamesWhatIsWrongWithTheModel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg   llmtest.Config
		level bot.Level
		codes []string
	}{
		{llmtest.Config{Fault: llmtest.Down}, bot.Wrong, []string{"model.unreachable"}},
		{llmtest.Config{Fault: llmtest.NoModel, Models: []string{"qwen3:4b"}}, bot.Wrong, []string{"model.chat.failed"}},
		{llmtest.Config{Fault: llmtest.EmbeddingsAbsent}, bot.Wrong, []string{"model.embed.failed"}},
		{llmtest.Config{Fault: llmtest.UsageLie}, bot.Wrong, []string{"model.window.small"}},
		{llmtest.Config{Fault: llmtest.Disobedient}, bot.Warning, []string{"model.schema.ignored"}},
		{llmtest.Config{Models: []string{"other"}}, bot.Warning, []string{"model.unlisted"}},
	} {
		s := llmtest.Start(c.cfg)
		t.Cleanup(s.Close)
		code := exitOK
		if c.level == bot.Wrong {
			code = exitError
		}
		found := findingsOf(t, code, append(sparse(t), "--data-dir="+t.TempDir(), "--openai-base-url="+s.URL(), "--openai-model=test-model", "--openai-embedding-model=test-embed")...)
		has(t, found, c.level, c.codes...)
	}
	has(t, findingsOf(t, exitError, append(sparse(t), "--data-dir="+t.TempDir(), "--openai-base-url=http://127.0.0.1:1", "--openai-model=m")...), bot.Wrong, "model.config")
	has(t, findingsOf(t, exitError, append(sparse(t), "--data-dir="+t.TempDir(), "--openai-base-url=http://127.0.0.1:1/v1")...), bot.Wrong, "model.config")
}

func TestADoctorNamesWhatIsWrongHere(t *testing.T) {
	t.Parallel()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	dir := t.TempDir()
	write(filepath.Join(dir, "data", "damaged.json"), `{"reasons":["stream INBOX is gone"]}`)
	write(filepath.Join(dir, "prompts", "ko", "help.txt"), "안녕\n{{.Broken}}\n")
	write(filepath.Join(dir, "kb", "good.md"), "# What is it?\n\nIt is this.\n")
	write(filepath.Join(dir, "kb", "bad.md"), "# What is missing?\n")
	write(filepath.Join(dir, "empty", "bad.md"), "# What is missing?\n")
	found := findingsOf(t, exitError, "--data-dir="+filepath.Join(dir, "data"), "--prompts-dir="+filepath.Join(dir, "prompts"),
		"--knowledge-dir="+filepath.Join(dir, "kb"), "--no-knowledge-builtin", "--http-addr="+taken.Addr().String())
	has(t, found, bot.Wrong, "store.damaged", "prompts.broken", "knowledge.errors")
	has(t, found, bot.Warning, "http.taken", "knowledge.uncalibrated")
	contains(t, found["prompts.broken"].Text, "ko/help.txt:2:")
	contains(t, found["knowledge.errors"].Text, "bad.md")

	found = findingsOf(t, exitError, "--data-dir="+filepath.Join(dir, "kb", "good.md", "data"), "--http-addr=nowhere",
		"--knowledge-dir="+filepath.Join(dir, "empty"), "--no-knowledge-builtin")
	has(t, found, bot.Wrong, "store.unwritable", "http.bad", "knowledge.none")

	found = findingsOf(t, exitError, append(sparse(t), "--nats-url=nats://me:hunter2@127.0.0.1:1")...)
	has(t, found, bot.Wrong, "cluster.unreachable")
	for _, f := range found {
		if strings.Contains(f.Text, "hunter2") {
			t.Errorf("a password is shown: %q", f.Text)
		}
	}
	has(t, findingsOf(t, exitOK, append(sparse(t), "--data-dir="+filepath.Join(dir, "not", "there"))...), bot.Fine, "store.new")
}

func TestADoctorKnowsThatTheBotRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dir := t.TempDir()
	stop := w.serve(t, "--data-dir="+dir)
	found := findingsOf(t, exitOK, append(append(w.doctorArgs(), sparse(t)...), "--data-dir="+dir)...)
	has(t, found, bot.Warning, "store.locked")
	has(t, found, bot.Fine, "store", "discord.commands")
	stop()
}

// TestEveryFindingHasItsWords reads the sources: a code without words would be
// shown as it is, and words without a code by nobody.
func TestEveryFindingHasItsWords(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	given := regexp.MustCompile(`(?:bot\.Found\(bot\.\w+|\bone\(bot\.\w+|channelFinding\()[,]? ?"([a-z.]+)"`)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		for _, m := range given.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	codes := prompts.FindingCodes()
	for code := range used {
		if !slices.Contains(codes, code) {
			t.Errorf("%s has no words", code)
		}
	}
	for _, code := range codes {
		if !used[code] {
			t.Errorf("%s is never found", code)
		}
	}
}
