package llm

import (
	"errors"
	"testing"
)

func TestAPromptThatWasCutInSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		learnt         int // tokens read of 1,000 estimated, of a prompt that was whole
		estimate, read int
		cut            bool
	}{
		{0, 20_000, 2048, true}, // Ollama, measured: 10,020 tokens cut to its window
		{0, 5000, 2048, true},   // cut by a fifth only: known by the window's size
		{0, 3000, 164, true},    // an older llama-server, measured
		{0, 5000, 2500, false},  // English: four letters a token
		{0, 5000, 2049, false},
		{0, 900, 512, false}, // too short to be told from a prompt of that length
		{500, 5000, 1400, true},
		{500, 5000, 2400, false},
		{0, 5000, 0, false}, // no usage
		{0, 40, 3, false},
	} {
		var g gauge
		if c.learnt > 0 {
			if err := g.check(1000, c.learnt); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.check(c.estimate, c.read); errors.Is(err, ErrTruncatedPrompt) != c.cut {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestTheEstimateIsNeverBelowWhatATokenizerMakes(t *testing.T) {
	t.Parallel()
	for text, least := range map[string]int{"": 0, "오픈소스": 4, "open source": 2, "漢字かな": 4, "a": 1} {
		if got := EstimateTokens(text); got < least {
			t.Errorf("%q: %d tokens", text, got)
		}
	}
}
