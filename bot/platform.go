package bot

import (
	"context"
	"encoding/json"
	"time"
)

// Platform is where questions come from and replies go.
//
// Its methods may be called from many goroutines. An error is a verdict: see
// [RetryError] and [PermanentError]; any other error is tried again later.
type Platform interface {
	// Name is the value of Question.Platform for the questions that came from it.
	Name() string

	// Post shows r as the answer to q, in one piece as far as a person can see,
	// and says where. Posting again for the same q must not show a second
	// answer where the platform allows that to be prevented (an edited original,
	// a nonce); where it does not, the platform is also a Finder.
	Post(ctx context.Context, q Question, r Reply) (Receipt, error)
}

// Finder is a platform that can be asked whether a reply is there already,
// after a crash between posting and recording.
type Finder interface {
	// Find reports where the reply to q is, and false where there is none.
	Find(ctx context.Context, q Question) (Receipt, bool, error)
}

// Editor is a platform on which a reply can follow its question: where a person
// changes or deletes their message.
type Editor interface {
	// Edit shows r in place of the reply at, and says where it is then. Doing it
	// again changes nothing.
	Edit(ctx context.Context, q Question, r Reply, at Receipt) (Receipt, error)

	// Remove takes the reply at away. What is gone already is no error.
	Remove(ctx context.Context, q Question, at Receipt) error
}

// Indicator is a platform that can show that somebody is working on a question.
type Indicator interface {
	// Working shows it, best effort and without blocking for long, until stop
	// is called. stop may be called more than once, and returns when nothing
	// more will be sent.
	Working(ctx context.Context, q Question) (stop func())
}

// Reply is what a platform shows for a question.
type Reply struct {
	Answer Answer `json:"answer"`

	// Failed means that there is no Answer: every attempt failed, and the
	// person is to be told so.
	Failed bool `json:"failed,omitempty"`

	// Asked is the text the answer is for: the question's own, or for a shared
	// answer that of the question it was given to.
	Asked string `json:"asked,omitempty"`

	// SharedBy is the ID of the person who shared a private answer with the channel.
	SharedBy string `json:"shared_by,omitempty"`
}

// Receipt says where a reply was posted, in the platform's own form.
type Receipt struct {
	Messages []string        `json:"messages,omitempty"` // IDs of the messages, in order; empty where the platform names none
	Extra    json.RawMessage `json:"extra,omitempty"`    // what only the adapter needs
}

// State is how far the reply to a question has come.
type State string

const (
	Posting State = "posting" // about to be posted: after a crash, it may or may not be there
	Posted  State = "posted"  // posted, and Record.Receipt says where
	Dead    State = "dead"    // set aside; Record.Reason says why
)

// Record is what the ledger keeps about a question.
type Record struct {
	Question QuestionID `json:"question"`
	Platform string     `json:"platform,omitempty"`
	Asker    string     `json:"asker,omitempty"` // whom it is about, so that they can be forgotten
	State    State      `json:"state"`
	Asked    string     `json:"asked,omitempty"`
	Reply    Reply      `json:"reply"`
	Receipt  Receipt    `json:"receipt"`
	Reason   string     `json:"reason,omitempty"`
	At       time.Time  `json:"at"`
}
