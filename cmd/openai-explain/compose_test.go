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
	return composeFile(t, "docker-compose.yml", env...)
}

func composeFile(t *testing.T, name string, env ...string) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, name)},
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

// The configuration is what NATS itself reads it as.
func TestTheClusterFileSyncsBeforeItAcknowledges(t *testing.T) {
	t.Parallel()
	p := composeFile(t, "docker-compose.cluster.yml")
	content := p.Configs["nats"].Content
	if !strings.Contains(content, "sync_interval: always") || !strings.Contains(content, "server_name: $NODE") {
		t.Errorf("the nodes' configuration:\n%s", content)
	}
	for _, name := range []string{"n1", "n2", "n3"} {
		n := p.Services[name]
		if v := n.Environment["NODE"]; v == nil || *v != name || len(n.Volumes) != 1 || n.Volumes[0].Source != name {
			t.Errorf("node %s has the name %v and the volumes %v: both must be its own", name, v, n.Volumes)
		}
		if !strings.Contains(content, "nats://"+name+":6222") {
			t.Errorf("no node is told of %s", name)
		}
		for _, bot := range []string{"bot1", "bot2"} {
			if url := p.Services[bot].Environment["NATS_URL"]; url == nil || !strings.Contains(*url, "nats://"+name+":4222") {
				t.Errorf("%s is not told of %s", bot, name)
			}
		}
	}
}
