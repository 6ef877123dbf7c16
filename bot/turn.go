package bot

// Turn is a question that the same person asked earlier in the same
// conversation, and what was answered. Nobody else's words are ever part of it.
type Turn struct {
	Asked  string // the question's text
	Answer Answer
}
