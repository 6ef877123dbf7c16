package bot

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
}
