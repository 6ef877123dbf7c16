package guard

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrUncited means that a line does not end in the numbers of its claims.
var ErrUncited = errors.New("sentence does not end in its citations")

var (
	markers = regexp.MustCompile(`^(.*?)((?:\s*\[\s*\d{1,4}(?:\s*[,;]\s*\d{1,4})*\s*\])+)\s*([.!?。]?)\s*$`)
	digits  = regexp.MustCompile(`\d+`)
	bullet  = regexp.MustCompile(`^\s*(?:[-*•·]\s+)?`)
)

// Parse takes a line as the model writes it apart: "text [1][3]", "text. [1, 3]"
// or "text [1]." become the sentence and its numbers, ascending and each once. A
// bullet before the text is dropped. Markers inside the text stay there, where
// [Check] refuses them. The error is ErrUncited.
func Parse(line string) (sentence string, cites []int, err error) {
	line = bullet.ReplaceAllString(strings.TrimSpace(line), "")
	m := markers.FindStringSubmatch(line)
	if m == nil {
		return line, nil, ErrUncited
	}
	for _, d := range digits.FindAllString(m[2], -1) {
		n, err := strconv.Atoi(d)
		if err != nil {
			return line, nil, ErrUncited
		}
		cites = append(cites, n)
	}
	slices.Sort(cites)
	sentence = strings.TrimSpace(m[1])
	if m[3] != "" && !strings.HasSuffix(sentence, m[3]) {
		sentence += m[3]
	}
	return sentence, slices.Compact(cites), nil
}
