package llm

import (
	"strings"
	"unicode/utf8"
)

// knownThoughtTags are the tags models put around reasoning that a server left
// in the text, in any of the brackets <…>, […] and ◁…▷.
func knownThoughtTags() []string {
	return []string{"think", "thinking", "thought", "thoughts", "reasoning", "reflection", "analysis", "seed:think"}
}

// Tokens of the harmony format (gpt-oss), where every message has a channel and
// only the channel "final" is for a person, and tokens that end a turn: what a
// model writes after those is a conversation with itself.
var (
	harmonyTokens = []string{"<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>", "<|call|>", "<|constrain|>"}
	endTokens     = []string{"<|im_end|>", "<|im_start|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "<start_of_turn>", "[|endofturn|]"}
)

// thoughts takes reasoning out of a stream. A tag may be cut anywhere: what
// could still become one is held back.
type thoughts struct {
	tags   []string
	buf    string // not decided yet
	inside bool   // between an opening and a closing tag, or in a channel that is not final
	header bool   // in the head of a harmony message
	head   string // of that message, so far
	ended  bool   // after the end of the turn

	// stray counts closing tags without an opening one: all text before the last of
	// them was thought. (Some chat templates open the thought in the prompt.)
	stray int
}

// next takes a piece of the stream and returns what of it is for a person.
// reset means that everything returned before it was thought.
func (t *thoughts) next(piece string, last bool) (text string, reset bool) {
	t.buf += piece
	var out strings.Builder
	for t.buf != "" && !t.ended {
		i := strings.IndexAny(t.buf, "<[◁")
		if i < 0 {
			t.text(&out, t.buf)
			t.buf = ""
			break
		}
		t.text(&out, t.buf[:i])
		t.buf = t.buf[i:]
		kind, n := t.tagAt(t.buf)
		if kind == partTag && !last {
			return out.String(), reset
		}
		if kind == noTag || kind == partTag {
			_, n = utf8.DecodeRuneInString(t.buf)
			t.text(&out, t.buf[:n])
			t.buf = t.buf[n:]
			continue
		}
		if t.tag(kind, t.buf[:n]) {
			out.Reset()
			reset = true
		}
		t.buf = t.buf[n:]
	}
	if t.ended {
		t.buf = ""
	}
	return out.String(), reset
}

// unfinished reports a thought that was opened and never closed.
func (t *thoughts) unfinished() bool { return t.inside || t.header }

func (t *thoughts) text(out *strings.Builder, s string) {
	switch {
	case t.header:
		if len(t.head) < 64 {
			t.head += s
		}
	case !t.inside:
		out.WriteString(s)
	}
}

// tag acts on a whole tag and reports a closing one that nothing opened.
func (t *thoughts) tag(kind tagKind, tag string) (stray bool) {
	switch kind {
	case openTag:
		t.inside = true
	case closeTag:
		stray = !t.inside
		t.inside = false
		if stray {
			t.stray++
		}
	case endTag:
		t.ended = true
	case harmonyTag:
		t.harmony(tag)
	}
	return stray
}

func (t *thoughts) harmony(tag string) {
	switch tag {
	case "<|start|>", "<|channel|>":
		t.header, t.head = true, ""
	case "<|message|>":
		name, _, _ := strings.Cut(strings.TrimSpace(t.head), " ")
		t.inside = t.header && name != "final" && name != "assistant"
		t.header = false
	case "<|end|>":
		t.inside = false
	case "<|return|>", "<|call|>":
		t.ended = true
	}
}

type tagKind int

const (
	noTag tagKind = iota
	partTag
	openTag
	closeTag
	harmonyTag
	endTag
)

// longestTag bounds how much is held back for a tag that does not end.
const longestTag = 64

// tagAt looks at s, which begins with an opening bracket.
func (t *thoughts) tagAt(s string) (tagKind, int) {
	if kind, n := fixedTag(s, harmonyTokens, harmonyTag); kind != noTag {
		return kind, n
	}
	if kind, n := fixedTag(s, endTokens, endTag); kind != noTag {
		return kind, n
	}
	open, size := utf8.DecodeRuneInString(s)
	closer := map[rune]string{'<': ">", '[': "]", '◁': "▷"}[open]
	window := s[size:min(len(s), longestTag)]
	inner, _, whole := strings.Cut(window, closer)
	body := strings.ToLower(strings.TrimLeft(inner, " \t"))
	kind := openTag
	if rest, ok := strings.CutPrefix(body, "/"); ok {
		kind, body = closeTag, strings.TrimLeft(rest, " \t")
	}
	for _, name := range t.tags {
		if whole && isTagName(body, name) {
			return kind, size + len(inner) + len(closer)
		}
		if !whole && len(s) < longestTag && (strings.HasPrefix(name, body) || isTagName(body, name)) {
			return partTag, 0
		}
	}
	return noTag, 0
}

// isTagName allows spaces and attributes behind the name.
func isTagName(body, name string) bool {
	rest, ok := strings.CutPrefix(body, name)
	return ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

func fixedTag(s string, tokens []string, kind tagKind) (tagKind, int) {
	for _, token := range tokens {
		if strings.HasPrefix(s, token) {
			return kind, len(token)
		}
		if strings.HasPrefix(token, s) {
			return partTag, 0
		}
	}
	return noTag, 0
}
