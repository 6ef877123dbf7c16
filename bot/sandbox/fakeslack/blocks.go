package fakeslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// surface is where blocks are shown.
type surface int

const (
	onMessage surface = iota
	inStream
	inModal
	inHome
)

// blockCheck goes through blocks as Slack does before it takes them: the limits of
// the block reference, IDs used once, and defaults filled in.
type blockCheck struct {
	st       *State
	where    surface
	problems []string
	total    int // characters over all blocks
	markdown int // characters over all markdown blocks
	ids      map[string]bool
}

var known = map[string][]surface{
	"section": nil, "divider": nil, "image": nil, "actions": nil, "context": nil, "header": nil, "rich_text": nil, "video": nil,
	"markdown": {onMessage, inStream}, "file": {onMessage}, "table": {onMessage, inStream}, "data_table": {onMessage, inStream},
	"context_actions": {onMessage, inStream}, "task_card": {onMessage, inStream}, "plan": {onMessage, inStream},
	"alert": {inStream}, "card": {inStream}, "carousel": {inStream}, "container": {inStream}, "layout": {inStream},
	"input": {onMessage, inModal, inHome}, "call": {onMessage},
}

// checkBlocks returns the blocks as Slack keeps them, or its refusal.
func (st *State) checkBlocks(v any, where surface, most int) (json.RawMessage, error) {
	list, isList := copyJSON(v).([]any) // the caller's value is also in the record of requests
	if !isList {
		return nil, failWith("invalid_blocks_format", "[ERROR] must be an array [json-pointer:/blocks]")
	}
	if len(list) == 0 {
		return nil, nil
	}
	bc := &blockCheck{st: st, where: where, ids: map[string]bool{}}
	if len(list) > most {
		bc.bad("/blocks", "no more than %d items allowed", most)
	}
	for i, it := range list {
		bc.block(fmt.Sprintf("/blocks/%d", i), it)
	}
	switch {
	case len(bc.problems) > 0:
		return nil, failWith("invalid_blocks", bc.problems...)
	case where <= inStream && (bc.markdown > maxMarkdown || bc.total > maxBlocksText):
		return nil, fail("msg_blocks_too_long")
	}
	raw, err := json.Marshal(list)
	return raw, err
}

// copyJSON is a deep copy of a decoded JSON value.
func copyJSON(v any) (out any) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	_ = json.Unmarshal(raw, &out)
	return out
}

func (bc *blockCheck) bad(at, format string, v ...any) {
	bc.problems = append(bc.problems, "[ERROR] "+fmt.Sprintf(format, v...)+" [json-pointer:"+at+"]")
}

func (bc *blockCheck) block(at string, v any) {
	b, _ := v.(object)
	kind, _ := b["type"].(string)
	places, ok := known[kind]
	if !ok || (places != nil && !slices.Contains(places, bc.where)) {
		bc.bad(at+"/type", "unsupported type: %s", kind)
		return
	}
	bc.blockID(at, b)
	switch kind {
	case "section":
		bc.section(at, b)
	case "header":
		bc.text(at+"/text", b["text"], 150, "plain_text")
	case "markdown":
		n := bc.chars(at+"/text", b["text"], maxMarkdown)
		bc.markdown += n
	case "context":
		bc.elements(at, b, 10)
	case "actions":
		bc.elements(at, b, 25)
	case "context_actions":
		bc.elements(at, b, 5)
	case "image":
		bc.chars(at+"/alt_text", b["alt_text"], 2000)
		if b["image_url"] == nil && b["slack_file"] == nil {
			bc.bad(at, "missing required field: image_url")
		}
	case "input":
		bc.text(at+"/label", b["label"], 2000, "plain_text")
		bc.element(at+"/element", b["element"])
	case "rich_text":
		if _, isList := b["elements"].([]any); !isList {
			bc.bad(at, "missing required field: elements")
		}
	}
}

func (bc *blockCheck) blockID(at string, b object) {
	id, _ := b["block_id"].(string)
	switch {
	case id == "":
		b["block_id"] = bc.st.blockID()
	case utf8.RuneCountInString(id) > 255:
		bc.bad(at+"/block_id", "must be less than 256 characters")
	case bc.ids[id]:
		bc.bad(at+"/block_id", "`block_id` %s already exists", id)
	}
	bc.ids[id] = true
}

func (bc *blockCheck) section(at string, b object) {
	fields, _ := b["fields"].([]any)
	if b["text"] == nil && len(fields) == 0 {
		bc.bad(at, "missing required field: text")
	}
	if b["text"] != nil {
		bc.text(at+"/text", b["text"], 3000, "plain_text", "mrkdwn")
	}
	if len(fields) > 10 {
		bc.bad(at+"/fields", "no more than 10 items allowed")
	}
	for i, f := range fields {
		bc.text(fmt.Sprintf("%s/fields/%d", at, i), f, 2000, "plain_text", "mrkdwn")
	}
	if b["accessory"] != nil {
		bc.element(at+"/accessory", b["accessory"])
	}
}

func (bc *blockCheck) elements(at string, b object, most int) {
	list, _ := b["elements"].([]any)
	if len(list) == 0 {
		bc.bad(at+"/elements", "must have at least 1 item")
	}
	if len(list) > most {
		bc.bad(at+"/elements", "no more than %d items allowed", most)
	}
	actions := map[string]bool{}
	for i, it := range list {
		p := fmt.Sprintf("%s/elements/%d", at, i)
		bc.element(p, it)
		e, _ := it.(object)
		if id, _ := e["action_id"].(string); id != "" && actions[id] {
			bc.bad(p+"/action_id", "`action_id` %s already exists", id)
		} else {
			actions[id] = true
		}
	}
}

func (bc *blockCheck) element(at string, v any) {
	e, _ := v.(object)
	kind, _ := e["type"].(string)
	switch kind {
	case "plain_text", "mrkdwn":
		bc.text(at, v, 3000, "plain_text", "mrkdwn")
		return
	case "image":
		bc.chars(at+"/alt_text", e["alt_text"], 2000)
		return
	case "":
		bc.bad(at, "missing required field: type")
		return
	case "button":
		bc.button(at, e)
	case "feedback_buttons":
		for _, side := range []string{"positive_button", "negative_button"} {
			if sub, ok := e[side].(object); ok {
				bc.button(at+"/"+side, sub)
			} else {
				bc.bad(at, "missing required field: %s", side)
			}
		}
	case "static_select", "overflow", "radio_buttons", "checkboxes", "multi_static_select":
		bc.options(at, e)
	}
	if id, _ := e["action_id"].(string); id == "" {
		e["action_id"] = bc.st.blockID()
	} else if utf8.RuneCountInString(id) > 255 {
		bc.bad(at+"/action_id", "must be less than 256 characters")
	}
}

func (bc *blockCheck) button(at string, e object) {
	bc.text(at+"/text", e["text"], 75, "plain_text")
	if e["value"] != nil {
		bc.chars(at+"/value", e["value"], 2000)
	}
	if e["url"] != nil {
		bc.chars(at+"/url", e["url"], 3000)
	}
	if style, set := e["style"].(string); set && style != "primary" && style != "danger" {
		bc.bad(at+"/style", "must be one of: primary, danger")
	}
}

func (bc *blockCheck) options(at string, e object) {
	list, isList := e["options"].([]any)
	if !isList {
		if e["option_groups"] == nil {
			bc.bad(at, "missing required field: options")
		}
		return
	}
	kind := e["type"].(string)
	most := map[string]int{"overflow": 5, "radio_buttons": 10, "checkboxes": 10}[kind]
	if most == 0 {
		most = 100
	}
	if len(list) == 0 || len(list) > most {
		bc.bad(at+"/options", "must have 1 to %d items", most)
	}
	for i, it := range list {
		o, _ := it.(object)
		p := fmt.Sprintf("%s/options/%d", at, i)
		bc.text(p+"/text", o["text"], 75, "plain_text", "mrkdwn")
		bc.chars(p+"/value", o["value"], 150)
	}
}

// text checks a text object and fills in what Slack fills in.
func (bc *blockCheck) text(at string, v any, most int, kinds ...string) {
	t, isObject := v.(object)
	if !isObject {
		bc.bad(at, "missing required field: text")
		return
	}
	kind, _ := t["type"].(string)
	if !slices.Contains(kinds, kind) {
		bc.bad(at+"/type", "must be one of: %v", kinds)
		return
	}
	switch {
	case kind == "plain_text" && t["emoji"] == nil:
		t["emoji"] = true
	case kind == "mrkdwn" && t["verbatim"] == nil:
		t["verbatim"] = false
	}
	bc.chars(at+"/text", t["text"], most)
}

func (bc *blockCheck) chars(at string, v any, most int) int {
	s, isText := v.(string)
	n := utf8.RuneCountInString(s)
	bc.total += n
	switch {
	case !isText:
		bc.bad(at, "must be a string")
	case n == 0:
		bc.bad(at, "must be more than 0 characters")
	case n > most:
		bc.bad(at, "must be less than %d characters", most+1)
	}
	return n
}
