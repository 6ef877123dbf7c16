package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// Answer is the document of a reply to the question id. A private answer offers
// to be shared; suggestions are offered as actions. l is in the reply's language.
func Answer(r bot.Reply, id bot.QuestionID, private bool, l bot.Labels) Document {
	var d Document
	if r.Asked != "" && (private || r.SharedBy != "") {
		d.Blocks = append(d.Blocks, Block{Kind: Quote, Spans: plainSpans(squeeze(r.Asked))})
	}
	if r.Failed {
		d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Spans: plainSpans(l.Failed)})
		d.Fallback = l.Failed
		return d
	}
	a := r.Answer
	if a.Preface != "" {
		d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Spans: plainSpans(a.Preface)})
	}
	allowed := func(url string) bool { return slices.Contains(a.Links, url) }
	d.Blocks = append(d.Blocks, statements(a.Sentences, allowed)...)
	d.Blocks = append(d.Blocks, notes(a.Notes, allowed, l)...)
	if s := sources(a.Citations, allowed, l); len(s.Items) > 0 || len(s.Spans) > 0 {
		d.Blocks = append(d.Blocks, s)
	}
	d.suggest(a, l)
	if private && a.Status == bot.Answered {
		d.Actions = append(d.Actions, Action{Kind: ActionShare, Label: l.Share, Value: string(id)})
	}
	if a.Status == bot.Answered {
		d.Votes = []Action{
			{Kind: ActionHelpful, Label: l.Helpful, Value: string(id)},
			{Kind: ActionUnhelpful, Label: l.NotHelpful, Value: string(id)},
		}
	}
	d.Fallback = fallback(a, allowed)
	return d
}

func (d *Document) suggest(a bot.Answer, l bot.Labels) {
	if len(a.Suggestions) == 0 {
		return
	}
	heading := l.Suggestions
	if a.Status == bot.Help {
		heading = l.Topics
	}
	d.Blocks = append(d.Blocks, Block{Kind: Small, Spans: []Span{text(heading)}})
	for _, s := range a.Suggestions {
		d.Actions = append(d.Actions, Action{Kind: ActionPick, Label: squeeze(s.Text), Value: s.ID})
	}
}

// statements puts the direct answer first, as a paragraph, and what else there
// is to say below it: as a list where there is enough of it to be one.
func statements(sentences []bot.Sentence, allowed func(string) bool) []Block {
	var blocks []Block
	var rest [][]Span
	for i, s := range sentences {
		parts := parseMarkdown(s.Text, allowed)
		if len(parts) != 1 || parts[0].Kind != Paragraph {
			blocks = append(blocks, flush(rest)...)
			rest = nil
			blocks = append(blocks, marked(parts, s)...)
			continue
		}
		spans := append(parts[0].Spans, text(s.Markers()))
		if i == 0 {
			blocks = append(blocks, Block{Kind: Paragraph, Spans: spans})
			continue
		}
		rest = append(rest, spans)
	}
	return append(blocks, flush(rest)...)
}

func flush(rest [][]Span) []Block {
	switch len(rest) {
	case 0:
		return nil
	case 1:
		return []Block{{Kind: Paragraph, Spans: rest[0]}}
	}
	return []Block{{Kind: List, Items: rest}}
}

// marked puts the markers of s behind the last text of its blocks.
func marked(parts []Block, s bot.Sentence) []Block {
	marker := text(strings.TrimSpace(s.Markers()))
	for i := len(parts) - 1; i >= 0; i-- {
		switch b := &parts[i]; b.Kind {
		case Code:
			continue
		case List:
			if n := len(b.Items); n > 0 {
				b.Items[n-1] = append(b.Items[n-1], text(s.Markers()))
				return parts
			}
		default:
			b.Spans = append(b.Spans, text(s.Markers()))
			return parts
		}
	}
	return append(parts, Block{Kind: Paragraph, Spans: []Span{marker}})
}

func notes(notes []bot.Note, allowed func(string) bool, l bot.Labels) []Block {
	var blocks []Block
	for _, n := range notes {
		spans := []Span{bold(l.Note), text(" " + numbers(n.On) + " — ")}
		for i, part := range parseMarkdown(n.Text, allowed) {
			if i > 0 {
				spans = append(spans, text(" "))
			}
			spans = append(spans, part.Spans...)
		}
		spans = append(spans, text(" ("+l.NotSource))
		if s := source(n.Source, allowed, l); len(s) > 0 {
			spans = append(append(spans, text("; "+l.Source+": ")), s...)
		}
		blocks = append(blocks, Block{Kind: Small, Spans: append(spans, text(")"))})
	}
	return blocks
}

// sources names each source once, with the numbers of the citations to it.
func sources(citations []bot.Citation, allowed func(string) bool, l bot.Labels) Block {
	var order []bot.Source
	numbersOf := map[bot.Source][]int{}
	for _, c := range citations {
		if _, ok := numbersOf[c.Source]; !ok {
			order = append(order, c.Source)
		}
		numbersOf[c.Source] = append(numbersOf[c.Source], c.N)
	}
	var lines [][]Span
	for _, s := range order {
		if spans := source(s, allowed, l); len(spans) > 0 {
			line := []Span{bold(l.Source), text(" " + numbers(numbersOf[s]) + " ")}
			lines = append(lines, append(line, spans...))
		}
	}
	if len(lines) == 1 {
		return Block{Kind: Small, Spans: lines[0]}
	}
	return Block{Kind: List, Items: lines}
}

func source(s bot.Source, allowed func(string) bool, l bot.Labels) []Span {
	var parts []string
	for _, p := range []string{s.Publisher, s.Title} {
		if p != "" {
			parts = append(parts, squeeze(p))
		}
	}
	name := strings.Join(parts, ", ")
	var spans []Span
	switch {
	case s.URL != "" && allowed(s.URL):
		if name == "" {
			name = s.URL
		}
		spans = append(spans, Span{Text: name, URL: s.URL})
	case s.URL != "":
		spans = append(spans, text(strings.TrimSpace(name+" ")), Span{Text: s.URL, Code: true})
	case name != "":
		spans = append(spans, text(name))
	}
	var dates []string
	if s.Published != "" {
		dates = append(dates, l.Published+" "+s.Published)
	}
	if s.Updated != "" {
		dates = append(dates, l.Updated+" "+s.Updated)
	}
	if len(dates) > 0 {
		spans = append(spans, text(" · "+strings.Join(dates, ", ")))
	}
	return spans
}

// numbers is "[1]–[4] [6]": runs of three and more are drawn together.
func numbers(ns []int) string {
	ns = slices.Compact(slices.Sorted(slices.Values(ns)))
	var parts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, fmt.Sprintf("[%d]–[%d]", ns[i], ns[j]))
			i = j + 1
			continue
		}
		parts = append(parts, "["+strconv.Itoa(ns[i])+"]")
		i++
	}
	return strings.Join(parts, " ")
}

// fallback is what a notification shows and a screen reader reads: the answer
// without markers, then who said it.
func fallback(a bot.Answer, allowed func(string) bool) string {
	parts := []string{a.Preface}
	for _, s := range a.Sentences {
		for _, b := range parseMarkdown(s.Text, allowed) {
			parts = append(parts, Plain(Document{Blocks: []Block{b}}))
		}
	}
	if len(a.Citations) > 0 && a.Citations[0].Source.Publisher != "" {
		parts = append(parts, "("+squeeze(a.Citations[0].Source.Publisher)+")")
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, " ")
}

// squeeze folds white space, so that a title or a question stays on its line.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
