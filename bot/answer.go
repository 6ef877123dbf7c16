package bot

import (
	"strconv"
	"strings"
	"time"
)

// Status says what kind of answer it is.
type Status string

const (
	Answered  Status = "answered"  // the sources answer the question
	Clarify   Status = "clarify"   // perhaps one of the suggestions was meant
	Abstained Status = "abstained" // the sources do not answer it
	Help      Status = "help"      // a greeting, thanks, "what can you do?"
)

// Writer says who chose the words of an answer.
type Writer string

const (
	Extract Writer = "extract" // the claims themselves; no model took part
	Select  Writer = "select"  // a model chose among the claims; the words are the claims'
	Model   Writer = "model"   // a model wrote; every sentence passed the guard
)

// Answer is what is said to a question.
//
// Every Sentence rests on at least one Citation. Preface is the program's own
// voice (a greeting, an abstention, "this is only there in Korean") and never
// states a fact of the knowledge base.
type Answer struct {
	Status      Status        `json:"status"`
	Lang        Lang          `json:"lang"`
	Writer      Writer        `json:"writer"`
	Preface     string        `json:"preface,omitempty"`
	Sentences   []Sentence    `json:"sentences,omitempty"`
	Citations   []Citation    `json:"citations,omitempty"` // the main one first; Citations[i].N == i+1
	Notes       []Note        `json:"notes,omitempty"`
	Suggestions []Suggestion  `json:"suggestions,omitempty"` // nearest first, at most MaxSuggestions unless Status is Help
	Links       []string      `json:"links,omitempty"`       // the URLs that may be shown as links: the sources' and those in the cited claims
	Confidence  float64       `json:"confidence"`            // 0 to 1, that the sources answer the question
	Elapsed     time.Duration `json:"elapsed"`
}

// MaxSuggestions is how many near questions are offered with an answer.
const MaxSuggestions = 3

// Sentence is a statement and the numbers of the citations it rests on.
type Sentence struct {
	Text  string `json:"text"`
	Cites []int  `json:"cites"` // Citation.N, at least one, ascending
}

// Citation points to the claim that a sentence rests on.
type Citation struct {
	N       int    `json:"n"` // from 1
	Entry   string `json:"entry"`
	Claim   string `json:"claim"`
	Section string `json:"section,omitempty"`
	Source  Source `json:"source"`
}

// Source is where a claim or a note was published, in the language of the answer.
type Source struct {
	Publisher string `json:"publisher,omitempty"`
	Title     string `json:"title,omitempty"`
	URL       string `json:"url,omitempty"`       // http or https
	Published string `json:"published,omitempty"` // 2006-01-02
	Updated   string `json:"updated,omitempty"`   // 2006-01-02
}

// Note is a correction or context that is not the source's own.
type Note struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	On     []int  `json:"on"` // Citation.N of the claims it belongs to
	Source Source `json:"source"`
}

// Suggestion is a question that the knowledge base can answer.
type Suggestion struct {
	ID   string `json:"id"` // at most 64 bytes; Question.Pick when it is clicked
	Text string `json:"text"`
}

// Text is the answer as plain text, each sentence followed by its markers:
// "Anyone may use it. [1] [2]".
func (a Answer) Text() string {
	var b strings.Builder
	b.WriteString(a.Preface)
	for _, s := range a.Sentences {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.Text)
		b.WriteString(s.Markers())
	}
	return b.String()
}

// Markers is " [1] [2]": the numbers of s as they stand behind it.
func (s Sentence) Markers() string {
	var b strings.Builder
	for _, n := range s.Cites {
		b.WriteString(" [" + strconv.Itoa(n) + "]")
	}
	return b.String()
}
