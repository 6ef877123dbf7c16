package fakediscord

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// conn is one gateway connection. Frames are queued without limit and written
// by one goroutine, so that whoever holds the state never waits for a client.
type conn struct {
	ws      *websocket.Conn
	stream  *zlib.Writer // transport compression; nil without
	out     bytes.Buffer // behind stream
	written chan struct{}

	mu       sync.Mutex
	queue    []frame
	wake     chan struct{} // capacity 1
	compress bool          // payload compression, as identify asked
	ended    bool
	code     int // close code, by whoever was first
	byClient bool

	// Of the reading side, without lock:
	sends   []time.Time
	session *session
}

type frame struct {
	data  []byte
	close int // a close frame with this code, data being the reason
	drop  bool
}

func newConn(ws *websocket.Conn, stream bool) *conn {
	c := &conn{ws: ws, wake: make(chan struct{}, 1), written: make(chan struct{})}
	ws.SetReadLimit(1 << 20)
	if stream {
		c.stream = zlib.NewWriter(&c.out)
	}
	return c
}

// push queues a frame.
func (c *conn) push(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if f.close != 0 && c.code == 0 {
		c.code = f.close
	}
	c.queue = append(c.queue, f)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *conn) send(op int, d any) {
	b, _ := json.Marshal(obj{"op": op, "d": d, "s": nil, "t": nil})
	c.push(frame{data: b})
}

func (c *conn) close(code int, reason string) { c.push(frame{close: code, data: []byte(reason)}) }

// drop cuts the TCP connection without a close frame, after what is queued.
func (c *conn) drop() { c.push(frame{drop: true}) }

// kill ends the connection at once.
func (c *conn) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended = true
		close(c.wake)
	}
	c.ws.Close()
}

func (c *conn) closed() (code int, byClient bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code, c.byClient
}

func (c *conn) closedBy(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.code == 0 {
		c.code, c.byClient = code, true
	}
}

func (c *conn) setCompress(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.compress = on
}

func (c *conn) write() {
	defer close(c.written)
	for range c.wake {
		c.mu.Lock()
		frames, compress := c.queue, c.compress
		c.queue = nil
		c.mu.Unlock()
		for _, f := range frames {
			if !c.writeFrame(f, compress) {
				c.ws.Close()
				break
			}
		}
	}
}

func (c *conn) writeFrame(f frame, compress bool) bool {
	c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second))
	switch {
	case f.drop:
		return false
	case f.close != 0:
		c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(f.close, string(f.data)))
		// The client answers with its own close frame, which ends reading; one that does not is cut off.
		c.ws.SetReadDeadline(time.Now().Add(2 * time.Second))
		return true
	case c.stream != nil:
		c.out.Reset()
		c.stream.Write(f.data)
		c.stream.Flush()
		return c.ws.WriteMessage(websocket.BinaryMessage, c.out.Bytes()) == nil
	case compress && len(f.data) > compressFrom:
		return c.ws.WriteMessage(websocket.BinaryMessage, deflate(f.data)) == nil
	}
	return c.ws.WriteMessage(websocket.TextMessage, f.data) == nil
}

// compressFrom is the size in bytes above which a payload is compressed for a
// client that asked for it, so that such a client sees both kinds of frame.
const compressFrom = 1024

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}
