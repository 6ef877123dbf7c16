package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// root is the repository, seen from this package.
var root = filepath.Join("..", "..")

func compose(t *testing.T, env ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")},
		cli.WithEnv(env), cli.WithResolvedPaths(true))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func TestComposeRunsTheBotLockedDownBesideALocalModel(t *testing.T) {
	t.Parallel()
	bot := compose(t).Services["bot"]
	if !bot.ReadOnly || len(bot.CapDrop) != 1 || bot.CapDrop[0] != "ALL" {
		t.Errorf("the bot's container may write or has capabilities: %+v", bot)
	}
	if url := bot.Environment["OPENAI_BASE_URL"]; url == nil || *url != "http://ollama:11434/v1" {
		t.Errorf("OPENAI_BASE_URL is %v", url)
	}
	for _, p := range bot.Ports {
		if p.HostIP != "127.0.0.1" {
			t.Errorf("port %s is open on %q", p.Published, p.HostIP)
		}
	}
}

func TestComposeUsesTheModelNamedInTheExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join(root, ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	var name string
	for line := range strings.Lines(string(example)) {
		if v, ok := strings.CutPrefix(line, "OPENAI_MODEL="); ok {
			name = strings.TrimSpace(v)
		}
	}
	if name == "" {
		t.Fatal(".env.example names no model")
	}
	p := compose(t)
	if got := *p.Services["bot"].Environment["OPENAI_MODEL"]; got != name {
		t.Errorf("the bot asks %q, the example names %q", got, name)
	}
	if got := p.Services["model"].Entrypoint; got[len(got)-1] != name {
		t.Errorf("%q is fetched, the example names %q", got, name)
	}
}

func TestComposeCanBeRunWithoutAModel(t *testing.T) {
	t.Parallel()
	if got := *compose(t, "OPENAI_BASE_URL=").Services["bot"].Environment["OPENAI_BASE_URL"]; got != "" {
		t.Errorf("OPENAI_BASE_URL is %q", got)
	}
}
