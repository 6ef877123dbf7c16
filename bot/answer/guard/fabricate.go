package guard

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// forger makes a false sentence of a true one. ok is false where there is nothing
// to change.
type forger func(r *rand.Rand, text string, lang bot.Lang) (forged string, ok bool)

// forgers by class. They share no code with the check: what they find in a text
// they find by themselves.
var forgers = []struct {
	class string
	forge []forger
}{
	{"number", []forger{changeNumber, changeNumber, insertNumber}},
	{"unit", []forger{changeUnit, addBound}},
	{"date", []forger{changeDate, changeDate, insertDate}},
	{"name", []forger{changeName, changeName, insertName}},
	{"polarity", []forger{flip}},
	{"roles", []forger{exchange}},
	{"drift", []forger{insertForeign, translate}},
	{"surface", []forger{deface}},
}

// Fabricate makes n different samples that the claims do not support, evenly over
// the classes, or as many as there are. The same arguments give the same samples.
func Fabricate(seed uint64, claims []TrialClaim, n int) []Sample {
	if len(claims) == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, 0x6f70656e))
	seen := map[string]bool{}
	var out []Sample
	for tries := 0; len(out) < n && tries < 20*n; tries++ {
		s, ok := fabricateOne(r, claims)
		if key := s.Class + s.Line + strings.Join(s.Claims, "\n"); ok && !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

func fabricateOne(r *rand.Rand, claims []TrialClaim) (Sample, bool) {
	c := claims[r.IntN(len(claims))]
	s := Sample{Lang: c.Lang, Claims: []string{c.Text}}
	k := r.IntN(len(forgers) + 2)
	text := variant(r, c)
	if k >= len(forgers) {
		return cite(r, s, text, claims, c, k == len(forgers))
	}
	s.Class = forgers[k].class
	forge := forgers[k].forge[r.IntN(len(forgers[k].forge))]
	forged, ok := forge(r, text, c.Lang)
	s.Line = forged + " [1]"
	return s, ok && forged != text && !strings.Contains(c.Text, forged)
}

// variant is the claim, one of its sentences, or one of its faithful rewrites.
func variant(r *rand.Rand, c TrialClaim) string {
	options := []string{c.Text, c.Text}
	options = append(options, sentencesOf(c.Text)...)
	options = append(options, rewriteEndings(c.Text, c.Lang)...)
	return options[r.IntN(len(options))]
}

// cite gives a true sentence no citation, one that does not exist, one of another
// claim, or one too many.
func cite(r *rand.Rand, s Sample, text string, claims []TrialClaim, own TrialClaim, wrong bool) (Sample, bool) {
	if !wrong {
		s.Class = "uncited"
		s.Line = text + []string{"", " [2]", " [0]", " [1] " + text, " [a]", " (1)", " [1] [99]"}[r.IntN(7)]
		return s, true
	}
	s.Class = "wrong citation"
	other := claims[r.IntN(len(claims))]
	if other == own || other.Lang != s.Lang || supports(other.Text, text) {
		return s, false
	}
	s.Claims = append(s.Claims, other.Text)
	s.Line = text + " [2]"
	return s, true
}

// supports is a rough guard against a second claim that says the same.
func supports(claim, text string) bool {
	return strings.Contains(claim, strings.TrimRight(text, ".")) || strings.Contains(text, claim)
}

var (
	digitRun   = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	dateDigits = regexp.MustCompile(`\d{4}\s?년|\d{1,2}\s?월|\d{1,2}\s?일|\b(?:19|20)\d{2}\b`)
	monthWord  = regexp.MustCompile(`\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b`)
	numberWord = regexp.MustCompile(`\b(?:two|three|four|five|six|seven|eight|nine|ten)\b`)
	koNumber   = regexp.MustCompile(`(?:^|\s)(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열) (가지|개|명|번|곳)`)
)

// edit replaces what a pattern finds, once, somewhere.
func edit(r *rand.Rand, text string, re *regexp.Regexp, change func(string) string) (string, bool) {
	found := re.FindAllStringIndex(text, -1)
	if len(found) == 0 {
		return text, false
	}
	at := found[r.IntN(len(found))]
	was := text[at[0]:at[1]]
	now := change(was)
	return text[:at[0]] + now + text[at[1]:], now != was && !strings.Contains(text, now)
}

// changeDigits makes another number of a number.
func changeDigits(r *rand.Rand, was string) string {
	d := []byte(was)
	switch n := len(d); r.IntN(6) {
	case 0:
		v, err := strconv.Atoi(was)
		if err == nil {
			return strconv.Itoa(v + 1 + r.IntN(9))
		}
	case 1:
		v, err := strconv.Atoi(was)
		if err == nil && v > 1 {
			return strconv.Itoa(v - 1)
		}
	case 2:
		if n > 1 {
			d[0], d[n-1] = d[n-1], d[0]
			return string(d)
		}
	case 3:
		return was + strconv.Itoa(r.IntN(10))
	case 4:
		if n > 1 {
			return strings.TrimRight(was[:n-1], ".,")
		}
	}
	d[len(d)-1] = byte('0' + r.IntN(10))
	return string(d)
}

func changeNumber(r *rand.Rand, text string, _ bot.Lang) (string, bool) {
	masked := dateDigits.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\x00", len(s)) })
	switch r.IntN(3) {
	case 0:
		return edit(r, text, numberWord, func(string) string {
			return []string{"two", "three", "four", "six", "seven", "eight", "nine", "ten", "eleven", "twenty", "a hundred"}[r.IntN(11)]
		})
	case 1:
		return edit(r, text, koNumber, func(was string) string {
			unit := was[strings.LastIndexByte(was, ' '):]
			return " " + []string{"한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"}[r.IntN(10)] + unit
		})
	}
	found := digitRun.FindAllStringIndex(masked, -1)
	if len(found) == 0 {
		return text, false
	}
	at := found[r.IntN(len(found))]
	was := text[at[0]:at[1]]
	now := changeDigits(r, was)
	for _, other := range digitRun.FindAllString(text, -1) {
		if other == now {
			return text, false
		}
	}
	return text[:at[0]] + now + text[at[1]:], true
}

// insert puts a phrase between two words.
func insert(r *rand.Rand, text, phrase string) (string, bool) {
	var gaps []int
	for i, c := range text {
		if c == ' ' {
			gaps = append(gaps, i)
		}
	}
	if len(gaps) == 0 || strings.Contains(text, phrase) {
		return text, false
	}
	at := gaps[r.IntN(len(gaps))]
	return text[:at] + " " + phrase + text[at:], true
}

func insertNumber(r *rand.Rand, text string, lang bot.Lang) (string, bool) {
	n := 11 + r.IntN(880)
	ko := []string{"%d%%", "%d개", "약 %d만 명", "%d배", "%d억 달러", "%d개국", "%d퍼센트", "%d", "%d.5%%", "%d위"}
	en := []string{"%d%%", "%d companies", "about %d million people", "%d times", "$%d billion", "%d", "%d.5 percent", "the %dth"}
	form := en[r.IntN(len(en))]
	if lang == bot.Korean {
		form = ko[r.IntN(len(ko))]
	}
	return insert(r, text, fmt.Sprintf(form, n))
}

var (
	unitWord = regexp.MustCompile(`(\d+|두|세|다섯|five|two|three|several)(\s?)(년|가지|개|years?|things|reasons|forms)`)
	amount   = regexp.MustCompile(`\d+년|두 가지|세 가지|\b(?:five years|two things|three reasons)\b`)
)

func changeUnit(r *rand.Rand, text string, lang bot.Lang) (string, bool) {
	units := []string{"months", "weeks", "days", "decades", "hours", "minutes", "dollars", "percent", "countries"}
	if lang == bot.Korean {
		units = []string{"개월", "주", "시간", "명", "배", "곳", "달러", "퍼센트", "세기", "개국"}
	}
	found := unitWord.FindAllStringSubmatchIndex(text, -1)
	if len(found) == 0 {
		return text, false
	}
	m := found[r.IntN(len(found))]
	unit := units[r.IntN(len(units))]
	if text[m[6]:m[7]] == "년" && m[3]-m[2] == 4 && lang == bot.Korean && unit == "년" {
		return text, false
	}
	return text[:m[6]] + unit + text[m[7]:], true
}

func addBound(r *rand.Rand, text string, lang bot.Lang) (string, bool) {
	if lang == bot.Korean {
		bound := []string{" 이상", " 이하", " 미만", " 초과", " 이내", " 이후", " 이전"}[r.IntN(7)]
		return edit(r, text, amount, func(was string) string { return was + bound })
	}
	bound := []string{"at least ", "more than ", "less than ", "up to ", "over ", "fewer than ", "nearly ", "at most "}[r.IntN(8)]
	return edit(r, text, amount, func(was string) string { return bound + was })
}

func changeDate(r *rand.Rand, text string, lang bot.Lang) (string, bool) {
	if lang == bot.English && r.IntN(2) == 0 {
		return edit(r, text, monthWord, func(string) string {
			return []string{"January", "February", "March", "April", "May", "June", "September", "October", "November", "December"}[r.IntN(10)]
		})
	}
	return edit(r, text, dateDigits, func(was string) string {
		d := digitRun.FindString(was)
		n, err := strconv.Atoi(d)
		if err != nil {
			return was
		}
		switch {
		case n > 100:
			n += []int{-9, -5, -3, -2, -1, 1, 2, 3, 5, 10}[r.IntN(10)]
		default:
			n = 1 + (n+r.IntN(11))%12
		}
		return strings.Replace(was, d, strconv.Itoa(n), 1)
	})
}

func insertDate(r *rand.Rand, text string, lang bot.Lang) (string, bool) {
	y, m, d, h := 1990+r.IntN(34), 1+r.IntN(6), 2+r.IntN(27), 1+r.IntN(11)
	ko := []string{fmt.Sprintf("%d년", y), fmt.Sprintf("%d년 %d월", y, m), fmt.Sprintf("%d월 %d일에", m, d), fmt.Sprintf("오후 %d시", h),
		fmt.Sprintf("오전 %d시 반에", h), fmt.Sprintf("%d-%02d-%02d", y, m, d), fmt.Sprintf("%d/%d", m, d), fmt.Sprintf("%d년까지", y)}
	month := []string{"January", "February", "March", "April", "May", "June"}[m-1]
	en := []string{fmt.Sprintf("in %d", y), fmt.Sprintf("in %s %d", month, y), fmt.Sprintf("on %d %s", d, month), fmt.Sprintf("at %d p.m.", h),
		fmt.Sprintf("at %d:30", h), fmt.Sprintf("on %d-%02d-%02d", y, m, d), fmt.Sprintf("by %d", y), fmt.Sprintf("on %d/%d", m, d)}
	if lang == bot.Korean {
		return insert(r, text, ko[r.IntN(len(ko))])
	}
	return insert(r, text, en[r.IntN(len(en))])
}
