package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/knowledge"
)

type kbAdd struct {
	Files []string `arg:"" type:"existingfile" help:"Markdown files, an entry each. One with the ID of a built-in entry stands in its place."`
	storeOptions
}

// Run implements the command. Nothing is added where one of the files cannot be used.
func (c *kbAdd) Run(ctx context.Context, s streams) error {
	read := map[string][]byte{}
	bad := false
	for _, file := range c.Files {
		info, err := os.Stat(file)
		if err == nil && info.Size() > inbox.MaxEntry {
			err = fmt.Errorf("%s has %d bytes, an entry at most %d", file, info.Size(), inbox.MaxEntry)
		}
		var markdown []byte
		if err == nil {
			markdown, err = os.ReadFile(file)
		}
		if err != nil {
			return fmt.Errorf("add an entry: %w", err)
		}
		name := filepath.Base(file)
		_, problems := knowledge.Parse(name, markdown)
		for _, p := range problems {
			fmt.Fprintln(s.err, p)
		}
		bad = bad || knowledge.HasErrors(problems)
		read[name] = markdown
	}
	if bad {
		return errors.New("nothing was added: some entries cannot be used; each line above says what to do")
	}
	return c.operate(ctx, func(d desk) error {
		for _, name := range slices.Sorted(maps.Keys(read)) {
			if err := d.PutEntry(ctx, name, read[name]); err != nil {
				return err
			}
			fmt.Fprintf(s.out, "added %s\n", name)
		}
		return nil
	})
}

type kbRemove struct {
	Name string `arg:"" help:"Name of the file, as listed."`
	storeOptions
}

// Run implements the command.
func (c *kbRemove) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		if err := d.RemoveEntry(ctx, c.Name); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.out, "removed %s\n", c.Name)
		return err
	})
}

type kbList struct{ storeOptions }

// Run implements the command.
func (c *kbList) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		all, err := d.Entries(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			_, err := fmt.Fprintln(s.out, "Nothing was added.")
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if _, err := fmt.Fprintf(s.out, "%s\t%d bytes\n", name, len(all[name])); err != nil {
				return fmt.Errorf("write the list: %w", err)
			}
		}
		return nil
	})
}
