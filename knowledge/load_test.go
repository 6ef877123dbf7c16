package knowledge_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
)

// oneFile is a folder with one file in it.
func oneFile(name string, data []byte) fs.FS {
	return fstest.MapFS{name: {Data: data}}
}

// codes are the kinds of problems, in their order.
func codes(problems []knowledge.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.File+" "+p.Code)
	}
	return all
}

func ids(lib *knowledge.Library) []string {
	var all []string
	for _, e := range lib.Entries {
		all = append(all, e.ID)
	}
	return all
}

func TestAnEntryWithAnErrorIsLeftOutAndTheRestIsLoaded(t *testing.T) {
	t.Parallel()
	lib, problems := knowledge.Load(fstest.MapFS{
		"bad.md":        {Data: []byte("No question.\n")},
		"good.md":       {Data: []byte("# Why?\n\nBecause.\n")},
		"sub/korean.md": {Data: []byte("# 왜요?\n\n그냥요.\n")},
	})
	if diff := cmp.Diff([]string{"good", "korean"}, ids(lib)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"bad.md no-question"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestEntriesComeByFolderSectionAndName(t *testing.T) {
	t.Parallel()
	entry := func(section string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nsection: " + section + "\n---\n# Why?\n\nBecause.\n")}
	}
	lib, _ := knowledge.Load(fstest.MapFS{
		"a.md": entry(`""`), "b.md": entry("Q10"), "c.md": entry("Q2"), "d.md": entry("Intro"), "e.md": entry("Q2"), "sub/f.md": entry("A"),
	})
	if diff := cmp.Diff([]string{"d", "c", "e", "b", "a", "f"}, ids(lib)); diff != "" {
		t.Error(diff)
	}
}

func TestLinksToFilesAreFollowedAndLinksToFoldersAreNot(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	dir := t.TempDir()
	write(t, dir, "..data/real.md", "# Why?\n\nBecause.\n") // as Kubernetes mounts a ConfigMap
	link(t, "..data/real.md", filepath.Join(dir, "linked.md"))
	link(t, ".", filepath.Join(dir, "round"))
	link(t, "nowhere.md", filepath.Join(dir, "dangling.md"))
	lib, problems := knowledge.Load(os.DirFS(dir))
	if diff := cmp.Diff([]string{"linked"}, ids(lib)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"dangling.md unreadable", "round linked-folder"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAFolderNamedLikeAFileIsRead(t *testing.T) {
	t.Parallel()
	lib, problems := knowledge.Load(fstest.MapFS{"odd.md/entry.md": {Data: []byte("# Why?\n\nBecause.\n")}})
	if len(lib.Entries) != 1 || len(problems) != 0 {
		t.Errorf("%v, %v", ids(lib), problems)
	}
}

func TestAMissingFolderIsAProblem(t *testing.T) {
	t.Parallel()
	_, problems := knowledge.Load(os.DirFS(filepath.Join(t.TempDir(), "missing")))
	if diff := cmp.Diff([]string{". unreadable"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
}

// brokenFS is a folder in which one file cannot be read and one is a pipe.
type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.MapFS.Open(name)
	if name == "broken.md" {
		return brokenFile{f}, err
	}
	if name == "secret.md" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f, err
}

type brokenFile struct{ fs.File }

func (brokenFile) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	fsys := brokenFS{fstest.MapFS{
		"broken.md": {Data: []byte("# Why?\n")},
		"pipe.md":   {Mode: fs.ModeNamedPipe},
		"secret.md": {Data: []byte("# Why?\n")},
	}}
	_, problems := knowledge.Load(fsys)
	if diff := cmp.Diff([]string{"broken.md unreadable", "pipe.md not-a-file", "secret.md unreadable"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
}

// endlessFS has one file that says it is small and never ends.
type endlessFS struct{ fstest.MapFS }

type endlessFile struct{ fs.File }

func (endlessFile) Read(p []byte) (int, error) { return len(p), nil }

func (e endlessFS) Open(name string) (fs.File, error) {
	f, err := e.MapFS.Open(name)
	if strings.HasSuffix(name, ".md") {
		return endlessFile{f}, err
	}
	return f, err
}

var _ io.Reader = endlessFile{}

func TestAFileThatGrowsWhileItIsReadIsCutOff(t *testing.T) {
	t.Parallel()
	_, problems := knowledge.Load(endlessFS{fstest.MapFS{"endless.md": {Data: []byte("x")}}})
	if diff := cmp.Diff([]string{"endless.md file-large"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAFolderWithTooManyFilesIsCutOffWithAnError(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for i := range knowledge.MaxFiles + 5 {
		fsys[fmt.Sprintf("%05d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "# Question %d?\n\nAnswer %d.\n", i, i)}
	}
	lib, problems := knowledge.Load(fsys)
	if diff := cmp.Diff([]string{"10000.md files"}, codes(problems)); diff != "" {
		t.Error(diff)
	}
	if len(lib.Entries) != knowledge.MaxFiles {
		t.Errorf("%d entries", len(lib.Entries))
	}
}

// TestHostileFilesAreReadInBoundedTime has the inputs for which Markdown
// parsers need time that grows with the square of the length.
func TestHostileFilesAreReadInBoundedTime(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{
		"> ", "- ", "1. ", "[", "[a](", "![", "*a ", "**a_", "_a", "`a``b", "<a ", "<!--", "&amp", "\\", "[a]: ", "|-", "a.\n", "# a\n", "- a\n", "```\n", ">\n", "((", "\t", "\u3164", "ᄀ", "| |\n", "[a1] ",
	} {
		size := 512 << 10
		if strings.Contains(unit, "\n") {
			size = 32 << 10
		}
		paragraph := strings.Repeat(unit, 8<<10/len(unit)) + "\n\n"
		for _, text := range []string{strings.Repeat(unit, size/len(unit)), paragraph + paragraph} {
			start := time.Now()
			knowledge.Parse("hostile.md", []byte("# Why?\n\n"+text))
			// Generous for a busy machine and the race detector. Without the
			// limits, 512 KiB would take minutes.
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%q took %v", unit, took)
			}
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); err != nil {
		t.Fatal(err)
	}
}
