package guard

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	nativeNumbers = []struct {
		word  string
		value float64
	}{
		{"열두", 12}, {"열한", 11}, {"열세", 13}, {"열네", 14}, {"다섯", 5}, {"여섯", 6}, {"일곱", 7}, {"여덟", 8}, {"아홉", 9}, {"스무", 20}, {"서른", 30}, {"마흔", 40},
		{"하나", 1}, {"한", 1}, {"두", 2}, {"둘", 2}, {"세", 3}, {"셋", 3}, {"네", 4}, {"넷", 4}, {"열", 10},
	}
	nativeRE = regexp.MustCompile(`^(열두|열한|열세|열네|다섯|여섯|일곱|여덟|아홉|스무|서른|마흔|한|두|세|네|열)(\s?)`)
	sinoRE   = regexp.MustCompile(`^([영일이삼사오육륙칠팔구십백천만억조]+)(\s?)`)
	firstRE  = regexp.MustCompile(`^(첫|둘|셋|넷|다섯)\s?(?:번째|째)`)
)

// Units that a number in Korean words must have: without one, most of these
// syllables are other words.
var (
	nativeUnits = wordSet(`개 명 사람 가지 번 번째 곳 군데 살 달 시간 배 편 건 장 권 대 채 마리 해 쪽 종류 차례 점 분 자 글자`)
	sinoUnits   = wordSet(`년 개월 일 주 주일 시간 분 초 명 인 개 개국 원 달러 유로 엔 퍼센트 프로 배 위 호 회 차 세기 쪽 층 번 가지 분기 단계 세 조항`)
)

// koreanNumberAt reads a number in Korean words at the beginning of a run.
func koreanNumberAt(s string) (fact, int) {
	if r, _ := utf8.DecodeRuneInString(s); !strings.ContainsRune("첫둘셋넷열다여일아스서마한두세네영이삼사오육륙칠팔구십백천만억조", r) {
		return fact{}, 0
	}
	if m := firstRE.FindStringSubmatch(s); m != nil && endsRun(s[len(m[0]):]) {
		n := map[string]string{"첫": "1", "둘": "2", "셋": "3", "넷": "4", "다섯": "5"}[m[1]]
		return fact{value: n, unit: "ord"}, len(m[0])
	}
	if m := nativeRE.FindStringSubmatch(s); m != nil {
		if unit := unitPrefix(hangulRun(s[len(m[0]):])); nativeUnits[unit] {
			return fact{value: formatNumber(nativeValue(m[1])), unit: unitNames[unit]}, len(m[0]) + len(unit)
		}
	}
	m := sinoRE.FindStringSubmatch(s)
	for m != nil && m[1] != "" {
		if unit := unitPrefix(hangulRun(s[len(m[1])+len(m[2]):])); sinoUnits[unit] {
			n := len(m[0]) + len(unit)
			return sinoFact(m[1], unit, s[n:], n)
		}
		m[1], m[2] = m[1][:len(m[1])-3], "" // 이천이십사일: the last syllable is the unit
		m[0] = m[1]
	}
	return fact{}, 0
}

// sinoFact is the number of n bytes with its unit; rest is what stands behind it.
func sinoFact(digits, unit, rest string, n int) (fact, int) {
	value, ok := sinoValue(digits)
	if !ok {
		return fact{}, 0
	}
	if unit == "년" && value >= 1000 && value < 3000 {
		f := fact{kind: date, y: int(value)}
		if m := dateKoMonth.FindStringSubmatch(strings.TrimPrefix(rest, " ")); m != nil && atoi(m, 1) <= 12 {
			f.m, f.d = atoi(m, 1), atoi(m, 2)
			n += len(rest) - len(strings.TrimPrefix(rest, " ")) + len(m[0])
		}
		return f, n
	}
	name := unitNames[unit]
	if unit == "퍼센트" || unit == "프로" {
		name = "%"
	}
	return fact{value: formatNumber(value), unit: name}, n
}

func nativeValue(word string) float64 {
	for _, n := range nativeNumbers {
		if n.word == word {
			return n.value
		}
	}
	return 0
}

// sinoValue reads 삼만오천.
func sinoValue(s string) (float64, bool) {
	total, part, digit := 0.0, 0.0, -1.0
	for _, r := range s {
		if d, ok := sinoOf[r]; ok {
			if digit >= 0 {
				return 0, false // 일이: digit by digit is no number with a unit
			}
			digit = d
			continue
		}
		if f, ok := scaleOf[r]; ok {
			part += max(digit, 1) * f
			if digit == 0 {
				return 0, false
			}
		} else {
			if digit > 0 {
				part += digit
			}
			total += max(part, 1) * bigOf[r]
			part = 0
		}
		digit = -1
	}
	return total + part + max(digit, 0), true
}

var englishWord = regexp.MustCompile(`^[A-Za-z]+`)

// englishNumberAt reads a number in English words: thirty-five, two hundred
// million, half a million is not one.
func englishNumberAt(s string) (fact, int) {
	total, part, n, last := 0.0, 0.0, 0, ""
	for {
		word := englishWord.FindString(s[n:])
		lower := strings.ToLower(word)
		if v, ok := smallNumbers[lower]; ok && (last == "" || last == "scale" || last == "ten" && v < 10) {
			part += v
			last = "small"
			if v >= 20 {
				last = "ten"
			}
		} else if f, ok := scales[lower]; ok && last != "" {
			if f == 100 {
				part *= f
			} else {
				total, part = total+part*f, 0
			}
			last = "scale"
		} else {
			break
		}
		n += len(word)
		if n < len(s)-1 && (s[n] == ' ' || s[n] == '-') {
			n++
		}
	}
	if n == 0 {
		return fact{}, 0
	}
	if s[n-1] == ' ' || s[n-1] == '-' {
		n--
	}
	f := fact{value: formatNumber(total + part)}
	unit, k := unitAt(s[n:])
	f.unit = unit
	return f, n + k
}
