package bot

import "time"

// Vote is what a person thinks of an answer. A person has one vote for a
// question and may change it.
type Vote struct {
	Question QuestionID `json:"question"`
	Platform string     `json:"platform"`
	Person   string     `json:"person"` // the platform's ID
	Helpful  bool       `json:"helpful"`
	Reason   string     `json:"reason,omitempty"`  // of an unhelpful answer: one of VoteReasons
	Text     string     `json:"text,omitempty"`    // in the person's own words
	Entries  []string   `json:"entries,omitempty"` // IDs of the entries that were cited
	At       time.Time  `json:"at"`
}

// VoteReasons are what can be wrong with an answer, in the order in which they
// are offered.
func VoteReasons() []string { return []string{"wrong", "outdated", "off_topic", "unclear", "language"} }

// MaxVoteText is how much a person can write about an answer, in characters: as
// many as fit what the inbox keeps, in any script.
const MaxVoteText = 500
