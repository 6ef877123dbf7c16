package prompts

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/bot"
)

//go:embed ko/*.txt en/*.txt
var builtin embed.FS

// Book is the set of sentences, ready to be filled in. It is safe for
// concurrent use.
type Book struct {
	templates map[bot.Lang]map[string]*template.Template
}

// names are the sentences of a Book: each is a file NAME.txt in the folder of
// its language.
var names = []string{
	"abstain", "clarify", "cut", "earlier", "evidence", "forgotten", "goodbye", "greeting", "help", "my-data", "no-more", "only-in", "select", "thanks", "unclear", "write",
}

// New returns the built-in sentences, each replaced by the file of the same
// name in override (ko/help.txt) where there is one. override may be nil. A file
// that is no sentence's, a template that does not parse or fails on an example of
// what it will be given, and one that leaves out what its reader needs are errors
// that name the file, and the line where there is one.
func New(override fs.FS) (*Book, error) {
	if err := strangers(override); err != nil {
		return nil, err
	}
	b := &Book{templates: map[bot.Lang]map[string]*template.Template{}}
	for _, lang := range []bot.Lang{bot.Korean, bot.English} {
		b.templates[lang] = map[string]*template.Template{}
		for _, name := range names {
			file := string(lang) + "/" + name + ".txt"
			src, err := read(override, file)
			if err != nil {
				return nil, fmt.Errorf("read prompt %s: %w", file, err)
			}
			if line := invalidLine(src); line > 0 {
				return nil, fmt.Errorf("read prompt: %s:%d: not UTF-8 text", file, line)
			}
			t, err := template.New(file).Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(src)
			if err != nil {
				return nil, fmt.Errorf("read prompt: %w", plain(err))
			}
			b.templates[lang][name] = t
		}
	}
	return b, b.try()
}

func read(override fs.FS, file string) (string, error) {
	if override != nil {
		src, err := fs.ReadFile(override, file)
		if err == nil {
			return string(src), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	src, err := fs.ReadFile(builtin, file)
	return string(src), err
}

// strangers names a file of override that would be ignored: a misspelt name.
func strangers(override fs.FS) error {
	if override == nil {
		return nil
	}
	files, err := fs.Glob(override, "*/*.txt")
	if err != nil {
		return fmt.Errorf("list prompts: %w", err)
	}
	top, err := fs.Glob(override, "*.txt")
	if err != nil {
		return fmt.Errorf("list prompts: %w", err)
	}
	for _, file := range append(files, top...) {
		if _, err := fs.Stat(builtin, file); err != nil {
			return fmt.Errorf("read prompt %s: there is no sentence of that name: it is ko/NAME.txt or en/NAME.txt, NAME being one of %s",
				file, strings.Join(names, ", "))
		}
	}
	return nil
}

// invalidLine is the first line that is not UTF-8, or 0.
func invalidLine(src string) int {
	for i, line := range strings.Split(src, "\n") {
		if !utf8.ValidString(line) {
			return i + 1
		}
	}
	return 0
}

// try fills in every sentence once, so that a broken override is found at start
// and not when somebody asks.
func (b *Book) try() error {
	for _, lang := range []bot.Lang{bot.Korean, bot.English} {
		for _, name := range names {
			file := string(lang) + "/" + name + ".txt"
			var out strings.Builder
			if err := b.templates[lang][name].Execute(&out, example(name)); err != nil {
				return fmt.Errorf("fill in prompt: %w", plain(err))
			}
			if strings.TrimSpace(out.String()) == "" {
				return fmt.Errorf("fill in prompt: %s:1: it says nothing", file)
			}
			for _, part := range needed[name] {
				if !strings.Contains(out.String(), part) {
					return fmt.Errorf("fill in prompt: %s:1: %q is nowhere in what it says: a model could not follow it", file, part)
				}
			}
		}
	}
	return nil
}

// plain takes "template: " from the front of an error, so that it begins with
// the file and the line.
func plain(err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), "template: "))
}

// needed is what has to be in a sentence with its example filled in, for the
// other side to be understood: the evidence, and the shape of a reply.
var needed = map[string][]string{
	"evidence": {"[1] claim", "[2] further claim", "a question?"},
	"select":   {"answerable", "use"},
	"write":    {"NONE", "[1]"},
}

func example(name string) any {
	if data, ok := examples[name]; ok {
		return data
	}
	return struct{}{} // not nil, of which a template may ask anything
}

// examples are what each sentence that takes something is given.
var examples = map[string]any{
	"abstain":   abstainData{Words: []string{"word"}},
	"only-in":   onlyInData{Have: bot.Korean},
	"select":    selectData{Schema: true},
	"my-data":   MyData{Questions: 2, Since: "2024-11-21", Days: 30},
	"forgotten": forgottenData{Questions: 2},
	"earlier":   earlierData{Question: "?", Earlier: []string{"??"}},
	"evidence":  evidenceData{Question: "a question?", Claims: []string{"claim", "further claim"}},
}

func (b *Book) say(lang bot.Lang, name string, data any) string {
	var out bytes.Buffer
	if err := b.templates[lang.Or(bot.English)][name].Execute(&out, data); err != nil {
		return "" // cannot happen: New has filled in every sentence with data of this type
	}
	return strings.TrimSpace(out.String())
}
