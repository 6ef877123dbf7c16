package inbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

// submitUntilKilled is the child of TestNothingAcknowledgedIsLostWhenTheProcessIsKilled:
// eight producers, each writing a question's ID to the side file once it was
// accepted, and a worker that takes its time.
func submitUntilKilled(dir string) {
	side, err := os.OpenFile(filepath.Join(dir, "acks"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	in, err := Open(context.Background(), Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		panic(err)
	}
	fmt.Println("open")
	go in.Work(context.Background(), 4, func(context.Context, bot.Delivery) error {
		time.Sleep(15 * time.Millisecond)
		return nil
	})
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				q := bot.Question{Platform: "slack", Kind: bot.Ask, Text: "q", Asked: time.Now(),
					ID: bot.QuestionID(fmt.Sprintf("%d:%d", os.Getpid(), n.Add(1)))}
				if in.Submit(context.Background(), q) != nil {
					continue
				}
				fmt.Fprintln(side, q.ID)
			}
		})
	}
	wg.Wait()
}

func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	dir := t.TempDir()
	for range rounds {
		killWhileSubmitting(t, dir)
	}
	acked := lines(t, filepath.Join(dir, "acks"))
	if len(acked) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	in := open(t, Config{Dir: filepath.Join(dir, "data")})
	stored := map[string]bool{}
	s, err := in.link.Load().js.Stream(t.Context(), streamInbox)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq <= s.CachedInfo().State.LastSeq; seq++ {
		m, err := s.GetMsg(t.Context(), seq)
		if err != nil {
			t.Fatalf("message %d: %v", seq, err)
		}
		id := m.Header.Get("Nats-Msg-Id")
		if stored[id] {
			t.Errorf("question %s is stored twice", id)
		}
		stored[id] = true
	}
	lost, accepted := 0, 0
	for _, id := range acked {
		if !stored[id] {
			lost++
		}
		again, err := in.submit(t.Context(), bot.Question{ID: bot.QuestionID(id), Platform: "slack"})
		if err != nil {
			t.Fatal(err)
		}
		if !again {
			accepted++
		}
	}
	if lost > 0 || accepted > 0 {
		t.Errorf("of %d acknowledged: %d lost, %d accepted again", len(acked), lost, accepted)
	}
	t.Logf("%d rounds, %d acknowledged, %d stored", rounds, len(acked), len(stored))
}

// killWhileSubmitting starts the child on dir and kills it 50 to 500 ms after it opened.
func killWhileSubmitting(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "INBOX_TEST_CHILD="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	opened := bufio.NewScanner(out).Scan()
	<-time.After(50*time.Millisecond + rand.N(450*time.Millisecond))
	_ = cmd.Process.Kill()
	var exit *exec.ExitError
	if err := cmd.Wait(); !opened || !errors.As(err, &exit) {
		t.Fatalf("the child ended by itself: %v\n%s", err, stderr.String())
	}
}

// lines are the whole lines of a file: a torn last line was not acknowledged.
func lines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(data), "\n")
	return all[:len(all)-1]
}

func TestAQuestionWhoseWorkerWasKilledIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, Config{Dir: filepath.Join(dir, "a"), AckWait: time.Second})
	submit(t, in, question(1))
	reached, release := make(chan struct{}, 1), make(chan struct{})
	stop := working(t, in, 1, func(context.Context, bot.Delivery) error {
		reached <- struct{}{}
		<-release
		return nil
	})
	<-reached
	copyLive(t, filepath.Join(dir, "b"), filepath.Join(dir, "a"))
	close(release)
	stop()

	in = open(t, Config{Dir: filepath.Join(dir, "b"), AckWait: time.Second})
	var got deliveries
	working(t, in, 1, func(_ context.Context, d bot.Delivery) error { got.add(d); return nil })
	eventually(t, "it is delivered again", func() bool { return len(got.all()) == 1 })
}

// copyLive leaves in to what a crash would leave of from: the files as they are
// now, without the process. The broker replaces small files all the time, so one
// that is gone before it was read is as if the crash had come a moment later.
func copyLive(t *testing.T, to, from string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return errors.Join(err, os.WriteFile(filepath.Join(to, rel), data, 0o600))
	})
	if err != nil {
		t.Error(err)
	}
}
