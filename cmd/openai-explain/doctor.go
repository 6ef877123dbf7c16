package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// doctorCommand checks everything an operator configures, one part after the
// other, and says what is wrong and what to do.
type doctorCommand struct {
	Lang           string `enum:"auto,ko,en" default:"auto" help:"Language of what it says; auto is that of the system."`
	JSON           bool   `name:"json" help:"One JSON object a finding, a line each."`
	SlackChannel   string `placeholder:"ID" help:"Also post a message in this Slack channel, read it back and delete it."`
	DiscordChannel string `placeholder:"ID" help:"Also post a message in this Discord channel, read it back and delete it."`
	HTTPAddr       string `name:"http-addr" env:"HTTP_ADDR" default:"127.0.0.1:8080" help:"Address of /healthz, /readyz and /metrics."`

	slackOptions
	discordOptions
	knowledgeOptions
	modelOptions
	storeOptions
}

// errSick ends a run that found something wrong; the findings say what.
var errSick = errors.New("something is wrong: see above")

// partTime is how long one part may be checked. That of the model has time
// limits of its own: it may have to be loaded first.
const partTime = 30 * time.Second

// Run implements the command. Its exit status is 1 where there is a problem.
func (c *doctorCommand) Run(ctx context.Context, s streams) error {
	lang := bot.Lang(c.Lang)
	if c.Lang == "auto" {
		lang = systemLang()
	}
	r := &checkup{out: s.out, json: c.JSON, lang: lang, words: prompts.ForDoctor(lang)}
	for _, part := range []struct {
		name  string
		check func(context.Context) []bot.Finding
		limit time.Duration
	}{
		{"knowledge", c.checkKnowledge, partTime},
		{"prompts", c.checkPrompts, partTime},
		{"store", c.checkStore, partTime},
		{"model", c.checkModel, 2*c.OpenAITimeout + partTime},
		{"slack", c.checkSlack, partTime},
		{"discord", c.checkDiscord, partTime},
		{"http", c.checkAddr, partTime},
	} {
		if err := r.begin(part.name); err != nil {
			return err
		}
		limited, cancel := context.WithTimeout(ctx, part.limit)
		found := part.check(limited)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.add(part.name, found); err != nil {
			return err
		}
	}
	return r.end()
}

// checkup writes findings as they come, and counts them.
type checkup struct {
	out             io.Writer
	json            bool
	lang            bot.Lang
	words           prompts.Doctor
	wrong, warnings int
}

// jsonFinding is a finding as --json prints it. Other programs read it: fields
// are added, never renamed.
type jsonFinding struct {
	Part   string            `json:"part"`
	Code   string            `json:"code"`
	Level  bot.Level         `json:"level"`
	Text   string            `json:"text"`
	Advice string            `json:"advice,omitempty"`
	With   map[string]string `json:"with,omitempty"`
}

// begin says which part is looked at, before what may take a while.
func (r *checkup) begin(part string) error {
	if r.json {
		return nil
	}
	_, err := fmt.Fprintf(r.out, "%s …\n", r.words.Parts[part])
	return err
}

func (r *checkup) add(part string, found []bot.Finding) error {
	for _, f := range found {
		switch f.Level {
		case bot.Wrong:
			r.wrong++
		case bot.Warning:
			r.warnings++
		}
		says, do := prompts.Finding(r.lang, f)
		if err := r.write(part, f, says, do); err != nil {
			return fmt.Errorf("write a finding: %w", err)
		}
	}
	return nil
}

func (r *checkup) write(part string, f bot.Finding, says, do string) error {
	if r.json {
		enc := json.NewEncoder(r.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(jsonFinding{part, f.Code, f.Level, says, do, f.With})
	}
	if _, err := fmt.Fprintf(r.out, "  %s: %s\n", r.words.Level[f.Level], says); err != nil || do == "" {
		return err
	}
	_, err := fmt.Fprintf(r.out, "    → %s\n", do)
	return err
}

func (r *checkup) end() error {
	if !r.json {
		last := r.words.Good
		if r.wrong+r.warnings > 0 {
			last = fmt.Sprintf(r.words.Summary, r.wrong, r.warnings)
		}
		if _, err := fmt.Fprintf(r.out, "\n%s\n", last); err != nil {
			return err
		}
	}
	if r.wrong > 0 {
		return errSick
	}
	return nil
}
