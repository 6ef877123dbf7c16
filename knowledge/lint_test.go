package knowledge

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// lintCase is a folder with one mistake, and where lint must point.
type lintCase struct {
	code  string
	file  string // the file it is about; entry.md if empty
	line  int
	files map[string]string
}

// one is a folder with one file.
func one(text string) map[string]string { return map[string]string{"entry.md": text} }

func top(field string) map[string]string {
	return one("---\n" + field + "\n---\n# Why?\n\nBecause.\n")
}

func below(text string) map[string]string { return one("# Why is it so?\n\nBecause.\n\n" + text) }

// lintCases has at least one case for each kind of problem that a folder's
// text can have.
func lintCases() []lintCase {
	return []lintCase{
		{"misnamed", "entry.md.txt", 0, map[string]string{"entry.md.txt": "# A?\n\nB.\n"}},
		{"no-entries", ".", 0, map[string]string{"notes.docx": "x"}},
		{"no-entries", ".", 0, map[string]string{"README.md": "# A?\n\nB.\n", ".hidden.md": "", ".git/a.md": ""}},
		{"file-large", "", 0, one(strings.Repeat("a", MaxFileBytes+1))},
		{"encoding", "", 1, one("\xff\xfe#\x00 \x00A\x00?\x00")},
		{"encoding", "", 1, one("#\x00 \x00W\x00h\x00y\x00?\x00\n\x00")},
		{"encoding", "", 2, one("# Why?\n\xb0\xa1\xb3\xaa\xb4\xd9\xb6\xf3 \xb8\xb6\xb9\xd9\xbb\xe7\n")},
		{"encoding", "", 3, one("# Why?\n\nCaf\xe9 \x93quoted\x94.\n")},
		{"binary", "", 2, one("# Why?\nA\x00B\n")},
		{"binary", "", 1, one("PK\x03\x04\x00\x00\xff\xfe\x00\x08\x00")},
		{"empty", "", 1, one("")},
		{"empty", "", 1, one("\ufeff \r\n")},
		{"nesting", "", 3, one("# Why?\n\n" + strings.Repeat("> ", 40) + "x\n")},
		{"nesting", "", 3, one("# Why?\n\n" + strings.Repeat(" ", 200) + "- x\n")},
		{"paragraph-long", "", 3, one("# Why?\n\n" + strings.Repeat("word word word\n", 2000))},
		{"front-matter", "", 3, top("id: a\ntitle: “x”: y: z")},
		{"front-matter", "", 2, top("just words")},
		{"front-matter-long", "", 2, top("id: " + strings.Repeat("a", 17<<10))},
		{"front-matter-long", "", 2, top("tags: " + strings.Repeat("[", 300))},
		{"front-matter-key", "", 2, top("colour: red")},
		{"front-matter-key", "", 3, top("source:\n  author: me")},
		{"front-matter-key", "", 4, top("source:\n  title:\n    fr: oui")},
		{"front-matter-value", "", 2, top("id: [a, b]")},
		{"front-matter-value", "", 3, top("section: &x a\ntags: [*x]")},
		{"lang", "", 2, top("lang: fr")},
		{"date", "", 3, top("source:\n  published: 2024-13-01")},
		{"date", "", 5, below("Source: Us, [T](https://example.org), last May\n")},
		{"dates-reversed", "", 1, top("source: {published: 2024-02-01, updated: 2024-01-01}")},
		{"url", "", 3, top("source:\n  url: ftp://example.org")},
		{"url", "", 5, below("Source: [T](javascript:alert)\n")},
		{"source-differs", "", 10, one("# Why?\n\nBecause.\n\nSource: [A](https://a.example)\n\n# 왜요?\n\n그냥요.\n출처: [가](https://b.example)\n")},
		{"id-long", "", 2, top("id: " + strings.Repeat("a", 65))},
		{"id-odd", "", 2, top("id: a/b")},
		{"id-odd", "", 3, one("# Why?\n\n- [a1!] Because.\n")},
		{"id-perhaps", "", 3, one("# Why?\n\n- [Q 4b] Because.\n")},
		{"entry-twice", "b/entry.md", 1, map[string]string{"a/entry.md": "# A?\n\nB.\n", "b/entry.md": "# C?\n\nD.\n"}},
		{"claim-twice", "b.md", 3, map[string]string{"a.md": "# A?\n\n- [c1] B.\n", "b.md": "# C?\n\n- [c1] D.\n"}},
		{"claim-repeated", "", 4, one("# Why?\n\n- [c1] B.\n- [c1] D.\n")},
		{"note-repeated", "", 8, below("## Notes\n\n- [n1] A.\n- [n1] B.\n")},
		{"no-question", "", 1, one("Only text.\n")},
		{"empty-question", "", 1, one("#\n\nBecause.\n")},
		{"no-answer", "", 1, one("# Why?\n\n## Other phrasings\n- How come?\n")},
		{"before-question", "", 1, one("Hello.\n\n# Why?\n\nBecause.\n")},
		{"second-question", "", 5, one("# Why?\n\nBecause.\n\n# How?\n\nSo.\n")},
		{"section-misspelt", "", 5, below("## Other phrasing\n- How come?\n")},
		{"section-unknown", "", 5, below("## History\n\nLong ago.\n")},
		{"subheading", "", 5, below("### Details\n\nMore.\n")},
		{"underlined", "", 5, below("More.\n---\n")},
		{"language-unknown", "", 1, one("# 123?\n\n456.\n")},
		{"language-mismatch", "", 6, below("## Other phrasings\n- 왜 그런 건가요?\n")},
		{"language-mismatch", "", 6, one("# 왜요?\n\n그냥요.\n\n## 다른 표현\n- Why is it the way it is?\n")},
		{"empty-claim", "", 4, one("# Why?\n\n- Because.\n-\n")},
		{"claim-alone", "", 4, one("# Why?\n\n- Because.\n- So.\n\n# 왜요?\n\n- 그냥요.\n")},
		{"claim-long", "", 3, one("# Why?\n\n" + strings.Repeat("because ", 100) + "\n")},
		{"link-definition", "", 5, below("[guide]: https://example.org\n")},
		{"image", "", 5, below("See ![the plan](plan.png).\n")},
		{"html", "", 5, below("<div>More.</div>\n")},
		{"indented", "", 5, below("    More.\n")},
		{"empty-phrasing", "", 7, below("## Other phrasings\n- How come?\n-\n")},
		{"phrasing-long", "", 6, below("## Other phrasings\n- " + strings.Repeat("why ", 200) + "\n")},
		{"phrasing-repeated", "", 7, below("## Other phrasings\n- How come?\n- how come\n")},
		{"phrasing-twice", "b.md", 6, map[string]string{"a.md": "# A?\n\nB.\n", "b.md": "# C?\n\nD.\n\n## Other phrasings\n- a\n"}},
		{"near-miss-is-phrasing", "", 6, below("## Near misses\n- Why is it so?\n")},
		{"phrasing-unknown-claim", "", 6, below("## Other phrasings\n- [z9] How come?\n")},
		{"near-miss-claim", "", 6, below("## Near misses\n- [z9] How come?\n")},
		{"not-a-question", "", 7, below("## Near misses\n\n```\ncode\n```\n")},
		{"not-a-note", "", 7, below("## Notes\n\n> quote\n")},
		{"empty-note", "", 7, below("## Notes\n\n-\n")},
		{"note-unknown-claim", "", 7, below("## Notes\n\n- [n1: z9] A.\n")},
		{"note-differs", "", 15, one("# Why?\n\n- [a1] A.\n- [a2] B.\n\n## Notes\n- [n1: a1] C.\n\n# 왜요?\n\n- [a1] 가.\n- [a2] 나.\n\n## 참고\n- [n1: a2] 다.\n")},
		{"note-alone", "", 7, one("# Why?\n\nBecause.\n\n## Notes\n\n- C.\n\n# 왜요?\n\n그냥요.\n")},
		{"alias-alone", AliasFile, 2, map[string]string{AliasFile: "# words\nalone\n"}},
		{"alias-odd", AliasFile, 1, map[string]string{AliasFile: "a, " + strings.Repeat("b", 101) + "\n"}},
		{"alias-twice", AliasFile, 2, map[string]string{AliasFile: "a, b\nB, c\n"}},
	}
}

func TestLintNamesFileAndLineOfEachKindOfMistake(t *testing.T) {
	t.Parallel()
	for _, c := range lintCases() {
		fsys := fstest.MapFS{}
		for name, text := range c.files {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if c.file == "" {
			c.file = "entry.md"
		}
		_, problems := Load(fsys)
		found := slices.ContainsFunc(problems, func(p Problem) bool {
			return p.Code == c.code && p.File == c.file && p.Line == c.line
		})
		if !found {
			t.Errorf("%s at %s:%d is missing in %v", c.code, c.file, c.line, problems)
		}
	}
}

// systemCodes are the problems of files and folders that need a real folder;
// TestLoad… tests have them.
var systemCodes = []string{"unreadable", "not-a-file", "linked-folder", "files", "total"}

func TestEveryKindOfProblemHasACase(t *testing.T) {
	t.Parallel()
	want := slices.Clone(systemCodes)
	for _, c := range lintCases() {
		want = append(want, c.code)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	got := slices.Sorted(maps.Keys(wordings))
	if !slices.Equal(want, got) {
		t.Errorf("cases for %q\nwordings for %q", want, got)
	}
}

func TestAFolderWithTooMuchTextIsCutOffWithAnError(t *testing.T) {
	t.Parallel()
	text := []byte("# Why?\n\n" + strings.Repeat("Because. ", 1000) + "\n")
	fsys := fstest.MapFS{"a.md": {Data: text}, "b.md": {Data: text}, "c.md": {Data: text}, "d.md": {Data: text}}
	lib, problems := load(fsys, int64(3*len(text)))
	if len(lib.Entries) != 3 || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Code == "total" && p.File == "d.md" }) {
		t.Errorf("%d entries, %v", len(lib.Entries), problems)
	}
}

func TestEveryProblemIsToldInBothLanguages(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`%[a-z]`)
	for code, w := range wordings {
		ko := placeholder.FindAllString(w.ko[0]+w.ko[1], -1)
		en := placeholder.FindAllString(w.en[0]+w.en[1], -1)
		if !slices.Equal(ko, en) {
			t.Errorf("%s: placeholders %v in Korean, %v in English", code, ko, en)
		}
		for _, s := range []string{w.ko[0], w.ko[1], w.en[0], w.en[1]} {
			if s == "" || strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q is empty or ends in a full stop", code, s)
			}
		}
		if langOf(w.ko[0]) != Korean || langOf(w.en[0]) != English {
			t.Errorf("%s: languages are mixed up", code)
		}
	}
}

func TestAMessageCannotMoveTheCursor(t *testing.T) {
	t.Parallel()
	p := newProblem("a\x1b[2Jb\u202ec.md", 1, "id-odd", "x\x1b]0;title\a\u202ey")
	if s := p.String(); strings.ContainsAny(s, "\x1b\a\u202e\u009b") {
		t.Errorf("%q", s)
	}
}
