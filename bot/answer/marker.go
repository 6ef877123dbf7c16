package answer

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// How a claim shows that it gives a reason, an example, a date, a place, a
// number. A claim without such a mark does not answer a bare question for one.
var (
	marksReason = regexp.MustCompile(`이유|까닭|때문|의도|위해서?|덕분|하므로|[가-힣]므로|` +
		`(?i:\bbecause\b|\breasons?\b|\bintent\b|\bin order to\b|\bso that\b|, so\b|\bto crack\b|\bdue to\b|\bsince (?:it|they)\b|\btherefore\b)`)
	marksExample = regexp.MustCompile(`[가-힣]+(?:가|이) 그 예|예를 들|예로|예입니다|비유|사례|대표적인|` +
		`(?i:\bfor example\b|\bfor instance\b|\bsuch as\b|\bcompared to\b|\bexamples?\b|\bincluding\b)`)
	marksDate = regexp.MustCompile(`\d{4}년|\d{1,2}월|\d+년 안|\b(?:19|20)\d{2}\b|\bwithin \w+ years?\b|` +
		`\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b`)
	marksPlace = regexp.MustCompile(`웹사이트|홈페이지|사이트에|에서 열|본사|한국|프랑스|유럽|미국|중국|일본|독일|영국|인도|서울|` +
		`(?i:\bweb ?site\b|\bsite\b|\bKorea|\bFrance|\bEurope|\bUnited States\b|\bChina\b|\bJapan\b|\bGermany\b|\bIndia\b|\bSeoul\b|https?://)`)
	marksCount = regexp.MustCompile(`\d+(?:[.,]\d+)? ?(?:개|명|원|달러|유로|퍼센트|%|배|가지|시간|일|주|개월)|[한두세네] 가지|\$ ?\d|\d+ ?%|` +
		`(?i:\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:reasons|ways|kinds|companies|people|percent|dollars|euros|hours|days|weeks|months|years)\b)`)
)

// answersTo reports whether a claim has the kind of thing that is wanted, in the
// language in which it will be said.
func (w want) answersTo(c *knowledge.Claim, topic string, lang knowledge.Lang) bool {
	pattern := map[want]*regexp.Regexp{
		wantWhy: marksReason, wantExample: marksExample, wantWhen: marksDate, wantWhere: marksPlace, wantCount: marksCount,
	}[w]
	said, _ := c.Text.In(lang)
	if pattern != nil {
		return pattern.MatchString(said)
	}
	return w == wantWho && namesSomebody(c, topic) || w == wantAny
}

// namesSomebody reports whether a claim names a person or an organisation that
// the question did not: a capitalised word inside an English sentence. A claim
// without English is looked at for names in Latin letters.
func namesSomebody(c *knowledge.Claim, topic string) bool {
	said, ok := c.Text[knowledge.English]
	if !ok {
		said, _ = c.Text.In(knowledge.Korean)
	}
	asked := strings.ToLower(text.Normalize(topic))
	for i, w := range strings.FieldsFunc(said, func(r rune) bool { return !unicode.IsLetter(r) && r != '’' && r != '\'' }) {
		w = strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s")
		r := []rune(w)
		if i == 0 && ok || len(r) < 2 || !unicode.IsUpper(r[0]) || unicode.IsUpper(r[1]) || marksDate.MatchString(w) {
			continue
		}
		if !strings.Contains(asked, strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// searchWord is what is added to a subject to look for such a thing in another entry.
func (w want) searchWord(lang knowledge.Lang) string {
	words := map[want][2]string{wantWhy: {"왜", "why"}, wantExample: {"예시", "examples"}, wantWhen: {"언제", "when"}, wantWho: {"누가", "who"}}
	if lang == knowledge.Korean {
		return words[w][0]
	}
	return words[w][1]
}
