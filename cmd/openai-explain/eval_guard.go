package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/answer/guard"
	"github.com/openai-explain/openai-explain/knowledge"
)

type evalGuard struct {
	Text  string `arg:"" optional:"" type:"existingfile" help:"Try it on the sentences of this file, one a line, in place of the knowledge base."`
	Seed  uint64 `default:"1" help:"Which samples are drawn."`
	Count int    `default:"50000" help:"Fabricated sentences."`
	JSON  bool   `name:"json" help:"One JSON object a class, a line each."`

	knowledgeOptions
}

// Run implements the command. A gate that is not passed is an error. For the text
// of a file the gates are shown and decide nothing: they are promised for what
// the guard was built with.
func (c *evalGuard) Run(ctx context.Context, s streams) error {
	claims, err := c.claims(s)
	if err != nil {
		return err
	}
	if c.Count < 1 || len(claims) == 0 {
		return usage("nothing to try: --count and the number of sentences have to be at least 1")
	}
	bar := s.measuring("guard")
	report := guard.Evaluate(claims, c.Count, c.Seed, bar)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if c.JSON {
		err = printGuardJSON(s.out, report)
	} else {
		_, err = io.WriteString(s.out, report.String())
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := report.Err(); err != nil && c.Text == "" {
		return fmt.Errorf("the guard does not pass: %w", err)
	} else if err != nil {
		fmt.Fprintf(s.err, "below what is promised for the knowledge base:\n%v\n", err)
	}
	return nil
}

func (c *evalGuard) claims(s streams) ([]guard.TrialClaim, error) {
	if c.Text != "" {
		f, err := os.Open(c.Text)
		if err != nil {
			return nil, fmt.Errorf("read sentences: %w", err)
		}
		defer f.Close()
		return guard.ReadClaims(f)
	}
	lib, err := c.library(s.err)
	if err != nil {
		return nil, err
	}
	return trialClaims(lib), nil
}

// trialClaims are the claims of a library as the model is shown them, in each of
// their languages.
func trialClaims(lib *knowledge.Library) []guard.TrialClaim {
	var out []guard.TrialClaim
	for _, e := range lib.Entries {
		for _, c := range e.Claims {
			for _, lang := range slices.Sorted(maps.Keys(c.Text)) {
				text := strings.Join(strings.Fields(knowledge.Plain(c.Text[lang])), " ")
				out = append(out, guard.TrialClaim{ID: c.ID, Lang: bot.Lang(lang), Text: text})
			}
		}
	}
	return out
}

// jsonGuardRow is what became of the samples of one class.
type jsonGuardRow struct {
	Class    string   `json:"class"`
	Faithful bool     `json:"faithful"`
	Lang     bot.Lang `json:"lang"`
	Samples  int      `json:"samples"`
	Right    int      `json:"right"`
	Wrong    []string `json:"wrong"`
}

func printGuardJSON(w io.Writer, r guard.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, row := range r.Rows {
		if err := enc.Encode(jsonGuardRow{row.Class, row.Faithful, row.Lang, row.N, row.Right, append([]string{}, row.Wrong...)}); err != nil {
			return err
		}
	}
	return nil
}
