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
			Helpful:     "도움이 됐어요",
			NotHelpful:  "아쉬워요",
			Voted:       "의견 고맙습니다. 마음이 바뀌면 다시 눌러 주세요.",
			NotVoted:    "지금은 의견을 저장할 수 없습니다. 잠시 뒤에 다시 눌러 주세요.",
			Why: bot.WhyWords{
				Title: "무엇이 아쉬웠나요?", Reason: "가장 가까운 이유", Text: "자세한 내용 (선택)", Send: "보내기", Cancel: "취소",
				Hint: "이 봇을 관리하는 사람이 읽습니다. 답을 고치는 데 씁니다.",
				Reasons: map[string]string{
					"wrong": "내용이 틀렸어요", "outdated": "오래된 내용이에요", "off_topic": "물어본 것과 다른 답이에요",
					"unclear": "이해하기 어려워요", "language": "말이나 언어가 어색해요",
				},
			},
			Mode: bot.ModeWords{
				Is: map[bot.ChannelMode]string{
					bot.Off:      "이 채널에서는 답하지 않습니다. 명령어로 물으면 물어본 사람에게만 답합니다.",
					bot.Mentions: "이 채널에서는 저를 멘션할 때만 답합니다.",
					bot.Auto:     "이 채널에서는 멘션하지 않아도, 답을 확실히 아는 질문에 스레드로 답합니다. 한 스레드에 한 번만 먼저 나섭니다. 제가 채널에 초대되어 있어야 합니다.",
				},
				Set:    "바꿨습니다.",
				Usage:  "채널에서 `/openai-explain channel` 뒤에 `off`(끄기), `mentions`(멘션만), `auto`(자동) 중 하나를 써 주세요.",
				Denied: "이 설정은 워크스페이스 관리자, 채널을 만든 사람, 또는 봇 운영자가 지정한 사람만 바꿀 수 있습니다.",
				Failed: "지금은 설정을 읽거나 바꿀 수 없습니다. 잠시 뒤에 다시 해 주세요.",
				OffNow: "이 채널에서는 제가 꺼져 있습니다. `/openai-explain 질문`으로 물으시면 혼자만 보이게 답해 드릴게요.",
			},
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
		Helpful:     "Helpful",
		NotHelpful:  "Not helpful",
		Voted:       "Thank you. If you change your mind, just press again.",
		NotVoted:    "I can't keep your opinion right now. Please press again in a little while.",
		Why: bot.WhyWords{
			Title: "What was wrong?", Reason: "The closest reason", Text: "More about it (optional)", Send: "Send", Cancel: "Cancel",
			Hint: "The people who look after this bot read it, to improve the answers.",
			Reasons: map[string]string{
				"wrong": "It is wrong", "outdated": "It is out of date", "off_topic": "It answers something else",
				"unclear": "It is hard to understand", "language": "The language is off",
			},
		},
		Mode: bot.ModeWords{
			Is: map[bot.ChannelMode]string{
				bot.Off:      "I don't answer in this channel. Asked with the command, I answer the asker alone.",
				bot.Mentions: "In this channel I answer when I'm mentioned, and only then.",
				bot.Auto:     "In this channel I also answer questions that nobody asked me, where I am sure of the answer: in the thread, and at most once in each. I have to be invited to the channel.",
			},
			Set:    "Done.",
			Usage:  "In a channel, write `/openai-explain channel` and one of `off`, `mentions`, `auto`.",
			Denied: "Only admins of the workspace, whoever created the channel, and those whom the bot's operator named can change this.",
			Failed: "I can't read or change that right now. Please try again in a little while.",
			OffNow: "I'm switched off in this channel. Ask me with `/openai-explain` and only you will see the answer.",
		},
	}
}
