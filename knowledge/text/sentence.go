package text

import "strings"

// Sentences cuts s into its sentences, each without surrounding space. A line
// end ends a sentence; a point between digits, in an abbreviation such as
// "e.g." or after a single letter does not. Closing quotes and brackets stay
// with their sentence. Empty sentences are left out.
func Sentences(s string) []string {
	var out []string
	r := []rune(s)
	start := 0
	flush := func(end int) {
		if t := strings.TrimSpace(string(r[start:end])); t != "" {
			out = append(out, t)
		}
		start = end
	}
	for i := 0; i < len(r); i++ {
		switch r[i] {
		case '\n':
			flush(i + 1)
		case '.', '!', '?', '。', '！', '？', '…':
			end := i + 1
			for end < len(r) && strings.ContainsRune(`.!?。！？…"'”’)]」』〉》`, r[end]) {
				end++
			}
			if end == len(r) || ((r[end] == ' ' || r[end] == '\n' || r[end] == '\t' || r[end] >= 0x1100) && !abbreviation(r[start:end])) {
				flush(end)
			}
			i = max(i, end-1)
		}
	}
	flush(len(r))
	return out
}

// abbreviation reports whether the sentence so far ends in a point that does not end it.
func abbreviation(r []rune) bool {
	n := len(r)
	if n < 2 || r[n-1] != '.' {
		return false
	}
	i := n - 1
	for i > 0 && (r[i-1] >= 'A' && r[i-1] <= 'Z' || r[i-1] >= 'a' && r[i-1] <= 'z' || r[i-1] == '.') {
		i--
	}
	w := strings.ToLower(string(r[i : n-1]))
	if len(w) == 1 {
		return true
	}
	return w != "" && strings.Contains(" e.g i.e etc vs mr mrs ms dr prof inc ltd co corp no st jr sr approx u.s u.k a.m p.m ", " "+w+" ")
}
