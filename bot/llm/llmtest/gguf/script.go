package gguf

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// Script is what a scripted model says.
type Script struct {
	// Text is said after a line break, to its end.
	Text string
	// Other, where there is one, is said in its place 2 times in 5 at temperature
	// 1, and never at temperature 0.
	Other string
	// Loop begins Text again at its end, for ever.
	Loop bool
}

// How likely a token is after another. The odds of likely to lessLikely are
// e^0.4 : 1, which is 60:40; those of either to one with 0 are 10^12 : 1.
const (
	likely     = 30
	lessLikely = 29.6
)

// shortest is how many characters a token of the text has at least: tokens of two
// could be found in a prompt, and its last line break disappear in one.
const shortest = 3

// Encode is the model as a file, or an error where the text cannot be cut into
// tokens that occur only once: it is empty or too short.
func (s Script) Encode() ([]byte, error) {
	v := newVocabulary()
	text, err := v.cut(s.Text)
	if err != nil {
		return nil, err
	}
	var other []int
	if s.Other != "" {
		if other, err = v.cut(s.Other); err != nil {
			return nil, err
		}
	}
	m := shape{name: "scripted", width: (v.size() + 31) / 32 * 32, layers: 1, heads: 1, head: 32, inner: 32, context: 16384}
	all := m.tensors(v)
	in, out := all["token_embd.weight"], all["output.weight"]
	for id := range v.size() {
		in.data[id*m.width+id] = 1
	}
	// The norm makes of a single 1 the root of the width: this takes it back.
	norm := float32(1 / math.Sqrt(float64(m.width)))
	*all["output_norm.weight"] = vector("output_norm.weight", m.width, norm)

	follows := map[int]bool{}
	lead := func(from, to int, weight float32) {
		out.data[to*m.width+from] = weight
		follows[from] = true
	}
	lead(tokenByte+'\n', text[0], likely)
	if other != nil {
		lead(tokenByte+'\n', other[0], lessLikely)
	}
	for _, path := range [][]int{text, other} {
		for i := 1; i < len(path); i++ {
			lead(path[i-1], path[i], likely)
		}
	}
	if s.Loop {
		lead(text[len(text)-1], text[0], likely)
	}
	for id := range v.size() {
		if !follows[id] {
			lead(id, tokenEnd, likely)
		}
	}
	return encode(m.meta(v), ordered(all)), nil
}

var errEmpty = errors.New("script: there is no text")

// cut adds the tokens of a text to the vocabulary and returns them.
func (v *vocabulary) cut(text string) ([]int, error) {
	if text == "" {
		return nil, errEmpty
	}
	var path []int
	for rest := text; rest != ""; {
		n, err := v.next(rest)
		if err != nil {
			return nil, err
		}
		path = append(path, v.size()-1)
		rest = rest[n:]
	}
	return path, nil
}

// next adds the shortest token that text begins with and that is not there yet,
// and returns its length. The text's end never is a token that is too short.
func (v *vocabulary) next(text string) (int, error) {
	n := 0
	for runes := 1; n < len(text); runes++ {
		_, size := utf8.DecodeRuneInString(text[n:])
		n += size
		left := utf8.RuneCountInString(text[n:])
		if runes < shortest || left > 0 && left < 4*shortest {
			continue // a short rest goes with this token
		}
		if v.add(text[:n], kindNormal) {
			return n, nil
		}
	}
	return 0, fmt.Errorf("script: %q cannot be cut into tokens that occur only once", text)
}
