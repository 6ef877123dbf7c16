package gguf

import (
	"fmt"
	"strings"
)

// Kinds of a token, as llama.cpp numbers them.
const (
	kindNormal  int32 = 1
	kindUnknown int32 = 2
	kindControl int32 = 3
	kindByte    int32 = 6
)

// The first tokens of every vocabulary.
const (
	tokenUnknown = 0
	tokenBegin   = 1
	tokenEnd     = 2
	tokenByte    = 3 // of the byte 0; the other 255 follow
)

// space is how a SentencePiece vocabulary writes one.
const space = "▁"

type vocabulary struct {
	pieces []string
	kinds  []int32
	ids    map[string]int
}

// newVocabulary has the control tokens, all bytes, so that any text can be
// read, and the printable ASCII characters.
func newVocabulary() *vocabulary {
	v := &vocabulary{ids: map[string]int{}}
	v.add("<unk>", kindUnknown)
	v.add("<s>", kindControl)
	v.add("</s>", kindControl)
	for b := range 256 {
		v.add(fmt.Sprintf("<0x%02X>", b), kindByte)
	}
	for r := ' '; r <= '~'; r++ {
		v.add(string(r), kindNormal)
	}
	return v
}

// add takes text as people write it, and reports false where it is there already.
func (v *vocabulary) add(text string, kind int32) bool {
	text = strings.ReplaceAll(text, " ", space)
	if _, there := v.ids[text]; there {
		return false
	}
	v.ids[text] = len(v.pieces)
	v.pieces = append(v.pieces, text)
	v.kinds = append(v.kinds, kind)
	return true
}

func (v *vocabulary) size() int { return len(v.pieces) }

// meta are the keys of the tokenizer. All scores are equal: no two characters
// of a prompt are ever joined, because no token of two characters exists.
func (v *vocabulary) meta(template string) []pair {
	return []pair{
		{"tokenizer.ggml.model", "llama"},
		{"tokenizer.ggml.tokens", v.pieces},
		{"tokenizer.ggml.scores", make([]float32, v.size())},
		{"tokenizer.ggml.token_type", v.kinds},
		{"tokenizer.ggml.bos_token_id", uint32(tokenBegin)},
		{"tokenizer.ggml.eos_token_id", uint32(tokenEnd)},
		{"tokenizer.ggml.unknown_token_id", uint32(tokenUnknown)},
		{"tokenizer.ggml.add_bos_token", true},
		{"tokenizer.ggml.add_space_prefix", false},
		{"tokenizer.chat_template", template},
	}
}

// chatTemplate ends in a line break, for servers that read it from the file.
const chatTemplate = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}<|assistant|>\n"
