package knowledge_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
)

// example is a block of the guide: its kind, the name of a file, its text.
var example = regexp.MustCompile("(?ms)^```(markdown|text)(?: (\\S+))?\n(.*?)^```$")

// TestTheGuidesExamplesAreTrue reads each example file of the guide. Lint has
// nothing to say about it, or exactly what the block after it says.
func TestTheGuidesExamplesAreTrue(t *testing.T) {
	t.Parallel()
	for guide, lang := range map[string]knowledge.Lang{"README.md": knowledge.English, "README.ko.md": knowledge.Korean} {
		t.Run(guide, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(guide)
			if err != nil {
				t.Fatal(err)
			}
			blocks := example.FindAllStringSubmatch(string(data), -1)
			files := 0
			for i, b := range blocks {
				name, text := b[2], b[3]
				if name == "" {
					continue
				}
				files++
				want := ""
				if i+1 < len(blocks) && blocks[i+1][1] == "text" && blocks[i+1][2] == "" {
					want = blocks[i+1][3]
				}
				got := ""
				lib, problems := knowledge.Load(oneFile(name, []byte(text)))
				for _, p := range problems {
					got += p.In(lang) + "\n"
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("lint of %s (-guide +real):\n%s", name, diff)
				}
				if loaded := len(lib.Entries)+len(lib.Aliases) > 0; loaded != (want == "") {
					t.Errorf("%s was loaded: %t", name, loaded)
				}
			}
			if files != 4 {
				t.Errorf("%d example files, want 4: smallest, full, bad, aliases", files)
			}
		})
	}
}

// TestTheGuideNamesEveryHeading keeps the guide's table as long as the program's.
func TestTheGuideNamesEveryHeading(t *testing.T) {
	t.Parallel()
	for guide, lang := range map[string]knowledge.Lang{"README.md": knowledge.English, "README.ko.md": knowledge.Korean} {
		data, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range knowledge.Headings(lang) {
			if !strings.Contains(string(data), "| "+strings.Join(row, ", ")+" |") {
				t.Errorf("%s lacks the headings %q", guide, row)
			}
		}
	}
}
