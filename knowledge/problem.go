package knowledge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a problem means for the entry that has it.
type Severity int

// The severities.
const (
	// Warning: the entry is loaded, and probably not what its author meant.
	Warning Severity = iota
	// Error: the entry, or the row of aliases, is left out.
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// MarshalText returns what String returns.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Problem is something that an author should look at.
type Problem struct {
	File     string // slash-separated, relative to the folder that was loaded
	Line     int    // 1 for the first line; 0 where the problem is not on a line
	Severity Severity
	Code     string // stable name of the kind of problem, such as "no-answer"
	Message  Texts  // what is wrong; in Korean and in English
	Advice   Texts  // what to do; in Korean and in English
}

// String returns the problem in English, as In does.
func (p Problem) String() string { return p.In(English) }

// In returns the problem in lang on one line: "path:line: message. advice",
// with "warning: " before the message of a warning.
func (p Problem) In(lang Lang) string {
	var b strings.Builder
	b.WriteString(printable(p.File))
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Severity == Warning {
		if lang == Korean {
			b.WriteString("경고: ")
		} else {
			b.WriteString("warning: ")
		}
	}
	message, _ := p.Message.In(lang)
	advice, _ := p.Advice.In(lang)
	b.WriteString(message)
	if !strings.HasSuffix(message, "?") {
		b.WriteByte('.')
	}
	b.WriteString(" " + advice + ".")
	return b.String()
}

// HasErrors reports whether one of the problems is an [Error].
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// newProblem returns the problem that code names; args fill the placeholders
// of its message and advice.
func newProblem(file string, line int, code string, args ...any) Problem {
	w, ok := wordings[code]
	if !ok {
		panic("knowledge: no wording for problem " + code)
	}
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = "“" + excerpt(s) + "”"
		}
	}
	fill := func(format string) string {
		if !strings.Contains(format, "%") {
			return format
		}
		return fmt.Sprintf(format, args...)
	}
	return Problem{
		File: file, Line: line, Severity: w.severity, Code: code,
		Message: Texts{Korean: fill(w.ko[0]), English: fill(w.en[0])},
		Advice:  Texts{Korean: fill(w.ko[1]), English: fill(w.en[1])},
	}
}

// excerpt shortens what is quoted in a message to 60 characters, on one line.
func excerpt(s string) string {
	s = strings.Join(strings.Fields(printable(s)), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// printable replaces what could move the cursor or hide text on a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || isBidi(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// sortProblems orders problems by file and line, keeping the order within a
// line, and drops what is said twice.
func sortProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool {
		return a.Code == b.Code && a.String() == b.String()
	})
}
