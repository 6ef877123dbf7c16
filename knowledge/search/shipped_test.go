package search

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

var update = flag.Bool("update", false, "write shipped.json anew")

// foundAnew makes the calibration of the built-in entries anew.
func foundAnew(t *testing.T) kept {
	t.Helper()
	lib, problems := knowledge.Load(article.FS)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ix := New(lib, Options{})
	sn := *ix.cur.Load()
	sn.calibrate()
	return sn.cal.keep(fingerprint(lib, sn.cfg))
}

func TestTheShippedCalibrationIsTheOneThatWouldBeFound(t *testing.T) {
	t.Parallel()
	want := foundAnew(t)
	if *update {
		data, err := json.MarshalIndent(want, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("shipped.json", append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := readShipped()
	near := func(a, b float64) bool { return math.Abs(a-b) < 1e-3 } // processors round differently
	same := got.Of == want.Of && got.Known == want.Known && got.Unknown == want.Unknown &&
		near(got.AnswerAt, want.AnswerAt) && near(got.ClarifyAt, want.ClarifyAt)
	for i := range want.Weights {
		same = same && near(got.Weights[i], want.Weights[i])
	}
	if !same {
		t.Errorf("the built-in entries or the ranking have changed; write the calibration anew with: go test ./knowledge/search -run ShippedCalibration -update\nshipped %+v\nfound   %+v", got, want)
	}
}

func TestOnlyTheBuiltInEntriesTakeTheShippedCalibration(t *testing.T) {
	t.Parallel()
	lib, _ := knowledge.Load(article.FS)
	cfg := New(lib, Options{}).cfg
	base := fingerprint(lib, cfg)
	if fingerprint(lib, New(lib, Options{FalseAnswers: 0.05}).cfg) == base {
		t.Error("another wanted rate of false answers takes the same threshold")
	}
	changed := *lib
	changed.Entries = append([]*knowledge.Entry(nil), lib.Entries...)
	e := *changed.Entries[2]
	e.Phrasings = map[knowledge.Lang][]string{knowledge.Korean: {"새로운 질문인가요?"}}
	changed.Entries[2] = &e
	if fingerprint(&changed, cfg) == base {
		t.Error("changed phrasings take the same threshold")
	}
	changed.Entries = lib.Entries[:len(lib.Entries)-1]
	if fingerprint(&changed, cfg) == base {
		t.Error("fewer entries take the same threshold")
	}
	withAlias := *lib
	withAlias.Aliases = append([][]string{{"갑", "을"}}, lib.Aliases...)
	if fingerprint(&withAlias, cfg) == base {
		t.Error("other aliases take the same threshold")
	}
}
