package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
	"github.com/openai-explain/openai-explain/knowledge/search/eval"
)

type evalCommand struct {
	Retrieval evalRetrieval `cmd:"" help:"Measure retrieval with every question set in a folder."`
	Crash     evalCrash     `cmd:"" help:"Kill the program while people ask in an offline Slack and Discord, and count the answers they see."`
	Guard     evalGuard     `cmd:"" help:"Measure what the guard keeps and what it lets through, with sentences fabricated from the knowledge base."`
}

type evalRetrieval struct {
	Dir   string `arg:"" type:"existingdir" help:"Folder of question sets, *.json."`
	JSON  bool   `name:"json" help:"One JSON object a set, a line each."`
	Limit int    `help:"Questions of a set at most; 0 asks all."`

	modelOptions
}

// Run implements the command. A file that is no question set is named and left out.
func (c *evalRetrieval) Run(ctx context.Context, s streams) error {
	files, err := filepath.Glob(filepath.Join(c.Dir, "*.json"))
	if err != nil {
		return fmt.Errorf("list question sets: %w", err)
	}
	log := newLogger(s.err, "warn")
	model, err := c.generator(log)
	if err != nil {
		return err
	}
	defer closing(log, "model", model)
	rows := [][]string{{"set", "entries", "questions", "R@1", "R@5", "MRR@10", "R@1 tuned", "R@1 left out", "AUROC", "of", "right at 5 %", "false", "p50", "p99", "build", "heap MB"}}
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		set, err := eval.LoadSet(file)
		if err != nil {
			fmt.Fprintf(s.err, "left out: %v\n", err)
			continue
		}
		r, err := eval.Measure(set, eval.Options{Limit: c.Limit, Progress: s.measuring(set.Name), Search: c.vectors(ctx, model, log)})
		if err != nil {
			return fmt.Errorf("measure %s: %w", set.Name, err)
		}
		if c.JSON {
			if err := json.NewEncoder(s.out).Encode(r); err != nil {
				return fmt.Errorf("write a result: %w", err)
			}
			continue
		}
		rows = append(rows, row(r))
	}
	if c.JSON {
		return nil
	}
	if len(rows) == 1 {
		return fmt.Errorf("no question set in %s", c.Dir)
	}
	_, err = io.WriteString(s.out, table(rows))
	return err
}

// vectors is the search that is measured where an embedding model is configured.
func (c *evalRetrieval) vectors(ctx context.Context, model *generator, log *slog.Logger) func(*search.Index, *knowledge.Library) (eval.Searcher, error) {
	if model == nil || c.OpenAIEmbeddingModel == "" {
		return nil
	}
	return func(index *search.Index, lib *knowledge.Library) (eval.Searcher, error) {
		m := c.meaning(model, index, "", log)
		if err := m.Prepare(ctx, lib, m.cache); err != nil { // what serve does: the words alone
			log.Warn("no vectors of the set", slog.Any("error", err))
		}
		return m, ctx.Err()
	}
}

func row(r eval.Result) []string {
	f := func(x float64) string { return fmt.Sprintf("%.3f", x) }
	us := func(d time.Duration) string { return d.Round(time.Microsecond).String() }
	return []string{
		r.Set, fmt.Sprint(r.Entries), fmt.Sprint(r.All.Questions), f(r.All.R1), f(r.All.R5), f(r.All.MRR), f(r.Tuned.R1), f(r.LeftOut.R1),
		f(r.AUROC), r.Without, f(r.AnsweredAt5), f(r.FalseRate), us(r.P50), us(r.P99), r.Build.Round(time.Millisecond).String(), fmt.Sprintf("%.1f", float64(r.Heap)/1e6),
	}
}

// measuring shows on a terminal how far a set is.
func (s streams) measuring(name string) func(done, total int) {
	f, ok := s.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(s.err), progressbar.OptionSetDescription(name),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	return func(done, total int) {
		bar.ChangeMax(total)
		_ = bar.Set(done) // a bar that cannot be drawn stops nothing
	}
}
