package guard

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// Faithful returns every mechanical rewrite of the claims that this package
// knows: the claim itself, its sentences and clauses, other endings, particles
// and forms of numbers, other orders. Each once.
func Faithful(seed uint64, claims []TrialClaim) []Sample {
	r := rand.New(rand.NewPCG(seed, 0x66616974))
	seen := map[string]bool{}
	var out []Sample
	put := func(class string, lang bot.Lang, line string, from ...string) {
		if key := line + from[0]; !seen[key] {
			seen[key] = true
			out = append(out, Sample{Class: class, Faithful: true, Line: line, Claims: from, Lang: lang})
		}
	}
	for i, c := range claims {
		all := rewrites(c)
		for _, class := range []string{"identity", "sentence", "clause", "endings", "numbers", "endings and numbers", "particles", "reordered"} {
			for _, text := range all[class] {
				put(class, c.Lang, text+" [1]", c.Text)
			}
		}
		for range 3 {
			if o := claims[r.IntN(len(claims))]; o.Lang == c.Lang && o.Text != claims[i].Text {
				put("joined", c.Lang, o.Text+" "+c.Text+" [1] [2]", c.Text, o.Text)
			}
		}
	}
	return out
}

func rewrites(c TrialClaim) map[string][]string {
	out := map[string][]string{"identity": {c.Text}, "sentence": sentencesOf(c.Text), "clause": clausesOf(c.Text, c.Lang)}
	for _, text := range append([]string{c.Text}, out["sentence"]...) {
		out["endings"] = append(out["endings"], rewriteEndings(text, c.Lang)...)
		out["numbers"] = append(out["numbers"], rewriteNumbers(text, c.Lang)...)
		out["particles"] = append(out["particles"], rewriteParticles(text, c.Lang)...)
	}
	for _, text := range out["endings"] {
		out["endings and numbers"] = append(out["endings and numbers"], rewriteNumbers(text, c.Lang)...)
	}
	out["reordered"] = reorder(c.Text, c.Lang)
	return out
}

var sentenceEnd = regexp.MustCompile(`([.!?])\s+`)

func sentencesOf(text string) []string {
	return strings.Split(sentenceEnd.ReplaceAllString(text, "$1\n"), "\n")
}

var (
	koreanClause  = regexp.MustCompile(`^(.*(?:며|면서|므로|고|으로|이지만),) (.+)$`)
	englishClause = regexp.MustCompile(`^(.*?)(?:; |: |, and |, but |, so )(.+)$`)
)

// clausesOf returns the last clause of each sentence, and in English the first.
func clausesOf(text string, lang bot.Lang) []string {
	var out []string
	for _, s := range sentencesOf(text) {
		if m := koreanClause.FindStringSubmatch(s); m != nil && lang == bot.Korean {
			out = append(out, m[2])
		}
		if m := englishClause.FindStringSubmatch(s); m != nil && lang == bot.English {
			out = append(out, strings.ToUpper(m[2][:1])+m[2][1:], m[1]+".")
		}
	}
	return out
}

// rewriteEndings changes the level of politeness at the ends of sentences.
func rewriteEndings(text string, lang bot.Lang) []string {
	if lang != bot.Korean {
		return contractions(text)
	}
	plain, soft := make([]string, 0, 3), make([]string, 0, 3)
	for _, s := range sentencesOf(text) {
		body, ok := strings.CutSuffix(s, "니다.")
		if !ok {
			return nil
		}
		p, y := endingsFor(body)
		plain, soft = append(plain, p+"."), append(soft, y+".")
	}
	return []string{strings.Join(plain, " "), strings.Join(soft, " ")}
}

// endingsFor gives the plain and the soft form of a sentence that ended in 니다.
func endingsFor(body string) (plain, soft string) {
	rs := []rune(body)
	last := rs[len(rs)-1]
	stem := string(rs[:len(rs)-1])
	switch last {
	case '습':
		prev := rs[len(rs)-2]
		if prev == '않' {
			return stem + "는다", stem + "아요"
		}
		return stem + "다", stem + "어요"
	case '입':
		if before := rs[len(rs)-2]; isSyllable(before) && final(before) == 0 {
			return stem + "다", stem + "예요"
		}
		return stem + "이다", stem + "이에요"
	case '합':
		return stem + "한다", stem + "해요"
	case '됩':
		return stem + "된다", stem + "돼요"
	}
	open := withFinal(last, 0)
	plain = stem + string(withFinal(last, finalN)) + "다"
	if vowel(open) == 20 { // 아/어 after ㅣ: 지 → 져
		return plain, stem + string(withVowel(open, 6)) + "요"
	}
	return plain, stem + string(open) + "요"
}

var contracted = strings.NewReplacer(" is not ", " isn't ", " are not ", " aren't ", " does not ", " doesn't ", " it is ", " it's ", " that is ", " that's ", " can not ", " cannot ")

func contractions(text string) []string { return []string{contracted.Replace(text)} }

var topicParticle = regexp.MustCompile(`([가-힣]{2,})(은|는|이|가)( )`)

// rewriteParticles exchanges topic and subject, one particle at a time.
func rewriteParticles(text string, lang bot.Lang) []string {
	if lang != bot.Korean {
		return nil
	}
	other := map[string]string{"은": "이", "는": "가", "이": "은", "가": "는"}
	var out []string
	for _, m := range topicParticle.FindAllStringSubmatchIndex(text, -1) {
		noun, particle := text[m[2]:m[3]], text[m[4]:m[5]]
		last := []rune(noun)
		closed := final(last[len(last)-1]) != 0
		if closed != (particle == "은" || particle == "이") || verbal[noun+particle] || strings.HasSuffix(noun, "다") || noun == "에서" || strings.HasSuffix(noun, "에") {
			continue // an ending of a verb: 하는, 쉽다는
		}
		out = append(out, text[:m[4]]+other[particle]+text[m[5]:])
	}
	return out
}

// Forms that look like a noun with a particle and are not.
var verbal = wordSet(`하려는 이끄는 보이는 만드는 관리하는 규제하는 택하는 선택하는 쥐고있는 이들이 쥐는 하는 되는 가리키는 모르는 걷는 더많은 다루는`)

// reorder changes the order of sentences, and of clauses that a semicolon joins.
func reorder(text string, lang bot.Lang) []string {
	var out []string
	if s := sentencesOf(text); len(s) > 1 {
		out = append(out, strings.Join(append(s[1:len(s):len(s)], s[0]), " "))
	}
	if a, b, ok := strings.Cut(strings.TrimSuffix(text, "."), "; "); ok && lang == bot.English {
		if strings.HasPrefix(a, "A ") || strings.HasPrefix(a, "The ") {
			a = strings.ToLower(a[:1]) + a[1:]
		}
		out = append(out, strings.ToUpper(b[:1])+b[1:]+"; "+a+".")
	}
	return out
}
