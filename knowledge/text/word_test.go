package text

import (
	"slices"
	"testing"
)

// reads reports whether form is among the readings of the first word of s.
func readsAs(s, form string) bool {
	w := Words(s)
	return len(w) > 0 && w[0].reads(form)
}

func TestANounIsReadWithoutItsParticle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, noun string }{
		{"라마가", "라마"}, {"라마는", "라마"}, {"규제를", "규제"}, {"모델이", "모델"}, {"모델은", "모델"}, {"유럽에서는", "유럽"},
		{"기업들이", "기업"}, {"규제입니다", "규제"}, {"라마인가요", "라마"}, {"딥페이크란", "딥페이크"}, {"멀티모달이라는", "멀티모달"},
		{"오픈소스로", "오픈소스"}, {"미스트랄로", "미스트랄"}, {"법으로", "법"}, {"라마랑", "라마"}, {"엑사원도", "엑사원"},
		{"공개하나요", "공개"}, {"공개된", "공개"}, {"공개했어", "공개"}, {"면제되나요", "면제"}, {"발효됐어", "발효"},
	} {
		if !readsAs(c.word, c.noun) {
			t.Errorf("%s is not read as %s", c.word, c.noun)
		}
		if !readsAs(c.word, c.word) {
			t.Errorf("%s is not read as it is written", c.word)
		}
	}
}

func TestAParticleAgreesWithTheFinalConsonant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, noun string }{{"모델가", "모델"}, {"라마이", "라마"}, {"라마을", "라마"}, {"모델를", "모델"}} {
		if readsAs(c.word, c.noun) {
			t.Errorf("%s is read as %s", c.word, c.noun)
		}
	}
}

// sameVerb reports whether two words have a verb reading in common.
func sameVerb(a, b string) bool {
	for _, r := range Words(a)[0].Readings {
		if r.Form[0] == '~' && readsAs(b, r.Form) {
			return true
		}
	}
	return false
}

func TestFormsOfAVerbMeet(t *testing.T) {
	t.Parallel()
	for _, forms := range [][]string{
		{"만들다", "만든", "만드는", "만들었어", "만드나요", "만들까요"},
		{"내놓다", "내놓은", "내놓았다", "내놓을"},
		{"빠르다", "빨라", "빠른", "빨랐다"},         // 르
		{"어둡다", "어두운", "어두워"},              // ㅂ
		{"듣다", "들었는데", "들은"},               // ㄷ
		{"하다", "하시던데", "하셨는데", "하세요"},      // honorific
		{"줄이다", "줄여", "줄였다", "줄이는"},        // contraction
		{"막다", "막아", "막는다", "막나요", "막습니다"}, // regular
	} {
		for _, f := range forms[1:] {
			if !sameVerb(forms[0], f) {
				t.Errorf("%s and %s have no verb in common", forms[0], f)
			}
		}
	}
}

func TestAWordAndItsTransliterationSoundAlike(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ hangul, latin string }{
		{"라마", "llama"}, {"엑사원", "exaone"}, {"쿠버네티스", "kubernetes"}, {"워크스페이스", "workspace"}, {"딥페이크", "deepfake"},
	} {
		if a, b := Skeleton(c.hangul), Skeleton(c.latin); a == "" || a != b {
			t.Errorf("%s is %q, %s is %q", c.hangul, a, c.latin, b)
		}
	}
	for _, c := range []struct{ hangul, latin string }{{"권한", "permission"}, {"라마", "meta"}, {"규제", "rule"}} {
		if Skeleton(c.hangul) == Skeleton(c.latin) {
			t.Errorf("%s and %s sound alike", c.hangul, c.latin)
		}
	}
}

func TestNormalizeComposesAndDropsWhatNobodySees(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"\u1105\u1161\u1106\u1161", "라마"}, // taken apart, as macOS does
		{"라\u200b마", "라마"},                 // zero width space
		{"\ufeff라마", "라마"},                 // byte order mark
		{"라\u3164마", "라마"},                 // Hangul filler
		{"Ｌｌａｍａ ３.１", "Llama 3.1"},         // full width
		{"라마\u00a03.1", "라마 3.1"},          // no-break space
		{"ㅋㅋ", "ㅋㅋ"},                       // single jamo stay
		{"\u202e라마", "라마"},                 // right to left
		{"a\r\nb", "a\n\nb"},               // carriage return is a line end
		{"\xff라마", " 라마"},                  // not UTF-8
	} {
		got := Normalize(c.in)
		if got != c.want {
			t.Errorf("Normalize(%q) = %q, want %q", c.in, got, c.want)
		}
		if again := Normalize(got); again != got {
			t.Errorf("normalised twice %q is %q", got, again)
		}
	}
}

func TestPairsAreMinedWhereTheTextSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"엑사원(EXAONE) 3.0", []string{"엑사원", "EXAONE"}},
		{"a large language model (LLM)", []string{"large language model", "LLM"}},
		{"오늘 (비가 옵니다)", nil},
	} {
		var got []string
		for _, row := range MinePairs(c.in) {
			got = append(got, row...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s gives %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTheLanguageOfAQuestionIsThatOfItsSentence(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{
		"오픈소스가 뭐야": "ko", "What does 오픈소스 mean?": "en", "Llama vs EXAONE 차이": "ko", "what is llama": "en", "🎉": "en",
	} {
		if got := Language(q); got != want {
			t.Errorf("%s is %s, want %s", q, got, want)
		}
	}
}
