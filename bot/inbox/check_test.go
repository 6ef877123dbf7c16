package inbox

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/openai-explain/openai-explain/bot"
)

// levels are findings by their code.
func levels(found []bot.Finding) map[string]bot.Level {
	out := map[string]bot.Level{}
	for _, f := range found {
		out[f.Code] = f.Level
	}
	return out
}

func TestAFolderIsLookedAtAndLeftAsItWas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := levels(CheckFolder(dir)); got["store"] != bot.Fine {
		t.Errorf("an empty folder: %v", got)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("it left %v, %v", files, err)
	}
	inside := filepath.Join(dir, "a", "b")
	if got := levels(CheckFolder(inside)); got["store.new"] != bot.Fine {
		t.Errorf("a folder that is not there: %v", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("it made a folder")
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := levels(CheckFolder(file)); got["store.unwritable"] != bot.Wrong {
		t.Errorf("a file: %v", got)
	}
}

func TestAFolderInUseIsSaidToBe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: dir})
	found := CheckFolder(dir)
	if got := levels(found); got["store.locked"] != bot.Warning || got["store"] != bot.Fine {
		t.Errorf("in use: %v", got)
	}
	for _, f := range found {
		if f.Code == "store.locked" && !strings.Contains(f.With["holder"], strconv.Itoa(os.Getpid())) {
			t.Errorf("held by %q", f.With["holder"])
		}
	}
	shutdown(t, in)
	if got := levels(CheckFolder(dir)); got["store.locked"] != "" {
		t.Errorf("given back: %v", got)
	}
	again := open(t, Config{Dir: dir}) // what was looked at can be used
	shutdown(t, again)
}

func TestADamagedStoreIsFoundWithoutOpeningIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := writeFile(dir, damageFile, damage{Reasons: []string{"stream INBOX is gone"}}); err != nil {
		t.Fatal(err)
	}
	found := CheckFolder(dir)
	if got := levels(found); got["store.damaged"] != bot.Wrong || got["store"] != "" {
		t.Errorf("got %v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, damageFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := levels(CheckFolder(dir)); got["store.unreadable"] != bot.Wrong {
		t.Errorf("a marker that cannot be read: %v", got)
	}
}

func TestAClusterIsLookedAtWithoutSettingItUp(t *testing.T) {
	t.Parallel()
	for _, stream := range []bool{true, false} {
		s, err := server.NewServer(&server.Options{
			Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true, JetStream: stream, StoreDir: t.TempDir(),
			Username: "me", Password: "hunter2",
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(func() { stopServer(s) })
		if !s.ReadyForConnections(20 * time.Second) {
			t.Fatal("the broker does not become ready")
		}
		url := strings.Replace(s.ClientURL(), "nats://", "nats://me:hunter2@", 1)
		found := CheckCluster(t.Context(), Config{NATSURL: url})
		want := map[string]bot.Level{"cluster": bot.Fine, "cluster.single": bot.Warning}
		if !stream {
			want = map[string]bot.Level{"cluster.jetstream": bot.Wrong}
		}
		for code, level := range want {
			if got := levels(found); got[code] != level {
				t.Errorf("JetStream %v: %v, want %s", stream, got, code)
			}
		}
		wrong := CheckCluster(t.Context(), Config{NATSURL: strings.Replace(url, "hunter2", "hunter3", 1)})
		if got := levels(wrong); got["cluster.unreachable"] != bot.Wrong {
			t.Errorf("a wrong password: %v", got)
		}
		for _, f := range append(found, wrong...) {
			for _, v := range f.With {
				if strings.Contains(v, "hunter") {
					t.Errorf("a password is told: %q", v)
				}
			}
		}
		if s.JetStreamEnabled() && s.GlobalAccount().NumLocalConnections() != 0 {
			t.Error("a connection was left open")
		}
	}
}
