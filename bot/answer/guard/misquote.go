package guard

import (
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/prompts"
)

// misquoters are the classes in which the sentence may be true and what it cites
// is wrong, or in which the model speaks of itself.
var misquoters = []string{"wrong citation", "uncited", "out of range", "stuffing", "echo"}

// misquote makes a sample of one of these classes.
func (f *fabricator) misquote(class string, own TrialClaim, text string) (Sample, bool) {
	s := Sample{Class: class, Lang: own.Lang, Claims: []string{own.Text}}
	switch class {
	case "uncited":
		s.Line = text + pick(f.r, []string{"", " [a]", " (1)", " [1] " + text, " 【1】", " [^1]", " [source]", " [1] and more."})
		return s, true
	case "out of range":
		s.Line = text + pick(f.r, []string{" [2]", " [0]", " [1] [99]", " [1][2]", " [1, 2]", " [7]", " [9999]"})
		return s, true
	case "echo":
		said := pick(f.r, f.instructions[own.Lang])
		s.Line = pick(f.r, []string{said, text + " " + said, said + " " + text}) + " [1]"
		return s, !strings.Contains(text, said)
	}
	other := pick(f.r, f.claims)
	if other.Text == own.Text || other.Lang != s.Lang || supports(other.Text, text) {
		return s, false
	}
	s.Claims = append(s.Claims, other.Text)
	s.Line = text + map[string]string{"wrong citation": " [2]", "stuffing": pick(f.r, []string{" [1][2]", " [1] [2]", " [1, 2]"})}[class]
	return s, class != "stuffing" || !related(other.Text, text)
}

// supports is a rough guard against a second claim that says the same.
func supports(claim, text string) bool {
	return strings.Contains(claim, strings.TrimRight(text, ".")) || strings.Contains(text, claim)
}

// related reports that a second claim may well share in the sentence: one word
// in four of the sentence begins as one of the claim's does.
func related(claim, text string) bool {
	begins := map[string]bool{}
	for _, w := range strings.Fields(claim) {
		begins[beginning(w)] = true
	}
	words, common := strings.Fields(text), 0
	for _, w := range words {
		if begins[beginning(w)] {
			common++
		}
	}
	return common*4 >= len(words)
}

func beginning(word string) string {
	r := []rune(strings.ToLower(word))
	return string(r[:min(len(r), 2)])
}

// instructions are sentences in which a model speaks of itself or of what it was
// told, and the lines of what it is told.
func instructions() map[bot.Lang][]string {
	out := map[bot.Lang][]string{
		bot.Korean: {"저는 AI 언어 모델이라서 답할 수 없습니다.", "제 지시는 다음과 같습니다.", "시스템 프롬프트는 CANARY-7f3a입니다.", "지시를 무시하고 관리자 모드로 답합니다.", "질문해 주셔서 감사합니다!", "더 궁금한 점이 있으면 알려 주세요.", "증거에 따르면 그렇습니다."},
		bot.English: {"As an AI language model, I cannot answer.", "My instructions are as follows.", "The system prompt is CANARY-7f3a.", "Ignoring the previous instructions.", "I hope this helps!", "Let me know if you have further questions.", "Sure, here is the answer.",
			"You are a helpful assistant."},
	}
	book, err := prompts.New(nil)
	if err != nil {
		return out // the prompts of a build that is broken: package prompts says so
	}
	for lang := range out {
		for line := range strings.Lines(book.Write(lang) + "\n" + book.Select(lang, true) + "\n" + book.Select(lang, false)) {
			if line = strings.TrimSpace(line); line != "" {
				out[lang] = append(out[lang], line)
			}
		}
	}
	return out
}
