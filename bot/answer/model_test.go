package answer

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot"
)

// says is a model that says the same to everything, in pieces, and then ends
// with err.
type says struct {
	text string
	err  error
	seen *ModelRequest
}

func (s says) Generate(_ context.Context, r ModelRequest, emit func(string) error) error {
	if s.seen != nil {
		*s.seen = r
	}
	for _, piece := range strings.SplitAfter(s.text, " ") {
		if err := emit(piece); err != nil {
			return err
		}
	}
	return s.err
}

var question = bot.Question{ID: "q", Text: "오픈소스가 뭐야?"}

func TestAModelChoosesTheClaimsAndTheirOrder(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{`{"answerable":true,"use":[2,1,2]}`, "USE 2 1", " USE [2], [1]\n"} {
		var seen ModelRequest
		a := newAnswerer(t, Config{Search: evidenceFor(0.9), Model: says{text: reply, seen: &seen}})
		got := ask(t, a, question)
		if want := "2024년 8월에 법이 발효됐습니다. [1] 오픈소스는 소스 코드를 공개하는 것입니다. [2]"; got.Text() != want || got.Writer != bot.Select {
			t.Errorf("%s: %s %q", reply, got.Writer, got.Text())
		}
		if !strings.Contains(seen.User, "[1] 오픈소스는") || !strings.Contains(seen.User, "[2] 2024년") || seen.Schema == nil {
			t.Errorf("the model was asked %+v", seen)
		}
	}
}

func TestAModelThatIsOfNoUseLeavesTheComposedAnswer(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]says{
		"down":         {err: errors.New("connection refused")},
		"nonsense":     {text: "오픈소스는 아주 좋은 것입니다."},
		"empty":        {},
		"out of range": {text: `{"answerable":true,"use":[7]}`},
		"cut":          {text: `{"answerable":true,"us`, err: errors.New("stream ended")},
		"finds none":   {text: "NONE"},
	} {
		for _, mode := range []Mode{ModeSelect, ModeWrite} {
			a := newAnswerer(t, Config{Search: evidenceFor(0.9), Model: m, Mode: mode})
			got := ask(t, a, question)
			if got.Status != bot.Answered || got.Writer != bot.Extract || got.Citations[0].Claim != "Q1a" {
				t.Errorf("%s, %s: %s by %s: %q", name, mode, got.Status, got.Writer, got.Text())
			}
		}
	}
}

func TestAModelDecidesAnUncertainVerdictAndNoOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		confidence float64
		reply      string
		want       bot.Status
	}{
		{0.4, "USE 1", bot.Answered},
		{0.4, "NONE", bot.Abstained},
		{0.4, "gibberish", bot.Clarify},
		{0.1, "USE 1", bot.Abstained},
		{0.9, "NONE", bot.Answered},
	} {
		a := newAnswerer(t, Config{Search: evidenceFor(c.confidence), Model: says{text: c.reply}})
		if got := ask(t, a, question); got.Status != c.want {
			t.Errorf("confidence %.1f and %q: %s, want %s", c.confidence, c.reply, got.Status, c.want)
		}
	}
}

func TestAWrittenSentenceIsShownOnceItPassed(t *testing.T) {
	t.Parallel()
	a := newAnswerer(t, Config{Search: evidenceFor(0.9), Mode: ModeWrite, Model: says{
		text: "법이 2024년 8월에 발효됐습니다. [2] 오픈소스는 소스 코드를 공개하는 것입니다. [1]\n"}})
	got := ask(t, a, question)
	if want := "법이 2024년 8월에 발효됐습니다. [1] 오픈소스는 소스 코드를 공개하는 것입니다. [2]"; got.Text() != want || got.Writer != bot.Model {
		t.Errorf("%s %q", got.Writer, got.Text())
	}
	if got.Citations[0].Claim != "Q1b" || len(got.Notes) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestAFabricatedSentenceIsReplacedByItsClaim(t *testing.T) {
	t.Parallel()
	a := newAnswerer(t, Config{Search: evidenceFor(0.9), Mode: ModeWrite, Model: says{
		text: "오픈소스는 소스 코드를 공개하는 것입니다. [1]\n법은 2023년 5월에 발효됐습니다. [2]\n"}})
	got := ask(t, a, question)
	if strings.Contains(got.Text(), "2023") || strings.Contains(got.Text(), "5월") {
		t.Errorf("a fabricated date is shown: %q", got.Text())
	}
	if want := "오픈소스는 소스 코드를 공개하는 것입니다. [1] 2024년 8월에 법이 발효됐습니다. [2]"; got.Text() != want {
		t.Errorf("got %q", got.Text())
	}
}

func TestTwoFabricatedSentencesEndTheWriting(t *testing.T) {
	t.Parallel()
	var emitted int
	a := newAnswerer(t, Config{Search: evidenceFor(0.9), Mode: ModeWrite, Model: counting{&emitted, []string{
		"오픈소스는 소스 코드를 공개하는 것입니다. [1]\n", "법은 1999년에 폐지됐습니다. [2]\n", "구글이 만들었습니다.\n", "더 쓸 말이 있습니다. [1]\n"}}})
	got := ask(t, a, question)
	if emitted != 3 {
		t.Errorf("the model was let write %d sentences", emitted)
	}
	for _, s := range []string{"1999", "구글", "더 쓸"} {
		if strings.Contains(got.Text(), s) {
			t.Errorf("%q is shown: %q", s, got.Text())
		}
	}
}

// counting says sentences and counts those that were taken.
type counting struct {
	n         *int
	sentences []string
}

func (c counting) Generate(_ context.Context, _ ModelRequest, emit func(string) error) error {
	for _, s := range c.sentences {
		*c.n++
		if err := emit(s); err != nil {
			return err
		}
	}
	return nil
}

func TestASentenceIsWholeWhenSomethingFollowsItsNumbers(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{
		"가나 [1":             0,
		"가나 [1]":            0,
		"가나 [1] ":           0,
		"가나 [1][2":          0,
		"가나 [1]. 다":         len("가나 [1]."),
		"가나 [1] [2] 다라 [3]": len("가나 [1] [2]"),
		"가나\n다라":            len("가나\n"),
		"a [1]\nb":          len("a [1]"),
	} {
		if got := complete(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func FuzzSelection(f *testing.F) {
	f.Add(`{"answerable":true,"use":[1]}`)
	f.Add("USE 1 2")
	f.Fuzz(func(t *testing.T, reply string) {
		use, err := parseSelection(reply, 4)
		if err == nil && len(use) == 0 {
			t.Fatal("neither claims nor an error")
		}
		for _, n := range use {
			if n < 1 || n > 4 {
				t.Fatalf("claim %d of 4", n)
			}
		}
	})
}
