package fakeslack

import (
	"encoding/json"
	"unicode/utf8"
)

func (c *call) startStream() (object, error) {
	r, err := c.writable("channel")
	if err != nil {
		return nil, err
	}
	if c.args.str("thread_ts") == "" {
		return nil, failWith("invalid_arguments", "[ERROR] missing required field: thread_ts")
	}
	if r.Kind != IM {
		switch {
		case c.args.str("recipient_team_id") == "":
			return nil, fail("missing_recipient_team_id")
		case c.args.str("recipient_user_id") == "":
			return nil, fail("missing_recipient_user_id")
		case c.st.users[c.args.str("recipient_user_id")] == nil:
			return nil, fail("user_not_found")
		}
	}
	m := &Message{User: c.st.botOf(c.team), BotID: c.st.botIDOf(c.team), Username: c.args.str("username"), Streaming: true, started: c.st.now()}
	if err := c.extend(m); err != nil {
		return nil, err
	}
	c.thread(r, m, c.args.str("thread_ts"))
	c.st.store(r, m)
	c.s.emitMessage(r, m)
	return object{"channel": r.ID, "ts": m.TS}, nil
}

// stream finds the running stream of the arguments.
func (c *call) stream() (*room, *Message, error) {
	r, m, err := c.own(c.args.str("ts"), "message_not_owned_by_app")
	switch {
	case err != nil:
		return nil, nil, err
	case m.stopped:
		return nil, nil, fail("stopped_by_user")
	case !m.Streaming:
		return nil, nil, fail("message_not_in_streaming_state")
	}
	return r, m, nil
}

func (c *call) appendStream() (object, error) {
	r, m, err := c.stream()
	if err != nil {
		return nil, err
	}
	chunks, _, _ := c.args.value("chunks")
	if list, _ := chunks.([]any); c.args.str("markdown_text") == "" && len(list) == 0 {
		return nil, fail("no_text")
	}
	if err := c.extend(m); err != nil {
		return nil, err
	}
	m.Revisions++
	return object{"channel": r.ID, "ts": m.TS}, nil
}

func (c *call) stopStream() (object, error) {
	r, m, err := c.stream()
	if err != nil {
		return nil, err
	}
	before := c.st.wire(r, m, false)
	next := *m
	if err := c.extend(&next); err != nil {
		return nil, err
	}
	if err := c.setMetadata(&next); err != nil {
		return nil, err
	}
	closing := Message{}
	if err := c.setBlocks(&closing, "blocks", maxBlocks); err != nil {
		return nil, err
	}
	next.Blocks = joinBlocks(next.Blocks, closing.Blocks)
	if next.Text == "" && len(next.Blocks) == 0 && len(next.tasks) == 0 {
		return nil, fail("no_text")
	}
	next.Streaming = false
	next.reach(nil)
	next.Revisions++
	*m = next
	c.s.emitChanged(r, m, before)
	return object{"channel": r.ID, "ts": m.TS, "message": c.st.wire(r, m, true)}, nil
}

// extend adds the text and the chunks of a call to a stream, or nothing at all.
func (c *call) extend(m *Message) error {
	text, blocks, tasks := c.args.str("markdown_text"), json.RawMessage(nil), []any(nil)
	v, ok, err := c.args.value("chunks")
	list, isList := v.([]any)
	if err != nil || (ok && !isList) {
		return fail("invalid_chunks")
	}
	for _, it := range list {
		chunk, _ := it.(object)
		switch kind, _ := chunk["type"].(string); kind {
		case "markdown_text":
			s, isText := chunk["text"].(string)
			if !isText {
				return fail("invalid_chunks")
			}
			text += s
		case "task_update", "plan_update":
			if title, _ := chunk["title"].(string); utf8.RuneCountInString(title) > 256 {
				return fail("invalid_chunks")
			}
			tasks = append(tasks, chunk)
		case "blocks":
			more, err := c.st.checkBlocks(chunk["blocks"], inStream, maxBlocks)
			if err != nil {
				return err
			}
			blocks = joinBlocks(blocks, more)
		default:
			return fail("invalid_chunks")
		}
	}
	if utf8.RuneCountInString(text) > maxMarkdown {
		return fail("msg_too_long")
	}
	if countBlocks(m.Blocks)+countBlocks(blocks) > maxBlocks {
		return fail("msg_blocks_too_many")
	}
	m.Text, m.Markdown = m.Text+text, m.Markdown+text
	m.Blocks, m.tasks = joinBlocks(m.Blocks, blocks), append(m.tasks, tasks...)
	m.reach(nil)
	return nil
}

func countBlocks(raw json.RawMessage) int {
	var list []json.RawMessage
	_ = json.Unmarshal(raw, &list)
	return len(list)
}

func joinBlocks(a, b json.RawMessage) json.RawMessage {
	if len(b) == 0 {
		return a
	}
	var x, y []json.RawMessage
	_ = json.Unmarshal(a, &x)
	_ = json.Unmarshal(b, &y)
	out, _ := json.Marshal(append(x, y...))
	return out
}

// expire ends what has outlived its time: streams after about five minutes,
// whatever was appended, and statuses.
func (st *State) expire() {
	for _, r := range st.channels {
		for _, m := range r.messages {
			if m.Streaming && st.now().Sub(m.started) >= st.cfg.StreamLife {
				m.Streaming, m.Broken = false, true
			}
		}
	}
}

// ExpireStream ends a running stream now, as Slack does after five minutes: the
// message looks broken until it is updated. It reports whether there was one.
func (s *Server) ExpireStream(channel, ts string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.state.message(channel, ts)
	if m == nil || !m.Streaming {
		return false
	}
	m.Streaming, m.Broken = false, true
	s.touch()
	return true
}
