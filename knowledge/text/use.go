package text

import (
	_ "embed"
	"strings"
)

//go:embed general.txt
var generalTable string

// Use says what it means for a question that a word of it is in no text.
type Use uint8

const (
	Subject   Use = iota // a thing of its own: little is known of what is asked
	General              // a word that people use whatever they ask about: it says little
	Attribute            // names what is asked of a thing ("price", 설립자): the answer is lacking, too
)

// readUses turns the embedded table into forms as [Analyzer.Words] gives them.
func (a *Analyzer) readUses() {
	a.uses = map[string]Use{}
	use := General
	for line := range strings.Lines(generalTable) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line == "[general]":
			use = General
		case line == "[attribute]":
			use = Attribute
		default:
			for _, w := range strings.Fields(line) {
				if form := scaffoldForm(Fold(w)); a.uses[form] < use {
					a.uses[form] = use
				}
			}
		}
	}
}

// useOf finds the use of a word by its surface, else by a reading of which at
// most one particle was cut.
func (a *Analyzer) useOf(w *Word) Use {
	if u, ok := a.uses[w.Text]; ok {
		return u
	}
	for _, r := range w.Readings {
		if u, ok := a.uses[r.Form]; ok && (r.Weight >= 1 || strings.HasPrefix(r.Form, verbMark)) {
			return u
		}
	}
	return Subject
}
