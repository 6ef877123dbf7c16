package text

import "strings"

// Endings of verbs and adjectives. Those of the first table follow the bare
// stem (after a vowel, after a consonant, after either), those of the second
// the form in 아/어, which may have been contracted with the stem (보내+어 → 보내).
const (
	endingsVowel = `ㄴ ㄹ ㅁ ㄴ다 ㅂ니다 ㅂ니까 ㅂ시다 면 니 니까 려고 려면 러 며 면서 ㄴ가 ㄴ가요 ㄴ지 ㄴ데 ㄴ데요 ㄹ까 ㄹ까요 ㄹ게 ㄹ게요 ㄹ래 ㄹ래요 ㄹ지 ㄹ수록
		ㄹ수 ㄹ수있 ㄹ려면 ㄹ려고 ㄴ다고 ㄴ다는 ㄴ다면 ㄴ대 ㄴ대요 ㄴ거 ㄴ건 ㄴ게 ㄹ거 ㅁ과 ㄴ거야 ㄴ건가 ㄴ건가요 ㄴ건지 ㄹ때 ㄴ걸 ㄴ걸까 라고 라는 나 ㅁ은 ㅁ을 ㅁ의 ㅁ이`
	endingsConsonant = `은 을 음 는다 습니다 습니까 읍시다 으면 으니 으니까 으려고 으려면 으러 으며 으면서 은가 은가요 은지 은데 은데요 을까 을까요 을게 을게요 을래 을래요
		을지 을수록 을수 을수있 을려면 을려고 는다고 는다는 는다면 는대 은거 은건 은게 을거 은거야 은건가 을때 은걸 으라고 음은 음을 음의 음이`
	endingsAny = `는 고 지 게 다 자 나 나요 는가 는가요 는지 는데 는데요 던 던데 더라 도록 네 네요 죠 지요 지만 기 기는 기도 기를 기에 기가 기의 기로 길 긴 거나 든지 든 냐 느냐 는거 는건 는게 는거야 는건가 는건가요 는건지
		고싶 고있 는법 는걸 는걸까 라 거든 거든요 다가 다고 다는 다면 다던데 다며 자고 구나 군요 는군 니 는중 고서 지는 지도 지를 질 진 고요 구요 나여 는지요 는구나 는지도 는지를 는지는 느라`
	endingsAO = `서 요 도 야 야지 야만 야하 야해 야할 야되 야돼 야될 라 줘 줘요 줘봐 주세요 주라 줄래 줄래요 주실 주시 주실래요 주시겠어요 주십시오 준 주는 줄 주면 줬 봐 봐요 보자 볼 보고 본 있 있는 있어 있어요 있나 있나요 있다 있던 있을 있음 없 둔 둘
		진 져 져요 지는 지고 집 졌 버린 버려 놓은 놓고 놓 가는 가고 온 왔 왔다 서는 서도 선 ㅆ 도되 도돼 도돼요 도되나요 도될까요 도되요 지나 지나요 져서 질 질까`
	// What can follow the past ㅆ, 겠 and the honorific 시.
	endingsPast = `다 어 어요 습니다 습니까 는데 는데요 는지 을까 을까요 나 나요 던 고 지만 네 네요 음 니 니까 죠 지 지요 으면 냐 대 대요 다고 다는 다면 으니 으니까 거든 거든요 는가 는가요 을 을때 을지 으며 더라 구나 군요 어서 길래 다며 다던데 으나 음을 는지는 었다 었어 었던 었나`
)

// ending is one ending in jamo.
type ending struct {
	jamo []rune
	kind endingKind
}

type endingKind uint8

const (
	onVowel     endingKind = iota // stem ends in a vowel (or lost its ㄹ)
	onConsonant                   // stem ends in a consonant
	onStem
	onAO // stem in its 아/어 form
)

// endingTable holds endings by their last jamo.
type endingTable map[rune][]ending

func newEndingTable() endingTable {
	t := endingTable{}
	add := func(s string, k endingKind) {
		j := endingJamo(s)
		t[j[len(j)-1]] = append(t[j[len(j)-1]], ending{j, k})
	}
	for _, set := range []struct {
		words string
		kind  endingKind
	}{{endingsVowel, onVowel}, {endingsConsonant, onConsonant}, {endingsAny, onStem}, {endingsAO, onAO}} {
		for _, w := range strings.Fields(set.words) {
			add(w, set.kind)
		}
	}
	for _, w := range strings.Fields(endingsPast) {
		add("ㅆ"+w, onAO)
		add("겠"+w, onStem)
	}
	t.addHonorific()
	return t
}

// addHonorific adds every ending behind the honorific 시: 하시던데, 하신다면, 하셨는데, 하세요.
func (t endingTable) addHonorific() {
	add := func(tail []rune) {
		last := tail[len(tail)-1]
		t[last] = append(t[last], ending{tail, onVowel},
			ending{append(toJamo(nil, []rune("으")), tail...), onConsonant})
	}
	si := toJamo(nil, []rune("시"))
	for _, w := range strings.Fields(endingsVowel + " " + endingsAny) {
		add(append(si[:2:2], endingJamo(w)...))
	}
	for _, w := range strings.Fields(endingsPast) {
		add(toJamo(nil, []rune("셨"+w)))
		add(toJamo(nil, []rune("시겠"+w)))
	}
	for _, w := range strings.Fields("세요 셔 셔요 셔서 시어 십시오 시오 실래요 실 신 심 시") {
		add(toJamo(nil, []rune(w)))
	}
}

// maxStems is how many verb readings one word gets at most.
const maxStems = 4

// stems returns the folded stems that the word can have as a verb or adjective.
func (t endingTable) stems(word []rune) [][]rune {
	var out [][]rune
	keep := func(stem []rune) {
		for _, o := range out {
			if string(o) == string(stem) {
				return
			}
		}
		out = append(out, stem)
	}
	for _, e := range t[word[len(word)-1]] {
		if n := len(word) - len(e.jamo); n >= 2 && hasSuffix(word, e.jamo) {
			if stem := e.stem(word[:n:n]); stem != nil {
				keep(stem)
			}
		}
	}
	if last := word[len(word)-1]; isV(last) {
		if stem := foldStem(openAO(word[:len(word):len(word)])); len(stem) >= 2 {
			keep(stem) // the 아/어 form itself: 알려, 뭐해
		}
	}
	if len(out) > maxStems {
		shortestFirst(out)
		out = out[:maxStems]
	}
	return out
}

// shortestFirst sorts the few stems of a word by length.
func shortestFirst(s [][]rune) {
	for i := 1; i < len(s); i++ {
		for k := i; k > 0 && len(s[k]) < len(s[k-1]); k-- {
			s[k], s[k-1] = s[k-1], s[k]
		}
	}
}

// stem checks agreement and folds what is left of the word before the ending; nil where it does not fit.
func (e ending) stem(rest []rune) []rune {
	last := rest[len(rest)-1]
	if isL(last) || isV(e.jamo[0]) {
		return nil
	}
	switch e.kind {
	case onVowel:
		if !isV(last) && last != jamoT+finalL {
			return nil
		}
	case onConsonant:
		if !isT(last) {
			return nil
		}
	case onAO:
		if !isV(last) {
			return nil
		}
		rest = openAO(rest)
	default:
		if isT(e.jamo[0]) && !isV(last) {
			return nil
		}
	}
	stem := foldStem(rest)
	if len(stem) < 1 {
		return nil
	}
	return stem
}

const (
	vA, vAE, vYEO, vEO, vO, vWA, vWAE, vOE, vU, vWO, vEU, vI = jamoV + 0, jamoV + 1, jamoV + 6, jamoV + 4, jamoV + 8, jamoV + 9,
		jamoV + 10, jamoV + 11, jamoV + 13, jamoV + 14, jamoV + 18, jamoV + 20
	lNone, lR, lH = jamoL + 11, jamoL + 5, jamoL + 18
)

// openAO undoes 아/어: 먹어 → 먹, 해 → 하, 줘 → 주, 알려 → 알리, 와 → 오.
func openAO(w []rune) []rune {
	n := len(w)
	last := w[n-1]
	if n >= 4 && w[n-2] == lNone && (last == vA || last == vEO) {
		return w[:n-2]
	}
	out := append([]rune(nil), w...)
	switch last {
	case vAE:
		if n >= 2 && out[n-2] == lH {
			out[n-1] = vA
		}
	case vYEO:
		if n >= 4 && out[n-2] == lNone && out[n-3] == vA && out[n-4] == lH { // 하여
			return out[:n-2]
		}
		out[n-1] = vI
	case vWA:
		out[n-1] = vO
	case vWO:
		out[n-1] = vU
	case vWAE:
		out[n-1] = vOE
	}
	return out
}

// Stems whose final consonant changes before a vowel, and what it becomes.
var changing = map[string]string{
	"듣": "들", "걷": "걸", "묻": "물", "싣": "실", "깨닫": "깨달",
	"짓": "지", "낫": "나", "붓": "부", "잇": "이", "긋": "그",
}

// foldStem maps the shapes that one stem takes to one: 어둡, 어두우 → 어둡;
// 빠르, 빨ㄹ → 빠ㄹ; 만들, 만드 → 만ㄷ; 바쁘, 바ㅃㅏ → 바ㅃ; 알려 → 알리.
func foldStem(s []rune) []rune {
	n := len(s)
	if n < 2 {
		return s
	}
	if to, ok := changing[compose(s)]; ok {
		s = toJamo(nil, []rune(to))
		n = len(s)
	}
	// 어두우 → 어둡, 도오 → 돕
	if n >= 4 && (s[n-1] == vU || s[n-1] == vO) && s[n-2] == lNone && isV(s[n-3]) {
		return append(append([]rune(nil), s[:n-2]...), compatFinal['ㅂ'])
	}
	if n >= 5 && s[n-2] == lR && s[n-3] == jamoT+finalL && (s[n-1] == vA || s[n-1] == vEO) { // 빨라
		return append(append([]rune(nil), s[:n-3]...), lR)
	}
	if s[n-1] == jamoT+finalL && n >= 4 { // 만들
		s = s[:n-1]
		n--
	}
	switch s[n-1] {
	case vYEO:
		s = append(append([]rune(nil), s[:n-1]...), vI)
	case vEU, vA, vEO:
		if n >= 4 {
			s = s[:n-1]
		} else if s[n-1] == vEO {
			s = append(append([]rune(nil), s[:n-1]...), vEU)
		}
	}
	return s
}
