package prompts

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

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
// name in override (ko/help.txt) where there is one. override may be nil. A
// template that does not parse, or that fails on an example of what it will be
// given, is an error that names it.
func New(override fs.FS) (*Book, error) {
	b := &Book{templates: map[bot.Lang]map[string]*template.Template{}}
	for _, lang := range []bot.Lang{bot.Korean, bot.English} {
		b.templates[lang] = map[string]*template.Template{}
		for _, name := range names {
			file := string(lang) + "/" + name + ".txt"
			src, err := read(override, file)
			if err != nil {
				return nil, fmt.Errorf("read prompt %s: %w", file, err)
			}
			t, err := template.New(file).Funcs(template.FuncMap{"inc": func(i int) int { return i + 1 }}).Parse(src)
			if err != nil {
				return nil, fmt.Errorf("read prompt: %w", err)
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

// try fills in every sentence once, so that a broken override is found at start
// and not when somebody asks.
func (b *Book) try() error {
	for lang, templates := range b.templates {
		for name, t := range templates {
			if err := t.Execute(&bytes.Buffer{}, examples[name]); err != nil {
				return fmt.Errorf("fill in prompt %s/%s.txt: %w", lang, name, err)
			}
		}
	}
	return nil
}

// examples are what each sentence that takes something is given.
var examples = map[string]any{
	"abstain":   abstainData{Words: []string{"word"}},
	"only-in":   onlyInData{Have: bot.Korean},
	"select":    selectData{Schema: true},
	"my-data":   MyData{Questions: 2, Since: "2024-11-21", Days: 30},
	"forgotten": forgottenData{Questions: 2},
	"evidence":  evidenceData{Question: "?", Claims: []string{"claim"}},
	"earlier":   earlierData{Question: "?", Earlier: []string{"??"}},
}

func (b *Book) say(lang bot.Lang, name string, data any) string {
	var out bytes.Buffer
	if err := b.templates[lang.Or(bot.English)][name].Execute(&out, data); err != nil {
		return "" // cannot happen: New has filled in every sentence with data of this type
	}
	return strings.TrimSpace(out.String())
}
