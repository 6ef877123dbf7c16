package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
)

// inboxCommand is for an operator: what is not answered, and what to do with it.
// It asks the process that runs, the cluster, or opens the store itself where
// nobody has it open.
type inboxCommand struct {
	List    inboxList    `cmd:"" default:"withargs" help:"List what waits, runs and is set aside. No message text."`
	Show    inboxShow    `cmd:"" help:"Show one question, with its text."`
	Requeue inboxRequeue `cmd:"" help:"Have a question that was set aside worked on again."`
	Drop    inboxDrop    `cmd:"" help:"Remove a question that was set aside, for good."`
}

// desk is the inbox as an operator sees it.
type desk interface {
	List(ctx context.Context) ([]inbox.Item, error)
	Show(ctx context.Context, id bot.QuestionID) (inbox.Item, error)
	Requeue(ctx context.Context, id bot.QuestionID) error
	Drop(ctx context.Context, id bot.QuestionID) error
	archive
}

// archive is the rest of what a store does for an operator.
type archive interface {
	Backup(ctx context.Context, w io.Writer) (inbox.Counts, error)
	Forget(ctx context.Context, platform, person string) (int, error)
	library
}

// library is the knowledge that was added at run time.
type library interface {
	Entries(ctx context.Context) (map[string][]byte, error)
	PutEntry(ctx context.Context, name string, markdown []byte) error
	RemoveEntry(ctx context.Context, name string) error
}

// operate calls do with the desk of whoever has the store open.
func (o storeOptions) operate(ctx context.Context, do func(desk) error) (err error) {
	if o.NATSURL == "" {
		if r := dialAdmin(ctx, o.DataDir); r != nil {
			return do(r)
		}
	}
	box, err := inbox.Attach(ctx, inbox.Config{Dir: o.DataDir, NATSURL: o.NATSURL})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	return do(box)
}

type inboxList struct {
	JSON bool `name:"json" help:"One JSON object a question, a line each."`
	storeOptions
}

// Run implements the command.
func (c *inboxList) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		all, err := d.List(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(s.out, all)
		}
		return c.table(s.out, all)
	})
}

func writeLines(w io.Writer, all []inbox.Item) error {
	e := json.NewEncoder(w)
	for _, i := range all {
		if err := e.Encode(i); err != nil {
			return fmt.Errorf("write a question: %w", err)
		}
	}
	return nil
}

func (c *inboxList) table(w io.Writer, all []inbox.Item) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "Nothing waits, nothing runs, nothing is set aside.")
		return err
	}
	now, count := time.Now(), map[inbox.Phase]int{}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "QUESTION\tSTATE\tKIND\tAGE\tATTEMPTS\tREASON")
	for _, i := range all {
		count[i.Phase]++
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\n", i.ID, phaseName(i.Phase), i.Kind, age(now.Sub(i.Asked)), i.Attempts, because(i, now))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	_, err := fmt.Fprintf(w, "%d waiting, %d running, %d set aside\n", count[inbox.Waiting], count[inbox.Running], count[inbox.SetAside])
	return err
}

func phaseName(p inbox.Phase) string {
	if p == inbox.SetAside {
		return "set aside"
	}
	return string(p)
}

// because says why a question is where it is, without anybody's words.
func because(i inbox.Item, now time.Time) string {
	switch {
	case i.Reason != "":
		return i.Reason
	case i.Next.After(now):
		return "next attempt in " + age(i.Next.Sub(now))
	}
	return ""
}

// age is d with the one unit that matters.
func age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d >= time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", max(0, d)/time.Second)
}

type inboxShow struct {
	ID   string `arg:"" help:"ID of the question, as listed."`
	JSON bool   `name:"json" help:"One JSON object."`
	storeOptions
}

// Run implements the command.
func (c *inboxShow) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		i, err := d.Show(ctx, bot.QuestionID(c.ID))
		if err != nil {
			return err
		}
		if c.JSON {
			return writeLines(s.out, []inbox.Item{i})
		}
		t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, line := range [][2]string{
			{"question", string(i.ID)}, {"state", phaseName(i.Phase)}, {"platform", i.Platform}, {"kind", string(i.Kind)},
			{"asked", stamp(i.Asked)}, {"since", stamp(i.At)}, {"attempts", fmt.Sprint(i.Attempts)}, {"next attempt", stamp(i.Next)},
			{"reply", string(i.Ledger)}, {"reason", i.Reason}, {"error", i.Error}, {"text", i.Text},
		} {
			if line[1] != "" {
				fmt.Fprintf(t, "%s\t%s\n", line[0], line[1])
			}
		}
		return t.Flush()
	})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateTime)
}

type inboxRequeue struct {
	ID  string `arg:"" optional:"" help:"ID of the question, as listed."`
	All bool   `help:"All that are set aside."`
	storeOptions
}

// Run implements the command. With --all, one that cannot be requeued keeps none
// of the others from it.
func (c *inboxRequeue) Run(ctx context.Context, s streams) error {
	if (c.ID == "") == !c.All {
		return usage("requeue: name one question, or --all")
	}
	return c.operate(ctx, func(d desk) error {
		ids := []bot.QuestionID{bot.QuestionID(c.ID)}
		if c.All {
			var err error
			if ids, err = aside(ctx, d); err != nil {
				return err
			}
		}
		var errs []error
		done := 0
		for _, id := range ids {
			if err := d.Requeue(ctx, id); err != nil {
				errs = append(errs, err)
				continue
			}
			done++
		}
		fmt.Fprintf(s.out, "%d requeued\n", done)
		return errors.Join(errs...)
	})
}

func aside(ctx context.Context, d desk) ([]bot.QuestionID, error) {
	all, err := d.List(ctx)
	var ids []bot.QuestionID
	for _, i := range all {
		if i.Phase == inbox.SetAside {
			ids = append(ids, i.ID)
		}
	}
	return ids, err
}

type inboxDrop struct {
	ID string `arg:"" help:"ID of the question, as listed."`
	storeOptions
}

// Run implements the command.
func (c *inboxDrop) Run(ctx context.Context, s streams) error {
	return c.operate(ctx, func(d desk) error {
		if err := d.Drop(ctx, bot.QuestionID(c.ID)); err != nil {
			return err
		}
		_, err := fmt.Fprintln(s.out, "dropped")
		return err
	})
}
