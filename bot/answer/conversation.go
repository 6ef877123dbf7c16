package answer

import (
	"context"
	"strings"
	"time"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
)

// Memory knows what was said before in a conversation. It may be called from
// many goroutines. An error costs a follow-up its context, and nothing else.
type Memory interface {
	// Before returns the turns of q's asker in q's conversation before q, oldest
	// first, at most MaxTurns.
	Before(ctx context.Context, q bot.Question) ([]bot.Turn, error)
	// Remember adds q with its answer to the conversation. To remember the same
	// question again replaces what was remembered of it.
	Remember(ctx context.Context, q bot.Question, a bot.Answer) error
}

// MaxTurns is how many turns of a conversation are looked at: what a person
// still has in view.
const MaxTurns = 4

// remembering bounds how long the memory may hold up an answer.
const remembering = 2 * time.Second

// before returns the earlier turns where q may need them. Without the asker's
// identity there are none: the words of others are not context.
func (a *Answerer) before(ctx context.Context, q bot.Question) []bot.Turn {
	if a.Memory == nil || q.Conversation == "" || q.Kind == bot.Topics {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, remembering)
	defer cancel()
	turns, err := a.Memory.Before(ctx, q)
	if err != nil {
		a.Logger.WarnContext(ctx, "earlier questions are not known, answered without them", "question", q.ID, "error", err)
		return nil
	}
	return turns[max(0, len(turns)-MaxTurns):]
}

// remember keeps a turn. Small talk is none: "thanks" changes no subject.
func (a *Answerer) remember(ctx context.Context, q bot.Question, ans bot.Answer) {
	if a.Memory == nil || q.Conversation == "" || ans.Status == bot.Help || ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, remembering)
	defer cancel()
	if err := a.Memory.Remember(ctx, q, ans); err != nil {
		a.Logger.WarnContext(ctx, "a question is not remembered for follow-ups", "question", q.ID, "error", err)
	}
}

// subject is what a conversation is about.
type subject struct {
	entry string          // ID of the entry that answered last
	cited []string        // IDs of the claims of the last answer, the main one first
	seen  map[string]bool // and of the answers before it
	topic string          // the last question that says what it is about
}

// subjectOf reads the last answer of a conversation. ok is false where the last
// question has none; what was answered before it is still returned.
func subjectOf(past []bot.Turn) (s *subject, ok bool) {
	for i := len(past) - 1; i >= 0; i-- {
		turn := past[i]
		if len(turn.Answer.Citations) == 0 {
			continue
		}
		if s == nil {
			s = &subject{entry: turn.Answer.Citations[0].Entry, seen: map[string]bool{}, topic: topicOf(past[:i+1])}
			ok = i == len(past)-1
			for _, c := range turn.Answer.Citations {
				s.cited = append(s.cited, c.Claim)
			}
		}
		for _, c := range turn.Answer.Citations {
			s.seen[c.Claim] = true
		}
	}
	return s, ok
}

// topicOf is the last question that says what it is about. One that asks for a
// date, a number or a reason says that together with the one before it.
func topicOf(past []bot.Turn) string {
	topic := ""
	for i := len(past) - 1; i >= 0; i-- {
		r := read(past[i].Asked)
		if r.shape == bareQuestion {
			continue
		}
		topic = strings.TrimSpace(past[i].Asked + " " + topic)
		if r.shape == wholeQuestion || r.want == wantAny {
			break
		}
	}
	return topic
}

// asked are the earlier questions, as a model is told them: a line each, and
// short, so that they never outweigh the question.
func asked(past []bot.Turn) []string {
	const longest = 160
	var out []string
	for _, t := range past {
		line := []rune(strings.Join(strings.Fields(t.Asked), " "))
		if len(line) > longest {
			line = append(line[:longest], '…')
		}
		if len(line) > 0 {
			out = append(out, string(line))
		}
	}
	return out
}

// unclear asks what is meant: the question refers to something, and nothing was
// answered that it could be.
func (a *Answerer) unclear(lang bot.Lang, past []bot.Turn) bot.Answer {
	ans := a.plain(bot.Clarify, lang, a.Prompts.Unclear(lang), knowledge.Evidence{})
	if len(past) > 0 {
		ans.Suggestions = past[len(past)-1].Answer.Suggestions
	}
	if len(ans.Suggestions) == 0 {
		ans.Suggestions = a.help(lang, "").Suggestions
	}
	ans.Suggestions = ans.Suggestions[:min(len(ans.Suggestions), bot.MaxSuggestions)]
	return ans
}

// noMore says that the sources have nothing further on what was just answered.
func (a *Answerer) noMore(lang bot.Lang, ev knowledge.Evidence) bot.Answer {
	ans := a.plain(bot.Abstained, lang, a.Prompts.NoMore(lang), ev)
	ans.Confidence = 0
	ans.Suggestions = suggestions(lang, ev.Hits[min(1, len(ev.Hits)):], bot.MaxSuggestions)
	return ans
}
