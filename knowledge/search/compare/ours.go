package main

import (
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/search"
)

type ours struct {
	index  *search.Index
	number map[*knowledge.Entry]int
}

func newOurs() (engine, error) { return &ours{}, nil }

func (o *ours) Build(entries []*knowledge.Entry) error {
	o.index = search.New(knowledge.NewLibrary(entries, nil), search.Options{})
	o.number = make(map[*knowledge.Entry]int, len(entries))
	for i, e := range entries {
		o.number[e] = i
	}
	return nil
}

func (o *ours) Search(question string) ([]int, error) {
	var out []int
	for _, h := range o.index.Search(question, 10).Hits {
		out = append(out, o.number[h.Entry])
	}
	return out, nil
}
