package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
	"github.com/openai-explain/openai-explain/prompts"
)

// askCommand answers in the terminal.
type askCommand struct {
	Question []string `arg:"" optional:"" help:"The question."`
	Lang     string   `enum:"auto,ko,en" default:"auto" help:"Language of the reply; auto is that of the question."`
	JSON     bool     `name:"json" help:"One JSON object a question, a line each."`
	Why      bool     `help:"Also show what matched, with scores."`
	File     string   `placeholder:"FILE" help:"Answer one question per line of FILE (- is standard input), in order."`

	DataDir string `env:"DATA_DIR" default:"${datadir}" help:"Folder where vectors are kept, if an embedding model is named."`

	knowledgeOptions
	modelOptions
}

// asker is what the ways of asking share.
type asker struct {
	streams
	answerer *answer.Answerer
	index    *search.Index
	options  *askCommand
	terminal render.TerminalOptions
	close    func()
}

// Run implements the command.
func (c *askCommand) Run(ctx context.Context, s streams) error {
	if c.File != "" && len(c.Question) > 0 {
		return usage("give a question or --file, not both")
	}
	a, err := c.asker(ctx, s)
	if err != nil {
		return err
	}
	defer a.close()
	switch {
	case c.File != "":
		return a.file(ctx, c.File)
	case len(c.Question) > 0:
		return a.one(ctx, strings.Join(c.Question, " "))
	case term.IsTerminal(int(s.in.Fd())):
		return a.converse(ctx)
	}
	return usage("no question: give one, or --file - to read them from standard input")
}

func (c *askCommand) asker(ctx context.Context, s streams) (*asker, error) {
	lib, err := c.library(s.err)
	if err != nil {
		return nil, err
	}
	book, err := c.book()
	if err != nil {
		return nil, err
	}
	index := search.New(lib, search.Options{FalseAnswers: float64(c.FalseAnswers)})
	logger := slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	model, err := c.generator(logger)
	if err != nil {
		return nil, err
	}
	dense := c.meaning(model, index, c.DataDir, logger)
	if dense != nil {
		if err := dense.Prepare(ctx, lib, dense.cache); err != nil {
			logger.Warn("no vectors of the knowledge base: search goes by words alone", slog.Any("error", err))
		}
	}
	answerer, err := answer.New(answer.Config{
		Search: dense.or(index), Library: func() *knowledge.Library { return lib }, Prompts: book, Memory: &recall{},
		Model: model.model(), Mode: answer.Mode(c.OpenAIMode), Logger: logger,
	})
	if err != nil {
		return nil, err
	}
	return &asker{
		streams: s, answerer: answerer, index: index, options: c, terminal: terminalOf(s.out),
		close: func() { closing(logger, "model", model) },
	}, nil
}

// terminalOf says how wide out is and whether it shows colours.
func terminalOf(out io.Writer) render.TerminalOptions {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return render.TerminalOptions{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 80
	}
	return render.TerminalOptions{Width: min(width, 100), Color: os.Getenv("NO_COLOR") == ""}
}

func (a *asker) one(ctx context.Context, question string) error {
	_, err := a.reply(ctx, bot.Question{Text: question})
	return err
}

// reply answers q and writes the answer. It returns what was offered.
func (a *asker) reply(ctx context.Context, q bot.Question) ([]bot.Suggestion, error) {
	q.Text = strings.ToValidUTF8(q.Text, "\uFFFD")
	q.Platform, q.Kind = "terminal", bot.Ask
	if a.options.Lang != "auto" {
		q.ReplyIn = bot.Lang(a.options.Lang)
	}
	ans, err := a.answerer.Answer(ctx, q)
	if err != nil {
		return nil, err
	}
	if a.options.JSON {
		return ans.Suggestions, a.printJSON(q, ans)
	}
	doc := render.Answer(bot.Reply{Answer: ans}, q.ID, false, prompts.Labels(ans.Lang))
	out := render.Terminal(doc, a.terminal)
	if a.options.Why {
		out += "\n" + whyTable(a.index.Search(q.Text, whyEntries), ans)
	}
	_, err = io.WriteString(a.out, out)
	return ans.Suggestions, err
}

// errStopped says that the questions were not all answered.
var errStopped = errors.New("stopped before all questions were answered")

func (a *asker) file(ctx context.Context, name string) error {
	in := io.Reader(a.in)
	var size int64 = -1
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("read questions: %w", err)
		}
		defer f.Close()
		in = f
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
	}
	progress := a.progress(size)
	defer progress.Close()
	for line, err := range lines(io.TeeReader(in, progress)) {
		if err != nil {
			return fmt.Errorf("read questions from %s: %w", name, err)
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if !a.options.JSON {
			fmt.Fprintf(a.out, "## %s\n\n", summary(line))
		}
		if err := a.one(ctx, line); err != nil {
			if ctx.Err() != nil {
				return errStopped
			}
			return err
		}
		if !a.options.JSON {
			fmt.Fprintln(a.out)
		}
	}
	return nil
}

// summary is a question as a heading: one line of what can be seen.
func summary(question string) string {
	const longest = 200
	r := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(question, "\uFFFD")), " "))
	if len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return string(r)
}
