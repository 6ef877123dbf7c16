package knowledge

import (
	"strings"
	"unicode"
)

// section is a part of an entry in one language.
type section int

const (
	answerSection section = iota
	phrasingSection
	nearMissSection
	noteSection
	sourceSection
	unknownSection
)

// sectionNames are the headings that authors may use, the one that [Format]
// writes first, in each language.
var sectionNames = map[section]map[Lang][]string{
	answerSection: {
		Korean:  {"답", "답변", "대답"},
		English: {"Answer"},
	},
	phrasingSection: {
		Korean:  {"다른 표현", "다르게 묻기", "다른 질문 방법", "이렇게도 묻습니다", "이렇게도 물어요", "이렇게 물어도 됩니다", "같은 질문", "유사 표현", "비슷한 표현", "다른 말로 묻기"},
		English: {"Other phrasings", "Phrasings", "Other ways to ask", "Also asked as", "Also asked", "Same question", "Other wordings"},
	},
	nearMissSection: {
		Korean:  {"답하지 않는 질문", "헷갈리는 질문", "비슷하지만 다른 질문", "다른 질문과 구별", "답이 없는 질문", "여기서 답하지 않습니다"},
		English: {"Not answered here", "Near misses", "Near miss", "Similar but different questions", "Do not answer", "Must not answer"},
	},
	noteSection: {
		Korean:  {"참고", "덧붙임", "주석", "참고 사항", "보충 설명", "메모"},
		English: {"Notes", "Note", "Context", "Context notes"},
	},
	sourceSection: {
		Korean:  {"출처"},
		English: {"Source", "Sources"},
	},
}

// sectionOf returns the section that a heading begins. For a heading that is
// spelt a little wrong it also returns how it should be; otherwise similar is "".
func sectionOf(heading string) (found section, similar string) {
	found = unknownSection
	want := fold(heading)
	best := 3 // letters that may differ at most, and then 2
	for _, s := range []section{answerSection, phrasingSection, nearMissSection, noteSection, sourceSection} {
		for _, lang := range []Lang{Korean, English} {
			for _, name := range sectionNames[s][lang] {
				folded := fold(name)
				if folded == want {
					return s, ""
				}
				if d := distance([]rune(want), []rune(folded)); d < best && d*3 <= len([]rune(folded))+1 {
					best, found, similar = d, s, name
				}
			}
		}
	}
	return found, similar
}

// fold keeps the letters and digits of s, in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// distance is the number of letters to put in, take out or change to make b
// of a, or 99 where their lengths alone differ by more than 3.
func distance(a, b []rune) int {
	if max(len(a), len(b))-min(len(a), len(b)) > 3 {
		return 99
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
