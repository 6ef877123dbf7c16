package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// converse asks for questions until the input ends. A number chooses one of the
// questions that were offered last.
func (a *asker) converse(ctx context.Context) error {
	lang := systemLang()
	if a.options.Lang != "auto" {
		lang = bot.Lang(a.options.Lang)
	}
	words := prompts.ForTerminal(lang)
	fmt.Fprintf(a.out, "%s\n\n", words.Welcome)
	in := bufio.NewReaderSize(a.in, 64<<10)
	var offered []bot.Suggestion
	for {
		fmt.Fprint(a.out, "> ")
		line, err := next(ctx, in)
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
			fmt.Fprintf(a.out, "\n%s\n", words.Bye)
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a question: %w", err)
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		q, ok := chosen(line, offered)
		if !ok {
			fmt.Fprintf(a.out, "%s\n\n", words.NoSuch)
			continue
		}
		q = inTerminal(q)
		q.Locale = lang
		fmt.Fprintln(a.out)
		more, err := a.reply(ctx, q)
		if err != nil {
			return err
		}
		if len(more) > 0 {
			offered = more
		}
		fmt.Fprintln(a.out)
	}
}

// next reads a line, and gives up when ctx ends: the read itself cannot be
// interrupted, and the program ends then.
func next(ctx context.Context, in *bufio.Reader) (string, error) {
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		line, err := readLine(in)
		read <- result{line, err}
	}()
	select {
	case r := <-read:
		if errors.Is(r.err, io.EOF) && r.line != "" {
			return r.line, nil
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", context.Canceled
	}
}

// chosen is the question that a line asks: itself, or the one whose number it is.
func chosen(line string, offered []bot.Suggestion) (bot.Question, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(line, "."))
	if err != nil || len(offered) == 0 {
		return bot.Question{Text: line}, true
	}
	if n < 1 || n > len(offered) {
		return bot.Question{}, false
	}
	return bot.Question{Text: offered[n-1].Text, Pick: offered[n-1].ID}, true
}

// systemLang is the language that the environment is set to.
func systemLang() bot.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "ko") {
				return bot.Korean
			}
			return bot.English
		}
	}
	return bot.English
}
