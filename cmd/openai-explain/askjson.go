package main

import (
	"encoding/json"
	"fmt"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
)

// The types below are the answer as --json prints it. Other programs read it:
// fields are added, never renamed.
type jsonAnswer struct {
	Question    string         `json:"question"`
	Status      bot.Status     `json:"status"`
	Lang        bot.Lang       `json:"lang"`
	Writer      bot.Writer     `json:"writer"`
	Answer      string         `json:"answer"`
	Citations   []jsonCitation `json:"citations"`
	Notes       []string       `json:"notes"`
	Suggestions []string       `json:"suggestions"`
	Confidence  float64        `json:"confidence"`
	ElapsedUS   int64          `json:"elapsed_us"`
	Why         *jsonWhy       `json:"why,omitempty"`
}

type jsonCitation struct {
	N       int        `json:"n"`
	Entry   string     `json:"entry"`
	Claim   string     `json:"claim"`
	Section string     `json:"section"`
	Source  jsonSource `json:"source"`
}

type jsonSource struct {
	Publisher string `json:"publisher"`
	Title     string `json:"title"`
	URL       string `json:"url"`
	Published string `json:"published"`
	Updated   string `json:"updated,omitempty"`
}

type jsonWhy struct {
	AnswerAt  float64    `json:"answer_at"`
	ClarifyAt float64    `json:"clarify_at"`
	Unknown   []string   `json:"unknown"`
	Entries   []jsonHits `json:"entries"`
}

type jsonHits struct {
	Entry  string             `json:"entry"`
	Score  float64            `json:"score"`
	Why    []knowledge.Reason `json:"why"`
	Claims map[string]float64 `json:"claims"`
}

func (a *asker) printJSON(q bot.Question, ans bot.Answer) error {
	out := jsonAnswer{
		Question: q.Text, Status: ans.Status, Lang: ans.Lang, Writer: ans.Writer, Answer: ans.Text(),
		Citations: []jsonCitation{}, Notes: []string{}, Suggestions: []string{},
		Confidence: ans.Confidence, ElapsedUS: ans.Elapsed.Microseconds(),
	}
	for _, c := range ans.Citations {
		s := c.Source
		out.Citations = append(out.Citations, jsonCitation{c.N, c.Entry, c.Claim, c.Section, jsonSource{s.Publisher, s.Title, s.URL, s.Published, s.Updated}})
	}
	for _, n := range ans.Notes {
		out.Notes = append(out.Notes, n.Text)
	}
	for _, s := range ans.Suggestions {
		out.Suggestions = append(out.Suggestions, s.Text)
	}
	if a.options.Why {
		out.Why = whyJSON(a.index.Search(q.Text, whyEntries))
	}
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return nil
}

func whyJSON(ev knowledge.Evidence) *jsonWhy {
	out := jsonWhy{AnswerAt: ev.AnswerAt, ClarifyAt: ev.ClarifyAt, Unknown: append([]string{}, ev.Unknown...), Entries: []jsonHits{}}
	for _, h := range ev.Hits {
		claims := map[string]float64{}
		for _, c := range h.Claims {
			claims[c.Claim.ID] = c.Score
		}
		out.Entries = append(out.Entries, jsonHits{h.Entry.ID, h.Score, append([]knowledge.Reason{}, h.Why...), claims})
	}
	return &out
}
