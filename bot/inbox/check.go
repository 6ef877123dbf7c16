package inbox

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// slowSync is where people notice that their question is synced to disk before
// it is acknowledged. SSDs take about a millisecond, and an SD card up to 50.
const slowSync = 100 * time.Millisecond

// lowFree is the free space at which an operator should begin to think about it.
const lowFree = 1 << 30

// CheckFolder looks at a data folder as a process would that is about to open
// it, and leaves nothing behind.
func CheckFolder(dir string) []bot.Finding {
	at, ok := existing(dir)
	took, err := trySync(at)
	if err != nil {
		return []bot.Finding{bot.Found(bot.Wrong, "store.unwritable", "folder", at, "detail", plainError(err))}
	}
	found := []bot.Finding{checkFree(at)}
	if took > slowSync {
		found = append(found, bot.Found(bot.Warning, "store.slow", "folder", at, "ms", strconv.FormatInt(took.Milliseconds(), 10)))
	}
	if !ok {
		return append(found, bot.Found(bot.Fine, "store.new", "folder", dir))
	}
	if pid, locked := locked(dir); locked {
		found = append(found, bot.Found(bot.Warning, "store.locked", "folder", dir, "holder", pid))
	}
	var d damage
	switch seen, err := readFile(dir, damageFile, &d); {
	case err != nil:
		found = append(found, bot.Found(bot.Wrong, "store.unreadable", "detail", plainError(err)))
	case seen:
		found = append(found, bot.Found(bot.Wrong, "store.damaged", "reasons", strings.Join(d.Reasons, "; "), "file", filepath.Join(dir, damageFile)))
	}
	if !slices.ContainsFunc(found, func(f bot.Finding) bool { return f.Level == bot.Wrong }) {
		found = append(found, bot.Found(bot.Fine, "store", "folder", dir))
	}
	return found
}

// existing is dir, or what of its path is there.
func existing(dir string) (at string, whole bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return dir, true
	}
	for at = dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			return at, at == dir
		}
	}
}

// trySync writes a file, as the store writes a question, and says how long the
// second sync takes: the first one may make the file system's journal.
func trySync(dir string) (took time.Duration, err error) {
	f, err := os.CreateTemp(dir, ".check-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	for range 2 {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		start := time.Now()
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = time.Since(start)
	}
	return took, nil
}

func checkFree(dir string) bot.Finding {
	free, err := freeSpace(dir)
	mib := strconv.FormatInt(free>>20, 10)
	switch {
	case err != nil:
		return bot.Found(bot.Warning, "store.free.unknown", "folder", dir, "detail", plainError(err))
	case free < 2*minStore+DefaultMinFree:
		return bot.Found(bot.Wrong, "store.full", "folder", dir, "mib", mib, "least", strconv.Itoa((2*minStore+DefaultMinFree)>>20))
	case free < lowFree:
		return bot.Found(bot.Warning, "store.low", "folder", dir, "mib", mib)
	}
	return bot.Found(bot.Fine, "store.free", "mib", mib)
}

// locked reports whether a process holds the folder, and which.
func locked(dir string) (pid string, held bool) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR, 0)
	if err != nil {
		return "", false
	}
	defer f.Close() // and with it the lock
	if errors.Is(lockFile(f), errLocked) {
		return strings.TrimSpace(holder(f)), true
	}
	return "", false
}

// plainError is an error of the operating system without the temporary name.
func plainError(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// CheckCluster looks at the cluster at c.NATSURL, and sets nothing up there.
func CheckCluster(ctx context.Context, c Config) []bot.Finding {
	c, err := c.withDefaults()
	if err != nil {
		return []bot.Finding{bot.Found(bot.Wrong, "cluster.unreachable", "servers", hosts(c.NATSURL), "detail", err.Error())}
	}
	l, err := connect(c, nil)
	if err != nil {
		return []bot.Finding{bot.Found(bot.Wrong, "cluster.unreachable", "servers", hosts(c.NATSURL), "detail", withoutLogin(err.Error(), c.NATSURL))}
	}
	defer l.nc.Close()
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := l.js.AccountInfo(short); err != nil {
		return []bot.Finding{bot.Found(bot.Wrong, "cluster.jetstream", "servers", hosts(c.NATSURL), "detail", err.Error())}
	}
	found := []bot.Finding{bot.Found(bot.Fine, "cluster", "servers", hosts(c.NATSURL))}
	if n := replicas(ctx, l.nc); n < 3 {
		return append(found, bot.Found(bot.Warning, "cluster.single"))
	}
	if s, err := l.js.Stream(short, streamInbox); err == nil {
		if info := s.CachedInfo(); info.Cluster != nil {
			return append(found, bot.Found(bot.Fine, "cluster.replicas", "copies", strconv.Itoa(info.Config.Replicas)))
		}
	}
	return append(found, bot.Found(bot.Fine, "cluster.replicas", "copies", "3"))
}

// hosts are the servers of a list of URLs, without any login.
func hosts(urls string) string {
	var out []string
	for raw := range strings.SplitSeq(urls, ",") {
		raw = strings.TrimSpace(raw)
		if !strings.Contains(raw, "://") {
			raw = "nats://" + raw
		}
		u, err := url.Parse(raw)
		if err != nil {
			out = append(out, "?")
			continue
		}
		out = append(out, u.Host)
	}
	return strings.Join(out, ", ")
}

// withoutLogin takes what stands before an @ in the URLs out of a text.
func withoutLogin(text, urls string) string {
	for raw := range strings.SplitSeq(urls, ",") {
		if u, err := url.Parse(strings.TrimSpace(raw)); err == nil && u.User != nil {
			password, _ := u.User.Password()
			for _, secret := range []string{u.User.String(), password, u.User.Username()} {
				if secret != "" {
					text = strings.ReplaceAll(text, secret, "[redacted]")
				}
			}
		}
	}
	return text
}
