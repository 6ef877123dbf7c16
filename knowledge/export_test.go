package knowledge

import "slices"

// Headings returns the headings of sections that an author may use in lang,
// one row for each section, the one that [Format] writes first.
func Headings(lang Lang) [][]string {
	var rows [][]string
	for _, s := range []section{phrasingSection, nearMissSection, noteSection, sourceSection, answerSection} {
		rows = append(rows, slices.Clone(sectionNames[s][lang]))
	}
	return rows
}
