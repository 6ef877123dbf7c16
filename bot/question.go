package bot

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"
)

// QuestionID identifies a question for ever: however often a platform delivers
// the same message, and to however many replicas, the ID is the same. It is at
// most 64 bytes of [A-Za-z0-9:._-], so that it fits a Discord button.
type QuestionID string

// Kind says what is wanted.
type Kind string

const (
	// Ask wants an answer to Question.Text, or to the suggestion in Question.Pick.
	Ask Kind = "ask"
	// Topics wants to know what can be asked.
	Topics Kind = "topics"
	// Share wants the private answer to the question Question.Of posted for
	// everyone in the channel.
	Share Kind = "share"
	// MyData wants to know what is kept of the asker.
	MyData Kind = "my_data"
	// Forget wants that erased.
	Forget Kind = "forget"
	// Revise means that the message of the question Of was changed: Text is what it
	// says now, and the answer is to follow.
	Revise Kind = "revise"
	// Retract means that the message of the question Of was deleted: the answer is to go.
	Retract Kind = "retract"
)

// commands are the words that are no question, whole and in any case.
var commands = map[string]Kind{
	"help": Topics, "topics": Topics, "도움말": Topics, "주제": Topics,
	"my-data": MyData, "my data": MyData, "내 데이터": MyData, "내 정보": MyData,
	"forget-me": Forget, "forget me": Forget, "내 데이터 삭제": Forget, "내 정보 삭제": Forget, "나를 잊어줘": Forget,
}

// KindOf is what is wanted with text: [Topics] for none and for "help", MyData
// for "my-data", Forget for "forget-me", each in Korean too, else [Ask].
func KindOf(text string) Kind {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if text == "" {
		return Topics
	}
	if k, ok := commands[text]; ok {
		return k
	}
	return Ask
}

// Question is what a person asked. It is plain data: it is stored as JSON in
// the inbox, so fields are added, never renamed.
type Question struct {
	ID       QuestionID `json:"id"`
	Platform string     `json:"platform"`       // Platform.Name of the platform it came from
	Kind     Kind       `json:"kind"`           //
	Text     string     `json:"text,omitempty"` // plain text, the mention of the bot and the platform's markup taken out
	Pick     string     `json:"pick,omitempty"` // Suggestion.ID, where the person clicked a suggestion
	Of       QuestionID `json:"of,omitempty"`   // for Share, Revise and Retract: the question that it is about

	Locale  Lang   `json:"locale,omitempty"`   // language of the person's client, where the platform tells
	ReplyIn Lang   `json:"reply_in,omitempty"` // language to reply in where the person chose one; else that of the question
	Asker   string `json:"asker,omitempty"`    // the platform's ID of the person
	Private bool   `json:"private,omitempty"`

	// Unasked means that nobody called the bot: only an answer is posted, nothing
	// else is, and nobody is told of a failure.
	Unasked bool `json:"unasked,omitempty"`

	// Conversation is the same for questions that belong together: a thread, a
	// direct message channel. Questions of one conversation are worked one at a time.
	Conversation string `json:"conversation,omitempty"`

	// Address is where the reply goes, in the platform's own form. Only the
	// adapter that wrote it reads it. It may hold a reply token: it is never logged.
	Address json.RawMessage `json:"address,omitempty"`

	Asked time.Time `json:"asked"`
}

// RecordID is the ledger's key for the reply to q. Clicks that share the same
// answer are questions of their own with one record: it is shared once.
func (q Question) RecordID() QuestionID {
	if q.Kind == Share {
		return "share:" + q.Of
	}
	return q.ID
}

// Delivery is one attempt at a question.
type Delivery struct {
	Question Question
	Attempt  int  // from 1; approximate after a crash
	Last     bool // no further attempt will be made: tell the person if this one fails
}

// Origin is the question whose message was changed, for a Revise or a Retract,
// as it is asked now.
func (q Question) Origin() Question {
	q.ID, q.Of, q.Kind = q.Of, "", Ask
	return q
}

// SameQuestion is true for two texts that differ in nothing that could change an
// answer: case, white space, punctuation.
func SameQuestion(a, b string) bool {
	strip := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.IsSymbol(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
	}
	return strip(a) == strip(b)
}
