package answer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/answer/guard"
	"github.com/openai-explain/openai-explain/knowledge"
)

// maxFailures is how many sentences of one answer may fail the guard before the
// rest of it is composed.
const maxFailures = 2

// errEnough ends a generation of which no more is wanted.
var errEnough = errors.New("enough of this answer")

// written lets the model write. Each sentence is held until it is complete and
// shown only once the guard has passed it.
func (a *Answerer) written(ctx context.Context, id bot.QuestionID, question string, lang bot.Lang, claims []cited, ev knowledge.Evidence) (bot.Answer, error) {
	d := draft{
		builder: builder{lang: lang, answer: bot.Answer{Status: bot.Answered, Lang: lang, Writer: bot.Model, Confidence: ev.Confidence}},
		from:    claims, texts: texts(lang, claims),
	}
	err := a.Model.Generate(ctx, ModelRequest{
		System: a.Prompts.Write(lang), User: a.Prompts.Evidence(lang, question, d.texts), MaxTokens: 600,
	}, d.add)
	if err == nil {
		err = d.rest()
	}
	a.logRejected(ctx, id, d.rejected)
	switch {
	case errors.Is(err, errNone):
		return bot.Answer{}, errNone
	case errors.Is(err, ErrPromptTooLong):
		return bot.Answer{}, err // it wrote without having read everything
	case d.passed == 0 && (err == nil || errors.Is(err, errEnough)):
		return bot.Answer{}, fmt.Errorf("%w: no sentence passed the guard", errUnusable)
	case d.passed == 0:
		return bot.Answer{}, fmt.Errorf("let the model write: %w", err)
	case err != nil:
		// What has passed is true and cited; what is missing is composed.
		for _, c := range relevant(ev.Hits[0]) {
			d.quote(c)
		}
	}
	return d.done(a.Prompts.OnlyIn), nil
}

func (a *Answerer) logRejected(ctx context.Context, id bot.QuestionID, reasons []guard.Reason) {
	for _, r := range reasons {
		a.Logger.InfoContext(ctx, "sentence of the model rejected", "question", id, "reason", r)
	}
}

// draft is an answer while a model writes it.
type draft struct {
	builder
	from     []cited        // claim n is from[n-1]
	texts    []string       // its text as the model saw it
	pending  string         // text that is not a whole sentence yet
	passed   int            // sentences of the model that passed
	rejected []guard.Reason // of those that did not
}

// ending are the numbers that end a sentence, with a full stop that was put
// behind them.
var ending = regexp.MustCompile(`(?:\s*\[\d+(?:\s*,\s*\d+)*\])+[.。]?`)

// add takes the next piece of the model's text and judges the statements that
// are whole.
func (d *draft) add(text string) error {
	d.pending += text
	for {
		n := complete(d.pending)
		if n == 0 {
			return nil
		}
		statement := d.pending[:n]
		d.pending = d.pending[n:]
		if err := d.judge(statement); err != nil {
			return err
		}
	}
}

// complete is the length of the first whole statement in s: a line, or a text
// up to numbers that something other than a further number follows; 0 where
// there is none yet.
func complete(s string) int {
	line := strings.IndexByte(s, '\n') + 1
	if at := ending.FindStringIndex(s); at != nil && (line == 0 || at[1] < line) {
		after := strings.TrimLeft(s[at[1]:], " \t")
		if after != "" && after[0] != '[' {
			return at[1]
		}
	}
	return line
}

// rest judges what was left when the model ended.
func (d *draft) rest() error {
	if err := d.add("\n"); err != nil {
		return err
	}
	if d.passed == 0 && len(d.rejected) == 0 {
		return errNone
	}
	return nil
}

func (d *draft) judge(statement string) error {
	statement = strings.TrimSpace(statement)
	switch {
	case statement == "":
		return nil
	case statement == "NONE" && d.passed == 0:
		return errNone
	}
	sentence, cites, verdict := guard.CheckLine(statement, d.texts, d.lang)
	if verdict.OK {
		d.say(sentence, d.cite(cites)...)
		d.passed++
		return nil
	}
	d.rejected = append(d.rejected, verdict.Reason)
	if verdict.Reason != guard.CitationOutOfRange && len(cites) > 0 {
		d.quote(d.from[cites[0]-1])
	}
	if len(d.rejected) >= maxFailures {
		return errEnough
	}
	return nil
}

// quote says a claim word for word, unless the answer rests on it already.
func (d *draft) quote(c cited) {
	if slices.Contains(d.claims, c) {
		return
	}
	text, _ := c.claim.Text.In(knowledge.Lang(d.lang))
	d.say(text, c)
}

func (d *draft) cite(claims []int) []cited {
	out := make([]cited, len(claims))
	for i, n := range claims {
		out[i] = d.from[n-1]
	}
	return out
}
