package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write generated parts of documents anew")

// shell are the code blocks of a document that a reader is to type.
var shell = regexp.MustCompile("(?ms)^```sh\n(.*?)^```")

var word = regexp.MustCompile(`"[^"]*"|\S+`)

// TestTheCommandsOfTheREADMEsWork runs what the READMEs tell a reader to type,
// but for go test, which is what is running.
func TestTheCommandsOfTheREADMEsWork(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "README.ko.md"} {
		text := readRoot(t, name)
		ran := 0
		for _, block := range shell.FindAllStringSubmatch(text, -1) {
			for line := range strings.Lines(block[1]) {
				args, ok := strings.CutPrefix(strings.TrimSpace(line), "go run ./cmd/openai-explain ")
				if !ok {
					if strings.TrimSpace(line) != "go test ./..." {
						t.Errorf("%s: nobody tries %q", name, line)
					}
					continue
				}
				ran++
				code, out, errs := call(t, "", fromRoot(args)...)
				if code != exitOK || out == "" {
					t.Errorf("%s: %s: exit %d: %s", name, args, code, errs)
				}
			}
		}
		if ran < 3 {
			t.Errorf("%s: only %d commands found", name, ran)
		}
	}
}

// fromRoot splits a command line; paths in it are as seen from the repository's root.
func fromRoot(line string) []string {
	var args []string
	for _, w := range word.FindAllString(line, -1) {
		w = strings.Trim(w, `"`)
		if strings.HasPrefix(w, "knowledge/") {
			w = filepath.Join(root, w)
		}
		args = append(args, w)
	}
	return args
}

func readRoot(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const (
	optionsStart = "<!-- options: written by go test ./cmd/openai-explain -run TestTheREADMEListsEveryOption -update -->\n"
	optionsEnd   = "<!-- end of options -->"
)

func TestTheREADMEListsEveryOption(t *testing.T) {
	t.Parallel()
	text := readRoot(t, "README.md")
	before, rest, ok := strings.Cut(text, optionsStart)
	_, after, ok2 := strings.Cut(rest, optionsEnd)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the options")
	}
	want := before + optionsStart + optionTable(t) + optionsEnd + after
	if *update {
		if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != want {
		t.Error("the table of options in README.md is not that of the program: run this test with -update")
	}
}

// optionTable is the table of the variables that serve takes.
func optionTable(t *testing.T) string {
	t.Helper()
	var c commands
	parser, err := kong.New(&c, kong.Vars{"version": "", "datadir": "the user's data folder"}, kong.BindTo(t.Context(), new(any)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| variable | default | |\n| --- | --- | --- |\n")
	for _, node := range parser.Model.Children {
		if node.Name != "serve" {
			continue
		}
		for _, f := range node.Flags {
			if len(f.Envs) == 0 {
				continue
			}
			value := f.Default
			if value != "" {
				value = "`" + value + "`"
			}
			b.WriteString("| `" + f.Envs[0] + "` | " + value + " | " + strings.ReplaceAll(f.Help, "|", `\|`) + " |\n")
		}
	}
	return b.String()
}
