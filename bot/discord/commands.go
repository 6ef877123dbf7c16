package discord

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/openai-explain/openai-explain/bot"
)

const (
	commandName    = "openai-explain"
	optionQuestion = "question"
	optionPrivate  = "private"

	questionLimit = 1000 // characters of the option; Discord allows 6,000
)

// command is an application command (interactions/application-commands).
type command struct {
	Name         string            `json:"name"`
	Type         int               `json:"type"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations"`
	Options      []option          `json:"options"`
	Contexts     []int             `json:"contexts"`
	Integrations []int             `json:"integration_types"`
}

type option struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations"`
	MaxLength    int               `json:"max_length,omitempty"`
}

// ourCommand is what a person sees when they type "/openai-explain".
func ourCommand() command {
	return command{
		Name: commandName, Type: 1,
		Description:  "Ask about open-source AI; without a question: what you can ask",
		Descriptions: map[string]string{"ko": "오픈소스 AI에 대해 물어보세요. 질문 없이 보내면 물어볼 수 있는 것을 보여 드려요"},
		Options: []option{
			{
				Type: 3, Name: optionQuestion, Names: map[string]string{"ko": "질문"}, MaxLength: questionLimit,
				Description: "Your question", Descriptions: map[string]string{"ko": "궁금한 것"},
			},
			{
				Type: 5, Name: optionPrivate, Names: map[string]string{"ko": "나만보기"},
				Description: "Only you see the answer", Descriptions: map[string]string{"ko": "답을 나만 봅니다"},
			},
		},
		Contexts: []int{0, 1}, Integrations: []int{0}, // servers and direct messages with the bot; installed in a server
	}
}

// keepCommands registers the command once Discord has said who the bot is.
func (a *Adapter) keepCommands(ctx context.Context, ready <-chan struct{}) {
	select {
	case <-ready:
	case <-ctx.Done():
		return
	}
	for wait := 2 * time.Second; ; wait = min(2*wait, 5*time.Minute) {
		changed, err := a.registerCommands(ctx)
		if err == nil {
			a.log.Info("discord command registered", slog.Bool("changed", changed))
			return
		}
		if ctx.Err() != nil {
			return
		}
		a.log.Error("discord command not registered", slog.Any("error", err))
		var permanent *bot.PermanentError
		if errors.As(err, &permanent) || !sleep(ctx, wait) {
			return
		}
	}
}

// registerCommands makes the application's global commands ours. What is right
// already is not written: Discord counts writes.
func (a *Adapter) registerCommands(ctx context.Context) (changed bool, err error) {
	a.mu.Lock()
	app := a.app
	a.mu.Unlock()
	rq := request{
		op: "list commands", method: http.MethodGet, major: app, repeat: true,
		route: "/applications/{id}/commands", path: "/applications/" + app + "/commands?with_localizations=true",
	}
	var there []json.RawMessage
	rq.into = &there
	if err := a.rest.do(ctx, rq); err != nil {
		return false, err
	}
	want, right := plan(there)
	if right {
		return false, nil
	}
	rq.op, rq.method, rq.body, rq.into = "write commands", http.MethodPut, want, nil
	rq.path = "/applications/" + app + "/commands"
	return true, a.rest.do(ctx, rq)
}

// plan is what the commands are to be, and whether those that are there are right.
func plan(there []json.RawMessage) (want []any, right bool) {
	want = []any{ourCommand()}
	others := 0
	for _, raw := range there {
		var c command
		decode(raw, &c)
		switch {
		case c.Type == entryPoint:
			want = append(want, raw) // an Activity's: Discord refuses to lose it this way
		case reflect.DeepEqual(normal(c), normal(ourCommand())):
			right = true
		default:
			others++
		}
	}
	return want, right && others == 0
}

// entryPoint is the type of the command that starts an Activity.
const entryPoint = 4

// normal makes commands comparable: Discord says null for what is empty.
func normal(c command) command {
	if c.Type == 0 {
		c.Type = 1
	}
	if len(c.Descriptions) == 0 {
		c.Descriptions = nil
	}
	return c
}
