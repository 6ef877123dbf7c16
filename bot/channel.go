package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// ChannelMode says when the bot answers in a channel without being called.
type ChannelMode string

const (
	Off      ChannelMode = "off"      // never answers there
	Mentions ChannelMode = "mentions" // answers where it is mentioned: the default
	Auto     ChannelMode = "auto"     // also answers what it is sure of
)

// modeWords are what a person may write for a mode.
var modeWords = map[string]ChannelMode{
	"off": Off, "끄기": Off, "끔": Off, "꺼": Off,
	"mentions": Mentions, "mention": Mentions, "멘션": Mentions, "멘션만": Mentions, "호출": Mentions,
	"auto": Auto, "자동": Auto, "켜기": Auto,
}

// ChannelSetting reads what a person wrote to see or to change the mode of a
// channel: "channel", "channel auto", in Korean "채널", "채널 자동". The mode is ""
// where only "channel" is there, or something behind it that is no mode; then
// known is false.
func ChannelSetting(text string) (mode ChannelMode, known, ok bool) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 || len(words) > 2 || words[0] != "channel" && words[0] != "채널" {
		return "", false, false
	}
	if len(words) == 1 {
		return "", true, true
	}
	mode, known = modeWords[words[1]]
	return mode, known, true
}

// The bounds of a message that may be a question to nobody in particular, in
// characters: shorter ones are chatter, longer ones have a question somewhere
// inside and are about something else.
const (
	minAloud = 5
	maxAloud = 400
)

var (
	asksEnglish = regexp.MustCompile(`(?i)(^|[.!?]\s+)(what|what's|why|how|who|which|when|where|is|are|can|could|does|do|did|should|would|explain|tell me|describe)\b[^?.!]*[?.!]?\s*$`)
	asksKorean  = regexp.MustCompile(`(까|까요|나요|가요|인가|은가|는가|는지|은지|을지|지요|죠|뭐야|뭐지|뭔지|뭐예요|뭐에요|무엇|어때|어때요|왜|래요|니|냐|어떻게|알려\s?줘|알려\s?주세요|설명해\s?줘|설명해\s?주세요|가르쳐\s?줘)[.?!~ㅠㅜ…\s]*$`)
)

// ReadsAsQuestion is true for a text that asks something, so that it may be
// answered though nobody asked the bot: it ends in a question mark, or as a
// question does in Korean or English. It decides nothing but whether to look.
func ReadsAsQuestion(text string) bool {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < minAloud || n > maxAloud || strings.Contains(text, "```") {
		return false
	}
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") {
		return true
	}
	return asksKorean.MatchString(text) || asksEnglish.MatchString(text) && !strings.HasSuffix(text, "!")
}
