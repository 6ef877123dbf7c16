package fakediscord

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Decoded JSON is read with these: a value of the wrong type reads as zero, the
// contract and the rules say what is wrong with it.

func str(v any) string { s, _ := v.(string); return s }

func boolean(v any) bool { b, _ := v.(bool); return b }

func num(v any) int {
	switch n := v.(type) {
	case json.Number:
		i, _ := strconv.ParseInt(n.String(), 10, 64)
		return int(i)
	case float64:
		return int(n)
	case int:
		return n
	}
	return 0
}

func object(v any) obj { o, _ := v.(map[string]any); return o }

func array(v any) []any { a, _ := v.([]any); return a }

func texts(v any) []string {
	var out []string
	for _, e := range array(v) {
		out = append(out, str(e))
	}
	return out
}

// units is the length of s as Discord counts it. It does not document that;
// UTF-16 units, as in its own client, are the stricter reading.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// walk calls f for every component, parents before children.
func walk(components []any, f func(obj)) {
	for _, v := range components {
		c := object(v)
		if c == nil {
			continue
		}
		f(c)
		walk(array(c["components"]), f)
		for _, k := range []string{"accessory", "component"} {
			if sub := object(c[k]); sub != nil {
				walk([]any{sub}, f)
			}
		}
	}
}

// isLower reports whether s has no upper-case variant in it, as command names must.
func isLower(s string) bool { return strings.ToLower(s) == s }
