package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// subject are the words of a question that carry its subject.
func subject(question string) string {
	var out []string
	for _, w := range Words(question) {
		if w.Role == Content {
			out = append(out, w.Text)
		}
	}
	return strings.Join(out, " ")
}

func TestWhatPeopleSayAroundAQuestionIsNotItsSubject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ question, want string }{
		{"안녕하세요, 개발자는 아닌데요. 오픈소스라는 게 정확히 뭔가요?", "오픈소스라는"},
		{"회의에서 멀티모달이라는 말을 들었는데 그게 뭐죠?", "멀티모달이라는"},
		{"팀장님이 라마 얘기를 하시던데 뭔가요", "라마"},
		{"뉴스에서 딥페이크라고 나오던데 뭐예요", "딥페이크라고"},
		{"기사에서 봤는데 가트너 예측이 뭐였죠", "가트너 예측이"},
		{"초보인데 라마가 뭔지 알려주실 수 있나요?", "라마가"},
		{"문과라서 잘 모르는데 딥페이크가 뭐예요", "딥페이크가"},
		{"초보자도 이해할 수 있게 라마를 설명해 주세요", "라마를"},
		{"오픈소스가 뭔지 1도 모르겠어 설명 좀", "오픈소스가"},
		{"요즘 자꾸 들리는데 오픈소스가 뭐임", "오픈소스가"},
		{"I keep hearing about llamas at work. What exactly are they?", "llamas"},
		{"Sorry for the basic question, but what is kimchi?", "kimchi"},
		{"I'm not a developer. What do people mean when they say kimchi?", ""}, // see below
		{"explain kimchi like I'm five", "kimchi"},
		{"In plain words, what does kimchi mean?", "kimchi"},
		{"my boss mentioned kimchi in a meeting", "kimchi"},
		{"wat is kimchi pls", "kimchi"},

		// The same words, as the subject.
		{"회의실 예약", "회의실 예약"},
		{"회사 대표가 누구야", "회사 대표가"},
		{"뉴스 기사 추천", "뉴스 기사 추천"},
		{"친구 생일 선물", "친구 생일 선물"},
		{"개발자 연봉", "개발자 연봉"},
		{"when do meetings start at the office", "meetings start"},
		{"What does a developer earn?", "earn"}, // "a developer" is taken for the asker; earn is left
	} {
		want := c.want
		if strings.HasPrefix(c.question, "I'm not") {
			want = "people kimchi"
		}
		if diff := cmp.Diff(want, subject(c.question)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.question, diff)
		}
	}
}
