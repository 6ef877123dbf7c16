package guard

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word reads a Latin word.
func (s *scanner) word() {
	rest := s.s[s.pos:]
	if f, n := monthAt(rest); n > 0 {
		s.number(f, n)
		return
	}
	if f, n := englishNumberAt(rest); n > 0 && !s.out.hangul {
		s.number(f, n)
		return
	}
	n := 0
	for i, r := range rest {
		if !unicode.Is(unicode.Latin, r) && (r < '0' || r > '9') && !unicode.Is(unicode.Mn, r) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	text := rest[:n]
	s.pos += n
	s.lastAt = s.pos
	s.english(text)
	s.contraction()
}

// contraction reads 's, n't and the like.
func (s *scanner) contraction() {
	rest := s.s[s.pos:]
	if !strings.HasPrefix(rest, "'") {
		return
	}
	rest = strings.ToLower(rest[:min(len(rest), 3)]) + rest[min(len(rest), 3):]
	for _, c := range [...]string{"'s", "'t", "'re", "'ve", "'ll", "'d", "'m", "'"} {
		if strings.HasPrefix(rest, c) && (len(rest) == len(c) || !isLetter(rest[len(c):])) {
			s.pos += len(c)
			s.lastAt = s.pos
			if c == "'t" {
				s.negNext = true
			}
			return
		}
	}
}

func isLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && !isSyllable(r)
}

// monthAt reads a date that begins with the name of a month. May and March are
// dates only with a number behind them.
func monthAt(s string) (fact, int) {
	if !strings.ContainsRune("JFMASOND", rune(s[0])) {
		return fact{}, 0
	}
	m := dateName.FindStringSubmatch(s)
	if m == nil || m[2] == "" && m[3] == "" && (m[1] == "May" || m[1] == "March" || m[1] == "Mar" || m[1] == "Jan" || m[1] == "Dec" || m[1] == "Sep") {
		return fact{}, 0
	}
	return calendar(atoi(m, 3), months[strings.ToLower(m[1])], atoi(m, 2), m[0])
}

// english adds a Latin word, unless it is one that only says something about the
// next.
func (s *scanner) english(text string) {
	lower := strings.ToLower(text)
	capital := isCapital(text)
	s.out.latin[lower] = true
	if englishJoins[lower] && !s.out.hangul {
		s.endSegment()
	}
	initial := s.first
	if capital && !initial && englishFunction[lower] && text != "I" && !s.out.hangul {
		s.add(token{text: text, keys: []string{"C:" + text}, latin: true, name: true}) // a name such as May
		return
	}
	if s.out.hangul && !capital {
		s.add(token{text: text, keys: s.words.latinKeys(text, true), latin: true})
		return
	}
	if unit, ok := ordinals[lower]; ok && !s.out.hangul {
		s.add(token{text: text, fact: &fact{value: unit, unit: "ord"}})
		return
	}
	s.modal(lower)
	s.recent = append(s.recent, lower)
	if englishFunction[lower] && !s.out.hangul {
		if capital && initial {
			s.out.opened = append(s.out.opened, lower)
		}
		s.first = false
		return
	}
	recent := s.recent
	s.add(token{text: text, keys: s.words.latinKeys(text, capital && !initial), latin: true, name: capital && !initial, neutral: englishNeutral[lower]})
	s.recent = recent
}

// modal notes what a word says about the next.
func (s *scanner) modal(lower string) {
	if s.out.hangul {
		return
	}
	if englishNegates[lower] {
		s.negNext = !s.negNext
	}
	if englishCan[lower] {
		s.canNext = true
	}
	if englishMust[lower] || lower == "to" && slices.Contains([]string{"have", "has", "had", "need", "needs"}, lastOf(s.recent)) {
		s.mustNext = true
	}
}

func lastOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}
