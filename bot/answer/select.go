package answer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
)

// maxClaims is how many claims are put before a model: those of the nearest
// entries, which is enough to choose from and fits the smallest context.
const maxClaims = 16

// evidence are the claims put before the model, in the order of their numbers.
func evidence(hits []knowledge.Hit) []cited {
	var out []cited
	for _, h := range hits {
		for i := range h.Entry.Claims {
			if len(out) == maxClaims {
				return out
			}
			out = append(out, cited{h.Entry, &h.Entry.Claims[i]})
		}
	}
	return out
}

func texts(lang bot.Lang, claims []cited) []string {
	out := make([]string, len(claims))
	for i, c := range claims {
		text, _ := c.claim.Text.In(knowledge.Lang(lang))
		out[i] = strings.Join(strings.Fields(knowledge.Plain(text)), " ")
	}
	return out
}

// withModel lets the model answer. It reports false where that came to nothing
// and the answer is to be composed.
//
// The model may make an answer or an abstention of an uncertain verdict; an
// answer that is certain it may put better, not take away.
func (a *Answerer) withModel(ctx context.Context, q bot.Question, question string, lang bot.Lang, verdict bot.Status, ev knowledge.Evidence) (bot.Answer, bool) {
	claims := evidence(ev.Hits)
	work := a.selected
	if a.Mode == ModeWrite {
		work = a.written
	}
	ans, err := work(ctx, q.ID, question, lang, claims, ev)
	if errors.Is(err, ErrPromptTooLong) && len(claims) > 1 {
		a.Logger.WarnContext(ctx, "model asked again with half of the evidence", "question", q.ID, "error", err)
		ans, err = work(ctx, q.ID, question, lang, claims[:(len(claims)+1)/2], ev)
	}
	if c, ok := a.Model.(Critic); ok && errors.Is(err, errUnusable) {
		c.Spoiled()
	}
	switch {
	case errors.Is(err, errNone) && verdict != bot.Answered:
		return a.abstain(lang, ev), true
	case err != nil:
		a.Logger.WarnContext(ctx, "answer composed without the model", "question", q.ID, "error", err)
		return bot.Answer{}, false
	}
	return ans, true
}

var (
	// errNone means that the model says the evidence does not answer.
	errNone = errors.New("the model finds no answer in the evidence")
	// errUnusable means that what the model said cannot be used.
	errUnusable = errors.New("unusable reply of the model")
)

// selection is what a model returns in select mode.
type selection struct {
	Answerable bool  `json:"answerable"`
	Use        []int `json:"use"`
}

// selectionSchema is the JSON schema of a selection among n claims.
func selectionSchema(n int) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"type":"object","properties":{"answerable":{"type":"boolean"},`+
		`"use":{"type":"array","items":{"type":"integer","minimum":1,"maximum":%d},"maxItems":%d}},`+
		`"required":["answerable","use"],"additionalProperties":false}`, n, n))
}

// selected lets the model choose: what is shown are the claims.
func (a *Answerer) selected(ctx context.Context, _ bot.QuestionID, question string, lang bot.Lang, claims []cited, ev knowledge.Evidence) (bot.Answer, error) {
	var reply strings.Builder
	err := a.Model.Generate(ctx, ModelRequest{
		System: a.Prompts.Select(lang, true), User: a.Prompts.Evidence(lang, question, texts(lang, claims)),
		MaxTokens: 200, Schema: selectionSchema(len(claims)), Plain: a.Prompts.Select(lang, false),
	}, func(text string) error {
		reply.WriteString(text)
		return nil
	})
	if err != nil {
		return bot.Answer{}, fmt.Errorf("let the model choose: %w", err)
	}
	use, err := parseSelection(reply.String(), len(claims))
	if err != nil {
		return bot.Answer{}, err
	}
	var chosen []cited
	for _, n := range use {
		chosen = append(chosen, claims[n-1])
	}
	if !plausible(chosen, ev) {
		return bot.Answer{}, fmt.Errorf("%w: the claims it chose have nothing of the question", errUnusable)
	}
	ans := a.compose(lang, chosen, ev.Confidence)
	ans.Writer = bot.Select
	return ans, nil
}

var selectionLine = regexp.MustCompile(`^(?:NONE|USE((?:[ ,]+\[?\d+\]?)+))$`)

// parseSelection reads JSON, or the line that endpoints without schemas are
// asked for. The numbers are in range and each is there once.
func parseSelection(reply string, n int) ([]int, error) {
	reply = strings.TrimSpace(reply)
	var s selection
	if m := selectionLine.FindStringSubmatch(reply); m != nil {
		for _, f := range strings.FieldsFunc(m[1], func(r rune) bool { return r < '0' || r > '9' }) {
			i, err := strconv.Atoi(f)
			if err != nil {
				return nil, fmt.Errorf("%w: number %s", errUnusable, f)
			}
			s.Use = append(s.Use, i)
		}
		s.Answerable = len(s.Use) > 0
	} else if err := json.Unmarshal([]byte(reply), &s); err != nil {
		return nil, fmt.Errorf("%w: neither JSON nor a USE line", errUnusable)
	}
	if !s.Answerable || len(s.Use) == 0 {
		return nil, errNone
	}
	var use []int
	for _, i := range s.Use {
		if i < 1 || i > n {
			return nil, fmt.Errorf("%w: claim %d of %d", errUnusable, i, n)
		}
		if !slices.Contains(use, i) {
			use = append(use, i)
		}
	}
	return use, nil
}

// plausible reports whether a choice has to do with the question: it is from
// the best entry, or one of its claims has something of the question in it.
func plausible(chosen []cited, ev knowledge.Evidence) bool {
	for _, c := range chosen {
		if c.entry == ev.Hits[0].Entry {
			return true
		}
		for _, h := range ev.Hits {
			for _, ch := range h.Claims {
				if ch.Claim == c.claim && ch.Score > 0 {
					return true
				}
			}
		}
	}
	return false
}
