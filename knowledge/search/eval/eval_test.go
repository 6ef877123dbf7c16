package eval

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden report anew")

// data is the folder of question sets beside the repository.
var data = filepath.Join("..", "..", "..", "..", "shared", "data")

// TestQualityIsThatOfTheReport measures a part of the sets; a change of quality
// is a change of the report, to be reviewed. The whole: openai-explain eval retrieval.
func TestQualityIsThatOfTheReport(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(data); err != nil {
		t.Skip("the question sets are not here: they are not part of the project")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %8s %9s %5s %5s %5s %5s\n", "set", "entries", "questions", "R@1", "R@5", "MRR", "AUROC")
	for _, name := range []string{"mixT", "mixM", "mixE", "mixP", "mixY", "covidfaq", "kobench", "parakqc1", "clinc5"} {
		set, err := LoadSet(filepath.Join(data, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Measure(set, Options{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%-10s %8d %9d %5.2f %5.2f %5.2f %5.2f\n", r.Set, r.Entries, r.All.Questions, r.All.R1, r.All.R5, r.All.MRR, r.AUROC)
	}
	file := filepath.Join("testdata", "quality.golden")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("quality changed; review it and run with -update (-want +got):\n%s", diff)
	}
}

func TestASetIsReadInEitherFormat(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"docs":  `{"docs":[{"id":"a","title":"How do I reset it?","text":"Press the red button for ten seconds."}],"queries":[{"id":"1","text":"reset","gold":["a"]}],"oos":["lunch?"]}`,
		"squad": `{"data":[{"title":"T","paragraphs":[{"context":"Press the red button to reset it.","qas":[{"id":"1","question":"reset?"}]}]}]}`,
	} {
		file := filepath.Join(t.TempDir(), name+".json")
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		set, err := LoadSet(file)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Measure(set, Options{}); err != nil || r.All.Questions != 1 || r.All.R1 != 1 || r.Entries != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAFileThatIsNoSetIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "other.json")
	if err := os.WriteFile(file, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSet(file); err == nil || !strings.Contains(err.Error(), "other.json") {
		t.Errorf("got %v", err)
	}
}

func TestTheAreaUnderTheCurveIsThatOfPairs(t *testing.T) {
	t.Parallel()
	var r Result
	r.confidence([]outcome{{confidence: 0.9, rank: 1}, {confidence: 0.5, rank: 1}}, []outcome{{confidence: 0.1}, {confidence: 0.5}})
	if r.AUROC != 3.5/4 {
		t.Errorf("got %v", r.AUROC)
	}
}
