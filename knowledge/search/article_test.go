package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

func builtin(t *testing.T) *Index {
	t.Helper()
	lib, problems := knowledge.Load(article.FS)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return New(lib, Options{})
}

// direct are questions about one fact of the built-in entries, and the claims
// that answer them; the first has to come first. Without a claim the question
// is about the whole entry.
var direct = []struct{ question, claims string }{
	{"EU AI법은 언제 발효됐어?", "Q5a"},
	{"유럽연합의 인공지능법은 언제부터 시행됐나요?", "Q5a"},
	{"When did the EU AI Act take effect?", "Q5a"},
	{"오픈소스 모델은 EU 규제에서 면제되나요?", "Q5b"},
	{"Are open-source models exempt from the EU AI Act?", "Q5b"},
	{"전문가들은 EU의 의도를 어떻게 해석해?", "Q5c"},
	{"딥페이크가 뭔가요", "Q4e"},
	{"What is a deepfake?", "Q4e"},
	{"오픈소스의 집단 지성이 뭐야", "Q4b"},
	{"How does collective intelligence help open source?", "Q4b"},
	{"오픈소스를 쓰면 개발비가 줄어드나요?", "Q4c"},
	{"Does open source lower development costs?", "Q4c"},
	{"오픈소스 AI는 보안에 취약해?", "Q4d"},
	{"Is open-source AI a security risk?", "Q4d"},
	{"오픈소스 AI의 단점은?", "Q4d Q4e"},
	{"What are the weaknesses of open-source AI?", "Q4d Q4e"},
	{"오픈소스 AI의 장점은?", "Q4b Q4c"},
	{"What are the strengths of open-source AI?", "Q4b Q4c"},
	{"오픈소스 AI 장단점", ""},
	{"오픈소스 AI의 장점과 단점은?", ""},
	{"pros and cons of open source AI", ""},
	{"멀티모달이 뭐야?", "I3"},
	{"What does multimodal mean?", "I3"},
	{"가트너는 뭐라고 예측했어?", "I2"},
	{"What does Gartner expect?", "I2"},
	{"저커버그는 라마 3.1을 공개하면서 뭐라고 했어?", "I1"},
	{"엑사원은 어느 회사가 만들었어?", "Q2d"},
	{"Who makes EXAONE?", "Q2d"},
	{"미스트랄은 어느 나라 회사야?", "Q2d"},
	{"폐쇄형 모델에는 뭐가 있어?", "Q2a"},
	{"Which models are closed?", "Q2a"},
	{"김치 레시피 비유가 뭐야?", "Q1b"},
	{"What is the kimchi comparison?", "Q1b"},
	{"폐쇄형 소스가 뭐야?", "Q1d"},
	{"What is closed source?", "Q1d"},
	{"오픈소스란 무엇인가요?", ""},
	{"What is open source?", ""},
	{"저커버그가 쓴 편지 제목이 뭐야?", "Q3a"},
	{"What is the title of Zuckerberg's letter?", "Q3a"},
	{"후발 주자는 왜 오픈소스를 택해?", "Q3c"},
	{"Why do latecomers choose open source?", "Q3c"},
	{"왜 AI를 공개하나요?", ""},
}

func TestAQuestionAboutOneFactIsAnsweredByItsClaim(t *testing.T) {
	t.Parallel()
	ix := builtin(t)
	for _, d := range direct {
		ev := ix.Search(d.question, 3)
		if len(ev.Hits) == 0 || ev.Confidence < ev.AnswerAt {
			t.Errorf("%q is not answered: confidence %.2f of %.2f", d.question, ev.Confidence, ev.AnswerAt)
			continue
		}
		var got []string
		for _, c := range ev.Hits[0].Claims {
			if c.Direct {
				got = append(got, c.Claim.ID)
			}
		}
		want := strings.Fields(d.claims)
		ok := (len(want) == 0) == (len(got) == 0)
		for i, w := range want {
			ok = ok && len(got) > 0 && slices.Contains(got, w) && (i > 0 || len(want) > 1 || got[0] == w)
		}
		if !ok {
			t.Errorf("%q is answered by %v of %s, want %q", d.question, got, ev.Hits[0].Entry.ID, d.claims)
		}
	}
}
