package render

// Document is what is to be shown, before any platform's markup.
type Document struct {
	Blocks []Block

	// Fallback is the same in plain text, for notifications and screen readers.
	Fallback string

	// Actions are offered below the text, in order.
	Actions []Action

	// Votes ask what the reader thinks of it; Value is the ID of the question.
	// None where there is nothing to think something of.
	Votes []Action
}

// Action is something the reader can click.
type Action struct {
	Kind  ActionKind
	Label string
	Value string
}

// ActionKind says what a click on an Action does.
type ActionKind string

const (
	// ActionShare posts the private answer to the question Value in the channel.
	ActionShare ActionKind = "share"
	// ActionPick asks the suggestion Value; its text is the Label.
	ActionPick ActionKind = "pick"
	// ActionHelpful and ActionUnhelpful say so of the answer to the question Value.
	ActionHelpful   ActionKind = "helpful"
	ActionUnhelpful ActionKind = "unhelpful"
)

// Block is a part of a Document that stands by itself.
type Block struct {
	Kind  BlockKind
	Spans []Span   // of a Paragraph, a Heading, a Quote, a Small
	Items [][]Span // of a List
	Code  string   // of a Code, without its last newline
	Info  string   // of a Code: its language
}

// BlockKind is the kind of a Block.
type BlockKind int

// The kinds of blocks.
const (
	Paragraph BlockKind = iota
	Heading
	Quote
	Small // beside the answer: notes, sources
	List
	Code
)

// Span is a run of text of one style.
type Span struct {
	Text   string
	Bold   bool
	Italic bool
	Strike bool
	Code   bool
	URL    string // a link; only ever one that the answer allows
}

func text(s string) Span { return Span{Text: s} }

func bold(s string) Span { return Span{Text: s, Bold: true} }
