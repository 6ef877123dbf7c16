package knowledge

import "strings"

// maxAliasBytes is the length of one word of a row; what is longer is text.
const maxAliasBytes = 100

// parseAliases reads rows of words that mean the same: one row a line, commas
// between the words, nothing after a #. A row with a problem is left out.
func parseAliases(file string, data []byte) ([][]string, []Problem) {
	if len(data) > MaxFileBytes {
		return nil, []Problem{newProblem(file, 0, "file-large", MaxFileBytes>>10)}
	}
	text, bad := decode(file, data)
	if bad != nil {
		return nil, []Problem{*bad}
	}
	var rows [][]string
	var problems []Problem
	seen := map[string]int{}
	line := 0
	for l := range strings.SplitSeq(text, "\n") {
		line++
		l, _, _ = strings.Cut(l, "#")
		if strings.TrimSpace(l) == "" {
			continue
		}
		row, code, word := aliasRow(l)
		if code != "" {
			problems = append(problems, newProblem(file, line, code, word))
			continue
		}
		for _, w := range row {
			key := strings.ToLower(w)
			if before := seen[key]; before > 0 && before != line {
				problems = append(problems, newProblem(file, line, "alias-twice", w, before))
			} else {
				seen[key] = line
			}
		}
		rows = append(rows, row)
	}
	return rows, problems
}

// aliasRow splits one row; code names what is wrong with it, about a word.
func aliasRow(l string) (row []string, code, word string) {
	seen := map[string]bool{}
	for _, w := range splitList(l) {
		if len(w) > maxAliasBytes || fold(w) == "" {
			return nil, "alias-odd", w
		}
		if !seen[w] {
			seen[w] = true
			row = append(row, w)
		}
	}
	if len(row) < 2 {
		return nil, "alias-alone", strings.TrimSpace(l)
	}
	return row, "", ""
}
