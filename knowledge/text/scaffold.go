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

// scaffoldSections name the parts of the table.
const (
	sectionAsk    = "[ask]"
	sectionEmpty  = "[empty]"
	sectionPhrase = "[phrase]"
	sectionAsker  = "[asker]"
	sectionPeople = "[people]"
	sectionPlace  = "[place]"
	sectionSaying = "[saying]"
)

// readScaffold turns the embedded table into forms as [Analyzer.Words] gives them.
func (a *Analyzer) readScaffold() {
	a.scaffold = map[string]Role{}
	a.chatter = newChatter()
	section := sectionEmpty
	for line := range strings.Lines(scaffoldTable) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = line
		case section == sectionPhrase:
			a.chatter.addPhrase(line)
		default:
			for _, w := range strings.Fields(line) {
				a.addScaffold(section, Fold(w))
			}
		}
	}
}

func (a *Analyzer) addScaffold(section, w string) {
	form := scaffoldForm(w)
	switch section {
	case sectionAsker:
		a.chatter.asker[form] = true
	case sectionPeople:
		a.chatter.people[form] = true
	case sectionPlace:
		a.chatter.place[form] = true
	case sectionSaying:
		a.chatter.saying[form] = true
	default:
		role := Empty
		if section == sectionAsk {
			role = Ask
		}
		if _, ok := a.scaffold[form]; !ok {
			a.scaffold[form] = role
		}
	}
}

// scaffoldForm is the form by which a word of the table is met: a verb or
// adjective given as …다 by its stem, a noun with 하다 by the noun, a Latin word by its stem.
func scaffoldForm(w string) string {
	r := []rune(w)
	switch {
	case !isHangul(r[0]):
		return stemLatin(w)
	case len(r) < 2 || r[len(r)-1] != '다':
		return w
	case len(r) > 3 && r[len(r)-2] == '하':
		return string(r[:len(r)-2])
	}
	return verbMark + string(foldStem(toJamo(nil, r[:len(r)-1])))
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
