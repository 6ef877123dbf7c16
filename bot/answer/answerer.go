package answer

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
	"github.com/openai-explain/openai-explain/prompts"
)

// Searcher finds evidence for a question: at most limit entries. It may be
// called from many goroutines.
type Searcher interface {
	Search(question string, limit int) knowledge.Evidence
}

// Config is what an Answerer works with.
type Config struct {
	Search  Searcher
	Library func() *knowledge.Library // the current one
	Prompts *prompts.Book
	Memory  Memory // of conversations; nil: every question stands by itself
	Model   Model  // nil: no model
	Mode    Mode   // how the model takes part; ModeSelect where empty
	Logger  *slog.Logger
}

// Answerer answers questions. It is safe for concurrent use.
type Answerer struct {
	Config
}

// New returns an Answerer, or an error that names what is missing.
func New(c Config) (*Answerer, error) {
	if c.Search == nil || c.Library == nil || c.Prompts == nil {
		return nil, errors.New("answer: Search, Library and Prompts are needed")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Mode == "" {
		c.Mode = ModeSelect
	}
	if c.Mode != ModeSelect && c.Mode != ModeWrite {
		return nil, errors.New("answer: mode is " + string(c.Mode) + ", want select or write")
	}
	return &Answerer{Config: c}, nil
}

// nearest is how many entries are looked at for one question.
const nearest = 5

// Answer answers q. The error is that of ctx: whatever else goes wrong on the
// way ends in an answer without it.
func (a *Answerer) Answer(ctx context.Context, q bot.Question) (bot.Answer, error) {
	start := time.Now()
	ans := a.answer(ctx, q)
	a.remember(ctx, q, ans)
	ans.Elapsed = time.Since(start)
	return ans, ctx.Err()
}

func (a *Answerer) answer(ctx context.Context, q bot.Question) bot.Answer {
	question := strings.TrimSpace(q.Text)
	lang := q.ReplyIn.Or(language(question, q.Locale))
	if q.Pick != "" {
		if e := a.Library().Entry(q.Pick); e != nil {
			return a.compose(lang, whole(e), 1)
		}
	}
	if q.Kind == bot.Topics || question == "" {
		return a.help(lang, a.Prompts.Help(lang))
	}
	switch intentOf(question) {
	case intentGreeting:
		return a.help(lang, a.Prompts.Greeting(lang))
	case intentThanks:
		return a.help(lang, a.Prompts.Thanks(lang))
	case intentGoodbye:
		return a.help(lang, a.Prompts.Goodbye(lang))
	case intentHelp:
		return a.help(lang, a.Prompts.Help(lang))
	case intentCommand:
		return a.abstain(lang, knowledge.Evidence{})
	}
	past := a.before(ctx, q)
	ev, sense := a.lookUp(question, past)
	if sense == senseUnclear {
		return a.unclear(lang, past)
	}
	ans := a.decide(ctx, q, a.Prompts.Earlier(lang, asked(past), question), lang, ev)
	if sense == senseNoMore && ans.Writer == bot.Extract {
		ans = a.noMore(lang, ev)
	}
	if ev.Truncated {
		ans.Preface = join(a.Prompts.Cut(lang), ans.Preface)
	}
	return ans
}

// decide gives the verdict on the evidence, and the answer that follows from it.
func (a *Answerer) decide(ctx context.Context, q bot.Question, question string, lang bot.Lang, ev knowledge.Evidence) bot.Answer {
	verdict := verdictOf(ev)
	if a.Model != nil && verdict != bot.Abstained {
		if ans, ok := a.withModel(ctx, q, question, lang, verdict, ev); ok {
			return ans
		}
	}
	switch verdict {
	case bot.Answered:
		return a.compose(lang, relevant(ev.Hits[0]), ev.Confidence)
	case bot.Clarify:
		ans := a.plain(bot.Clarify, lang, a.Prompts.Clarify(lang), ev)
		ans.Suggestions = suggestions(lang, ev.Hits, bot.MaxSuggestions)
		return ans
	}
	return a.abstain(lang, ev)
}

func verdictOf(ev knowledge.Evidence) bot.Status {
	switch {
	case len(ev.Hits) == 0 || ev.Confidence < ev.ClarifyAt:
		return bot.Abstained
	case ev.Confidence < ev.AnswerAt:
		return bot.Clarify
	}
	return bot.Answered
}

func (a *Answerer) abstain(lang bot.Lang, ev knowledge.Evidence) bot.Answer {
	ans := a.plain(bot.Abstained, lang, a.Prompts.Abstain(lang, echo(ev.Unknown)), ev)
	ans.Suggestions = suggestions(lang, ev.Hits, bot.MaxSuggestions)
	return ans
}

func (a *Answerer) help(lang bot.Lang, preface string) bot.Answer {
	ans := bot.Answer{Status: bot.Help, Lang: lang, Writer: bot.Extract, Preface: preface, Confidence: 1}
	for _, e := range a.Library().Entries {
		if len(ans.Suggestions) == maxTopics {
			break
		}
		ans.Suggestions = append(ans.Suggestions, suggestion(lang, e))
	}
	return ans
}

// maxTopics is how many questions are offered when somebody asks what can be
// asked: a row of buttons that can still be read.
const maxTopics = 10

func (a *Answerer) plain(s bot.Status, lang bot.Lang, preface string, ev knowledge.Evidence) bot.Answer {
	return bot.Answer{Status: s, Lang: lang, Writer: bot.Extract, Preface: preface, Confidence: ev.Confidence}
}

// language is the one to reply in: the question's own, else that of the asker's
// client, else English.
func language(question string, locale bot.Lang) bot.Lang {
	return bot.Lang(text.Language(question)).Or(locale.Or(bot.English))
}

func suggestions(lang bot.Lang, hits []knowledge.Hit, limit int) []bot.Suggestion {
	var out []bot.Suggestion
	for _, h := range hits {
		if len(out) == limit {
			break
		}
		out = append(out, suggestion(lang, h.Entry))
	}
	return out
}

func suggestion(lang bot.Lang, e *knowledge.Entry) bot.Suggestion {
	question, _ := e.Question.In(knowledge.Lang(lang))
	return bot.Suggestion{ID: e.ID, Text: knowledge.Plain(question)}
}

// echo are the asker's own words as they are said back: few and short.
func echo(words []string) []string {
	const most, longest = 3, 30
	var out []string
	for _, w := range words {
		if r := []rune(w); len(r) > longest {
			w = string(r[:longest]) + "…"
		}
		if out = append(out, w); len(out) == most {
			break
		}
	}
	return out
}

func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
