package gguf

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// parsed is a file as somebody else reads it.
type parsed struct {
	meta    map[string]any
	tensors map[string]tensor
}

type reader struct {
	t *testing.T
	*bytes.Reader
}

func (r reader) read(v any) {
	r.t.Helper()
	if err := binary.Read(r.Reader, binary.LittleEndian, v); err != nil {
		r.t.Fatal(err)
	}
}

func number[T uint32 | uint64 | int32 | float32](r reader) (v T) { r.read(&v); return v }

func (r reader) text() string {
	b := make([]byte, number[uint64](r))
	r.read(b)
	return string(b)
}

func (r reader) value(kind uint32) any {
	switch kind {
	case typeUint32:
		return number[uint32](r)
	case typeInt32:
		return number[int32](r)
	case typeFloat32:
		return number[float32](r)
	case typeBool:
		b := make([]byte, 1)
		r.read(b)
		return b[0] == 1
	case typeString:
		return r.text()
	case typeArray:
		of := number[uint32](r)
		var all []any
		for range number[uint64](r) {
			all = append(all, r.value(of))
		}
		return all
	}
	r.t.Fatalf("unknown type %d", kind)
	return nil
}

func parse(t *testing.T, file []byte) parsed {
	t.Helper()
	r := reader{t, bytes.NewReader(file)}
	magic := make([]byte, 4)
	r.read(magic)
	if string(magic) != "GGUF" || number[uint32](r) != 3 {
		t.Fatalf("magic %q", magic)
	}
	tensors, pairs := number[uint64](r), number[uint64](r)
	p := parsed{map[string]any{}, map[string]tensor{}}
	for range pairs {
		key := r.text()
		p.meta[key] = r.value(number[uint32](r))
	}
	type place struct {
		tensor
		offset uint64
	}
	var places []place
	for range tensors {
		pl := place{tensor: tensor{name: r.text(), rows: 1}}
		dims := number[uint32](r)
		pl.cols = int(number[uint64](r))
		if dims == 2 {
			pl.rows = int(number[uint64](r))
		}
		if kind := number[uint32](r); kind != tensorF32 {
			t.Fatalf("%s has type %d", pl.name, kind)
		}
		pl.offset = number[uint64](r)
		places = append(places, pl)
	}
	at, _ := r.Seek(0, io.SeekCurrent)
	start := (at + alignment - 1) / alignment * alignment
	for _, pl := range places {
		if pl.offset%alignment != 0 {
			t.Errorf("%s is at %d", pl.name, pl.offset)
		}
		if _, err := r.Seek(start+int64(pl.offset), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		pl.data = make([]float32, pl.cols*pl.rows)
		r.read(pl.data)
		p.tensors[pl.name] = pl.tensor
	}
	return p
}

func (p parsed) pieces() []string {
	var out []string
	for _, v := range p.meta["tokenizer.ggml.tokens"].([]any) {
		out = append(out, v.(string))
	}
	return out
}

// logits runs a model whose attention and feed-forward network add nothing.
func (p parsed) logits(token int) []float64 {
	in, out, norm := p.tensors["token_embd.weight"], p.tensors["output.weight"], p.tensors["output_norm.weight"]
	x := in.data[token*in.cols : (token+1)*in.cols]
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	scale := 1 / math.Sqrt(sum/float64(len(x))+epsilon)
	logits := make([]float64, out.rows)
	for j := range logits {
		for i, v := range x {
			logits[j] += float64(v) * scale * float64(norm.data[i]) * float64(out.data[j*out.cols+i])
		}
	}
	return logits
}

// recite follows the likeliest token from a line break on, for at most n tokens.
func (p parsed) recite(n int) string {
	pieces := p.pieces()
	var b strings.Builder
	for token := slices.Index(pieces, "<0x0A>"); n > 0; n-- {
		logits := p.logits(token)
		token = slices.Index(logits, slices.Max(logits))
		if token == tokenEnd {
			break
		}
		b.WriteString(strings.ReplaceAll(pieces[token], space, " "))
	}
	return b.String()
}

func encoded(t *testing.T, s Script) parsed {
	t.Helper()
	file, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, file)
}

func TestAScriptedModelRecitesItsText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Open source means that the source code is open. [1]\n",
		"오픈소스의 단점은 보안 문제에 노출되기 쉽다는 것입니다. [4]\n오픈소스의 단점은 보안 문제입니다. [4]",
		"<think>\nHm, hm, hm, hm, hm, hm, hm, hm.\n</think>\n\nYes. [1]",
		"Yes",
		strings.Repeat("so it goes and ", 40),
	} {
		if got := encoded(t, Script{Text: text}).recite(2000); got != text {
			t.Errorf("wrote %q, reads %q", text, got)
		}
	}
}

func TestALoopDoesNotEnd(t *testing.T) {
	t.Parallel()
	text := "and so on it goes, again "
	got := encoded(t, Script{Text: text, Loop: true}).recite(1000)
	if strings.Count(got, text) < 10 || !strings.HasPrefix(text, strings.ReplaceAll(got, text, "")) {
		t.Errorf("got %q", got)
	}
}

func TestTheOtherTextHasItsOdds(t *testing.T) {
	t.Parallel()
	p := encoded(t, Script{Text: "The right answer. [1]", Other: "A wrong answer. [2]"})
	if got := p.recite(100); got != "The right answer. [1]" {
		t.Errorf("the likeliest text is %q", got)
	}
	logits := p.logits(slices.Index(p.pieces(), "<0x0A>"))
	slices.Sort(logits)
	first, second := logits[len(logits)-1], logits[len(logits)-2]
	if share := 1 / (1 + math.Exp(second-first)); share < 0.59 || share > 0.61 {
		t.Errorf("the first text is said in %.3f of all cases", share)
	}
}

func TestAnyOtherTokenEndsTheText(t *testing.T) {
	t.Parallel()
	p := encoded(t, Script{Text: "An answer. [1]"})
	for id := range 300 {
		logits := p.logits(id)
		if next := slices.Index(logits, slices.Max(logits)); next != tokenEnd && id != tokenByte+'\n' {
			t.Errorf("token %d leads to %d", id, next)
		}
	}
}

func TestATextThatCannotBeCutIsAnError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a"} {
		if _, err := (Script{Text: text}).Encode(); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func TestTheFileHasWhatALlamaModelNeeds(t *testing.T) {
	t.Parallel()
	for name, file := range map[string][]byte{"random": Random(1, true), "dirty": Random(1, false)} {
		p := parse(t, file)
		if len(file) > 600<<10 {
			t.Errorf("%s has %d bytes", name, len(file))
		}
		width, layers := int(p.meta["llama.embedding_length"].(uint32)), int(p.meta["llama.block_count"].(uint32))
		if width != 64 || layers != 2 || len(p.tensors) != 3+9*layers {
			t.Errorf("%s: width %d, %d layers, %d tensors", name, width, layers, len(p.tensors))
		}
		pieces := p.pieces()
		if n := len(pieces); p.tensors["output.weight"].rows != n || p.tensors["token_embd.weight"].rows != n ||
			len(p.meta["tokenizer.ggml.scores"].([]any)) != n || len(p.meta["tokenizer.ggml.token_type"].([]any)) != n {
			t.Errorf("%s: %d tokens, but not everywhere", name, n)
		}
		slices.Sort(pieces)
		if len(slices.Compact(pieces)) != p.tensors["output.weight"].rows {
			t.Errorf("%s: a token is there twice", name)
		}
	}
}

func TestTheSameSeedGivesTheSameModel(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(Random(7, true), Random(7, true)) || bytes.Equal(Random(7, true), Random(8, true)) {
		t.Error("not so")
	}
}
