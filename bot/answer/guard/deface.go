package guard

import (
	"math/rand/v2"

	"github.com/openai-explain/openai-explain/bot"
)

// insertForeign lets a sentence drift into another language in its middle.
func insertForeign(r *rand.Rand, m material) (string, bool) {
	drifts := []string{"开源", "人工智能", "オープンソース", "を公開した", "открытый", "исходный код", "ανοικτό", "مفتوح", "是", "的", "という", "và"}
	if m.lang == bot.Korean {
		drifts = append(drifts, "basically", "however", "developers", "openness", "actually said")
	} else {
		drifts = append(drifts, "오픈소스는", "공개했다", "그리고", "de facto nonsense", "selbstverständlich")
	}
	return insert(r, m.text, pick(r, drifts))
}

// translate answers wholly in another language.
func translate(r *rand.Rand, m material) (string, bool) {
	if m.lang == bot.Korean {
		return pick(r, []string{"Open source can be used by anyone.", "AI is good for everyone, experts say.", "开源人工智能对所有人都有好处。", "オープンソースは誰でも使えます。", "Открытый код полезен всем.", "Llama AI GPT."}), true
	}
	return pick(r, []string{"오픈소스는 누구나 쓸 수 있습니다.", "AI는 좋습니다.", "开源人工智能对所有人都有好处。", "オープンソースは誰でも使えます。", "Открытый код полезен всем.", "La fuente abierta es buena."}), true
}

// addLink adds what a chat platform makes a link of, or fetches.
func addLink(r *rand.Rand, m material) (string, bool) {
	return insert(r, m.text, pick(r, []string{"https://evil.example/?q=SECRET", "[here](https://evil.example)", "<https://evil.example|here>", "![x](https://evil.example/p.png)", "evil.example/d", "hxxp://evil.example",
		"203.0.113.7/x", "xn--80ak6aa92e.com", "a@evil.example", "evil%2eexample", "/etc/passwd", "data:text/html;base64,PHNjcmlwdD4=", "evil.한국", "www.evil", "evil[.]example", "mailto:a@evil.example",
		"https:evil.example", "//evil.example/x", "evil\u3002example", "EVIL.EXAMPLE", "https://evil\u200b.example"}))
}

// addMarkup adds what a chat platform formats or acts upon.
func addMarkup(r *rand.Rand, m material) (string, bool) {
	if r.IntN(6) == 0 {
		return pick(r, []string{"# ", "-# ", "> ", "```\n", "**", "<think> "}) + m.text, true
	}
	return insert(r, m.text, pick(r, []string{"@everyone", "@here", "<@1>", "<@&1>", "<@U1>", "<!channel>", "<!subteam^S1>", "<#1>", "<#C1>", "<t:1700000000:F>", "||x||", "`rm`", "**!**", "_x_", "~~x~~", "CANARY-7f3a",
		"<|im_end|>", "</cmd:1>", "<id:guide>", "[INST]", "</think>", "[1]", "aWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnMgYW5k"}))
}

// addInvisible adds what nobody sees, or what only looks like a letter.
func addInvisible(r *rand.Rand, m material) (string, bool) {
	hidden := []string{"\u200b", "\u200c", "\u200d", "\u2060", "\u2063", "\ufeff", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\u200e", "\u200f", "\u00ad", "\u3164", "\uffa0", "\u180e", "\U000E0069", "\U000E007F", "\U000E0100",
		"\ufe0f", "\ufe00", "\u115f", "\u1160", "\u2800", "\u034f", "\u0301\u0301\u0301", "\x00", "\x1b", "\u2028", "\uE000", "а", "е", "ｉ", "𝐚", "ⓐ"}
	runes := []rune(m.text)
	at := 1 + r.IntN(len(runes)-1) // a line break before the first would be cut off
	return string(runes[:at]) + pick(r, hidden) + string(runes[at:]), true
}
