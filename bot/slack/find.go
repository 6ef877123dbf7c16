package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/slack-go/slack"

	"github.com/openai-explain/openai-explain/bot"
)

// eventType marks our replies in a message's metadata. Everyone in the workspace
// can read metadata: it holds the question's ID and nothing else of it.
const eventType = "openai_explain_answer"

// mark says which question and which part of its reply a message is.
type mark struct {
	Question string `json:"question"`
	Part     int    `json:"part"`
	Parts    int    `json:"parts"`
}

func (m mark) metadata() slack.SlackMetadata {
	return slack.SlackMetadata{
		EventType:    eventType,
		EventPayload: map[string]any{"question": m.Question, "part": m.Part, "parts": m.Parts},
	}
}

// Find implements bot.Finder by the metadata of the messages since the question.
// What went by a response URL is not found: posting that again replaces it.
//
// It needs the history scope of the channel's kind. Without it, or where the bot
// is not in the channel, nothing is found: an answer twice beats none.
func (a *Adapter) Find(ctx context.Context, q bot.Question) (bot.Receipt, bool, error) {
	addr, err := addressOf(q)
	if err != nil || addr.Ephemeral || addr.Channel == "" {
		return bot.Receipt{}, false, err
	}
	found, err := a.parts(ctx, q, addr)
	var permanent *bot.PermanentError
	if errors.As(err, &permanent) {
		a.log.Warn("cannot look for an earlier reply", "question", q.ID, "reason", permanent.Reason)
		return bot.Receipt{}, false, nil
	}
	if err != nil || found.of == 0 || len(found.ts) < found.of {
		return bot.Receipt{}, false, err
	}
	ts := make([]string, found.of)
	for i := range ts {
		if ts[i] = found.ts[i]; ts[i] == "" {
			return bot.Receipt{}, false, nil
		}
	}
	r, err := receipt(addr.Channel, ts)
	return r, err == nil, err
}

// foundParts are the messages of a reply that are there.
type foundParts struct {
	ts map[int]string // by part
	of int            // how many there are to be; 0 where none was found
}

// page is an answer of conversations.replies and conversations.history, as far as
// it concerns us: whatever blocks it holds.
type page struct {
	Messages []struct {
		TS       string `json:"ts"`
		BotID    string `json:"bot_id"`
		Metadata struct {
			EventType    string          `json:"event_type"`
			EventPayload json.RawMessage `json:"event_payload"`
		} `json:"metadata"`
	} `json:"messages"`
	Meta struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// maxPages bounds the search, 200 messages each: the reply is close to its question.
const maxPages = 5

// parts looks for the reply to q among the messages since it was asked, maxPages
// pages of them at most.
func (a *Adapter) parts(ctx context.Context, q bot.Question, addr address) (foundParts, error) {
	found := foundParts{ts: map[int]string{}}
	method, args := "conversations.history", url.Values{"channel": {addr.Channel}, "limit": {"200"}, "include_all_metadata": {"true"}}
	if addr.Thread != "" {
		method = "conversations.replies"
		args.Set("ts", addr.Thread)
	}
	if since := first(addr.TS, addr.Thread); since != "" {
		args.Set("oldest", since)
	}
	for range maxPages {
		var p page
		if err := a.form(ctx, method, "", args, &p); err != nil {
			return found, err
		}
		found.add(p, string(q.ID))
		if found.of > 0 && len(found.ts) == found.of || p.Meta.Cursor == "" {
			return found, nil
		}
		args.Set("cursor", p.Meta.Cursor)
	}
	a.log.Warn("too many messages since the question to look through", "question", q.ID)
	return found, nil
}

func (f *foundParts) add(p page, question string) {
	for _, m := range p.Messages {
		if m.BotID == "" || m.Metadata.EventType != eventType {
			continue
		}
		var k mark
		if json.Unmarshal(m.Metadata.EventPayload, &k) != nil || k.Question != question || k.Part < 0 || k.Part >= k.Parts {
			continue
		}
		f.of = k.Parts
		f.ts[k.Part] = m.TS
	}
}
