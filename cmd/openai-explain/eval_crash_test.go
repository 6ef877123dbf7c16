package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// child is the program, as this test binary.
func child(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// The long form: openai-explain eval crash --rounds 500.
func TestCrashesLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	r, err := crash(t.Context(), crashConfig{rounds: rounds, seed: 1, program: child, progress: func(int, int) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	if err := r.verdict(); err != nil {
		t.Errorf("%v: %v %v", err, r.Lost, r.Doubled)
	}
	if r.Rounds != rounds || r.Asked == 0 || r.Accepted == 0 || len(r.Kills) < 2 {
		t.Errorf("the run proves nothing: %+v", r)
	}
}

func TestTheCrashRunNoticesAnAnswerThatComesTwiceOrNever(t *testing.T) {
	t.Parallel()
	missing, doubled := judge(nil, nil, "never", 0, true)
	missing, doubled = judge(missing, doubled, "not accepted", 0, false)
	missing, doubled = judge(missing, doubled, "once", 1, true)
	missing, doubled = judge(missing, doubled, "twice", 2, true)
	if strings.Join(missing, " ") != "never" || strings.Join(doubled, " ") != "twice" {
		t.Errorf("missing %v, doubled %v", missing, doubled)
	}
}

func TestNothingButASandboxCanMakeTheProgramCrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, armedFile), []byte("before-store 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"", "https://slack.com/api/", "http://10.0.0.1/"} {
		if _, err := newCrashes(dir, at, "http://127.0.0.1:1"); err == nil {
			t.Errorf("accepted for %q", at)
		}
	}
	if c, err := newCrashes("", "https://slack.com/api/"); c != nil || err != nil {
		t.Errorf("without the option: %v, %v", c, err)
	}
}
