package gguf

import "fmt"

// shape are the sizes of a model.
type shape struct {
	name    string
	width   int // of an embedding
	layers  int
	heads   int
	head    int // width of an attention head
	inner   int // of the feed-forward network
	context int // tokens
}

const epsilon = 1e-5 // added under the root of the norm

func (s shape) meta(v *vocabulary) []pair {
	n := func(i int) uint32 { return uint32(i) }
	return append([]pair{
		{"general.architecture", "llama"},
		{"general.name", s.name},
		{"general.file_type", uint32(0)}, // all 32-bit floats
		{"llama.block_count", n(s.layers)},
		{"llama.context_length", n(s.context)},
		{"llama.embedding_length", n(s.width)},
		{"llama.feed_forward_length", n(s.inner)},
		{"llama.attention.head_count", n(s.heads)},
		{"llama.attention.head_count_kv", n(s.heads)},
		{"llama.attention.key_length", n(s.head)},
		{"llama.attention.value_length", n(s.head)},
		{"llama.attention.layer_norm_rms_epsilon", float32(epsilon)},
		{"llama.rope.dimension_count", n(s.head)},
		{"llama.vocab_size", n(v.size())},
	}, v.meta(chatTemplate)...)
}

// tensors are all weights of the model; every matrix is 0 and every norm 1 until
// somebody fills them in.
func (s shape) tensors(v *vocabulary) map[string]*tensor {
	all := map[string]*tensor{}
	put := func(t tensor) { all[t.name] = &t }
	put(matrix("token_embd.weight", s.width, v.size()))
	put(vector("output_norm.weight", s.width, 1))
	put(matrix("output.weight", s.width, v.size()))
	for i := range s.layers {
		layer := func(name string) string { return fmt.Sprintf("blk.%d.%s.weight", i, name) }
		put(vector(layer("attn_norm"), s.width, 1))
		put(matrix(layer("attn_q"), s.width, s.heads*s.head))
		put(matrix(layer("attn_k"), s.width, s.heads*s.head))
		put(matrix(layer("attn_v"), s.width, s.heads*s.head))
		put(matrix(layer("attn_output"), s.heads*s.head, s.width))
		put(vector(layer("ffn_norm"), s.width, 1))
		put(matrix(layer("ffn_gate"), s.width, s.inner))
		put(matrix(layer("ffn_up"), s.width, s.inner))
		put(matrix(layer("ffn_down"), s.inner, s.width))
	}
	return all
}
