package prompts

import "github.com/openai-explain/openai-explain/bot"

// Labels returns the words around an answer in lang, in English where the
// program does not speak it.
func Labels(lang bot.Lang) bot.Labels {
	if lang == bot.Korean {
		return bot.Labels{
			Lang:        bot.Korean,
			Question:    "질문",
			Source:      "출처",
			Sources:     "출처",
			Published:   "게재",
			Updated:     "수정",
			Note:        "참고",
			NotSource:   "원문에는 없는 보충 설명입니다",
			Suggestions: "혹시 이런 질문이었나요?",
			Topics:      "이런 걸 물어보실 수 있어요",
			Share:       "채널에 공유",
			Shared:      "채널에 공유했습니다.",
			SharedBy:    "공유한 사람",
			Failed:      "죄송합니다. 질문은 받았지만 끝내 답을 올리지 못했습니다. 질문은 보관해 두었으니 잠시 뒤에 다시 물어봐 주세요.",
			NotAccepted: "지금은 질문을 받을 수 없습니다. 잠시 뒤에 다시 물어봐 주세요.",
			Working:     "찾아보는 중입니다…",
			Continued:   "(이어서)",
		}
	}
	return bot.Labels{
		Lang:        bot.English,
		Question:    "Question",
		Source:      "Source",
		Sources:     "Sources",
		Published:   "published",
		Updated:     "updated",
		Note:        "Note",
		NotSource:   "context that is not part of the source",
		Suggestions: "Did you mean one of these?",
		Topics:      "Here is what you can ask",
		Share:       "Share in channel",
		Shared:      "Shared in the channel.",
		SharedBy:    "Shared by",
		Failed:      "Sorry, your question arrived, but I could not post an answer. It has been kept; please ask again in a little while.",
		NotAccepted: "I can't take questions right now. Please ask again in a little while.",
		Working:     "Looking it up…",
		Continued:   "(continued)",
	}
}
