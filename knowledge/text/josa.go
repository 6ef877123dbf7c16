package text

import "strings"

// after says what a particle can follow.
type after uint8

const (
	anything  after = iota
	vowel           // 가, 를, 와
	consonant       // 이, 을, 과
	vowelOrL        // 로
)

// The particles, and the copula with its endings, which attaches to nouns as
// a particle does.
const (
	josaAny = `의 에 에서 에게 에게서 한테 한테서 께 께서 도 만 까지 부터 마다 조차 마저 보다 처럼 만큼 밖에 뿐 들 하고 대로 같이
		만의 에의 에서의 뿐만 치고 커녕 더러 보고 에다 에다가
		입니다 입니까 인가요 인가 인지 인지도 이에요 이죠 이지 일까 일까요 이었 이었나 이었나요 이었어 이었다 이냐 이니 인데 인데요 임 이라면 이면
		이다 인 일 이라고 이라는 이라며 이라서 이어서 이며 이거나 이든 이든지 이나 이란 이란게 이라도 이야 이야말로 인거 인건 인건지 인건가 인감 이래 이래요 이네 이네요 였 이신가요`
	josaVowel = `가 는 를 와 나 라 란 라는 라도 랑 든 든지 며 고 야 여 예요 에요 여요 라고 라면 라서 면 다 냐 니 ㄴ가 ㄴ가요 ㄴ지 ㄴ데 ㄴ거 죠 지
		였나 였나요 였어 였어요 였다 였지 였죠 ㄹ까 ㄹ까요 거나 래 래요 네 네요 야말로 ㄴ건 ㅂ니다 ㅂ니까 란게`
	josaConsonant = `이 은 을 과 으로 으로서 으로써 아 이랑 으로는 으로도 으로의`
	josaVowelOrL  = `로 로서 로써 로는 로도 로의`
)

type particle struct {
	jamo  []rune
	after after
}

// particles by their last jamo, longest first.
type particleTable map[rune][]particle

func newParticleTable() particleTable {
	t := particleTable{}
	for _, set := range []struct {
		words string
		after after
	}{{josaAny, anything}, {josaVowel, vowel}, {josaConsonant, consonant}, {josaVowelOrL, vowelOrL}} {
		for _, w := range strings.Fields(set.words) {
			j := endingJamo(w)
			last := j[len(j)-1]
			t[last] = append(t[last], particle{jamo: j, after: set.after})
		}
	}
	return t
}

// fits reports whether the particle may follow stem, whose jamo are given.
func (p particle) fits(stem []rune) bool {
	last := stem[len(stem)-1]
	switch p.after {
	case vowel:
		return isV(last)
	case consonant:
		return isT(last)
	case vowelOrL:
		return isV(last) || last == jamoT+finalL
	}
	// A particle that is a final consonant makes sense after a vowel only.
	return isV(last) || isT(last)
}

// strip returns every stem that is left of the word when one particle is taken off.
func (t particleTable) strip(word []rune) [][]rune {
	var out [][]rune
	for _, p := range t[word[len(word)-1]] {
		rest := len(word) - len(p.jamo)
		if rest < 2 || !hasSuffix(word, p.jamo) {
			continue
		}
		stem := word[:rest]
		if isL(stem[rest-1]) || !p.fits(stem) || isV(p.jamo[0]) {
			continue
		}
		out = append(out, stem)
	}
	return out
}

// TrimParticle returns a Korean word without its last particle, or with the
// copula cut off ("라마가" → "라마", "모델입니다" → "모델"); the longest particle
// that agrees with the final consonant of what is left wins. A particle after Latin letters or digits goes
// too ("AI의" → "AI"). A word without one comes back as it is. This is one
// guess, for display; comparing should use [Analyzer.Words].
func TrimParticle(word string) string { return std().TrimParticle(word) }

// TrimParticle is the function of that name.
func (a *Analyzer) TrimParticle(word string) string {
	r := []rune(word)
	i := len(r)
	for i > 0 && isHangul(r[i-1]) {
		i--
	}
	if i == len(r) {
		return word
	}
	tail := toJamo(nil, r[i:])
	if i > 0 {
		if a.glued[string(r[i:])] {
			return string(r[:i])
		}
		return word
	}
	best := tail
	for _, s := range a.particles.strip(tail) {
		if len(s) < len(best) && len(s) >= 4 {
			best = s
		}
	}
	if len(best) == len(tail) {
		return word
	}
	return compose(best)
}
