package main

import (
	"strconv"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/openai-explain/openai-explain/knowledge"
)

// bleveEngine is bleve's scorch index in memory, with BM25.
type bleveEngine struct{ index bleve.Index }

func newBleve(analyzer string) (engine, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = "bm25"
	m.DefaultAnalyzer = analyzer
	doc := bleve.NewDocumentMapping()
	for _, name := range []string{"question", "answer"} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = analyzer, false, false, false, false
		doc.AddFieldMappingsAt(name, f)
	}
	m.DefaultMapping = doc
	index, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	return &bleveEngine{index}, err
}

func (b *bleveEngine) Build(entries []*knowledge.Entry) error {
	const batchSize = 1000
	batch := b.index.NewBatch()
	for i, e := range entries {
		q, a := zones(e)
		if err := batch.Index(strconv.Itoa(i), map[string]any{"question": q, "answer": a}); err != nil {
			return err
		}
		if batch.Size() == batchSize || i+1 == len(entries) {
			if err := b.index.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return nil
}

func (b *bleveEngine) Search(question string) ([]int, error) {
	q, a := bleve.NewMatchQuery(question), bleve.NewMatchQuery(question)
	q.SetField("question")
	q.SetBoost(2)
	a.SetField("answer")
	a.SetBoost(0.5)
	found, err := b.index.Search(bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(q, a), 10, 0, false))
	if err != nil {
		return nil, err
	}
	var out []int
	for _, h := range found.Hits {
		n, err := strconv.Atoi(h.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}
