package guard

import (
	"regexp"
	"strings"
)

// unitNames are the units of both languages under one name each. What counts
// people is one unit; what counts things is not.
var unitNames = buildUnits(map[string]string{
	"year": "년 해 년도 years year yr", "month": "개월 달 months month", "day": "일 일간 days day", "week": "주 주일 주간 weeks week", "hour": "시간 hours hour hr",
	"minute": "분 분간 minutes minute", "second": "초 초간 seconds sec", "century": "세기 century centuries", "decade": "decades decade",
	"person": "명 인 사람 분들 people persons person", "thing": "개 things thing items item", "kind": "가지 종 종류 kinds kind types type ways", "time": "번 회 차례 times",
	"fold": "배 fold", "place": "곳 군데 places", "country": "개국 countries country", "company": "개사 companies", "part": "부분 parts part",
	"ord": "번째 호 위 차 째 등급", "page": "쪽 페이지 pages page", "animal": "마리", "volume": "권 volumes", "piece": "장 편 건 점 대 채 pieces", "floor": "층 floors",
	"usd": "달러 dollars dollar usd", "krw": "원 won krw", "eur": "유로 euros euro eur", "jpy": "엔 yen", "cny": "위안 yuan", "gbp": "파운드 pounds pound",
	"m": "미터 meters metres m", "km": "킬로미터 kilometers kilometres km", "kg": "킬로그램 kilograms kg", "g": "그램 grams g", "t": "톤 tons tonnes",
	"gb": "기가바이트 gigabytes gb", "mb": "메가바이트 megabytes mb", "tb": "테라바이트 terabytes tb", "age": "살 세", "quarter": "분기 quarters quarter", "half": "상반기 하반기",
	"chapter": "조 조항", "paragraph": "항", "parameter": "파라미터 매개변수 parameters", "degree": "degrees degree", "character": "자 글자 characters character letters", "sentence": "문장 sentences", "question": "문항 questions question", "step": "단계 steps step",
})

func buildUnits(groups map[string]string) map[string]string {
	names := map[string]string{}
	for canonical, words := range groups {
		for _, w := range strings.Fields(words) {
			names[w] = canonical
		}
	}
	return names
}

// wholeUnits count what has no fractions: behind a number with a point such a
// syllable is a particle (라마 3.1인) or belongs to the next word.
var wholeUnits = wordSet(`person thing kind time place country company part ord page animal volume piece floor age quarter half chapter paragraph sentence question step day character`)

const longestUnit = 4 // in syllables

// unitPrefix returns the longest unit with which a run of Hangul begins and after
// which only a particle follows.
func unitPrefix(run string) string {
	rs := []rune(run)
	for n := min(longestUnit, len(rs)); n > 0; n-- {
		unit := string(rs[:n])
		if _, ok := unitNames[unit]; ok && endsRun(string(rs[n:])) {
			return unit
		}
	}
	return ""
}

var (
	latinUnit = regexp.MustCompile(`^[\s-]?([A-Za-z]+)\b`)
	currency  = map[rune]string{'$': "usd", '€': "eur", '₩': "krw", '￦': "krw", '¥': "jpy", '£': "gbp"}
)

// unitAt reads the unit behind a number and how long it is.
func unitAt(s string) (string, int) {
	if m := percent.FindStringSubmatch(s); m != nil {
		if m[1] != "" {
			return "%p", len(m[0])
		}
		return "%", len(strings.TrimRight(m[0], " "))
	}
	if m := ordinalTail.FindString(s); m != "" {
		return "ord", len(m)
	}
	if m := latinUnit.FindStringSubmatch(s); m != nil {
		if unit, ok := unitNames[strings.ToLower(m[1])]; ok {
			return unit, len(m[0])
		}
		if s[0] != ' ' && s[0] != '-' { // 70B, 4o
			return strings.ToLower(m[1]), len(m[0])
		}
		return "", 0
	}
	space := len(s) - len(strings.TrimPrefix(s, " "))
	run := hangulRun(s[space:])
	if run == "" {
		return "", 0
	}
	if unit := unitPrefix(run); unit != "" {
		return unitNames[unit], space + len(unit)
	}
	if _, isParticle := particleOf[run]; isParticle || space > 0 || boundAfter[run] != "" {
		return "", 0
	}
	return run, len(run) // an unknown unit, with its particle: 3자리
}

// Words that make a number a bound, canonical in both languages.
var (
	boundAfter  = buildBounds()
	boundBefore = map[string]string{"약": "~", "대략": "~", "거의": "~", "적어도": "≥", "최소": "≥", "최대": "≤", "최고": "≤", "많아야": "≤"}
	boundEnd    = []struct{ words, bound string }{
		{"이상 넘는 넘게 넘은", "≥"}, {"이하", "≤"}, {"초과", ">"}, {"미만", "<"}, {"이내 안에 안 내 내에 이내에", "within"},
		{"이전 전 전에 이전에", "before"}, {"이후 후 뒤 후에 뒤에 이후에", "after"}, {"까지 까지는", "to"}, {"부터 부터는", "from"}, {"정도 가량 쯤 남짓 안팎 내외", "~"},
	}
	englishBound = []struct{ words, bound string }{
		{"at least", "≥"}, {"more than", ">"}, {"greater than", ">"}, {"over", ">"}, {"above", ">"}, {"up to", "≤"}, {"at most", "≤"}, {"less than", "<"}, {"fewer than", "<"},
		{"under", "<"}, {"below", "<"}, {"about", "~"}, {"around", "~"}, {"nearly", "~"}, {"almost", "~"}, {"approximately", "~"}, {"roughly", "~"}, {"within", "within"},
		{"before", "before"}, {"after", "after"}, {"since", "from"}, {"until", "to"}, {"till", "to"}, {"by", "to"}, {"no more than", "≤"}, {"no fewer than", "≥"}, {"no later than", "to"}, {"starting", "from"},
	}
	englishBoundAfter = regexp.MustCompile(`^\s(or more|or less|or fewer|or later|or earlier|and above|and below|ago|later|earlier|onwards?)\b`)
)

func buildBounds() map[string]string {
	out := map[string]string{}
	for _, b := range boundEnd {
		for _, w := range strings.Fields(b.words) {
			out[w] = b.bound
		}
	}
	return out
}
