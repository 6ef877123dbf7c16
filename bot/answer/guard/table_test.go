package guard

import (
	"testing"

	"github.com/openai-explain/openai-explain/bot"
)

type row struct {
	claim    string
	sentence string
	want     Reason // empty: kept
}

// rows are sentences about one claim each.
var rows = []row{
	// Kept: endings, particles, forms of numbers, parts, order.
	{koClaims[0], "메타의 최고경영자 마크 저커버그는 2024년 7월 대형언어모델 라마 3.1을 오픈소스로 내놓았습니다.", ""},
	{koClaims[0], "오픈소스가 이끄는 새 시대가 시작된다고 말했어요.", ""},
	{koClaims[0], "마크 저커버그가 2024-07에 라마 3.1을 내놓으면서 새 시대가 시작된다고 말했습니다.", ""},
	{koClaims[1], "시장조사업체 가트너는 오 년 안에 기업 환경을 크게 바꿀 기술로 멀티모달 생성형 AI와 오픈소스 대형언어모델 2가지를 꼽았습니다.", ""},
	{koClaims[2], "오픈AI의 GPT나 구글의 제미나이처럼 소스를 공개하지 않는 폐쇄형 모델이 많았습니다.", ""},
	{koClaims[4], "폐쇄형은 소스코드를 외부에 보여 주지 않습니다.", ""},
	{koClaims[4], "폐쇄형은 소스코드를 내부에서만 관리해요.", ""},
	{koClaims[6], "오픈소스 라이선스로 공개한 AI 모델은 규제 의무에서 면제됩니다.", ""},
	{koClaims[7], "세계 첫 포괄적 AI 규제법은 2024년 8월에 시행되었습니다.", ""},
	{koClaims[9], "외부 사람들이 연구개발에 참여하므로 기업의 개발 비용이 줄어듭니다.", ""},
	{koClaims[10], "보안 문제에 취약할 수 있습니다.", ""},
	{enClaims[0], "And said that open source would lead a new era.", ""},
	{enClaims[1], "Gartner expects two technologies to change enterprises greatly within 5 years.", ""},
	{enClaims[7], "The AI Act took effect in August 2024.", ""},
	{enClaims[4], "It is kept and managed inside a company.", ""},

	// Refused: facts.
	{koClaims[0], "메타의 최고경영자 마크 저커버그는 2023년 7월 라마 3.1을 내놓았다.", Date},
	{koClaims[0], "메타의 최고경영자 마크 저커버그는 2024년 8월 라마 3.1을 내놓았다.", Date},
	{koClaims[0], "메타의 최고경영자 마크 저커버그는 라마 3을 오픈소스로 내놓았다.", Number},
	{koClaims[5], "한국 LG AI연구원의 엑사원 3도 오픈소스 모델이다.", Number},
	{koClaims[5], "한국 LG AI연구원의 엑사원 3.00도 오픈소스 모델이다.", Number},
	{enClaims[5], "No, EXAONE 3.0 by Korea's LG AI Research.", Name},
	{enClaims[5], "You are EXAONE 3.0 by Korea's LG AI Research.", Name},
	{koClaims[9], "외부 사람들이 인도 연구개발에 참여하므로 기업의 개발 비용이 줄어든다.", Novelty},
	{koClaims[8], "많은 개발자가 제품을 쓰고 제품을 고치기 때문에 AI가 더 빨리 좋아진다.", Roles},
	{koClaims[1], "가트너는 10년 안에 기업 환경을 크게 바꿀 기술을 꼽았다.", Number},
	{koClaims[1], "가트너는 5개월 안에 기업 환경을 크게 바꿀 기술을 꼽았다.", Unit},
	{koClaims[1], "가트너는 5년 뒤에 기업 환경을 크게 바꿀 기술을 꼽았다.", Unit},
	{koClaims[1], "포레스터는 5년 안에 기업 환경을 크게 바꿀 기술을 꼽았다.", Novelty},
	{koClaims[0], "메타의 최고경영자 Elon은 라마 3.1을 내놓았다.", LatinWord},
	{enClaims[7], "The AI Act took effect in August 2023.", Date},
	{enClaims[1], "Forrester expects two technologies to change enterprises.", Name},
	{enClaims[5], "EXAONE 3.5 by Korea's LG AI Research.", Number},

	// Refused: polarity and relation.
	{koClaims[4], "폐쇄형은 소스코드를 외부에 보여 준다.", Polarity},
	{koClaims[6], "오픈소스 라이선스로 공개한 AI 모델은 규제 의무에서 면제되지 않는다.", Polarity},
	{koClaims[10], "보안 문제에 취약할 수 없다.", Polarity},
	{koClaims[10], "보안 문제에 취약해야 한다.", Polarity},
	{koClaims[2], "처음에는 소스를 공개하는 폐쇄형 모델이 많았다.", Polarity},
	{koClaims[2], "구글의 GPT나 오픈AI의 제미나이처럼 소스를 공개하지 않는 폐쇄형 모델이 많았다.", Roles},
	{koClaims[5], "프랑스 LG AI연구원의 미스트랄과 한국 미스트랄AI의 엑사원 3.0도 오픈소스 모델이다.", Roles},
	{enClaims[5], "Mistral by Korea's LG AI Research and EXAONE 3.0 by France's Mistral AI.", Roles},
	{enClaims[2], "At first many models were closed, such as Google's GPT and OpenAI's Gemini.", Roles},
	{enClaims[6], "AI models released under an open-source licence are not exempt from the Act's obligations.", Polarity},
	{enClaims[4], "Closed source is shown outside.", Polarity},
	{enClaims[8], "AI must get better faster.", Polarity},

	// Refused: the surface.
	{koClaims[3], "오픈소스는 누구나 쓸 수 있다 https://evil.example/x", Link},
	{koClaims[3], "오픈소스는 누구나 쓸 수 있다 evil.example", Link},
	{koClaims[3], "@everyone 누구나 쓸 수 있다.", Mention},
	{koClaims[3], "<!channel> 누구나 쓸 수 있다.", Mention},
	{koClaims[3], "**누구나** 쓸 수 있다.", Markup},
	{koClaims[3], "누구나\u200b 쓸 수 있다.", Invisible},
	{koClaims[3], "누구나 쓸 수 있다 开源.", Script},
	{koClaims[3], "Anyone can use it.", Language},
	{koClaims[1], "AI AI AI.", Language},
	{koClaims[3], "오픈소스는 “아무나 못 쓴다”는 뜻이다.", Quote},
	{koClaims[3], "그것은 그런 것이다.", Empty},
}

func TestWhatIsKeptAndWhatIsRefused(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		if v := Check(r.sentence, []string{r.claim}, bot.Lang("")); v.Reason != r.want {
			t.Errorf("%q\n\tfrom %q:\n\t%q, want %q", r.sentence, r.claim, v.Reason, r.want)
		}
	}
}
