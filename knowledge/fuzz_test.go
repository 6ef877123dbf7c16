package knowledge_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

// seeds adds the built-in entries and every file of testdata.
func seeds(f *testing.F) {
	f.Helper()
	for _, folder := range []fs.FS{article.FS, os.DirFS("testdata")} {
		err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".md" || strings.HasPrefix(name, "fuzz") {
				return err
			}
			data, err := fs.ReadFile(folder, name)
			f.Add(data)
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
}

func FuzzAnyFileIsReadAndWrittenBack(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		entry, problems := knowledge.Parse("folder/file.md", data)
		if (entry == nil) != knowledge.HasErrors(problems) {
			t.Fatalf("entry %v with problems %v", entry, problems)
		}
		for _, p := range problems {
			if s := p.String(); !utf8.ValidString(s) || (strings.Contains(s, "%!") && !bytes.Contains(data, []byte("%"))) {
				t.Fatalf("problem: %q", s)
			}
		}
		if entry == nil {
			return
		}
		for _, c := range entry.Claims {
			for _, text := range c.Text {
				if knowledge.Plain(text) == "" {
					t.Fatalf("claim %q says nothing", text)
				}
			}
		}
		written, err := knowledge.Format(entry)
		if err != nil {
			return // what cannot be written as it is, is refused: nothing is lost
		}
		again, problems := knowledge.Parse("folder/file.md", written)
		if again == nil {
			t.Fatalf("%v in\n%s", problems, written)
		}
		if diff := cmp.Diff(entry, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("read, written, read (-first +second):\n%s\n%s", diff, written)
		}
	})
}

func FuzzPlainOfAnyText(f *testing.F) {
	f.Add("**오픈소스(OSS)**의 [뜻](https://example.org) `a*b` \\* &amp; <b>")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("claims are valid UTF-8")
		}
		if plain := knowledge.Plain(s); !utf8.ValidString(plain) {
			t.Fatalf("%q", plain)
		}
	})
}

func FuzzAliasesOfAnyBytes(f *testing.F) {
	f.Add([]byte("라마, Llama # model\n하나\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lib, _ := knowledge.Load(oneFile("aliases.txt", data))
		for _, row := range lib.Aliases {
			if len(row) < 2 {
				t.Fatalf("row %q", row)
			}
		}
	})
}
