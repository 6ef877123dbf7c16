package text

import (
	_ "embed"
	"strings"
)

//go:embed alias.txt
var aliasTable string

// StarterAliases returns rows of words that mean the same: general terms of
// computing, offices and AI in Korean and English. The caller owns the result.
func StarterAliases() [][]string {
	var rows [][]string
	for line := range strings.Lines(aliasTable) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		var row []string
		for term := range strings.SplitSeq(line, ",") {
			if term = strings.TrimSpace(term); term != "" {
				row = append(row, term)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// MinePairs finds words that a text itself says are the same: "엑사원(EXAONE)"
// gives [엑사원 EXAONE], "large language model (LLM)" [large language model, LLM]
// where the letters agree. It returns nothing where it would have to guess.
func MinePairs(s string) [][]string {
	var out [][]string
	s = Normalize(s)
	for i := 0; i < len(s); {
		open := strings.IndexByte(s[i:], '(')
		if open < 0 {
			break
		}
		open += i
		length := strings.IndexByte(s[open:], ')')
		if length < 0 {
			break
		}
		if row := pair(s[max(0, open-120):open], s[open+1:open+length]); row != nil {
			out = append(out, row)
		}
		i = open + 1
	}
	return out
}

// pair judges one bracket: before is the text in front, inside what is in it.
func pair(before, inside string) []string {
	inside = strings.TrimSpace(inside)
	if inside == "" || len(inside) > 60 {
		return nil
	}
	in := runsOf(inside)
	out := runsOf(before)
	if len(in) == 0 || len(in) > 4 || len(out) == 0 {
		return nil
	}
	last := out[len(out)-1]
	switch {
	case in[0].Script == Latin && last.Script == Hangul, in[0].Script == Hangul && last.Script == Latin:
		return crossPair(out, in, inside)
	case len(in) == 1 && in[0].Script == Latin && last.Script == Latin:
		return initials(out, inside)
	}
	return nil
}

func runsOf(s string) []Token {
	var out []Token
	Cut(Fold(s), func(t Token) bool {
		out = append(out, t)
		return true
	})
	return out
}

// crossPair pairs as many words before the bracket as agree in sound with what is inside,
// else the one word before it where that is long enough to be a name of its own.
func crossPair(out, in []Token, inside string) []string {
	joined := func(ts []Token) string {
		var b strings.Builder
		for _, t := range ts {
			b.WriteString(t.Text)
		}
		return b.String()
	}
	want := Skeleton(joined(in))
	for n := 1; n <= 3 && n <= len(out); n++ {
		tail := out[len(out)-n:]
		if tail[0].Script != out[len(out)-1].Script {
			break
		}
		if len(want) >= 2 && Skeleton(joined(tail)) == want {
			return []string{words(tail), inside}
		}
	}
	last := out[len(out)-1]
	if last.Script == Hangul && len([]rune(last.Text)) >= 3 && len(in) == 1 {
		return []string{last.Text, inside}
	}
	return nil
}

func words(ts []Token) string {
	parts := make([]string, len(ts))
	for i, t := range ts {
		parts[i] = t.Text
	}
	return strings.Join(parts, " ")
}

// initials pairs "large language model (LLM)".
func initials(out []Token, inside string) []string {
	n := len(inside)
	if n < 2 || n > 6 || n > len(out) || inside != strings.ToUpper(inside) {
		return nil
	}
	tail := out[len(out)-n:]
	for i, t := range tail {
		if t.Script != Latin || t.Text[0] != strings.ToLower(inside)[i] {
			return nil
		}
	}
	return []string{words(tail), inside}
}
