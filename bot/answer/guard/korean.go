package guard

import (
	"slices"
	"strings"
)

// role is what a Korean particle says about its noun, as far as a change of it
// changes who did what to whom.
type role byte

const (
	noRole role = iota
	subject
	topic
	object
	genitive
	place
	means
	joint
	copula
	predicate
)

// particles by role, longest first within the search (see cutParticle).
var particles = map[role]string{
	subject:  "이 가 께서 들이",
	topic:    "은 는 도 만 조차 까지 이란 란 이라는 라는 들은 들도 이나 나 에는 에도 만은 만이 만을 만의 뿐 뿐만 이든 든",
	object:   "을 를 들을",
	genitive: "의 들의",
	place:    "에 에서 에게 에게서 한테 께 으로부터 로부터 부터 에서는 에게는 에서도 에게도 에서의 에의 들에 들에게 들에서 에까지 에서만 에만 까지의 까지는 들에게는 사이에 마다",
	means:    "로 으로 로서 으로서 로써 으로써 로는 으로는 로의 으로의 로도 으로도 들로 처럼 같은 같이 보다 보다는 만큼 대로",
	joint:    "와 과 랑 이랑 하고 들과 와는 과는 와의 과의 와도 과도 및",
	copula: "이다 다 이고 고 이며 며 이자 자 이지만 지만 인 인데 입니다 이에요 예요 에요 이었다 였다 이었습니다 였습니다 이라고 라고 이라며 라며 이라 라 이라서 라서 " +
		"인가 인지 이어서 여서 이었고 였고 이었던 였던 일 임 이죠 이지 이므로 이기 이면 이어야 이니 이요 요 이었으며 였으며 이었어요 였어요 들이다 들입니다 들이며 들이고",
}

var (
	particleOf = buildParticles()
	endings    = wordSet(`다 고 며 면서 면 지만 지 기 는 는데 도록 게 거나 니 므로 자 려고 려는 려면 던 냐 니까 네 죠 지요 네요 나요 는가 는지 든 든지 아 어 여 아요 어요 여요 아서 어서 여서 아야 어야 여야 아도 어도 여도
		으며 으면 으면서 으니 으니까 으려고 으려는 으려면 으므로 은 을 음 은데 은가 은지 을까 을지 습니다 습니까 는다 는다고 는다는 다고 다는 다며 다면 다가 라고 라는 라 기에 기도 기로 기를 기가 기는 음을 음이 음은 지는 지도 지를
		으나 나 데 데요 가 까 수록 을수록 서 서는 서도 요 야 야만 도 되 며서 기만 고는 고도 게끔 자는 자고 십시오 세요 으세요 시오 인 을때 ㅁ`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

func buildParticles() map[string]role {
	table := map[string]role{}
	for r, words := range particles {
		for _, w := range strings.Fields(words) {
			table[w] = r
		}
	}
	return table
}

const (
	hangulBase = 0xAC00
	hangulLast = 0xD7A3
)

// Finals of a syllable, as their numbers in Unicode.
const (
	finalN  = 4
	finalL  = 8
	finalM  = 16
	finalB  = 17
	finalSS = 20
)

func isSyllable(r rune) bool { return r >= hangulBase && r <= hangulLast }

func final(r rune) int { return int(r-hangulBase) % 28 }

func withFinal(r rune, f int) rune { return r - rune(final(r)) + rune(f) }

func vowel(r rune) int { return int(r-hangulBase) / 28 % 21 }

func withVowel(r rune, v int) rune {
	lead := (r - hangulBase) / 588
	return hangulBase + lead*588 + rune(v)*28 + rune(final(r))
}

// koreanWord is one run of Hangul taken apart in every way that is possible.
type koreanWord struct {
	keys []string // stems; two words are the same where they share one
	role role
}

// analyse finds the stems of a run. Stems of two syllables and more are keys as
// they are; a single syllable counts only together with how it was found, since
// so many words are one syllable long.
func analyse(run string) koreanWord {
	w := koreanWord{keys: []string{run}, role: predicate}
	rs := []rune(run)
	if len(rs) == 1 {
		w.keys = []string{"w:" + run}
		if !strings.Contains("이한그저수것등및안못두세네더잘다또각전후간중내외총약첫온", run) {
			w.keys = append(w.keys, "n:"+run)
		}
		w.heads(rs, "")
		w.role = noRole
		return w
	}
	found := false
	for cut := 1; cut < len(rs); cut++ { // the longest particle first
		r, ok := particleOf[string(rs[cut:])]
		if !ok {
			continue
		}
		w.noun(rs[:cut])
		if !found && fits(rs[cut-1], rs[cut:]) {
			w.role, found = r, true
		}
	}
	w.noun(rs)
	w.verbs(rs)
	if !found && !endings[string(rs[len(rs)-1:])] && !w.looksVerbal(rs) {
		w.role = noRole
	}
	slices.Sort(w.keys)
	w.keys = slices.Compact(w.keys)
	return w
}

// fits says whether a particle in one of its two forms can follow a syllable.
func fits(before rune, particle []rune) bool {
	closed := final(before) != 0
	switch string(particle) {
	case "이", "은", "을", "과", "이다", "이며", "이고", "이란", "이라는", "이나", "으로":
		return closed
	case "가", "는", "를", "와", "다", "고", "며", "란", "라는", "나", "자":
		return !closed
	}
	return true
}

// looksVerbal: its last syllable ends as verbs before a noun or at the end of a
// clause do.
func (w *koreanWord) looksVerbal(rs []rune) bool {
	last := rs[len(rs)-1]
	return last == '해' || last == '돼' || last == '한' || last == '할' || last == '된' || last == '될' || last == '함' || last == '됨'
}

// noun adds a stem that a particle was taken from, and it without its plural.
func (w *koreanWord) noun(stem []rune) {
	w.add(stem, "n:")
	if n := len(stem); n > 2 && stem[n-1] == '들' {
		w.add(stem[:n-1], "n:")
	}
}

// verbs adds the stems that remain when an ending is taken off.
func (w *koreanWord) verbs(rs []rune) {
	for cut := 1; cut <= len(rs); cut++ {
		tail := string(rs[cut:])
		if tail != "" && !endings[tail] && tail != "니다" && tail != "니까" {
			continue
		}
		w.heads(rs[:cut], tail)
	}
}

// heads adds the stems a head can be the inflected form of.
func (w *koreanWord) heads(head []rune, tail string) {
	last := head[len(head)-1]
	if !isSyllable(last) {
		return
	}
	if tail != "" && tail != "니다" {
		w.verb(head)
	}
	switch final(last) {
	case finalN, finalL, finalM, finalB:
		open := replaceLast(head, withFinal(last, 0))
		w.verb(open)
		w.verb(replaceLast(head, withFinal(last, finalL))) // 연다, 만든: the stem ends in ㄹ
		w.irregular(open)
	case finalSS:
		w.past(replaceLast(head, withFinal(last, 0)))
	case 0:
		w.past(head)
		w.irregular(head)
		if tail != "" {
			w.verb(replaceLast(head, withFinal(last, finalL))) // 여는
		}
	}
}

// past undoes the contraction of a stem with 아 or 어.
func (w *koreanWord) past(head []rune) {
	last := head[len(head)-1]
	n := len(head)
	if (last == '아' || last == '어' || last == '여') && n > 1 {
		w.verb(head[:n-1])
		if last == '여' && head[n-2] == '하' {
			return
		}
	}
	w.verb(head)
	if last == '해' {
		w.verb(replaceLast(head, '하'))
		return
	}
	// vowels: ㅐ ㅙ→ㅚ ㅕ→ㅣ ㅘ→ㅗ ㅝ→ㅜ ㅓ→ㅡ ㅏ→ㅡ
	for from, to := range map[int]int{10: 11, 6: 20, 9: 8, 14: 13, 4: 18, 0: 18} {
		if vowel(last) == from {
			w.verb(replaceLast(head, withVowel(last, to)))
		}
	}
	if n > 1 && (last == '라' || last == '러') && final(head[n-2]) == finalL { // 달라, 빨라
		w.verb(append(replaceLast(head[:n-1], withFinal(head[n-2], 0)), '르'))
	}
}

// irregular undoes ㅂ → 우: 쉬운, 쉬워, 가까우며.
func (w *koreanWord) irregular(head []rune) {
	n := len(head)
	last := head[n-1]
	if n > 1 && (last == '우' || last == '워' || last == '와') && isSyllable(head[n-2]) && final(head[n-2]) == 0 {
		w.verb(replaceLast(head[:n-1], withFinal(head[n-2], finalB)))
	}
}

// verb adds a stem of a verb, and the noun in front of 하다, 되다 and their like.
func (w *koreanWord) verb(stem []rune) {
	w.add(stem, "v:")
	for _, aux := range [...]string{"하", "되", "시키", "받", "당하", "해지", "되어지", "해내", "하시", "해주", "이", "해오", "돼오"} {
		if noun, ok := strings.CutSuffix(string(stem), aux); ok && noun != "" {
			w.add([]rune(noun), "n:")
		}
	}
	if bare, ok := strings.CutSuffix(string(stem), "시"); ok && len([]rune(bare)) > 1 {
		w.add([]rune(bare), "v:")
	}
}

func (w *koreanWord) add(stem []rune, how string) {
	switch {
	case len(stem) == 0:
	case len(stem) == 1:
		w.keys = append(w.keys, how+string(stem))
	default:
		w.keys = append(w.keys, string(stem))
	}
}

func replaceLast(rs []rune, r rune) []rune {
	out := slices.Clone(rs)
	out[len(out)-1] = r
	return out
}

// Words that carry no fact of their own.
var (
	koreanFunction = wordSet(`그 이 저 것 것은 것이 것을 것이다 것으로 것이며 것이고 것도 것이라고 것에 것의 것과 것입니다 것이에요 것이라는 것인데 게 건 거 걸 수 수도 수가 수는 등 등을 등의 등이 등은 등에 등에서 등과 등도 및 또 또한 그리고 즉 이는 이것은 그것은 이를 이에 그러나 하지만 그런데 이런 그런 저런 이러한 그러한 이렇게 그렇게
		점 점을 점이 점은 점에서 점이다 점도 점입니다 점이에요 뜻 뜻이다 뜻으로 뜻입니다 뜻이에요 뜻한다 말 말이다 말입니다 셈이다 셈입니다 바로 곧 데 데다 데도 바 바를 때 때문 따라 따라서 따른 위해 위한 위해서 대해 대한 대해서 관해 관한 통해 통한 통해서 대하여 위하여 통하여 의해 의한
		있다 있는 있고 있으며 있어 있어요 있습니다 있을 있던 있었다 있었습니다 있었어요 있게 있도록 있음 있지만 있는데 있으면 있어서 있기 있기도 있다고 있다는 한다 하는 하고 하며 해 해요 합니다 했다 했습니다 했어요 할 하게 하지 하면 하면서 하기 함 한 하여 해서 하자 하던 하도록 한다는 한다고 했고 했으며 하지만 하되
		된다 되는 되고 되며 돼 돼요 됩니다 됐다 되었다 됐습니다 되었습니다 됐어요 되었어요 될 되지 되면 된 되어 되기 됨 돼서 됐고 된다고 된다는 이다 이고 이며 입니다 이에요 예요 인 일 임 이라는 라는 이라고 라고 이란 란 로 으로 을 를 은 는 이 가 의 에 에서 와 과 도
		그는 그녀는 그들은 우리 우리는 저희 여기 여기서 거기 이곳 그곳 이때 그때 이번 같은 같이 때문에 때문이다 이와 그와 경우 경우에 경우는 식으로 식이다 쪽 쪽이 쪽은 쪽에서 예를 예컨대 가령 이른바 특히 들 들어 들면`)
	koreanLight = wordSet(`v:하 v:되 v:있`)
	// Words of saying and meaning that add no fact.
	koreanNeutral = wordSet(`뜻하 의미하 의미 가리키 말하 설명하 설명 일컫 불리 해당하 해당 속하 설명되`)
)

// Auxiliaries and adverbs that turn a predicate round. 안 and 못 stand before
// it, the others behind it.
var (
	negatesNext = wordSet(`안 못`)
	negations   = []string{"않", "못하", "못한", "못할", "못했", "못해", "못합", "없", "아니", "아닌", "아닐", "아닙", "말아", "말고", "말라", "말자", "마세", "마십", "말아야"}
)

// negation reports whether a run denies what stands before it.
func negation(run string) bool {
	switch run {
	case "아닌가", "아니라면", "아니면", "말고도", "없이도":
		return true
	}
	for _, n := range negations {
		if strings.HasPrefix(run, n) {
			return true
		}
	}
	return false
}

// Nouns that end as a clause does.
var nounsInGo = wordSet(`최고 광고 사고 보고 창고 재고 참고 권고 경고 원고 피고 신고 중고 공고 충고 차고 냉장고 금고 서고 국고 라고 측면 화면 전면 표면 장면 방면 후면 단면 도면 지면 정면 이면 반면 라면 국면 내면 외면 양면 평면 서면 대면 직면`)

// clauseEnd reports whether a run ends a clause or joins two equal parts, so that
// what stands behind it may stand elsewhere.
func clauseEnd(run string, w koreanWord) bool {
	if w.role == joint || run == "및" || run == "또는" || run == "혹은" || run == "그리고" || run == "등" {
		return true
	}
	if n := len(run); n > 3 && (run[n-3:] == "고" || run[n-3:] == "면") && w.role != object && !nounsInGo[run] {
		return true
	}
	for _, e := range [...]string{"하고", "되고", "이고", "있고", "하며", "되며", "이며", "으며", "면서", "지만", "는데", "인데", "한데", "해서", "돼서", "아서", "어서", "므로", "니까", "거나", "다면", "하면", "되면", "으면", "자", "했고", "됐고", "었고", "았고", "였고", "않고", "없고"} {
		if strings.HasSuffix(run, e) {
			return true
		}
	}
	return false
}
