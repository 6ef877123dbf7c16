package text

import (
	_ "embed"
	"strings"
)

//go:embed scaffold.txt
var scaffoldTable string

// Role says what a word does in a question.
type Role uint8

const (
	Content Role = iota // carries the subject
	Ask                 // asks: "what", "알려줘"
	Empty               // function word or filler: "the", "것", "요즘"
)

// readScaffold turns the embedded table into forms as [Analyzer.Words] gives them.
func (a *Analyzer) readScaffold() map[string]Role {
	out := map[string]Role{}
	role := Empty
	for line := range strings.Lines(scaffoldTable) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line == "[ask]":
			role = Ask
		case line == "[empty]":
			role = Empty
		default:
			for _, w := range strings.Fields(line) {
				a.addScaffold(out, Fold(w), role)
			}
		}
	}
	return out
}

func (a *Analyzer) addScaffold(out map[string]Role, w string, role Role) {
	r := []rune(w)
	if isHangul(r[0]) && r[len(r)-1] == '다' && len(r) > 1 {
		stem := foldStem(toJamo(nil, r[:len(r)-1]))
		out[verbMark+string(stem)] = role
		return
	}
	if !isHangul(r[0]) {
		w = stemLatin(w)
	}
	if _, ok := out[w]; !ok {
		out[w] = role
	}
}

// roleOf finds the role of a word: that of its surface, else of a reading as a
// verb, else of a noun reading of which one particle was cut.
func (a *Analyzer) roleOf(w *Word) Role {
	if w.Script == Number {
		return Content
	}
	if r, ok := a.scaffold[w.Text]; ok {
		return r
	}
	for _, rd := range w.Readings {
		if rd.Weight < 1 && !strings.HasPrefix(rd.Form, verbMark) {
			continue
		}
		if r, ok := a.scaffold[rd.Form]; ok {
			return r
		}
	}
	return Content
}
