package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// kv is the bucket of that name.
func (in *Inbox) kv(bucket string) (jetstream.KeyValue, error) {
	l, err := in.connected()
	if err != nil {
		return nil, err
	}
	return l.buckets[bucket], nil
}

// SaveVote stores what a person thinks of an answer, in place of what they
// thought of it before. The longest text that is kept is 2,000 bytes.
func (in *Inbox) SaveVote(ctx context.Context, v bot.Vote) error {
	fail := func(err error) error { return fmt.Errorf("save the vote on question %s: %w", v.Question, err) }
	if v.Platform == "" || v.Person == "" || !validID(v.Question) {
		return fail(errors.New("platform, person or question is missing"))
	}
	v.Text = cut(v.Text, maxVoteText)
	data, err := json.Marshal(v)
	if err != nil {
		return fail(err)
	}
	kv, err := in.kv(bucketVotes)
	if err == nil {
		_, err = kv.Put(ctx, personKey(v.Platform, v.Person)+"."+token(string(v.Question)), data)
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

const maxVoteText = 2000

// cut is the beginning of s, n bytes at most, without half a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// Votes calls do with every vote that is kept.
func (in *Inbox) Votes(ctx context.Context, do func(bot.Vote) error) error {
	kv, err := in.kv(bucketVotes)
	if err != nil {
		return fmt.Errorf("read the votes: %w", err)
	}
	return eachValue(ctx, kv, func(e jetstream.KeyValueEntry) error {
		var v bot.Vote
		if err := json.Unmarshal(e.Value(), &v); err != nil {
			return fmt.Errorf("read the votes: %w", err)
		}
		return do(v)
	})
}

func channelKey(platform, channel string) string { return token(platform) + "." + token(channel) }

// ChannelMode is what was set for a channel, [bot.Mentions] where nothing was.
func (in *Inbox) ChannelMode(ctx context.Context, platform, channel string) (bot.ChannelMode, error) {
	kv, err := in.kv(bucketSettings)
	if err != nil {
		return "", fmt.Errorf("read the setting of a channel: %w", err)
	}
	e, err := kv.Get(ctx, channelKey(platform, channel))
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return bot.Mentions, nil
	case err != nil:
		return "", fmt.Errorf("read the setting of a channel: %w", err)
	}
	return bot.ChannelMode(e.Value()), nil
}

// SetChannelMode sets when the bot answers in a channel, for every replica.
func (in *Inbox) SetChannelMode(ctx context.Context, platform, channel string, m bot.ChannelMode) error {
	if platform == "" || channel == "" || m != bot.Off && m != bot.Mentions && m != bot.Auto {
		return fmt.Errorf("set channel %q of %q to %q: no such channel or mode", channel, platform, m)
	}
	kv, err := in.kv(bucketSettings)
	if err == nil {
		_, err = kv.Put(ctx, channelKey(platform, channel), []byte(m))
	}
	if err != nil {
		return fmt.Errorf("set the mode of a channel: %w", err)
	}
	return nil
}

// Count adds one to what key has counted within the window that now is in, and
// returns the sum over all replicas. Windows begin at multiples of their
// length and are at most an hour long.
func (in *Inbox) Count(ctx context.Context, key string, window time.Duration) (int64, error) {
	fail := func(err error) (int64, error) { return 0, fmt.Errorf("count %s: %w", key, err) }
	if key == "" || window <= 0 || window > counterAge {
		return fail(fmt.Errorf("a key and a window of up to %v are needed", counterAge))
	}
	l, err := in.connected()
	if err != nil {
		return fail(err)
	}
	subject := "count." + token(key) + "." + strconv.FormatInt(time.Now().Truncate(window).Unix(), 10)
	m := nats.NewMsg(subject)
	m.Header.Set("Nats-Incr", "+1")
	ack, err := l.nc.RequestMsgWithContext(ctx, m)
	if err != nil {
		return fail(err)
	}
	var sum struct {
		Val   string `json:"val"` // of the counter, after this one; the client's acknowledgement leaves it out
		Error *struct {
			Description string `json:"description"`
		} `json:"error"`
	}
	if err := json.Unmarshal(ack.Data, &sum); err != nil {
		return fail(err)
	}
	if sum.Error != nil {
		return fail(errors.New(sum.Error.Description))
	}
	n, err := strconv.ParseInt(sum.Val, 10, 64)
	if err != nil {
		return fail(err)
	}
	return n, nil
}
