package guard

import (
	"testing"

	"github.com/openai-explain/openai-explain/bot"
)

// Claims for tests, in both languages.
var (
	koClaims = []string{
		"메타의 최고경영자 마크 저커버그는 2024년 7월 대형언어모델 라마 3.1을 오픈소스로 내놓으면서 오픈소스가 이끄는 새 시대가 시작된다고 말했다.",
		"시장조사업체 가트너는 5년 안에 기업 환경을 크게 바꿀 기술로 멀티모달 생성형 AI와 오픈소스 대형언어모델 두 가지를 꼽았다.",
		"처음에는 오픈AI의 GPT나 구글의 제미나이처럼 소스를 공개하지 않는 폐쇄형 모델이 많았다.",
		"오픈소스는 프로그램의 소스코드를 열어 누구나 쓸 수 있게 하는 것이다.",
		"폐쇄형은 소스코드를 외부에 보여 주지 않고 내부에서만 관리한다.",
		"프랑스 미스트랄AI의 미스트랄과 한국 LG AI연구원의 엑사원 3.0도 오픈소스 모델이다.",
		"오픈소스 라이선스로 공개한 AI 모델은 규제 의무에서 면제된다.",
		"유럽연합이 만든 세계 첫 포괄적 AI 규제법은 2024년 8월 시행됐다.",
		"많은 개발자가 제품을 쓰고 고치기 때문에 AI가 더 빨리 좋아진다.",
		"외부 사람들이 연구개발에 참여하므로 기업의 개발 비용이 줄어든다.",
		"보안 문제에 취약할 수 있다.",
	}
	enClaims = []string{
		"In July 2024 Meta's CEO Mark Zuckerberg released the open-source language model Llama 3.1 and said that open source would lead a new era.",
		"Gartner, a market researcher, expects two technologies to change enterprises greatly within five years: multimodal generative AI and open-source language models.",
		"At first many models were closed, such as OpenAI's GPT and Google's Gemini.",
		"Open source means that a program's source code is published so that anyone can use it.",
		"Closed source is not shown outside; it is kept and managed inside a company.",
		"Other examples are Mistral by France's Mistral AI and EXAONE 3.0 by Korea's LG AI Research.",
		"AI models released under an open-source licence are exempt from the Act's obligations.",
		"The European Union's AI Act, the world's first comprehensive law on AI, took effect in August 2024.",
		"Because many developers use and improve the product, AI gets better faster.",
	}
)

func TestAClaimItselfPasses(t *testing.T) {
	t.Parallel()
	for _, c := range koClaims {
		if v := Check(c, []string{c}, bot.Korean); !v.OK {
			t.Errorf("%q: %s", c, v.Reason)
		}
	}
	for _, c := range enClaims {
		if v := Check(c, []string{c}, bot.English); !v.OK {
			t.Errorf("%q: %s", c, v.Reason)
		}
	}
}

func TestACitationThatIsNotNeededIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want Reason
	}{
		{koClaims[3] + " [1]", ""},
		{koClaims[3] + " [1][2]", CitationUnneeded},
		{koClaims[3] + " " + koClaims[8] + " [1][2]", ""},
		{koClaims[8] + " [1]", Novelty},
		{koClaims[3] + " [3]", CitationOutOfRange},
		{koClaims[3], Uncited},
	} {
		if _, _, v := CheckLine(c.line, []string{koClaims[3], koClaims[8]}, bot.Korean); v.Reason != c.want {
			t.Errorf("%q: %q, want %q", c.line, v.Reason, c.want)
		}
	}
	// Two claims that both say all of it may both be cited.
	if _, _, v := CheckLine(koClaims[3]+" [1][2]", []string{koClaims[3], "요컨대 " + koClaims[3]}, bot.Korean); !v.OK {
		t.Errorf("refused: %s", v.Reason)
	}
}

func TestASentenceIsTakenApartFromItsNumbers(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"누구나 쓴다. [1][3]": "누구나 쓴다.", "누구나 쓴다. [1, 3]": "누구나 쓴다.", "누구나 쓴다 [3] [1].": "누구나 쓴다.",
		"- 누구나 쓴다. [1] [3]": "누구나 쓴다.", "누구나 쓴다.[1][3][3]": "누구나 쓴다.",
	} {
		got, cites, err := Parse(line)
		if err != nil || got != want || len(cites) != 2 || cites[0] != 1 || cites[1] != 3 {
			t.Errorf("%q: %q %v %v", line, got, cites, err)
		}
	}
	for _, line := range []string{"", "누구나 쓴다.", "[1] 누구나 쓴다.", "누구나 [1] 쓴다.", "누구나 쓴다 [a]", "x [99999]"} {
		if got, cites, err := Parse(line); err != ErrUncited {
			t.Errorf("%q: %q %v %v", line, got, cites, err)
		}
	}
}
