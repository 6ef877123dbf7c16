package fakeslack

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// contracts are the descriptions of methods, by method.
type contracts map[string]contract

type contract struct {
	Args map[string]struct {
		Required bool   `json:"required"`
		Type     string `json:"type"`
	} `json:"args"`
}

// lenient are arguments that the descriptions call required although Slack's own
// documentation of the newer forms does without them.
var lenient = map[string][]string{
	"chat.appendStream":                     {"markdown_text"}, // chunks in its place
	"assistant.threads.setSuggestedPrompts": {"thread_ts"},     // must be absent with the agent surface
}

// extra are arguments that the descriptions do not know and Slack takes.
var extra = []string{
	"client_msg_id", "team_id", "icon_url", "icon_emoji", "session",
}

func loadContracts(dir fs.FS) (contracts, error) {
	if dir == nil {
		return nil, nil
	}
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, fmt.Errorf("read the contracts: %w", err)
	}
	out := contracts{}
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read the contract %s: %w", name, err)
		}
		var c contract
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("read the contract %s: %w", name, err)
		}
		out[strings.TrimSuffix(name, ".json")] = c
	}
	return out, nil
}

// check names what is wrong with a call, in a fixed order: arguments that the
// method does not have, required ones that are missing, values of another type.
func (k contracts) check(method string, a args) []string {
	c, ok := k[method]
	if !ok {
		return nil
	}
	var out []string
	for name, v := range a {
		arg, known := c.Args[name]
		switch {
		case !known && !slices.Contains(extra, name):
			out = append(out, fmt.Sprintf("%s: unknown argument %s", method, name))
		case known && !fits(arg.Type, v):
			out = append(out, fmt.Sprintf("%s: argument %s is not of type %s", method, name, arg.Type))
		}
	}
	for name, arg := range c.Args {
		if _, given := a[name]; arg.Required && !given && !slices.Contains(lenient[method], name) {
			out = append(out, fmt.Sprintf("%s: required argument %s is missing", method, name))
		}
	}
	sort.Strings(out)
	return out
}

// fits reports whether a value has a contract's type. A form has only text; the
// text must then read as the type.
func fits(kind string, v any) bool {
	s, isText := v.(string)
	switch kind {
	case "string":
		return isText
	case "boolean":
		_, isBool := v.(bool)
		return isBool || slices.Contains([]string{"true", "false", "1", "0"}, s)
	case "integer", "number":
		if _, isNumber := v.(float64); isNumber {
			return true
		}
		_, err := strconv.ParseFloat(s, 64)
		return isText && err == nil
	case "array":
		_, isList := v.([]any)
		return isList || isText
	}
	return true
}
