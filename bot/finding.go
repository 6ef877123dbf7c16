package bot

import "context"

// Level says what a Finding means for somebody who wants the bot to run.
type Level string

// The levels.
const (
	Fine    Level = "ok"      // as it should be
	Warning Level = "warning" // it runs, but not as well as it could
	Wrong   Level = "problem" // it does not run, or does not do what was configured
)

// Finding is what a check of the configuration came to. Its words are in package
// prompts, in the reader's language, found by Code.
type Finding struct {
	Code  string            // stable: "slack.scopes.missing"
	Level Level             //
	With  map[string]string // what the words are about; never a secret
}

// Found returns a finding. with are names and values, in turn.
func Found(level Level, code string, with ...string) Finding {
	f := Finding{Code: code, Level: level, With: map[string]string{}}
	for i := 0; i+1 < len(with); i += 2 {
		f.With[with[i]] = with[i+1]
	}
	return f
}

// Checker is a platform that can say whether it is set up well enough to work.
type Checker interface {
	// Check asks the platform and changes nothing there. With a channel it also
	// posts a message there, reads it back and takes it away again.
	Check(ctx context.Context, channel string) []Finding
}
