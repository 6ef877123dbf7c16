package guard

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

var (
	digitRun   = regexp.MustCompile(`\d+(?:[.,]\d+)*`)
	dateDigits = regexp.MustCompile(`\d{4}\s?년|\d{1,2}\s?월|\d{1,2}\s?일|\b(?:19|20)\d{2}\b|\b\d{1,2} ` + monthWords)
	monthWord  = regexp.MustCompile(monthWords)
	weekday    = regexp.MustCompile(`[월화수목금토일]요일|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b`)
	halfDay    = regexp.MustCompile(`오전|오후|새벽|아침|\b[ap]\.m\.`)
	numberWord = regexp.MustCompile(`\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b`)
	koNumber   = regexp.MustCompile(`(?:^|\s)(한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|열두) (가지|개|명|번|곳|시간|자|끼)`)
	scaleMark  = regexp.MustCompile(`(\d\s?)(만|억|조|천|hundred|thousand|million|billion)`)
)

const monthWords = `\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b`

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

func changeNumber(r *rand.Rand, m material) (string, bool) {
	switch r.IntN(3) {
	case 0:
		return edit(r, m.text, numberWord, func(string) string {
			return pick(r, []string{"two", "three", "four", "six", "seven", "eight", "nine", "ten", "eleven", "twenty", "a hundred"})
		})
	case 1:
		return edit(r, m.text, koNumber, func(was string) string {
			unit := was[strings.LastIndexByte(was, ' '):]
			return " " + pick(r, []string{"한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"}) + unit
		})
	}
	masked := dateDigits.ReplaceAllStringFunc(m.text, func(s string) string { return strings.Repeat("\x00", len(s)) })
	found := digitRun.FindAllStringIndex(masked, -1)
	if len(found) == 0 {
		return m.text, false
	}
	at := pick(r, found)
	now := changeDigits(r, m.text[at[0]:at[1]])
	if slices.ContainsFunc(digitRun.FindAllString(m.text, -1), func(have string) bool { return sameValue(have, now) }) {
		return m.text, false
	}
	return m.text[:at[0]] + now + m.text[at[1]:], true
}

// sameValue: 1,024 is 1024, 02 is 2.
func sameValue(a, b string) bool {
	plain := func(s string) string { return strings.TrimLeft(strings.ReplaceAll(s, ",", ""), "0") }
	return plain(a) == plain(b)
}

// changeScale makes millions of thousands.
func changeScale(r *rand.Rand, m material) (string, bool) {
	scales := []string{"만", "억", "조", "천"}
	if m.lang == bot.English {
		scales = []string{"hundred", "thousand", "million", "billion"}
	}
	return edit(r, m.text, scaleMark, func(was string) string { return scaleMark.ReplaceAllString(was, "${1}"+pick(r, scales)) })
}

func insertNumber(r *rand.Rand, m material) (string, bool) {
	n := 11 + r.IntN(880)
	form := pick(r, []string{"%d%%", "%d companies", "about %d million people", "%d times", "$%d billion", "%d", "%d.5 percent", "the %dth"})
	if m.lang == bot.Korean {
		form = pick(r, []string{"%d%%", "%d개", "약 %d만 명", "%d배", "%d억 달러", "%d개국", "%d퍼센트", "%d", "%d.5%%", "%d위"})
	}
	phrase := fmt.Sprintf(form, n)
	if slices.ContainsFunc(digitRun.FindAllString(m.text, -1), func(have string) bool { return sameValue(have, strconv.Itoa(n)) }) {
		return m.text, false
	}
	return insert(r, m.text, phrase)
}

var (
	unitWord = regexp.MustCompile(`(\d|\b(?:five|two|three|four|seven|twelve|several)|두|세|네|다섯|열두|수십|몇)(\s?)(개월|주일|시간|세기|퍼센트|년|가지|개|명|일|분|원|회|번|배|점|자|끼|%|km|GB|years?|things|reasons|forms|months?|weeks?|days?|hours?|minutes?|people|percent|euros|pounds|characters|patents|users|employees|files)`)
	amount   = regexp.MustCompile(`\d[\d,]*(?:개월|주일|시간|년|명|일|회|점|원|%|km|GB)|두 가지|세 가지|\b(?:five years|two things|three reasons|three weeks|two hours)\b|\b\d[\d,]* (?:months|days|hours|minutes|euros|km|employees|files|people)\b`)
)

func changeUnit(r *rand.Rand, m material) (string, bool) {
	units := []string{"months", "weeks", "days", "decades", "hours", "minutes", "dollars", "percent", "countries"}
	if m.lang == bot.Korean {
		units = []string{"개월", "주", "시간", "명", "배", "곳", "달러", "퍼센트", "세기", "개국"}
	}
	found := unitWord.FindAllStringSubmatchIndex(m.text, -1)
	if len(found) == 0 {
		return m.text, false
	}
	at := pick(r, found)
	was, unit := m.text[at[6]:at[7]], pick(r, units)
	if strings.HasPrefix(was, unit) || strings.HasPrefix(unit, was) || was == "%" && (unit == "percent" || unit == "퍼센트") {
		return m.text, false
	}
	if m.lang == bot.English && at[5] == at[4] && was != "%" { // 8GB: a word needs its space
		unit = " " + unit
	}
	return m.text[:at[6]] + unit + m.text[at[7]:], true
}

func addBound(r *rand.Rand, m material) (string, bool) {
	if m.lang == bot.Korean {
		bound := pick(r, []string{" 이상", " 이하", " 미만", " 초과", " 이내", " 이후", " 이전"})
		return edit(r, m.text, amount, func(was string) string { return was + bound })
	}
	bound := pick(r, []string{"at least ", "more than ", "less than ", "up to ", "over ", "fewer than ", "nearly ", "at most "})
	return edit(r, m.text, amount, func(was string) string { return bound + was })
}

func changeDate(r *rand.Rand, m material) (string, bool) {
	if m.lang == bot.English && r.IntN(2) == 0 {
		return edit(r, m.text, monthWord, func(string) string {
			return pick(r, []string{"January", "February", "March", "April", "May", "June", "September", "October", "November", "December"})
		})
	}
	return edit(r, m.text, dateDigits, func(was string) string {
		d := digitRun.FindString(was)
		n, err := strconv.Atoi(d)
		if err != nil {
			return was
		}
		if n > 100 {
			n += pick(r, []int{-9, -5, -3, -2, -1, 1, 2, 3, 5, 10})
		} else {
			n = 1 + (n+r.IntN(11))%12
		}
		return strings.Replace(was, d, strconv.Itoa(n), 1)
	})
}

// changeTime makes morning of afternoon.
func changeTime(r *rand.Rand, m material) (string, bool) {
	return edit(r, m.text, halfDay, func(was string) string {
		return map[string]string{"오전": "오후", "오후": "오전", "새벽": "오후", "아침": "저녁", "a.m.": "p.m.", "p.m.": "a.m."}[was]
	})
}

func changeWeekday(r *rand.Rand, m material) (string, bool) {
	days := []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	if m.lang == bot.Korean {
		days = []string{"월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"}
	}
	return edit(r, m.text, weekday, func(string) string { return pick(r, days) })
}

func insertDate(r *rand.Rand, m material) (string, bool) {
	y, month, d, h := 1990+r.IntN(34), 1+r.IntN(6), 2+r.IntN(27), 1+r.IntN(11)
	word := []string{"January", "February", "March", "April", "May", "June"}[month-1]
	forms := []string{fmt.Sprintf("in %d", y), fmt.Sprintf("in %s %d", word, y), fmt.Sprintf("on %d %s", d, word), fmt.Sprintf("at %d p.m.", h), "on a Tuesday",
		fmt.Sprintf("at %d:30", h), fmt.Sprintf("on %d-%02d-%02d", y, month, d), fmt.Sprintf("by %d", y), fmt.Sprintf("on %d/%d", month, d)}
	if m.lang == bot.Korean {
		forms = []string{fmt.Sprintf("%d년", y), fmt.Sprintf("%d년 %d월", y, month), fmt.Sprintf("%d월 %d일에", month, d), fmt.Sprintf("오후 %d시", h), "화요일에",
			fmt.Sprintf("오전 %d시 반에", h), fmt.Sprintf("%d-%02d-%02d", y, month, d), fmt.Sprintf("%d/%d", month, d), fmt.Sprintf("%d년까지", y)}
	}
	return insert(r, m.text, pick(r, forms))
}

var contact = regexp.MustCompile(`[\w.]+@[\w.]+\w|https?://[\w./]+\w|\b0\d{1,2}-\d{3,4}-\d{4}\b`)

// contacts are addresses that no claim has, some of them nearly.
func contacts(r *rand.Rand) string {
	return pick(r, []string{"help@evil.example", "people@hanbit.exarnple", "security@northgate.example.evil.example", "https://handbook.northgate.example/leave/x", "https://get.gaon.example", "docs.gaon.example.co",
		"https://evil.example/stable", "02-555-0143", "010-1234-5678", "+82-2-555-0142", "020-7946-0143", "1588-0000"})
}

func changeContact(r *rand.Rand, m material) (string, bool) {
	return edit(r, m.text, contact, func(was string) string {
		if r.IntN(2) == 0 { // one character
			at := r.IntN(len(was) - 1)
			if was[at] >= '0' && was[at] <= '9' {
				return was[:at] + string('0'+(was[at]-'0'+1)%10) + was[at+1:]
			}
			if was[at] >= 'a' && was[at] <= 'z' {
				return was[:at] + string('a'+(was[at]-'a'+1)%26) + was[at+1:]
			}
		}
		return contacts(r)
	})
}

func insertContact(r *rand.Rand, m material) (string, bool) { return insert(r, m.text, contacts(r)) }

// exchangeNumbers swaps two numbers of one text.
func exchangeNumbers(r *rand.Rand, m material) (string, bool) {
	found := digitRun.FindAllStringIndex(m.text, -1)
	if len(found) < 2 {
		return m.text, false
	}
	i, j := r.IntN(len(found)), r.IntN(len(found))
	a, b := found[min(i, j)], found[max(i, j)]
	one, two := m.text[a[0]:a[1]], m.text[b[0]:b[1]]
	if i == j || sameValue(one, two) {
		return m.text, false
	}
	return m.text[:a[0]] + two + m.text[a[1]:b[0]] + one + m.text[b[1]:], true
}
