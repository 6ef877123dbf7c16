package llm

import (
	"fmt"
	"sync"
	"unicode"
)

// EstimateTokens says how many tokens a text has at most, for a tokenizer that
// is not known: one for a Hangul syllable or any other character outside
// ASCII, one for two characters of anything else.
func EstimateTokens(text string) int {
	wide, narrow := 0, 0
	for _, r := range text {
		switch {
		case r > unicode.MaxASCII:
			wide++
		default:
			narrow++
		}
	}
	return wide + (narrow+1)/2
}

// gauge compares what an endpoint says it read with what we sent.
type gauge struct {
	mu    sync.Mutex
	least float64 // smallest believable share of tokens read to tokens estimated so far; 0: none seen
}

// The smallest share of our pessimistic estimate that a whole prompt can have:
// 6.7 ASCII characters or 3.3 Hangul syllables in one token, which no tokenizer
// in use reaches on ordinary text.
const leastShare = 0.3

// check reports a prompt that was shortened on the way. Ollama answers 200 to a
// prompt of 10,020 tokens of which it read 2,048. Since our estimate of a whole
// prompt is up to three times too high, a prompt that lost less than that is known
// by the length it was cut to: context windows are powers of two, and a prompt has
// such a length by chance once in a thousand times, which costs one shorter retry.
func (g *gauge) check(estimate, read int) error {
	if read <= 0 || estimate < 64 {
		return nil // no usage sent, or too short to be cut
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	share := float64(read) / float64(estimate)
	if share < max(leastShare, 0.6*g.least) || read >= 1024 && read&(read-1) == 0 {
		return fail(ErrTruncatedPrompt, fmt.Sprintf("%d tokens read of about %d", read, estimate))
	}
	if share > leastShare && (g.least == 0 || share < g.least) {
		g.least = min(share, 1)
	}
	return nil
}
