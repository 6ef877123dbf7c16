package prompts

import "github.com/openai-explain/openai-explain/bot"

// Terminal are the words of the conversation in a terminal and of the table
// that explains an answer.
type Terminal struct {
	Welcome  string // what this is and how to leave
	NoSuch   string // the number typed is none of those offered
	Bye      string
	Because  string // heading of the table
	Word     string // column: word of the question
	Matched  string // column: what it matched
	How      string // column: in which way
	Where    string // column: question or answer of the entry
	Weight   string // column: share of the score
	Entry    string // column: the entry
	Claims   string // heading: the claims by themselves
	Verdict  string // format: confidence, answers from, offers from
	Unknown  string // heading: words that no source covers
	Nothing  string // nothing matched
	ByHow    map[string]string
	ByField  map[string]string
	ByStatus map[bot.Status]string
}

// ForTerminal returns the words in lang, in English where the program does not speak it.
func ForTerminal(lang bot.Lang) Terminal {
	if lang == bot.Korean {
		return Terminal{
			Welcome: "질문을 입력하세요. 제시된 질문은 번호로 고를 수 있습니다. 끝내려면 Ctrl-D를 누르세요.",
			NoSuch:  "그 번호의 질문이 없습니다.", Bye: "다음에 또 물어보세요.",
			Because: "이렇게 답한 이유", Word: "질문의 말", Matched: "찾은 말", How: "찾은 방법", Where: "위치", Weight: "비중",
			Entry: "항목", Claims: "문장별 점수", Verdict: "확신도 %.2f (답변 기준 %.2f, 되묻기 기준 %.2f)",
			Unknown: "자료에 없는 말", Nothing: "맞는 항목이 없습니다.",
			ByHow:    map[string]string{"word": "같은 말", "stem": "어간", "alias": "같은 뜻", "sound": "소리", "spelling": "철자 교정", "letters": "글자 일부"},
			ByField:  map[string]string{"question": "질문", "answer": "답변"},
			ByStatus: map[bot.Status]string{bot.Answered: "답변", bot.Clarify: "되묻기", bot.Abstained: "답하지 않음", bot.Help: "도움말"},
		}
	}
	return Terminal{
		Welcome: "Type a question. A question that is offered can be chosen by its number. Ctrl-D leaves.",
		NoSuch:  "No question with that number was offered.", Bye: "Ask again any time.",
		Because: "Why this answer", Word: "your word", Matched: "matched", How: "as", Where: "in the", Weight: "weight",
		Entry: "entry", Claims: "claims by themselves", Verdict: "confidence %.2f (answers from %.2f, asks back from %.2f)",
		Unknown: "words that no source covers", Nothing: "No entry matched.",
		ByHow:    map[string]string{"word": "the same word", "stem": "its stem", "alias": "an alias", "sound": "its sound", "spelling": "a spelling", "letters": "part of a word"},
		ByField:  map[string]string{"question": "question", "answer": "answer"},
		ByStatus: map[bot.Status]string{bot.Answered: "answered", bot.Clarify: "asked back", bot.Abstained: "abstained", bot.Help: "help"},
	}
}
