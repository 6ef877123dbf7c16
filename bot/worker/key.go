package worker

import (
	"context"
	"sync"

	"github.com/openai-explain/openai-explain/bot"
)

// keys lets one goroutine at a time work on a record: two people who share the
// same answer at the same moment are two questions with one record.
type keys struct {
	mu   sync.Mutex
	held map[bot.QuestionID]*key
}

type key struct {
	turn    chan struct{} // holds one value while somebody has the key
	waiting int           // including who has it
}

// take waits for id's turn and returns what ends it.
func (k *keys) take(ctx context.Context, id bot.QuestionID) (free func(), err error) {
	k.mu.Lock()
	one := k.held[id]
	if one == nil {
		one = &key{turn: make(chan struct{}, 1)}
		k.held[id] = one
	}
	one.waiting++
	k.mu.Unlock()

	leave := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if one.waiting--; one.waiting == 0 {
			delete(k.held, id)
		}
	}
	select {
	case one.turn <- struct{}{}:
		return func() { <-one.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
