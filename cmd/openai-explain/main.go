// Command openai-explain answers questions in Slack, Discord and the terminal
// from a reviewed knowledge base, with the source of every sentence.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// streams are what a command reads and writes.
type streams struct {
	in       *os.File
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// exit is what kong's exit function panics with, for run to recover: --help
// and --version end the program from inside the parser.
type exit int

// usageError is an error in how the program was called.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func run(ctx context.Context, args []string, s streams) (code int) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(e)
		}
	}()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("openai-explain"),
		kong.Description("Answers questions from a reviewed knowledge base and shows the source of every sentence. "+
			`Try: openai-explain ask "오픈소스 AI의 단점은?"`),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": version(), "datadir": defaultDataDir()},
		kong.Resolvers(secretFiles{}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		return s.fail(err)
	}
	if err := unsetEmpty(parser.Model); err != nil {
		return s.fail(err)
	}
	if err := misspelt(os.Environ(), parser.Model); err != nil {
		return s.fail(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return s.fail(usageError{err})
	}
	return s.fail(parsed.Run())
}

// fail says what went wrong, and returns the exit status that goes with it.
func (s streams) fail(err error) int {
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(s.err, "openai-explain: %v\n", err)
	var u usageError
	if errors.As(err, &u) {
		fmt.Fprintln(s.err, `Run "openai-explain --help" for what it takes.`)
		return exitUsage
	}
	return exitError
}
