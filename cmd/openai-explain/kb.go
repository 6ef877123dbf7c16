package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

type kbCommand struct {
	Lint   kbLint   `cmd:"" help:"Check the entries in a folder: names file, line and what to do."`
	Add    kbAdd    `cmd:"" help:"Add entries, or correct them, while serve runs: every replica answers from them at once."`
	Remove kbRemove `cmd:"" help:"Take back what was added."`
	List   kbList   `cmd:"" help:"List what was added."`
}

type kbLint struct {
	Dir string `arg:"" optional:"" type:"existingdir" help:"Folder of Markdown entries; without it the built-in article is checked."`
}

// Run implements the command. Its exit status is 1 where an entry cannot be used.
func (c *kbLint) Run(s streams) error {
	fsys, name := os.DirFS(c.Dir), c.Dir
	if c.Dir == "" {
		fsys, name = article.FS, "the built-in article"
	}
	lib, problems := knowledge.Load(fsys)
	for _, p := range problems {
		fmt.Fprintln(s.out, p)
	}
	claims := 0
	for _, e := range lib.Entries {
		claims += len(e.Claims)
	}
	fmt.Fprintf(s.out, "%s: %d entries, %d claims, %d problems\n", name, len(lib.Entries), claims, len(problems))
	if knowledge.HasErrors(problems) {
		return errors.New("some entries cannot be used; each line above says what to do")
	}
	return nil
}
