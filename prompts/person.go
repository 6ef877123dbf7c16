package prompts

import "github.com/openai-explain/openai-explain/bot"

type abstainData struct{ Words []string }

// Abstain says that the sources do not answer, and which words of the question
// they do not cover, if any.
func (b *Book) Abstain(lang bot.Lang, words []string) string {
	return b.say(lang, "abstain", abstainData{words})
}

// Clarify says that the nearest questions follow in place of a guess.
func (b *Book) Clarify(lang bot.Lang) string { return b.say(lang, "clarify", nil) }

// Unclear asks what a question means that refers to something that was not said.
func (b *Book) Unclear(lang bot.Lang) string { return b.say(lang, "unclear", nil) }

// NoMore says that the sources have nothing further on what was just answered.
func (b *Book) NoMore(lang bot.Lang) string { return b.say(lang, "no-more", nil) }

// Greeting returns a greeting.
func (b *Book) Greeting(lang bot.Lang) string { return b.say(lang, "greeting", nil) }

// Thanks answers thanks.
func (b *Book) Thanks(lang bot.Lang) string { return b.say(lang, "thanks", nil) }

// Goodbye answers a farewell.
func (b *Book) Goodbye(lang bot.Lang) string { return b.say(lang, "goodbye", nil) }

// Help says what the bot does.
func (b *Book) Help(lang bot.Lang) string { return b.say(lang, "help", nil) }

// Cut says that only the beginning of a very long question was read.
func (b *Book) Cut(lang bot.Lang) string { return b.say(lang, "cut", nil) }

type onlyInData struct{ Have bot.Lang }

// OnlyIn says that the answer exists only in the language have.
func (b *Book) OnlyIn(lang, have bot.Lang) string { return b.say(lang, "only-in", onlyInData{have}) }

// MyData is what is kept of a person.
type MyData struct {
	Questions int    // questions, with their answers
	Since     string // day of the oldest, 2006-01-02; empty without questions
	Days      int    // after which they are erased; 0: as soon as they are answered
}

// MyData says what is kept of the person who asks, for how long, and how to
// have it erased.
func (b *Book) MyData(lang bot.Lang, d MyData) string { return b.say(lang, "my-data", d) }

type forgottenData struct{ Questions int }

// Forgotten says that n questions of the person who asked for it were erased.
func (b *Book) Forgotten(lang bot.Lang, n int) string {
	return b.say(lang, "forgotten", forgottenData{n})
}
