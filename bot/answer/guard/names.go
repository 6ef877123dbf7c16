package guard

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// Names that fabricated sentences use: people, companies, places, products. The
// first of each language are names of the built-in entries.
const (
	koreanNames = `마크 저커버그|저커버그|메타|가트너|오픈AI|구글|제미나이|라마|미스트랄 AI|미스트랄|LG AI연구원|엑사원|프랑스|한국|유럽연합|EU|GPT|AI법|` +
		`삼성전자|네이버|카카오|하이퍼클로바|애플|아마존|마이크로소프트|엔비디아|앤트로픽|클로드|딥시크|큐원|알리바바|바이두|텐센트|화웨이|소니|인텔|퀄컴|테슬라|일론 머스크|샘 올트먼|순다르 피차이|사티아 나델라|젠슨 황|팀 쿡|빌 게이츠|` +
		`이재용|최태원|정의선|김범수|이해진|독일|일본|중국|영국|미국|캐나다|이탈리아|스페인|인도|브라질|러시아|호주|대만|싱가포르|서울|부산|파리|런던|도쿄|베를린|뉴욕|포레스터|IDC|맥킨지|블룸버그|로이터|스탠퍼드대|하버드대|카이스트|서울대|` +
		`코파일럿|시리|알렉사|빅스비|챗GPT|그록|젬마|팔콘|스테이블 디퓨전|미드저니|허깅페이스|깃허브|리눅스|안드로이드|윈도|세계무역기구|유엔|백악관|국회|금융위원회`
	englishNames = `Mark Zuckerberg|Zuckerberg|Meta|Gartner|OpenAI|Google|Gemini|Llama|Mistral AI|Mistral|LG AI Research|EXAONE|France|Korea|European Union|EU|GPT|AI Act|` +
		`Samsung|Naver|Kakao|Apple|Amazon|Microsoft|Nvidia|Anthropic|Claude|DeepSeek|Qwen|Alibaba|Baidu|Tencent|Huawei|Sony|Intel|Tesla|Elon Musk|Sam Altman|Sundar Pichai|Satya Nadella|Jensen Huang|Tim Cook|Bill Gates|` +
		`Germany|Japan|China|Britain|Canada|Italy|Spain|India|Brazil|Russia|Australia|Taiwan|Seoul|Paris|London|Tokyo|Berlin|New York|Forrester|IDC|McKinsey|Bloomberg|Reuters|Stanford|Harvard|KAIST|` +
		`Copilot|Siri|Alexa|ChatGPT|Grok|Gemma|Falcon|Midjourney|Hugging Face|GitHub|Linux|Android|Windows|May|Will|The Guardian|You|No|United Nations|White House|Congress|iPhone|eBay|xAI`
)

func namesOf(lang bot.Lang) []string {
	if lang == bot.Korean {
		return strings.Split(koreanNames, "|")
	}
	return strings.Split(englishNames, "|")
}

var capitalized = regexp.MustCompile(`[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*`)

// span is where a name stands.
type span struct{ from, to int }

// findNames finds the names of a text: those of the list, and Latin words
// with a capital that do not begin a sentence.
func findNames(m material) []span {
	text, lang := m.text, m.lang
	var out []span
	free := func(from, to int) bool {
		return !slices.ContainsFunc(out, func(s span) bool { return from < s.to && s.from < to })
	}
	for _, name := range append(m.names[:len(m.names):len(m.names)], namesOf(lang)...) {
		for at := 0; ; {
			i := strings.Index(text[at:], name)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(name)
			at = to
			if free(from, to) && wordStart(text, from) && wordEnd(text, to, lang) {
				out = append(out, span{from, to})
			}
		}
	}
	for _, m := range capitalized.FindAllStringIndex(text, -1) {
		initial := m[0] == 0 || strings.HasSuffix(text[:m[0]], ". ")
		if !initial && free(m[0], m[1]) {
			out = append(out, span{m[0], m[1]})
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out
}

func wordStart(text string, at int) bool {
	return at == 0 || strings.ContainsAny(text[at-1:at], " (‘“'\"") || strings.HasSuffix(text[:at], "‘") || strings.HasSuffix(text[:at], "“")
}

// wordEnd: in English a word ends, in Korean a particle may follow.
func wordEnd(text string, at int, lang bot.Lang) bool {
	if at == len(text) {
		return true
	}
	if lang == bot.English {
		c := text[at]
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}
	run := hangulRun(text[at:])
	return run == "" || slices.Contains(strings.Fields("은 는 이 가 을 를 의 와 과 에 로 으로 도 에서 에는 나 이나 처럼"), run)
}

// putName replaces a name and mends the particle behind it.
func putName(text string, s span, name string) string {
	return text[:s.from] + name + agree(name, text[s.to:])
}

// agree gives the particle at the beginning of rest the form that fits a name.
func agree(name, rest string) string {
	last := []rune(name)[len([]rune(name))-1]
	closed := isSyllable(last) && final(last) != 0 || strings.ContainsRune("LMNRlmn136780", last)
	for _, pair := range [...][2]string{{"은", "는"}, {"이", "가"}, {"을", "를"}, {"과", "와"}, {"으로", "로"}} {
		for _, form := range pair {
			tail, ok := strings.CutPrefix(rest, form)
			if !ok || hangulRun(tail) != "" {
				continue
			}
			if closed {
				return pair[0] + tail
			}
			return pair[1] + tail
		}
	}
	return rest
}

func changeName(r *rand.Rand, m material) (string, bool) {
	found := findNames(m)
	if len(found) == 0 {
		return m.text, false
	}
	name, ok := foreignName(r, m)
	return putName(m.text, pick(r, found), name), ok
}

// foreignName draws a name that the text does not have, nor a part of.
func foreignName(r *rand.Rand, m material) (string, bool) {
	name := pick(r, append(m.foreign[:len(m.foreign):len(m.foreign)], namesOf(m.lang)...))
	for _, part := range strings.Fields(name) {
		if !strings.Contains(strings.ToLower(m.text), strings.ToLower(part)) {
			return name, true
		}
	}
	return name, false
}

func insertName(r *rand.Rand, m material) (string, bool) {
	name, ok := foreignName(r, m)
	if !ok {
		return m.text, false
	}
	if m.lang == bot.Korean {
		return insert(r, m.text, name+agree(name, pick(r, []string{"의", "은", "이", "과", ""})))
	}
	return insert(r, m.text, name+pick(r, []string{"'s", "", " and", ""}))
}

// exchangeNames swaps two names of one text: the words are all there, and what
// they say is not. Names that are joined as equals may be swapped; those are left out.
func exchangeNames(r *rand.Rand, m material) (string, bool) {
	text, found := m.text, findNames(m)
	if len(found) < 2 {
		return text, false
	}
	i, j := r.IntN(len(found)), r.IntN(len(found))
	a, b := found[min(i, j)], found[max(i, j)]
	one, two := text[a.from:a.to], text[b.from:b.to]
	between := text[min(a.to, b.from):b.from]
	if i == j || strings.Contains(one, two) || strings.Contains(two, one) ||
		slices.Contains([]string{" and ", ", ", "와 ", "과 ", "(", " (", " · "}, between) {
		return text, false
	}
	swapped := putName(text, b, one)
	return putName(swapped, a, two), true
}
