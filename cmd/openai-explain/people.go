package main

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/inbox"
	"github.com/openai-explain/openai-explain/bot/worker"
	"github.com/openai-explain/openai-explain/prompts"
)

// people answers what people ask about themselves, and leaves every other
// question to the answerer.
type people struct {
	worker.Answerer
	box       *inbox.Inbox
	book      *prompts.Book
	retention time.Duration
}

// Answer implements worker.Answerer.
func (p people) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	lang := q.ReplyIn.Or(q.Locale.Or(bot.English))
	if strings.ContainsFunc(q.Text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
		lang = bot.Korean
	}
	switch q.Kind {
	case bot.MyData:
		kept, err := p.box.About(ctx, q.Platform, q.Asker)
		if err != nil {
			return bot.Answer{}, err
		}
		say := prompts.MyData{Questions: kept.Questions, Days: days(p.retention)}
		if kept.Questions > 0 {
			say.Since = kept.Oldest.UTC().Format(time.DateOnly)
		}
		return bot.Answer{Status: bot.Help, Lang: lang, Writer: bot.Extract, Preface: p.book.MyData(lang, say)}, nil
	case bot.Forget:
		n, err := p.box.Forget(ctx, q.Platform, q.Asker)
		if err != nil {
			return bot.Answer{}, err
		}
		return bot.Answer{Status: bot.Help, Lang: lang, Writer: bot.Extract, Preface: p.book.Forgotten(lang, n)}, nil
	default:
		return p.Answerer.Answer(ctx, q)
	}
}

// days is a retention in whole days, rounded up.
func days(d time.Duration) int { return int((d + 24*time.Hour - 1) / (24 * time.Hour)) }
