package llmtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault names a way in which an endpoint fails.
type Fault string

// The faults. Except for Down and those of the embeddings they concern chat
// completions only.
const (
	None             Fault = ""
	Down             Fault = "down"               // the connection is closed without a word
	SlowFirst        Fault = "slow-first-token"   // nothing comes, not even the head
	HangBetween      Fault = "hangs-between"      // some text, then nothing more
	PingsOnly        Fault = "pings-only"         // keep-alive comments for ever
	PingsBetween     Fault = "pings-between"      // some text, then keep-alive comments for ever
	ThoughtEndless   Fault = "thought-endless"    // reasoning for ever, in its own field
	Status429        Fault = "429"                // with Retry-After: 1
	Status429Long    Fault = "429-long"           // with Retry-After: 3600
	Status500        Fault = "500"                //
	Status503        Fault = "503"                //
	Status401        Fault = "401"                // and repeats the key
	NoModel          Fault = "404"                // the model is not known
	ContextError     Fault = "context-exceeded"   // 400, as llama-server says it
	HTML             Fault = "html"               // a login page with 200
	Redirect         Fault = "redirect"           // to a login page
	Malformed        Fault = "malformed"          // a frame that is not JSON
	Cut              Fault = "cut"                // ends after some text, cleanly
	CutHard          Fault = "cut-hard"           // the connection breaks after some text
	DoneFirst        Fault = "done-first"         // [DONE] and nothing else
	Endless          Fault = "endless"            // new text for ever
	Repeating        Fault = "repeating"          // the same words for ever
	Empty            Fault = "empty"              // finishes without text
	ThoughtOnly      Fault = "thought-only"       // finishes with reasoning in its own field, and no text
	ThoughtOpen      Fault = "thought-open"       // <think> that is never closed
	ThoughtSplit     Fault = "thought-split"      // <think>…</think>, cut into single characters, then the reply: works
	ThoughtNoOpen    Fault = "thought-no-open"    // only </think>, then the reply
	Length           Fault = "length"             // half the reply, finish_reason length
	Gibberish        Fault = "gibberish"          // letters at random
	OtherLanguage    Fault = "other-language"     // fluent, in Chinese and Russian
	ErrorFrame       Fault = "error-frame"        // in OpenAI's form, after some text
	ErrorSpace       Fault = "error-space"        // with a space before its first key
	ErrorObject      Fault = "error-object"       // {"object":"error",…}
	ErrorType        Fault = "error-type"         // {"type":"error","error":…}
	ErrorLine        Fault = "error-line"         // a bare line error: {…}, then [DONE]
	ErrorNoNewline   Fault = "error-no-newline"   // as the last line, without its end
	ErrorAfterPing   Fault = "error-after-ping"   // after a keep-alive
	ErrorEvent       Fault = "error-event"        // after a line event: error
	ErrorString      Fault = "error-string"       // {"error":"text"}
	ErrorSplit       Fault = "error-split"        // over two data lines
	ErrorFinish      Fault = "error-finish"       // beside choices, finish_reason error
	NotStreamed      Fault = "not-streamed"       // plain JSON although a stream was asked for
	WrongType        Fault = "wrong-content-type" // a stream as text/plain
	Compressed       Fault = "compressed"         // gzip that nobody asked for
	HugeLine         Fault = "huge-line"          // 2 MiB in one line
	EmptyFrames      Fault = "empty-frames"       // frames without content for ever
	UsageLie         Fault = "usage-lie"          // says that it read 20 tokens of the prompt
	LastNoNewline    Fault = "last-no-newline"    // works, but the last frame has no line end
	CRLF             Fault = "crlf"               // works, with CRLF, comments, ids and numeric fields
	Disobedient      Fault = "ignores-schema"     // prose whatever the schema
	ShuffledVectors  Fault = "vectors-shuffled"   // works: the order is in the index
	FewVectors       Fault = "vectors-missing"    //
	OddVectors       Fault = "vectors-odd"        // of different dimensions
	RepeatedVectors  Fault = "vectors-same-index" //
	ZeroVectors      Fault = "vectors-zero"       //
	EmbeddingsAbsent Fault = "embeddings-absent"  // 501, as llama-server without its option
)

// Faults returns the faults after which a chat answer must not be used, sorted.
func Faults() []Fault {
	var names []Fault
	for name := range faults {
		if !slices.Contains([]Fault{ThoughtSplit, LastNoNewline, CRLF, Disobedient, Gibberish, OtherLanguage}, name) {
			names = append(names, name)
		}
	}
	names = append(names, Down)
	slices.Sort(names)
	return names
}

// Speaking returns the faults where the stream is in order and only the text is not.
func Speaking() []Fault { return []Fault{Gibberish, OtherLanguage} }

var faults = map[Fault]func(*answer){
	SlowFirst:      (*answer).hang,
	HangBetween:    func(a *answer) { a.begin(); a.hang() },
	PingsOnly:      func(a *answer) { a.head(); a.pings() },
	PingsBetween:   func(a *answer) { a.begin(); a.pings() },
	ThoughtEndless: func(a *answer) { a.head(); a.forever(func() { a.delta("reasoning", "hm ") }) },
	Status429:      func(a *answer) { a.w.Header().Set("Retry-After", "1"); a.status(429, "slow down") },
	Status429Long:  func(a *answer) { a.w.Header().Set("Retry-After", "3600"); a.status(429, "slow down") },
	Status500:      func(a *answer) { a.status(500, "panic at /srv/secret/host.go:12") },
	Status503:      func(a *answer) { a.status(503, "loading model") },
	Status401:      func(a *answer) { a.status(401, "invalid key "+a.req.Header.Get("Authorization")) },
	NoModel:        func(a *answer) { a.status(404, "model '"+a.req.Model+"' not found") },
	ContextError: func(a *answer) {
		a.json(400, map[string]any{"error": map[string]any{"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 10020, "n_ctx": 512, "message": "the request exceeds the available context size"}})
	},
	HTML: func(a *answer) {
		a.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(a.w, "<!doctype html><html><body><h1>Sign in</h1></body></html>")
	},
	Redirect: func(a *answer) {
		a.w.Header().Set("Location", "https://login.example/?next=/v1")
		a.w.WriteHeader(http.StatusFound)
	},
	Malformed:   func(a *answer) { a.begin(); a.raw("data: {\"choices\":[{\"delta\":\n\n"); a.raw("data: [DONE]\n\n") },
	Cut:         (*answer).begin,
	CutHard:     func(a *answer) { a.begin(); a.abort() },
	DoneFirst:   func(a *answer) { a.head(); a.raw("data: [DONE]\n\n") },
	Endless:     (*answer).endless,
	Repeating:   func(a *answer) { a.head(); a.forever(func() { a.delta("content", "and so on it goes ") }) },
	Empty:       func(a *answer) { a.head(); a.finish("stop"); a.tail("") },
	ThoughtOnly: func(a *answer) { a.head(); a.delta("reasoning_content", "Let me see."); a.finish("stop"); a.tail("") },
	ThoughtOpen: func(a *answer) { a.stream("<think>The user wants to know. " + a.cfg.Reply(a.req)) },
	ThoughtSplit: func(a *answer) {
		a.cfg.Cut = Runes
		a.stream("<think>\nHm. SECRET-THOUGHT\n</think>\n\n" + a.cfg.Reply(a.req))
	},
	ThoughtNoOpen: func(a *answer) { a.stream("Hm. SECRET-THOUGHT\n</think>\n\n" + a.cfg.Reply(a.req)) },
	Length:        func(a *answer) { a.begin(); a.finish("length"); a.tail("") },
	Gibberish:     func(a *answer) { a.stream("xq zzvk 7fjw 뷁쉛 qpl [1] wvk3 ztt뤯 mmn, kkd. rrw [9] pq") },
	OtherLanguage: func(a *answer) {
		a.stream("开源人工智能对所有人都有好处。[1] Открытый код полезен всем. [2]")
	},
	ErrorFrame: func(a *answer) { a.begin(); a.raw("data: {\"error\":" + oops + "}\n\n") },
	ErrorSpace: func(a *answer) { a.begin(); a.raw("data: { \"error\": " + oops + "}\n\n") },
	ErrorObject: func(a *answer) {
		a.begin()
		a.raw("data: {\"object\":\"error\",\"message\":\"oops\",\"code\":500}\n\n")
	},
	ErrorType:      func(a *answer) { a.begin(); a.raw("data: {\"type\":\"error\",\"error\":" + oops + "}\n\n") },
	ErrorLine:      func(a *answer) { a.begin(); a.raw("error: " + oops + "\n\ndata: [DONE]\n\n") },
	ErrorNoNewline: func(a *answer) { a.begin(); a.raw("data: {\"error\":" + oops + "}") },
	ErrorAfterPing: func(a *answer) { a.begin(); a.raw(": ping\n\ndata: {\"error\":" + oops + "}\n\n") },
	ErrorEvent:     func(a *answer) { a.begin(); a.raw("event: error\ndata: {\"message\":\"oops\"}\n\n") },
	ErrorString:    func(a *answer) { a.begin(); a.raw("data: {\"error\":\"oops\"}\n\n") },
	ErrorSplit:     func(a *answer) { a.begin(); a.raw("data: {\"error\":\ndata: " + oops + "}\n\n") },
	ErrorFinish: func(a *answer) {
		a.begin()
		a.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\",\"error\":" + oops + "}]}\n\ndata: [DONE]\n\n")
	},
	NotStreamed: func(a *answer) { a.whole(a.cfg.Reply(a.req)) },
	WrongType:   func(a *answer) { a.w.Header().Set("Content-Type", "text/plain"); a.raw("data: [DONE]\n\n") },
	Compressed: func(a *answer) {
		a.w.Header().Set("Content-Encoding", "gzip")
		a.head()
		a.raw("\x1f\x8b")
	},
	HugeLine:      func(a *answer) { a.head(); a.raw("data: {\"x\":\"" + strings.Repeat("a", 2<<20) + "\"}\n\n") },
	EmptyFrames:   func(a *answer) { a.head(); a.flood() },
	UsageLie:      (*answer).usageLie,
	LastNoNewline: (*answer).lastNoNewline,
	CRLF:          (*answer).crlf,
	Disobedient:   func(a *answer) { a.stream("Sure, here is what you asked for.") },
}

var embedFaults = map[Fault]func(*answer){
	FewVectors:       func(a *answer) { a.json(200, map[string]any{"data": []any{}}) },
	OddVectors:       func(a *answer) { a.vectors([]float32{1, 2}, []float32{1}) },
	RepeatedVectors:  func(a *answer) { a.json(200, map[string]any{"data": []any{vector(0, 1), vector(0, 2)}}) },
	ZeroVectors:      func(a *answer) { a.vectors([]float32{0, 0}, []float32{0, 0}) },
	EmbeddingsAbsent: func(a *answer) { a.status(501, "This server does not support embeddings.") },
}

const oops = `{"code":500,"message":"oops","type":"server_error"}`

func (a *answer) status(code int, message string) {
	a.json(code, map[string]any{"error": map[string]any{"message": message, "type": "error", "param": nil, "code": nil}})
}

// begin sends the first half of the reply.
func (a *answer) begin() {
	a.head()
	text := []rune(a.cfg.Reply(a.req))
	a.deltas(string(text[:(len(text)+1)/2]))
}

// abort breaks the connection in the middle of the answer.
func (a *answer) abort() { panic(http.ErrAbortHandler) }

// forever repeats step until the client goes away.
func (a *answer) forever(step func()) {
	for a.wait(time.Millisecond) {
		step()
	}
}

func (a *answer) pings() { a.forever(func() { a.raw(": ping\n\n") }) }

func (a *answer) flood() {
	for a.ctx.Err() == nil {
		a.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n")
	}
}

// endless never repeats itself and never ends.
func (a *answer) endless() {
	a.head()
	n := uint64(1)
	a.forever(func() {
		n = n*6364136223846793005 + 1442695040888963407
		a.delta("content", fmt.Sprintf("%x ", n>>24))
	})
}

func (a *answer) usageLie() {
	text := a.cfg.Reply(a.req)
	a.head()
	a.deltas(text)
	a.finish("stop")
	a.raw("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":9,\"total_tokens\":29}}\n\ndata: [DONE]\n\n")
}

func (a *answer) lastNoNewline() {
	a.head()
	a.deltas(a.cfg.Reply(a.req))
	a.raw(`data: {"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"stop"}]}`)
}

func (a *answer) crlf() {
	a.head()
	for _, piece := range a.cfg.Cut(a.cfg.Reply(a.req)) {
		a.raw(":\r\nid: 7\r\nevent: message\r\n" + fmt.Sprintf("data: {\"id\":7,\"created\":1.5,\r\ndata: \"choices\":[{\"index\":0,\"delta\":{\"content\":[{\"type\":\"text\",\"text\":%q}]}}]}", piece) + "\r\n\r\n")
	}
	a.raw("data:{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\ndata:[DONE]\r\n\r\n")
}

func vector(index int, values ...float32) map[string]any {
	return map[string]any{"object": "embedding", "index": index, "embedding": values}
}

// vectors gives each text one of the vectors, in turn.
func (a *answer) vectors(vs ...[]float32) {
	data := []any{}
	for i := range a.req.Input {
		data = append(data, vector(i, vs[i%len(vs)]...))
	}
	a.json(200, map[string]any{"data": data})
}
