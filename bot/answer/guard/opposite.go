package guard

import "strings"

// opposites lets a refusal say that a word was turned round. It decides
// nothing: a word that no claim has is refused anyway.
var opposites = buildOpposites(`공개 비공개|공개 폐쇄|개방 폐쇄|허용 금지|가능 불가능|포함 제외|포함되 제외되|이상 이하|초과 미만|이전 이후|증가 감소|늘어나 줄어들|높아지 낮아지|빨라지 느려지|장점 단점|강점 약점
	찬성 반대|성공 실패|안전 위험|쉽 어렵|많 적|크 작|높 낮|빠르 느리|좋 나쁘|처음 마지막|최초 최후|최대 최소|강화 완화|유연 엄격|촉진 억제|유료 무료|의무 면제|면제 적용|합법 불법|열리 닫히|늘 줄|시작 끝|시행 폐지|외부 내부|선발 후발
	open closed|public private|allow forbid|allowed forbidden|allowed prohibited|more less|more fewer|most least|before after|above below|over under|increase decrease|increases decreases|rise fall|rises falls|strength weakness|advantage disadvantage
	inside outside|faster slower|better worse|easy hard|easier harder|safe dangerous|safe unsafe|free paid|first last|all none|always never|exempt subject|exempted subject|include exclude|includes excludes|raise lower|raises lowers|grows shrinks|narrow wide|strict flexible|strictly flexibly|succeed fail|everyone nobody|anyone nobody|latecomers pioneers`)

func buildOpposites(pairs string) map[string][]string {
	out := map[string][]string{}
	for _, pair := range strings.FieldsFunc(pairs, func(r rune) bool { return r == '|' || r == '\n' }) {
		w := strings.Fields(pair)
		if len(w) != 2 {
			continue
		}
		for i, a := range w {
			b := w[1-i]
			for _, form := range []string{a, "v:" + a, "n:" + a} {
				out[form] = append(out[form], b, "v:"+b, "n:"+b)
			}
		}
	}
	return out
}
