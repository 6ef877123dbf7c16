package prompts

import (
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// RoundTrip is the message that is posted in a channel to see whether that works,
// and taken away again.
func RoundTrip() string { return "연결 확인 · connection check" }

// Finding puts a finding into words: what is so, and, where something is to be
// done, what. An unknown code is its own word.
func Finding(lang bot.Lang, f bot.Finding) (says, do string) {
	words, ok := findings[f.Code]
	if !ok {
		return f.Code, ""
	}
	w := words.en
	if lang == bot.Korean {
		w = words.ko
	}
	var pairs []string
	for name, value := range f.With {
		pairs = append(pairs, "{"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...)
	return fill.Replace(w.says), fill.Replace(w.do)
}

// FindingCodes are the codes that there are words for, sorted.
func FindingCodes() []string {
	var codes []string
	for code := range findings {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// Doctor are the words around findings.
type Doctor struct {
	Parts   map[string]string // the name of each part that is checked
	Level   map[bot.Level]string
	Summary string // format: problems, warnings
	Good    string // there are neither
}

// ForDoctor returns the words in lang, in English where the program does not speak it.
func ForDoctor(lang bot.Lang) Doctor {
	if lang == bot.Korean {
		return Doctor{
			Parts: map[string]string{
				"knowledge": "지식 베이스", "prompts": "안내 문장", "store": "저장소", "model": "모델",
				"slack": "Slack", "discord": "Discord", "http": "상태 확인 주소",
			},
			Level:   map[bot.Level]string{bot.Fine: "정상", bot.Warning: "주의", bot.Wrong: "문제"},
			Summary: "문제 %d건, 주의 %d건", Good: "모두 정상입니다.",
		}
	}
	return Doctor{
		Parts: map[string]string{
			"knowledge": "knowledge", "prompts": "prompts", "store": "store", "model": "model",
			"slack": "Slack", "discord": "Discord", "http": "status address",
		},
		Level:   map[bot.Level]string{bot.Fine: "ok", bot.Warning: "warning", bot.Wrong: "problem"},
		Summary: "%d problems, %d warnings", Good: "Everything is in order.",
	}
}

// wording is a finding in one language. {name} stands for a value of Finding.With.
type wording struct{ says, do string }

type bothWordings struct{ ko, en wording }
