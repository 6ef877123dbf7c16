package fakediscord_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
)

// patience is how long a test waits for what should be there at once.
const patience = 20 * time.Second

func ctx(t *testing.T) context.Context {
	t.Helper()
	c, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return c
}

// shared finds ../shared beside the repository, or skips the test.
func shared(t *testing.T, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Skip("not within a module: cannot find the shared folder")
		}
		dir = filepath.Dir(dir)
	}
	p := filepath.Join(append([]string{filepath.Dir(dir), "shared"}, parts...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("the shared folder is absent: %v", err)
	}
	return p
}

var contract = sync.OnceValues(func() (*fakediscord.Contract, error) {
	f, err := os.Open(contractPath)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return fakediscord.ReadContract(f)
})

var contractPath string

// findContract sets Config.Contract where the contract is there.
func findContract(t *testing.T, cfg *fakediscord.Config) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	contractOnce.Do(func() {
		for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				contractPath = filepath.Join(filepath.Dir(dir), "shared", "contracts", "discord-openapi.json")
			}
		}
	})
	if k, err := contract(); err == nil {
		cfg.Contract, cfg.CheckAnswers = k, true
	}
}

var contractOnce sync.Once

func start(t *testing.T, cfg fakediscord.Config) *fakediscord.Server {
	t.Helper()
	findContract(t, &cfg)
	s, err := fakediscord.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// swap sends discordgo's requests to the offline Discord.
type swap struct{ to *url.URL }

func (w swap) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = w.to.Scheme, w.to.Host, ""
	r.URL.Path = strings.Replace(r.URL.Path, "/api/v9/", "/api/v10/", 1)
	return single.RoundTrip(r)
}

// single keeps no connection open, so that nothing is left when a test ends.
var single = &http.Transport{DisableKeepAlives: true}

// bot is a discordgo session that is not yet open.
func bot(t *testing.T, s *fakediscord.Server) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	d.Client = &http.Client{Transport: swap{base}, Timeout: patience}
	d.LogLevel = -1
	d.SyncEvents = true
	d.Identify.Intents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages |
		discordgo.IntentGuildMessageReactions | discordgo.IntentDirectMessageReactions
	return d
}

// open connects d, and closes it at the end of the test.
func open(t *testing.T, d *discordgo.Session) {
	t.Helper()
	if err := d.Open(); err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { d.Close() })
}

// clean fails the test where the server saw or did something wrong.
func clean(t *testing.T, s *fakediscord.Server) {
	t.Helper()
	for _, v := range s.Violations() {
		t.Errorf("violation: %s", v)
	}
}
