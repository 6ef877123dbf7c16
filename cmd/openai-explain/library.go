package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
	"github.com/openai-explain/openai-explain/prompts"
)

// library reads what the options name. What is wrong with single entries is
// written to warnings and they are left out; having none at all is an error.
func (o knowledgeOptions) library(warnings io.Writer) (*knowledge.Library, error) {
	var libs []*knowledge.Library
	if o.KnowledgeBuiltin {
		lib, problems := knowledge.Load(article.FS)
		if knowledge.HasErrors(problems) {
			return nil, fmt.Errorf("read the built-in entries: %v", problems[0])
		}
		libs = append(libs, lib)
	}
	if o.KnowledgeDir != "" {
		lib, problems := knowledge.Load(os.DirFS(o.KnowledgeDir))
		report(warnings, problems)
		if len(lib.Entries) == 0 {
			return nil, fmt.Errorf("no entry could be read from %s (check it with: openai-explain kb lint %s)", o.KnowledgeDir, o.KnowledgeDir)
		}
		libs = append(libs, lib)
	}
	if len(libs) == 0 {
		return nil, errors.New("nothing to answer from: name a folder with KNOWLEDGE_DIR, or leave KNOWLEDGE_BUILTIN on")
	}
	lib, problems := knowledge.Merge(libs...)
	report(warnings, problems)
	return lib, nil
}

func report(w io.Writer, problems []knowledge.Problem) {
	for _, p := range problems {
		fmt.Fprintln(w, p)
	}
}

func (o knowledgeOptions) book() (*prompts.Book, error) {
	if o.PromptsDir == "" {
		return prompts.New(nil)
	}
	return prompts.New(os.DirFS(o.PromptsDir))
}
