package slack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/render"
	"github.com/openai-explain/openai-explain/prompts"
)

// Votes is where goes what people think of answers.
type Votes interface {
	// SaveVote stores v in place of what the same person thought of it before.
	SaveVote(ctx context.Context, v bot.Vote) error
}

// The action of the vote buttons and the callback of the form behind one of them.
const (
	actionVote = "vote"
	viewWhy    = "why"
	blockWhy   = "reason"
	blockWords = "words"
)

// opinion is a click on "helpful" or "not helpful", or the form behind the latter.
type opinion struct {
	vote    bot.Vote
	lang    bot.Lang // of the answer
	addr    address
	trigger string // opens the form; empty for "helpful"
	form    bool   // it is the form
}

// voteValue is the value of a button: an opinion, the language of the answer, and
// the question. A question's ID has no space.
func voteValue(a render.Action, l bot.Lang) string {
	return string(a.Kind) + " " + string(l) + " " + a.Value
}

func readVoteValue(s string) (kind render.ActionKind, l bot.Lang, id bot.QuestionID, ok bool) {
	parts := strings.Split(s, " ")
	if len(parts) != 3 || !idPattern.MatchString(parts[2]) {
		return "", "", "", false
	}
	kind = render.ActionKind(parts[0])
	return kind, bot.Lang(parts[1]).Or(bot.English), bot.QuestionID(parts[2]), kind == render.ActionHelpful || kind == render.ActionUnhelpful
}

// opinionOf reads an opinion out of an interaction. It never fails: what it does
// not understand is none.
func opinionOf(e envelope) (opinion, bool) {
	if e.Type != typeInteractive {
		return opinion{}, false
	}
	var p struct {
		clickPayload
		View *viewPayload `json:"view"`
	}
	if json.Unmarshal(e.Payload, &p) != nil || p.User.ID == "" {
		return opinion{}, false
	}
	if p.View != nil {
		return p.View.opinion(p.clickPayload, e)
	}
	if p.Type != "block_actions" {
		return opinion{}, false
	}
	for _, raw := range p.Actions {
		var c click
		if json.Unmarshal(raw, &c) != nil {
			continue
		}
		if id, _, _ := strings.Cut(c.ActionID, ":"); id != actionVote {
			continue
		}
		kind, lang, id, ok := readVoteValue(c.Value)
		if !ok {
			return opinion{}, false
		}
		o := opinion{lang: lang, addr: p.address(), vote: bot.Vote{
			Question: id, Platform: Platform, Person: p.User.ID, Helpful: kind == render.ActionHelpful, At: e.At.UTC(),
		}}
		if !o.vote.Helpful {
			o.trigger = p.TriggerID
		}
		return o, true
	}
	return opinion{}, false
}

// viewPayload is the form in a view_submission.
type viewPayload struct {
	CallbackID string `json:"callback_id"`
	Private    string `json:"private_metadata"`
	State      struct {
		Values map[string]map[string]struct {
			Value    string `json:"value"`
			Selected struct {
				Value string `json:"value"`
			} `json:"selected_option"`
		} `json:"values"`
	} `json:"state"`
}

func (v viewPayload) opinion(p clickPayload, e envelope) (opinion, bool) {
	kind, lang, id, ok := readVoteValue(v.Private)
	if p.Type != "view_submission" || v.CallbackID != viewWhy || !ok || kind != render.ActionUnhelpful {
		return opinion{}, false
	}
	o := opinion{lang: lang, form: true, vote: bot.Vote{
		Question: id, Platform: Platform, Person: p.User.ID, At: e.At.UTC(),
		Text: strings.TrimSpace(v.State.Values[blockWords][blockWords].Value),
	}}
	if reason := v.State.Values[blockWhy][blockWhy].Selected.Value; slices.Contains(bot.VoteReasons(), reason) {
		o.vote.Reason = reason
	}
	return o, true
}

// vote stores o and acknowledges it; who said "not helpful" is asked why, who
// sent the form is thanked in its place. A vote that could not be stored is not
// lost unseen: the person is told.
func (a *Adapter) vote(o opinion, ack func(payload any)) {
	ctx, cancel := context.WithTimeout(context.Background(), a.timing.submit)
	err := a.cfg.Votes.SaveVote(ctx, o.vote)
	cancel()
	l := prompts.Labels(o.lang)
	if err != nil {
		a.log.Warn("vote not stored", "question", o.vote.Question, "error", err)
	}
	if o.form {
		ack(formAnswer(l, err))
		return
	}
	ack(nil)
	text := l.Voted
	if err != nil {
		text = l.NotVoted
	}
	if err == nil && o.trigger != "" && a.askWhy(o, l) {
		return // the form thanks
	}
	if o.addr.ResponseURL == "" {
		return
	}
	ctx, cancel = context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	if err := a.tell(ctx, o.addr, text); err != nil {
		a.log.Info("the person who voted was not told", "question", o.vote.Question, "error", err)
	}
}

// formAnswer is the acknowledgement of the form: thanks in its place, or what is
// wrong.
func formAnswer(l bot.Labels, err error) any {
	if err != nil {
		return slack.NewErrorsViewSubmissionResponse(map[string]string{blockWords: l.NotVoted})
	}
	return slack.NewUpdateViewSubmissionResponse(&slack.ModalViewRequest{
		Type: slack.VTModal, Title: plainText(l.Why.Title), Close: plainText("OK"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(plainText(l.Voted), nil, nil)}},
	})
}

// askWhy opens the form and reports whether it is open. A trigger lives 3 s: late,
// the vote counts without a reason.
func (a *Adapter) askWhy(o opinion, l bot.Labels) bool {
	ctx, cancel := context.WithTimeout(context.Background(), statusTimeout)
	defer cancel()
	form := whyForm(voteValue(render.Action{Kind: render.ActionUnhelpful, Value: string(o.vote.Question)}, o.lang), l.Why)
	_, err := a.call(ctx, "views.open", "", func(ctx context.Context) error {
		v, err := a.api.OpenViewContext(ctx, o.trigger, form)
		if err == nil && v.ID == "" {
			err = errors.New("the answer names no view")
		}
		return err
	})
	if err != nil {
		a.log.Info("the person was not asked why", "question", o.vote.Question, "error", err)
	}
	return err == nil
}

func whyForm(private string, w bot.WhyWords) slack.ModalViewRequest {
	var options []*slack.OptionBlockObject
	for _, r := range bot.VoteReasons() {
		options = append(options, slack.NewOptionBlockObject(r, plainText(w.Reasons[r]), nil))
	}
	reasons := slack.NewInputBlock(blockWhy, plainText(w.Reason), nil, slack.NewRadioButtonsBlockElement(blockWhy, options...))
	reasons.Optional = true
	text := slack.NewPlainTextInputBlockElement(nil, blockWords)
	text.Multiline, text.MaxLength = true, bot.MaxVoteText
	words := slack.NewInputBlock(blockWords, plainText(w.Text), plainText(w.Hint), text)
	words.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: viewWhy, PrivateMetadata: private,
		Title: plainText(w.Title), Submit: plainText(w.Send), Close: plainText(w.Cancel),
		Blocks: slack.Blocks{BlockSet: []slack.Block{reasons, words}},
	}
}

func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}
