package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestARunWithoutSpacesIsCutIntoKnownWords(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"오픈소스": true, "규제": true, "장단점": true, "가트너": true, "예측": true, "라마": true, "대표": true, "주자": true,
		"소프트웨어": true, "김치": true}
	for _, c := range []struct{ run, want string }{
		{"오픈소스규제", "오픈소스 규제"},
		{"가트너예측", "가트너 예측"},
		{"오픈소스의장단점", "오픈소스의 장단점"},
		{"오픈소스장단점좀", "오픈소스 장단점 좀"},
		{"대표주자가", "대표 주자가"},
		{"오픈소스소프트웨어가뭐야", "오픈소스 소프트웨어가 뭐야"},
		{"라마언제나옴", "라마 언제 나옴"},
		{"김치냉장고", ""},   // nothing is known of 냉장고
		{"오픈뱅킹", ""},    // nor of 뱅킹
		{"오픈소스", ""},    // one word
		{"설명좀", "설명 좀"}, // nothing but words of asking
		{"언제나옴", "언제 나옴"},
		{"라마", ""},         // too short to be two
		{"opensource", ""}, // not Hangul
	} {
		script := Hangul
		if c.run[0] < 0x80 {
			script = Latin
		}
		var got []string
		for _, w := range std().Split(Token{Text: c.run, Script: script}, func(form string) bool { return known[form] }) {
			got = append(got, w.Text)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.run, diff)
		}
	}
}

func TestPartsOfARunLieWhereTheyLay(t *testing.T) {
	t.Parallel()
	at := 7
	for i, w := range std().Split(Token{Text: "오픈소스의규제는", Start: at, Script: Hangul, Break: true},
		func(form string) bool { return form == "오픈소스" || form == "규제" }) {
		if w.Start != at || w.Glued != (i > 0) || w.Break != (i == 0) {
			t.Errorf("%s lies at %d, glued %t, break %t", w.Text, w.Start, w.Glued, w.Break)
		}
		at = w.End()
	}
	if at != 7+len("오픈소스의규제는") {
		t.Errorf("the parts end at %d", at)
	}
}
