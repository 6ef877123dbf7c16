package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/openai-explain/openai-explain/bot/inbox"
)

// backupCommand writes everything that is stored into a file, while serve runs too.
type backupCommand struct {
	File string `arg:"" help:"File to write; - for standard output. It holds what people wrote: keep it private."`
	storeOptions
}

// Run implements the command. The file appears when it is whole and on the disk.
func (c *backupCommand) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		if c.File == "-" {
			_, err := d.Backup(ctx, s.out)
			return err
		}
		counts, err := backupTo(ctx, d, c.File)
		if err != nil {
			return err
		}
		return printCounts(s.out, "backed up", counts)
	})
}

func backupTo(ctx context.Context, d desk, file string) (_ inbox.Counts, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".backup-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	defer os.Remove(f.Name()) // gone already where it was renamed
	counts, err := d.Backup(ctx, f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return nil, fmt.Errorf("write the backup: %w", err)
	}
	return counts, nil
}

// forgetCommand erases what is kept of a person, for an operator who was asked to.
type forgetCommand struct {
	Platform string `arg:"" enum:"slack,discord" help:"slack or discord."`
	Person   string `arg:"" help:"The platform's ID of the person, such as U024BE7LH."`
	storeOptions
}

// Run implements the command.
func (c *forgetCommand) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		n, err := d.Forget(ctx, c.Platform, c.Person)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.out, "%d questions and their answers erased\n", n)
		return err
	})
}

// restoreCommand puts a backup into an empty store.
type restoreCommand struct {
	File    string `arg:"" help:"Backup to restore; - for standard input."`
	Replace bool   `help:"Move what is in the data folder aside first; it stays there, under another name."`
	storeOptions
}

// Run implements the command.
func (c *restoreCommand) Run(ctx context.Context, s streams) error {
	file := io.ReadCloser(s.in)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		file = f
	}
	defer func() { _ = file.Close() }() // it was only read
	if c.Replace {
		if err := c.setAside(s.err); err != nil {
			return err
		}
	}
	box := c.config()
	counts, err := inbox.Restore(ctx, box, file)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, c.whatToDo())
	}
	return printCounts(s.out, "restored", counts)
}

// whatToDo stands below every error of a restore.
func (o storeOptions) whatToDo() string {
	if o.NATSURL != "" {
		return "A restore wants a cluster without the program's streams."
	}
	return "A restore wants the program stopped and a folder without a store: --replace moves what is in " + o.DataDir + " aside."
}

// setAside renames the store of the data folder, which must not be in use.
func (o storeOptions) setAside(w io.Writer) error {
	if o.NATSURL != "" {
		return usage("--replace is for a data folder, and NATS_URL names a cluster")
	}
	to := o.DataDir + ".before-" + time.Now().UTC().Format("20060102-150405")
	free, err := inbox.Lock(o.DataDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer free()
	switch err := os.Rename(o.DataDir, to); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("move the data folder aside: %w", err)
	}
	fmt.Fprintf(w, "What was in %s is in %s.\n", o.DataDir, to)
	return nil
}

// migrateCommand moves the store of a data folder into a cluster.
type migrateCommand struct {
	Back bool `help:"The other way: from the cluster into the data folder."`
	storeOptions
}

// Run implements the command: it copies, compares, and leaves the source as it
// was. A data folder that was copied is renamed, so that nobody goes on with it.
func (c *migrateCommand) Run(ctx context.Context, s streams) error {
	if c.NATSURL == "" {
		return usage("migrate: name the cluster with --nats-url or NATS_URL, and the folder with --data-dir or DATA_DIR")
	}
	folder, cluster := c.config(), c.config()
	folder.NATSURL, cluster.Dir = "", ""
	from, to := folder, cluster
	if c.Back {
		from, to = cluster, folder
	} else if _, err := os.Stat(filepath.Join(c.DataDir, "nats")); err != nil {
		return fmt.Errorf("migrate: there is no store in %s: %w", c.DataDir, err)
	}
	had, got, err := inbox.Copy(ctx, from, to)
	if err != nil {
		return fmt.Errorf("%w\nNothing was removed. %s", err, c.whatToDo())
	}
	if err := compare(s.out, had, got); err != nil {
		return err
	}
	if c.Back {
		fmt.Fprintln(s.err, "Start the program without NATS_URL. The cluster still has its copy.")
		return nil
	}
	if err := c.folderOnly().setAside(s.err); err != nil {
		return err
	}
	fmt.Fprintln(s.err, "Start the program with NATS_URL.")
	return nil
}

func (o storeOptions) folderOnly() storeOptions {
	o.NATSURL = ""
	return o
}

// printCounts prints how many of what there are.
func printCounts(w io.Writer, what string, c inbox.Counts) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(c)) {
		fmt.Fprintf(t, "%s\t%d\t%s\n", name, c[name], what)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write the counts: %w", err)
	}
	return nil
}

// compare prints both counts; that they differ is an error.
func compare(w io.Writer, had, got inbox.Counts) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tFROM\tTO")
	for _, name := range slices.Sorted(maps.Keys(had)) {
		fmt.Fprintf(t, "%s\t%d\t%d\n", name, had[name], got[name])
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write the counts: %w", err)
	}
	if !maps.Equal(had, got) {
		return errors.New("migrate: the counts differ; nothing was removed")
	}
	return nil
}

// config is where and how the store is opened.
func (o storeOptions) config() inbox.Config {
	keep := time.Duration(o.Retention)
	if keep == 0 {
		keep = inbox.KeepNothing
	}
	return inbox.Config{Dir: o.DataDir, NATSURL: o.NATSURL, Retention: keep, Logger: slog.New(slog.DiscardHandler)}
}
