package eval

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/openai-explain/openai-explain/knowledge"
)

// Set is a question set to measure with.
type Set struct {
	Name    string
	Entries []*knowledge.Entry
	Queries []Query
	// Unanswerable are questions that no entry answers.
	Unanswerable []string
	// Topic groups entries that are about the same, by entry ID; may be nil.
	Topic map[string]string
}

// Query is a question with the IDs of the entries that answer it.
type Query struct {
	ID, Text string
	Gold     []string
}

// LoadSet reads a question set: {"docs","queries","oos"} or SQuAD's
// {"data":[{"title","paragraphs":[{"context","qas"}]}]}, told apart by content. From
// the latter, unique paragraphs become entries, without their title.
func LoadSet(path string) (*Set, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load question set: %w", err)
	}
	var file struct {
		Docs    []struct{ ID, Title, Text string }
		Queries []struct {
			ID, Text string
			Gold     []string
		}
		OOS  []string
		Data []squadArticle
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("load question set %s: %w", filepath.Base(path), err)
	}
	set := &Set{Name: strings.TrimSuffix(filepath.Base(path), ".json"), Unanswerable: file.OOS}
	switch {
	case len(file.Data) > 0:
		set.addSQuAD(file.Data)
	case len(file.Docs) > 0:
		lines, asks := 0, 0
		for _, d := range file.Docs {
			n, ask := countPhrasings(d.Text)
			lines, asks = lines+n, asks+ask
		}
		phrasings := 2*asks > lines
		for _, d := range file.Docs {
			set.Entries = append(set.Entries, docEntry(d.ID, d.Title, d.Text, phrasings))
		}
		for _, q := range file.Queries {
			set.Queries = append(set.Queries, Query{q.ID, q.Text, q.Gold})
		}
	default:
		return nil, fmt.Errorf("load question set %s: neither docs nor data in it", filepath.Base(path))
	}
	return set, nil
}

// countPhrasings counts the lines of a document's text and those that look like
// a way to ask. Where most do, the text is further phrasings, else an answer.
func countPhrasings(s string) (lines, asks int) {
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		lines++
		if len(strings.Fields(line)) <= 40 && !strings.HasSuffix(line, ".") && !strings.HasPrefix(line, "#") {
			asks++
		}
	}
	return lines, asks
}

func textLang(s string) knowledge.Lang {
	for _, r := range s {
		if r >= 0xAC00 && r <= 0xD7A3 {
			return knowledge.Korean
		}
	}
	return knowledge.English
}

func docEntry(id, title, body string, phrasings bool) *knowledge.Entry {
	e := &knowledge.Entry{ID: id, Question: knowledge.Texts{textLang(title): title}}
	if !phrasings {
		e.Claims = []knowledge.Claim{{ID: id + ".1", Text: knowledge.Texts{textLang(body): body}}}
		return e
	}
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(line); line != "" {
			if e.Phrasings == nil {
				e.Phrasings = map[knowledge.Lang][]string{}
			}
			e.Phrasings[textLang(line)] = append(e.Phrasings[textLang(line)], line)
		}
	}
	return e
}

type squadArticle struct {
	Title      string
	Paragraphs []struct {
		Context string
		QAs     []struct{ ID, Question string }
	}
}

func (set *Set) addSQuAD(articles []squadArticle) {
	set.Topic = map[string]string{}
	byText := map[string]string{}
	for _, a := range articles {
		for _, p := range a.Paragraphs {
			id, ok := byText[p.Context]
			if !ok {
				id = fmt.Sprintf("p%d", len(byText))
				byText[p.Context] = id
				set.Topic[id] = a.Title
				set.Entries = append(set.Entries, &knowledge.Entry{ID: id,
					Claims: []knowledge.Claim{{ID: id + ".1", Text: knowledge.Texts{textLang(p.Context): p.Context}}}})
			}
			for _, q := range p.QAs {
				set.Queries = append(set.Queries, Query{q.ID, q.Question, []string{id}})
			}
		}
	}
}
