package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
)

func TestASecretCanBeAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("xoxb-from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SLACK_BOT_TOKEN_FILE", file)
	// The token is read: what is missing is the other one.
	_, _, errs := call(t, "", "serve", "--data-dir", t.TempDir())
	contains(t, errs, "SLACK_APP_TOKEN")
	if strings.Contains(errs, "SLACK_BOT_TOKEN (") || strings.Contains(errs, "from-a-file") {
		t.Errorf("got %q", errs)
	}
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-as-well")
	code, _, errs := call(t, "", "serve")
	if code != exitUsage || !strings.Contains(errs, "keep one") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestASecretFileThatIsMissingIsNamed(t *testing.T) {
	t.Setenv("DISCORD_TOKEN_FILE", "/nowhere/token")
	code, _, errs := call(t, "", "serve")
	if code != exitUsage || !strings.Contains(errs, "/nowhere/token") || !strings.Contains(errs, "DISCORD_TOKEN_FILE") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestAMisspeltVariableIsNamed(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKNE", "xoxb-1")
	code, _, errs := call(t, "", "ask", "why?")
	if code != exitUsage || !strings.Contains(errs, "SLACK_BOT_TOKNE") || !strings.Contains(errs, "SLACK_BOT_TOKEN?") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestANumberOutOfRangeIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ value, want string }{
		"FALSE_ANSWERS":   {"9", "number between 0.001 and 0.5"},
		"OPENAI_PARALLEL": {"0", "number between 1 and 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, c.value)
			code, _, errs := call(t, "", "ask", asked[0].question)
			flag := "--" + strings.ReplaceAll(strings.ToLower(name), "_", "-")
			if code != exitUsage || !strings.Contains(errs, flag) || !strings.Contains(errs, c.want) {
				t.Errorf("exit %d: %s", code, errs)
			}
		})
	}
	code, _, errs := call(t, "", "serve", "--parallel=-1", "--data-dir", t.TempDir())
	if code != exitUsage || !strings.Contains(errs, "--parallel") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestAnEmptyVariableIsNone(t *testing.T) {
	t.Setenv("KNOWLEDGE_DIR", "")
	t.Setenv("OPENAI_TIMEOUT", " ")
	if code, _, errs := call(t, "", "ask", asked[0].question); code != exitOK {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestASecretNeverPrints(t *testing.T) {
	t.Parallel()
	s := bot.Secret("xoxb-real")
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("token", "token", s, "options", slackOptions{SlackBotToken: s})
	asJSON, err := json.Marshal(map[string]any{"token": s})
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(asJSON) + fmt.Sprintf("%v %+v %#v %s %q", s, slackOptions{SlackBotToken: s}, slackOptions{SlackBotToken: s}, s, s)
	if strings.Contains(all, "real") {
		t.Errorf("printed: %s", all)
	}
}
