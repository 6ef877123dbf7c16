package main

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/prompts"
)

// whyEntries and whyWords are how much of the reasons is shown: enough to see
// what decided, on one screen.
const (
	whyEntries = 3
	whyWords   = 8
)

// whyTable explains the evidence for ans as tables.
func whyTable(ev knowledge.Evidence, ans bot.Answer) string {
	w := prompts.ForTerminal(ans.Lang)
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s — %s\n", w.Because, w.ByStatus[ans.Status], fmt.Sprintf(w.Verdict, ev.Confidence, ev.AnswerAt, ev.ClarifyAt))
	if len(ev.Unknown) > 0 {
		fmt.Fprintf(&b, "%s: %s\n", w.Unknown, strings.Join(ev.Unknown, ", "))
	}
	if len(ev.Hits) == 0 {
		fmt.Fprintln(&b, w.Nothing)
	}
	for _, h := range ev.Hits {
		fmt.Fprintf(&b, "\n%s %s (%.2f)\n", w.Entry, h.Entry.ID, h.Score)
		rows := [][]string{{w.Word, w.Matched, w.How, w.Where, w.Weight}}
		for i, r := range h.Why {
			if i == whyWords {
				break
			}
			rows = append(rows, []string{r.Word, r.Matched, or(w.ByHow[r.How], r.How), or(w.ByField[r.Field], r.Field), fmt.Sprintf("%3.0f %%", 100*r.Weight)})
		}
		b.WriteString(table(rows))
		var claims []string
		for _, c := range h.Claims {
			if c.Score > 0 {
				claims = append(claims, fmt.Sprintf("%s %.2f", c.Claim.ID, c.Score))
			}
		}
		if len(claims) > 0 {
			fmt.Fprintf(&b, "  %s: %s\n", w.Claims, strings.Join(claims, ", "))
		}
	}
	return b.String()
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// table sets rows in columns; Hangul takes two columns a letter.
func table(rows [][]string) string {
	widths := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var cells []string
		for i, cell := range row {
			cells = append(cells, cell+strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell)))
		}
		b.WriteString("  " + strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	return b.String()
}
