package bot

import (
	"strings"
	"testing"
)

func TestAQuestionToNobodyInParticularIsToldFromChatter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"오픈소스 AI가 뭔가요?": true, "오픈소스 AI의 단점 좀 알려줘": true, "오픈소스는 왜 무료인가요": true, "그건 무엇일까…": true,
		"What are the weaknesses of open-source AI?": true, "how does an open-source licence work": true,
		"Morning all. What is open source?": true, "Explain open-source AI": true,
		"네": false, "왜?": false, "": false, "점심 먹으러 갑시다": false, "배포 끝났습니다. 확인 부탁드려요!": false,
		"Done, thanks!": false, "I wonder. It works now.": false, "Is it? No! It is not!": false,
		"```\nwhat?\n```\nwhy?": false, strings.Repeat("long ", 100) + "?": false,
	} {
		if got := ReadsAsQuestion(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestTheSettingOfAChannelIsReadInBothLanguages(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		mode      ChannelMode
		known, ok bool
	}{
		"channel auto": {Auto, true, true}, " Channel  OFF ": {Off, true, true}, "채널 자동": {Auto, true, true}, "채널 멘션": {Mentions, true, true},
		"channel": {"", true, true}, "채널": {"", true, true}, "channel loud": {"", false, true},
		"channel auto please now": {}, "what is a channel": {}, "": {}, "auto": {},
	} {
		mode, known, ok := ChannelSetting(text)
		if mode != want.mode || known != want.known || ok != want.ok {
			t.Errorf("%q: %q %v %v", text, mode, known, ok)
		}
	}
}
