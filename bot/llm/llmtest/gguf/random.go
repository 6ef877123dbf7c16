package gguf

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Random is a model with random weights: two layers, 64 wide. What it says is
// gibberish, another one for every prompt. A clean one says printable ASCII and a
// few Hangul syllables and never stops by itself; any other also says single
// bytes, which make no valid UTF-8, and ends at random.
func Random(seed uint64, clean bool) []byte {
	v := newVocabulary()
	v.add("<|user|>", kindControl)
	v.add("<|assistant|>", kindControl)
	for _, r := range "가나다라마바사아자차카타파하오픈소스는을이의에서" {
		v.add(string(r), kindNormal)
	}
	s := shape{name: "random", width: 64, layers: 2, heads: 4, head: 16, inner: 128, context: 8192}
	all := s.tensors(v)
	rnd := rand.New(rand.NewPCG(seed, 64))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t := all[name]
		if t.rows == 1 {
			continue // a norm
		}
		spread := 1 / math.Sqrt(float64(t.cols))
		if name == "token_embd.weight" || name == "output.weight" {
			spread = 1
		}
		for i := range t.data {
			t.data[i] = float32(rnd.NormFloat64() * spread)
		}
	}
	if clean {
		keepPrintable(all, s, v)
	}
	return encode(s.meta(v), ordered(all))
}

// keepPrintable makes the first dimension of every embedding a constant, which
// the output matrix counts against bytes and control tokens.
func keepPrintable(all map[string]*tensor, s shape, v *vocabulary) {
	const constant, against = 8, -200
	in, out := all["token_embd.weight"], all["output.weight"]
	for id, kind := range v.kinds {
		in.data[id*s.width] = constant
		out.data[id*s.width] = 0
		if kind != kindNormal {
			out.data[id*s.width] = against
		}
	}
}

// ordered is the order in which tensors stand in a file.
func ordered(all map[string]*tensor) []tensor {
	var out []tensor
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, *all[name])
	}
	return out
}
