package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress counts the bytes read of size, and shows them on standard error
// where that is a terminal and the answers go elsewhere.
func (a *asker) progress(size int64) io.WriteCloser {
	errFile, ok := a.err.(*os.File)
	if !ok || !term.IsTerminal(int(errFile.Fd())) || a.terminal.Width > 0 {
		return nothing{}
	}
	return progressbar.NewOptions64(size, progressbar.OptionSetWriter(a.err), progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("answering"))
}

// nothing takes bytes and does nothing with them.
type nothing struct{}

func (nothing) Write(b []byte) (int, error) { return len(b), nil }
func (nothing) Close() error                { return nil }
