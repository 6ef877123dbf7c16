package guard

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// format writes what a pattern finds in other ways. m are the pattern's groups.
type format struct {
	find   *regexp.Regexp
	others func(m []string) []string
}

var monthList = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// pad puts a zero before a single digit.
func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func monthNumber(name string) string { return fmt.Sprintf("%02d", slices.Index(monthList, name)+1) }

var koreanFormats = []format{
	{regexp.MustCompile(`(\d{4})년 (\d{1,2})월 (\d{1,2})일`), func(m []string) []string {
		y, mo, d := m[1], m[2], m[3]
		return []string{y + "-" + pad(mo) + "-" + pad(d), y + "년 " + pad(mo) + "월 " + pad(d) + "일", y + ". " + mo + ". " + d + ".", y + "/" + mo + "/" + d, y + "년" + mo + "월" + d + "일", y + "." + mo + "." + d}
	}},
	{regexp.MustCompile(`2024년 (\d월)`), func(m []string) []string { return []string{"이천이십사년 " + m[1]} }},
	{regexp.MustCompile(`(\d{4})년 (\d)월([^ \d]| [^\d])`), func(m []string) []string {
		return []string{m[1] + "-0" + m[2] + m[3], m[1] + "년 0" + m[2] + "월" + m[3], m[1] + "년" + m[2] + "월" + m[3]}
	}},
	{regexp.MustCompile(`(\d{4}년) \d월( \d{1,2}일)?`), func(m []string) []string { return []string{m[1]} }},
	{regexp.MustCompile(`5년 안에`), func([]string) []string {
		return []string{"5 년 안에", "오 년 안에", "다섯 해 안에", "5년 이내에", "5년 내에"}
	}},
	{regexp.MustCompile(`(두|세|다섯|열두) (가지|시간|자|명)`), func(m []string) []string {
		n := map[string]string{"두": "2", "세": "3", "다섯": "5", "열두": "12"}[m[1]]
		return []string{n + m[2], n + " " + m[2]}
	}},
	{regexp.MustCompile(`(\d+)%`), func(m []string) []string { return []string{m[1] + " %", m[1] + "퍼센트", m[1] + " 퍼센트"} }},
	{regexp.MustCompile(`(\d{1,3}),(\d{3})`), func(m []string) []string { return []string{m[1] + m[2]} }},
	{regexp.MustCompile(`(\d+)만 (원|명|점)`), func(m []string) []string {
		return []string{m[1] + "만" + m[2], m[1] + "0000" + m[2], grouped(m[1]+"0000") + " " + m[2]}
	}},
	{regexp.MustCompile(`(오전|오후) (\d{1,2})시(?: (\d{1,2})분)?`), func(m []string) []string {
		out := []string{m[1] + m[2] + "시"}
		if m[3] != "" {
			out = []string{m[1] + " " + m[2] + "시" + m[3] + "분"}
		}
		if m[3] == "30" {
			out = append(out, m[1]+" "+m[2]+"시 반")
		}
		if m[1] == "오후" {
			out = append(out, clock24(true, m[2], m[3]))
		}
		return out
	}},
}

var englishFormats = []format{
	{regexp.MustCompile(`\b(\d{1,2}) (` + strings.Join(monthList, "|") + `) (\d{4})`), func(m []string) []string {
		return []string{m[2] + " " + m[1] + ", " + m[3], m[3] + "-" + monthNumber(m[2]) + "-" + pad(m[1]), m[1] + "th " + m[2] + " " + m[3], m[1] + " " + m[2][:3] + " " + m[3], "the " + m[1] + "th of " + m[2] + " " + m[3]}
	}},
	{regexp.MustCompile(`(\b[a-zA-Z]+ |^)(` + strings.Join(monthList, "|") + `) (\d{4})`), func(m []string) []string {
		return []string{m[1] + m[2][:3] + " " + m[3], m[1] + m[2] + ", " + m[3], m[1] + m[3] + "-" + monthNumber(m[2]), m[1] + m[2] + " of " + m[3]}
	}},
	{regexp.MustCompile(`\b(two|three|four|five|ten|twelve)\b`), func(m []string) []string {
		return []string{map[string]string{"two": "2", "three": "3", "four": "4", "five": "5", "ten": "10", "twelve": "12"}[m[1]]}
	}},
	{regexp.MustCompile(`(?:^| )(2|12|14|30)\b (years|months|days|cents)`), func(m []string) []string {
		return []string{" " + map[string]string{"2": "two", "12": "twelve", "14": "fourteen", "30": "thirty"}[m[1]] + " " + m[2]}
	}},
	{regexp.MustCompile(`(\d)(?:%| percent)`), func(m []string) []string { return []string{m[1] + " percent", m[1] + " %", m[1] + "%"} }},
	{regexp.MustCompile(`\b(\d{1,3}),(\d{3})\b`), func(m []string) []string { return []string{m[1] + m[2]} }},
	{regexp.MustCompile(`( |\$)(\d+) (million|billion)`), func(m []string) []string {
		zeros := map[string]string{"million": "000000", "billion": "000000000"}[m[3]]
		return []string{m[1] + grouped(m[2]+zeros), m[1] + m[2] + zeros}
	}},
	{regexp.MustCompile(`\b(\d{1,2})(?::(\d\d))? (a|p)\.m\.`), func(m []string) []string {
		tail := m[3] + "m"
		if m[2] != "" {
			tail = ":" + m[2] + " " + tail
		} else {
			tail = " " + tail
		}
		if m[3] == "a" {
			return []string{m[1] + tail}
		}
		return []string{m[1] + tail, clock24(true, m[1], m[2])}
	}},
}

// clock24 is a time on a clock of 24 hours.
func clock24(afternoon bool, hour, minute string) string {
	h, err := strconv.Atoi(hour)
	if err != nil {
		return hour
	}
	if h %= 12; afternoon {
		h += 12
	}
	if minute == "" {
		minute = "00"
	}
	return fmt.Sprintf("%d:%s", h, minute)
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// rewriteNumbers writes each number, date and quantity in its other forms.
func rewriteNumbers(text string, lang bot.Lang) []string {
	formats := englishFormats
	if lang == bot.Korean {
		formats = koreanFormats
	}
	var out []string
	for _, f := range formats {
		at := f.find.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		for _, put := range f.others(f.find.FindStringSubmatch(text)) {
			if now := text[:at[0]] + put + text[at[1]:]; now != text {
				out = append(out, now)
			}
		}
	}
	return out
}
