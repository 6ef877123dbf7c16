package llm

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Limits on what an endpoint may send.
const (
	maxLine        = 1 << 20  // of one line of a stream
	maxStream      = 32 << 20 // of one stream
	maxEmptyFrames = 10_000   // frames without text or thought in one stream
	maxJSON        = 64 << 20 // of an answer that is not a stream (embeddings)
	maxList        = 4 << 20  // of the list of models
	maxErrorBody   = 4 << 10  // read of an error's body
)

// event is one server-sent event.
type event struct {
	name string
	data string
	bare string // a line that is not SSE at all, such as older llama.cpp's "error: {…}"
}

// eventReader reads server-sent events: comments, event, id and multi-line data
// fields, LF or CRLF, and a last event without its empty line.
type eventReader struct {
	r     *bufio.Reader
	total int
}

// next returns the next event with data, or io.EOF. Any other error is the
// connection's or a limit's.
func (er *eventReader) next() (event, error) {
	var e event
	var data []string
	for {
		line, err := er.line()
		if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
			if errors.Is(err, io.EOF) && data != nil {
				e.data = strings.Join(data, "\n")
				return e, nil
			}
			return e, err
		}
		if len(line) == 0 {
			if data == nil {
				e = event{}
				continue
			}
			e.data = strings.Join(data, "\n")
			return e, nil
		}
		field, value, colon := strings.Cut(string(line), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case field == "" && colon: // a comment: a keep-alive
		case field == "data" && colon:
			data = append(data, value)
		case field == "event" && colon:
			e.name = strings.TrimSpace(value)
		case field == "id", field == "retry":
		default:
			e.bare = string(line)
			return e, nil
		}
	}
}

// line returns a line without its end. Its text is valid also beside io.EOF.
func (er *eventReader) line() ([]byte, error) {
	var line []byte
	for {
		part, err := er.r.ReadSlice('\n')
		line = append(line, part...)
		er.total += len(part)
		if len(line) > maxLine {
			return nil, fail(ErrMalformed, "a line of more than 1 MiB")
		}
		if er.total > maxStream {
			return nil, fail(ErrMalformed, "a stream of more than 32 MiB")
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}
