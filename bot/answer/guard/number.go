package guard

import (
	"regexp"
	"strconv"
	"strings"
)

// fact is a number with all that belongs to it, as one value.
type fact struct {
	kind    factKind
	value   string // canonical; of a date and a time empty
	unit    string // canonical, the same in both languages
	bound   string // "≥", "≤", ">", "<", "~", "within", "from", "to" …
	y, m, d int    // of a date, 0 where not said
	minute  int    // of a time, since midnight; -1 where it is not known whether before or after noon
	clock   int    // of a time, on a clock of twelve hours
}

type factKind byte

const (
	quantity factKind = iota
	version           // digits with points: 3.1 is not 3
	date
	moment // a time of day
	raw    // read as it stands: a phone number, an ambiguous date
)

// states reports whether the fact of a claim says what f says, at least as precisely.
func (f fact) statedBy(c fact) bool {
	if f.bound != c.bound {
		return false
	}
	switch {
	case f.kind == date && c.kind == date:
		return within(f.y, c.y) && within(f.m, c.m) && within(f.d, c.d)
	case f.kind == quantity && c.kind == date: // "2024" for 2024년
		return f.unit == "" && f.value == strconv.Itoa(c.y)
	case f.kind == date && c.kind == quantity:
		return f.m == 0 && f.d == 0 && c.unit == "" && c.value == strconv.Itoa(f.y)
	case f.kind == moment && c.kind == moment:
		return f.minute == c.minute && f.clock == c.clock
	}
	return f.kind == c.kind && f.value == c.value && f.unit == c.unit
}

func within(said, known int) bool { return said == 0 || said == known }

// near reports the same number with another unit or bound.
func (f fact) near(c fact) bool {
	if f.kind == date {
		f.bound, c.bound = "", ""
		return c.kind == date && f.statedBy(c)
	}
	return f.kind == c.kind && f.value == c.value && f.kind != moment
}

func (f fact) reason() Reason {
	if f.kind == date || f.kind == moment || f.kind == raw {
		return Date
	}
	return Number
}

const monthNames = `(January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)`

var (
	dateISO     = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})\b`)
	dateDots    = regexp.MustCompile(`^(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\b\.?`)
	dateSlashes = regexp.MustCompile(`^(\d{4})/(\d{1,2})/(\d{1,2})\b`)
	dateMonth   = regexp.MustCompile(`^((?:19|20)\d{2})[-.](0[1-9]|1[0-2])\b`)
	dateKorean  = regexp.MustCompile(`^([12]\d{3})\s?년(?:도)?(?:\s?(\d{1,2})\s?월(?:\s?(\d{1,2})\s?일)?)?`)
	dateKoMonth = regexp.MustCompile(`^(\d{1,2})\s?월(?:\s?(\d{1,2})\s?일)?`)
	dateDay     = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?` + monthNames + `\b\.?(?:,?\s(\d{4})\b)?`)
	dateName    = regexp.MustCompile(`^` + monthNames + `\b\.?(?:\s(\d{1,2})(?:st|nd|rd|th)?\b)?(?:,?\s(?:of\s)?(\d{4})\b)?`)
	abbreviated = regexp.MustCompile(`(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)$`)
	slashes     = regexp.MustCompile(`^\d{1,4}/\d{1,4}(?:/\d{1,4})?\b`)
	clock       = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::\d{2})?(?:\s?([aApP])\.?[mM]\b\.?)?`)
	clockHour   = regexp.MustCompile(`^(\d{1,2})()\s?([aApP])\.?[mM]\b\.?`)
	clockKorean = regexp.MustCompile(`^(?:(오전|오후|새벽|아침|낮|저녁|밤)\s?)?(\d{1,2})\s?시(?:\s?(?:(\d{1,2})\s?분|(반)))?`)
	phone       = regexp.MustCompile(`^\d{2,4}-\d{3,4}(?:-\d{4})?\b`)
	plainNumber = regexp.MustCompile(`^\d+(?:,\d{3})*(?:\.\d+)*`)
	rangeMark   = regexp.MustCompile(`^\s?[~-]\s?\d`)
	percent     = regexp.MustCompile(`^\s?(?:(%p\b|퍼센트\s?포인트|percentage\spoints?\b)|(%|퍼센트|프로(?:\s|$)|percent\b|per\scent\b))`)
	scaleWord   = regexp.MustCompile(`^[\s-](hundred|thousand|million|billion|trillion)\b`)
	ordinalTail = regexp.MustCompile(`^(?:st|nd|rd|th)\b`)
)

// dateAt reads a date at the beginning of s, and how long it is.
func dateAt(s string) (fact, int) {
	for _, re := range [...]*regexp.Regexp{dateISO, dateDots, dateSlashes, dateKorean, dateMonth} {
		if m := re.FindStringSubmatch(s); m != nil {
			return calendar(atoi(m, 1), atoi(m, 2), atoi(m, 3), m[0])
		}
	}
	if m := dateDay.FindStringSubmatch(s); m != nil {
		return calendar(atoi(m, 3), months[strings.ToLower(m[2])], atoi(m, 1), m[0])
	}
	if m := dateKoMonth.FindStringSubmatch(s); m != nil {
		return calendar(0, atoi(m, 1), atoi(m, 2), m[0])
	}
	return fact{}, 0
}

// calendar is a date, or what is written like one and is none.
func calendar(y, m, d int, text string) (fact, int) {
	if full := strings.TrimSuffix(text, "."); full != text && !abbreviated.MatchString(full) && !dateDots.MatchString(text) {
		text = full // the full stop ends the sentence
	}
	if m > 12 || d > 31 {
		return fact{kind: raw, value: text}, len(text)
	}
	return fact{kind: date, y: y, m: m, d: d}, len(text)
}

func atoi(m []string, i int) int {
	if i >= len(m) {
		return 0
	}
	n, err := strconv.Atoi(m[i])
	if err != nil {
		return 0 // not said
	}
	return n
}

// dayTimeAt reads a time that begins with the part of the day: 오후 3시.
func dayTimeAt(s string) (fact, int) {
	for _, part := range [...]string{"오전", "오후", "새벽", "아침", "낮", "저녁", "밤"} {
		if strings.HasPrefix(s, part) {
			return timeAt(s)
		}
	}
	return fact{}, 0
}

// timeAt reads a time of day.
func timeAt(s string) (fact, int) {
	for _, re := range [...]*regexp.Regexp{clock, clockHour} {
		if m := re.FindStringSubmatch(s); m != nil {
			half := map[string]string{"a": "오전", "p": "오후"}[strings.ToLower(m[3])]
			return timeOf(half, atoi(m, 1), atoi(m, 2)), len(m[0])
		}
	}
	m := clockKorean.FindStringSubmatch(s)
	if m == nil || !endsRun(s[len(m[0]):]) {
		return fact{}, 0
	}
	minutes := atoi(m, 3)
	if m[4] != "" {
		minutes = 30
	}
	return timeOf(m[1], atoi(m, 2), minutes), len(m[0])
}

func timeOf(half string, hour, minute int) fact {
	f := fact{kind: moment, clock: hour%12*60 + minute, minute: hour*60 + minute}
	switch half {
	case "오전", "새벽", "아침":
		f.minute = hour%12*60 + minute
	case "오후", "낮", "저녁", "밤":
		f.minute = (hour%12+12)*60 + minute
	default:
		if hour <= 12 {
			f.minute = -1
		}
	}
	return f
}

// endsRun reports whether a run of Hangul ends here, but for a particle.
func endsRun(rest string) bool {
	run := hangulRun(rest)
	if run == "" {
		return true
	}
	_, ok := particleOf[run]
	return ok || boundAfter[run] != ""
}

func hangulRun(s string) string {
	for i, r := range s {
		if !isSyllable(r) {
			return s[:i]
		}
	}
	return s
}

// numberAt reads a number in digits with its scale and its unit.
func numberAt(s string) (fact, int) {
	if m := slashes.FindString(s); m != "" {
		return fact{kind: raw, value: m}, len(m)
	}
	if m := phone.FindString(s); m != "" {
		return fact{kind: raw, value: m}, len(m)
	}
	digits := plainNumber.FindString(s)
	n := len(digits)
	plain := strings.ReplaceAll(digits, ",", "")
	if strings.Count(plain, ".") > 1 {
		return fact{kind: version, value: plain}, n
	}
	if more := rangeMark.FindString(s[n:]); more != "" {
		second := n + len(more) - 1
		if f, k := numberAt(s[second:]); f.kind == quantity || f.kind == version {
			f.value = plain + "~" + f.value
			return f, second + k
		}
	}
	value, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return fact{kind: raw, value: digits}, n
	}
	scaled, point := false, strings.Contains(plain, ".")
	if v, k := koreanScale(value, s[n:]); k > 0 && (!point || hangulRun(s[n:]) != "만") { // "only 3.0"
		value, n, scaled = v, n+k, true
	}
	if m := scaleWord.FindStringSubmatch(s[n:]); m != nil {
		value, n, scaled = value*scales[m[1]], n+len(m[0]), true
	}
	f := fact{kind: quantity, value: formatNumber(value)}
	unit, k := unitAt(s[n:])
	f.unit = unit
	if (unit == "" || wholeUnits[unit] && s[n] != ' ') && !scaled && point {
		return fact{kind: version, value: plain}, n
	}
	return f, n + k
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var (
	scaleOf   = map[rune]float64{'십': 10, '백': 100, '천': 1e3}
	bigOf     = map[rune]float64{'만': 1e4, '억': 1e8, '조': 1e12}
	sinoOf    = map[rune]float64{'영': 0, '일': 1, '이': 2, '삼': 3, '사': 4, '오': 5, '육': 6, '륙': 6, '칠': 7, '팔': 8, '구': 9}
	moreDigit = regexp.MustCompile(`^\s?(\d[\d,]*(?:\.\d+)?)(십|백|천|만|억)?`)
)

// koreanScale multiplies a number in digits by the scales behind it: 3만 5천,
// 1억 2,000만, 5천만.
func koreanScale(value float64, s string) (float64, int) {
	total, part, n := 0.0, value, 0
	for {
		run := hangulRun(s[n:])
		used := 0
		for _, r := range run {
			if f, ok := scaleOf[r]; ok {
				part *= f
			} else if f, ok := bigOf[r]; ok {
				total += part * f
				part = 0
			} else {
				break
			}
			used += len(string(r))
		}
		if used == 0 {
			return value, n
		}
		if rest := run[used:]; rest == "" || unitPrefix(rest) != "" || endsRun(rest) || particleOf[rest] != noRole {
			n += used
		} else {
			return value, 0
		}
		m := moreDigit.FindStringSubmatch(s[n:])
		if m == nil || run[used:] != "" {
			return total + part, n
		}
		next, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
		if err != nil {
			return total + part, n
		}
		n += len(m[0]) - len(m[2])
		if total, part = total+part, next; m[2] == "" {
			return total + part, n
		}
	}
}
