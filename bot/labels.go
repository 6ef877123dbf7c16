package bot

// WhyWords are the words of the form that asks what is wrong with an answer.
type WhyWords struct {
	Title   string            // at most 24 characters
	Reason  string            // "What is wrong with it?"
	Reasons map[string]string // by VoteReasons, at most 75 characters
	Text    string            // "In your own words"
	Hint    string            // who reads it
	Send    string            // button, at most 24 characters
	Cancel  string            // button, at most 24 characters
}

// ModeWords are what is said about the mode of a channel.
type ModeWords struct {
	Is     map[ChannelMode]string // what holds in the channel
	Set    string                 // before Is, where it was changed just now
	Usage  string                 // what can be set, and how
	Denied string                 // who may
	Failed string                 // it could not be read or set
	OffNow string                 // to whoever mentions the bot where it is off
}

// Labels are the words around an answer, in one language: headings, buttons,
// the markers of notes. prompts has them; render and the adapters use them.
type Labels struct {
	Lang        Lang
	Question    string // "Question"
	Source      string // "Source"
	Sources     string // "Sources"
	Published   string // "published"
	Updated     string // "updated"
	Note        string // "Note"
	NotSource   string // "added by the editors, not part of the source"
	Suggestions string // "Perhaps you meant"
	Topics      string // "You can ask"
	Share       string // button: "Share in this channel"
	Shared      string // acknowledgement of that click
	SharedBy    string // "Shared by"
	Failed      string // every attempt failed
	NotAccepted string // the question could not be stored
	Working     string // "Looking it up…"
	Continued   string // "(continued)"

	Helpful    string   // button
	NotHelpful string   // button; asks why
	Voted      string   // acknowledgement of either
	NotVoted   string   // the vote could not be stored
	Why        WhyWords // the form behind NotHelpful

	Mode ModeWords // of a channel
}
