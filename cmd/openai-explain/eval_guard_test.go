package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheGuardIsMeasuredOnWhatIsKnown(t *testing.T) {
	t.Parallel()
	code, out, errs := call(t, "", "eval", "guard", "--count", "600", "--seed", "3")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	contains(t, out, "polarity", "faithful: identity", "100.000 %", "seed 3: 600 fabricated of which 0 passed")

	_, out, _ = call(t, "", "eval", "guard", "--json", "--count", "200")
	classes := map[string]int{}
	for line := range strings.Lines(out) {
		var row jsonGuardRow
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		classes[row.Class] += row.Samples
	}
	for _, class := range []string{"number", "unit", "date", "name", "roles", "echo", "stuffing", "identity"} {
		if classes[class] == 0 {
			t.Errorf("no samples of %q among %v", class, classes)
		}
	}
}

func TestTheGuardIsMeasuredOnTheSentencesOfAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "text")
	text := "{Ann Lee} hired {Bob Fox} on 3 May 2021.\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t, "", "eval", "guard", "--count", "100", file)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	contains(t, out, "fabricated of which", "faithful: numbers")

	if code, _, _ := call(t, "", "eval", "guard", filepath.Join("testdata", "questions.golden.missing")); code != exitUsage {
		t.Errorf("exit %d for a file that is not there", code)
	}
}

func TestEntriesTheGuardCannotKeepMakeItsMeasureFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := strings.Repeat("Longer than four kilobytes is no sentence that anybody reads, ", 80)
	entry := "# What is too long?\n\n" + long + "and the guard refuses it.\n"
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte(entry), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t, "", "eval", "guard", "--count", "50", "--knowledge-dir", dir, "--no-knowledge-builtin")
	if code != exitError || !strings.Contains(errs, "faithful") {
		t.Errorf("exit %d, %s\n%s", code, errs, out)
	}
}
