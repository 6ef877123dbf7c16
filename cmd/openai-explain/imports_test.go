package main

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/openai-explain/openai-explain/"

// mayImport is the table of bot/README.md: which of our packages a package may
// import. Arrows point down only.
var mayImport = map[string][]string{
	"bot":                     nil,
	"bot/answer":              {"bot", "bot/answer/guard", "knowledge", "knowledge/text", "prompts"},
	"bot/answer/guard":        {"bot", "knowledge", "knowledge/text", "prompts"},
	"bot/discord":             {"bot", "bot/render", "prompts"},
	"bot/inbox":               {"bot"},
	"bot/llm":                 nil,
	"bot/llm/llmtest":         nil,
	"bot/llm/llmtest/gguf":    nil,
	"bot/llm/llmtest/ollama":  nil,
	"bot/render":              {"bot"},
	"bot/sandbox/fakediscord": nil,
	"bot/sandbox/fakeslack":   nil,
	"bot/slack":               {"bot", "bot/render", "prompts"},
	"bot/status":              nil,
	"bot/worker":              {"bot"},
	"knowledge":               nil,
	"knowledge/article":       nil,
	"knowledge/search":        {"knowledge", "knowledge/text"},
	"knowledge/search/eval":   {"knowledge", "knowledge/search", "knowledge/text"},
	"knowledge/text":          nil,
	"prompts":                 {"bot"},
	"cmd/openai-explain":      {"*"},
}

// onlyIn says which of our packages may use a library that the program is built
// around; any other reaches it through that package.
var onlyIn = map[string]string{
	"github.com/slack-go/slack":           "bot/slack",
	"github.com/bwmarrin/discordgo":       "bot/discord",
	"github.com/sashabaranov/go-openai":   "bot/llm",
	"github.com/nats-io/":                 "bot/inbox",
	"github.com/alecthomas/kong":          "cmd/openai-explain",
	"github.com/prometheus/client_golang": "bot/status",
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	all := packages(t)
	if len(all) < 15 {
		t.Fatalf("go list knows %d packages only", len(all))
	}
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s is not in the table: add it here and to bot/README.md", name)
			continue
		}
		for _, i := range p.Imports {
			ours, ok := strings.CutPrefix(i, module)
			if ok && !slices.Contains(allowed, ours) && !slices.Contains(allowed, "*") {
				t.Errorf("%s imports %s", name, ours)
			}
		}
	}
}

func TestALibraryIsUsedInOnePackage(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, i := range p.Imports {
			for library, home := range onlyIn {
				if strings.HasPrefix(i, library) && name != home {
					t.Errorf("%s imports %s: only %s does", name, i, home)
				}
			}
		}
	}
}

func TestTheWordsImportTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if p.ImportPath != module+"bot" {
			continue
		}
		for _, i := range p.Imports {
			if first, _, _ := strings.Cut(i, "/"); strings.Contains(first, ".") {
				t.Errorf("bot imports %s", i)
			}
		}
	}
}
