package prompts

import "github.com/openai-explain/openai-explain/bot"

type selectData struct{ Schema bool }

// Select tells a model to choose among numbered claims: as JSON of the shape
// {"answerable":bool,"use":[int]} with schema, else as a line "USE 1 2" or "NONE".
func (b *Book) Select(lang bot.Lang, schema bool) string {
	return b.say(lang, "select", selectData{schema})
}

// Write tells a model to write an answer in lang from numbered claims, a
// sentence a line, each ending with its numbers.
func (b *Book) Write(lang bot.Lang) string { return b.say(lang, "write", nil) }

type evidenceData struct {
	Question string
	Claims   []string
}

// Evidence puts a question and the claims, numbered from 1, before a model.
func (b *Book) Evidence(lang bot.Lang, question string, claims []string) string {
	return b.say(lang, "evidence", evidenceData{question, claims})
}

type earlierData struct {
	Question string
	Earlier  []string
}

// Earlier is a question as a model is told it: with what the same person asked
// before it in the conversation, oldest first. Without that it is the question.
func (b *Book) Earlier(lang bot.Lang, earlier []string, question string) string {
	if len(earlier) == 0 {
		return question
	}
	return b.say(lang, "earlier", earlierData{question, earlier})
}
