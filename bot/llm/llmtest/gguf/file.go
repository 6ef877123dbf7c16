package gguf

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Types of a metadata value (the GGUF specification, version 3).
const (
	typeUint32  = 4
	typeInt32   = 5
	typeFloat32 = 6
	typeBool    = 7
	typeString  = 8
	typeArray   = 9
)

const (
	version   = 3
	alignment = 32 // of tensor data, in bytes: the format's default
	tensorF32 = 0
)

// pair is one key of the metadata. value is uint32, float32, bool, string,
// []string, []float32 or []int32.
type pair struct {
	key   string
	value any
}

// tensor is a matrix of rows of cols values each, row after row; a vector has one row.
type tensor struct {
	name       string
	cols, rows int
	data       []float32
}

func matrix(name string, cols, rows int) tensor {
	return tensor{name, cols, rows, make([]float32, cols*rows)}
}

// vector is a tensor of one dimension with the same value everywhere.
func vector(name string, n int, value float32) tensor {
	t := matrix(name, n, 1)
	for i := range t.data {
		t.data[i] = value
	}
	return t
}

// writer builds a file in memory, little-endian as the format is.
type writer struct{ bytes.Buffer }

func (w *writer) u32(v uint32) { _, _ = w.Write(binary.LittleEndian.AppendUint32(nil, v)) } // a bytes.Buffer does not fail
func (w *writer) u64(v uint64) { _, _ = w.Write(binary.LittleEndian.AppendUint64(nil, v)) }
func (w *writer) f32(v float32) {
	w.u32(math.Float32bits(v))
}

func (w *writer) text(s string) {
	w.u64(uint64(len(s)))
	w.WriteString(s)
}

func (w *writer) pad() {
	for w.Len()%alignment != 0 {
		w.WriteByte(0)
	}
}

// encode is the whole file.
func encode(meta []pair, tensors []tensor) []byte {
	w := &writer{}
	w.WriteString("GGUF")
	w.u32(version)
	w.u64(uint64(len(tensors)))
	w.u64(uint64(len(meta)))
	for _, p := range meta {
		w.text(p.key)
		w.value(p.value)
	}
	offset := 0
	for _, t := range tensors {
		w.info(t, offset)
		offset += (4*len(t.data) + alignment - 1) / alignment * alignment
	}
	for _, t := range tensors {
		w.pad()
		for _, v := range t.data {
			w.f32(v)
		}
	}
	w.pad()
	return w.Bytes()
}

func (w *writer) info(t tensor, offset int) {
	w.text(t.name)
	if t.rows == 1 {
		w.u32(1)
		w.u64(uint64(t.cols))
	} else {
		w.u32(2)
		w.u64(uint64(t.cols)) // the fastest dimension first
		w.u64(uint64(t.rows))
	}
	w.u32(tensorF32)
	w.u64(uint64(offset))
}

func (w *writer) value(v any) {
	switch v := v.(type) {
	case uint32:
		w.u32(typeUint32)
		w.u32(v)
	case float32:
		w.u32(typeFloat32)
		w.f32(v)
	case bool:
		w.u32(typeBool)
		w.WriteByte(map[bool]byte{true: 1}[v])
	case string:
		w.u32(typeString)
		w.text(v)
	case []string:
		w.array(typeString, len(v))
		for _, s := range v {
			w.text(s)
		}
	case []float32:
		w.array(typeFloat32, len(v))
		for _, f := range v {
			w.f32(f)
		}
	case []int32:
		w.array(typeInt32, len(v))
		for _, i := range v {
			w.u32(uint32(i))
		}
	}
}

func (w *writer) array(of uint32, n int) {
	w.u32(typeArray)
	w.u32(of)
	w.u64(uint64(n))
}
