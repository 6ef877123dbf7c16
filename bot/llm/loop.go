package llm

import (
	"bytes"
	"compress/flate"
	"hash/maphash"
	"strings"
	"unicode"
)

// loop notices a model that has begun to repeat itself: one character 40 times,
// eight words four times, or 200 characters that compress below 15 %.
type loop struct {
	last    rune
	run     int
	word    strings.Builder
	window  [8]string
	words   int
	seen    map[uint64]int
	seed    maphash.Seed
	tail    []rune
	unasked int // characters since the tail was last compressed
}

func newLoop() *loop {
	return &loop{seen: map[uint64]int{}, seed: maphash.MakeSeed()}
}

// add takes the next piece and reports whether the text loops.
func (l *loop) add(text string) bool {
	looping := false
	for _, r := range text {
		looping = l.char(r) || looping
	}
	return looping
}

func (l *loop) char(r rune) bool {
	if r == l.last {
		l.run++
	} else {
		l.last, l.run = r, 1
	}
	if l.run >= 40 {
		return true
	}
	l.tail = append(l.tail, r)
	if len(l.tail) > 400 {
		l.tail = append(l.tail[:0], l.tail[len(l.tail)-200:]...)
	}
	if l.unasked++; l.unasked >= 50 && len(l.tail) >= 200 {
		l.unasked = 0
		if compressesBelow(string(l.tail[len(l.tail)-200:]), 15) {
			return true
		}
	}
	if !unicode.IsSpace(r) {
		l.word.WriteRune(r)
		return false
	}
	return l.endWord()
}

func (l *loop) endWord() bool {
	if l.word.Len() == 0 {
		return false
	}
	copy(l.window[:], l.window[1:])
	l.window[7] = l.word.String()
	l.word.Reset()
	if l.words++; l.words < 8 {
		return false
	}
	key := maphash.String(l.seed, strings.Join(l.window[:], " "))
	l.seen[key]++
	return l.seen[key] >= 4
}

func compressesBelow(text string, percent int) bool {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return false
	}
	_, _ = w.Write([]byte(text)) // a bytes.Buffer does not fail
	_ = w.Close()
	return b.Len()*100 < len(text)*percent
}
