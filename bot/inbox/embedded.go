package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// minStore is the smallest store worth starting with, in bytes: about 20,000
// questions with their answers.
const minStore = 64 << 20

// sizeFile remembers how large the store was made: it may grow later, and never
// shrinks, because the broker drops streams that no longer fit.
const sizeFile = "size.json"

type storeSize struct {
	Bytes int64 `json:"bytes"`
}

// storeBytes decides how much the embedded broker may keep: at most half of
// what it could use, so that logs, copies and the broker's own rewriting of
// blocks have room.
func storeBytes(c Config) (int64, error) {
	free, err := c.free(c.Dir)
	if err != nil {
		return 0, fmt.Errorf("open inbox: free space of %s: %w", c.Dir, err)
	}
	var was storeSize
	if _, err := readFile(c.Dir, sizeFile, &was); err != nil {
		return 0, fmt.Errorf("open inbox: %w", err)
	}
	now := min(c.MaxStore, (free+folderSize(filepath.Join(c.Dir, "nats")))/2)
	if was.Bytes >= now {
		return was.Bytes, nil
	}
	if now < minStore {
		return 0, fmt.Errorf("open inbox: %d MiB free for the data folder %s, at least %d MiB are needed", free>>20, c.Dir, 2*minStore>>20)
	}
	return now, writeFile(c.Dir, sizeFile, storeSize{now})
}

// serverOptions are the settings of the embedded broker. The server's defaults
// acknowledge before anything is on disk.
func serverOptions(dir string, size int64) *server.Options {
	return &server.Options{
		ServerName: "bot", // fixed: another name is another server to the store
		DontListen: true,  // reached inside the process only; no port
		NoSigs:     true,  // the program owns its signals
		NoLog:      true,  // the bridge below is set instead
		JetStream:  true,
		StoreDir:   filepath.Join(dir, "nats"),
		SyncAlways: true, // fsync before every acknowledgement

		JetStreamMaxStore:      size,
		JetStreamMaxMemory:     64 << 20,
		MaxPayload:             1 << 20,
		DisableJetStreamBanner: true,
	}
}

// startServer starts the embedded broker and returns once it serves. broken is
// called, from the broker's goroutines, when it reports that it cannot write.
func startServer(ctx context.Context, c Config, size int64, broken func()) (*server.Server, error) {
	s, err := server.NewServer(serverOptions(c.Dir, size))
	if err != nil {
		return nil, fmt.Errorf("start broker: %w", err)
	}
	log := &bridge{log: c.Logger, broken: broken}
	s.SetLoggerV2(log, false, false, false)
	s.Start()
	deadline := time.Now().Add(2 * time.Minute) // 200,000 stored questions take 0.4 s
	for !s.ReadyForConnections(250 * time.Millisecond) {
		if ctx.Err() == nil && s.Running() && time.Now().Before(deadline) {
			continue
		}
		stopServer(s)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("start broker: %w", ctx.Err())
		}
		return nil, errors.New("start broker: it does not become ready; its log says why")
	}
	if !s.JetStreamEnabled() {
		stopServer(s)
		return nil, fmt.Errorf("start broker: JetStream did not start in %s; its log says why", filepath.Join(c.Dir, "nats"))
	}
	return s, nil
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// bridge sends the broker's log to slog. The broker has no texts of people in it.
type bridge struct {
	log    *slog.Logger
	broken func()
}

func (b *bridge) Noticef(format string, v ...any) { b.line(slog.LevelDebug, format, v) }
func (b *bridge) Warnf(format string, v ...any)   { b.line(slog.LevelWarn, format, v) }
func (b *bridge) Fatalf(format string, v ...any)  { b.line(slog.LevelError, format, v) }
func (b *bridge) Debugf(format string, v ...any)  { b.line(slog.LevelDebug, format, v) }
func (b *bridge) Tracef(format string, v ...any)  {}

// Errorf also notices a failed write: on one node the broker keeps the stream
// closed for writing afterwards, answers nothing, and has no other way to tell.
func (b *bridge) Errorf(format string, v ...any) {
	b.line(slog.LevelError, format, v)
	if strings.Contains(strings.ToLower(format), "critical write error") {
		b.broken()
	}
}

func (b *bridge) line(level slog.Level, format string, v []any) {
	if b.log.Enabled(context.Background(), level) {
		b.log.Log(context.Background(), level, "broker", slog.String("text", fmt.Sprintf(format, v...)))
	}
}
