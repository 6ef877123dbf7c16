package inbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"golang.org/x/sys/unix"
)

// volume is a file system of its own, in memory.
func volume(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("mount a small volume: %v (it takes root)", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestAVolumeThatFillsLosesNothingAndComesBackWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	dir := volume(t, "24m")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 20<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	// Somebody else fills the disk faster than anybody looks.
	in := open(t, Config{Dir: filepath.Join(dir, "data"), MaxStore: minStore, watch: 50 * time.Millisecond,
		free: func(string) (int64, error) { return 10 << 30, nil }})
	var accepted []bot.Question
	refused := 0
	for n := 0; n < 400 && refused < 3; n++ {
		q := question(n)
		q.Text = strings.Repeat("a", 20<<10)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		start := time.Now()
		err := in.Submit(ctx, q)
		cancel()
		switch {
		case err == nil:
			accepted = append(accepted, q)
		case !errors.Is(err, bot.ErrNotAccepted):
			t.Error(err)
		default:
			refused++
			if d := time.Since(start); refused > 1 && d > 3*time.Second {
				t.Errorf("refused after %v", d)
			}
		}
	}
	if refused == 0 {
		t.Fatal("the volume did not fill")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	eventually(t, "questions are accepted again", func() bool { return in.Submit(t.Context(), question(1000)) == nil })
	for _, q := range accepted {
		if again, err := in.submit(t.Context(), q); err != nil || !again {
			t.Errorf("question %s: duplicate %v, error %v", q.ID, again, err)
		}
	}
	t.Logf("%d accepted, %d refused", len(accepted), refused)
}
