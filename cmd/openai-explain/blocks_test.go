package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// actionID is that of the first button of m whose action ID has kind in it.
func actionID(t *testing.T, m fakeslack.Message, kind string) string {
	t.Helper()
	var blocks []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil {
		t.Fatalf("blocks of %s: %v", m.TS, err)
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if strings.Contains(e.ActionID, kind) {
				return e.ActionID
			}
		}
	}
	t.Fatalf("no %s button in:\n%s", kind, m.Blocks)
	return ""
}
