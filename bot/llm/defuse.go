package llm

import "regexp"

// Control tokens of the chat templates in use. A server turns them into the
// end of a turn or the beginning of another role wherever they stand.
var (
	controlToken = regexp.MustCompile(`(?i)<\||\|>|</?s>|<</?sys>>|\[/?inst\]|\[\|[a-z_]+\|\]` +
		`|\[/?(?:system_prompt|available_tools|tool_calls|tool_results|think)\]` +
		`|</?(?:start_of_turn|end_of_turn|bos|eos|pad|unk|tool_call|tool_response|think|thinking|thought|reasoning|seed:think)>`)
	roleHeading = regexp.MustCompile(`(?im)^[ \t]*#{1,6}[ \t]*(system|assistant|user|human|instructions?)[ \t]*:`)
)

// Defuse breaks the control tokens in a text that somebody else wrote, so that a
// question or an entry cannot open a turn of its own. [Client.Generate] does this
// to both parts of every prompt.
func Defuse(text string) string {
	text = controlToken.ReplaceAllStringFunc(text, func(m string) string { return m[:1] + " " + m[1:] })
	return roleHeading.ReplaceAllString(text, "$1:")
}
