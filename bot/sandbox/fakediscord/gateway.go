package fakediscord

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	mainGatewayPath   = "/gateway/"
	resumeGatewayPath = "/gateway/resume/"
)

// Gateway opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
	opRequestSounds  = 31
)

// Intents; the names are Discord's.
const (
	intentGuilds         = 1 << 0
	intentGuildMembers   = 1 << 1
	intentPresences      = 1 << 8
	intentGuildMessages  = 1 << 9
	intentGuildReactions = 1 << 10
	intentGuildTyping    = 1 << 11
	intentDMs            = 1 << 12
	intentDMReactions    = 1 << 13
	intentDMTyping       = 1 << 14
	intentMessageContent = 1 << 15
	intentsKnown         = 1<<26 - 1 // up to the poll intents; those between that do not exist are 17, 18, 19, 22, 23
	intentsUnknown       = 1<<17 | 1<<18 | 1<<19 | 1<<22 | 1<<23
)

const (
	maxPayload  = 4096 // bytes a client may send in one payload
	maxSends    = 120  // payloads a client may send in sendWindow
	sendWindow  = 60 * time.Second
	replayLimit = 2000 // events kept for a resume
)

// gateway is the state of the gateway side.
type gateway struct {
	sessions   map[string]*session
	conns      map[*conn]bool
	identifies int               // left before the token is reset
	identified map[int]time.Time // when the last one was, by concurrency key
	closes     []Closure
	heartbeats int
}

func newGateway(cfg Config) gateway {
	return gateway{
		sessions: map[string]*session{}, conns: map[*conn]bool{}, identifies: cfg.IdentifyBudget, identified: map[int]time.Time{},
	}
}

// session outlives the connections that carry it.
type session struct {
	id         string
	intents    int
	shard      [2]int
	seq        int
	events     []sent // for replay, oldest first
	conn       *conn  // nil while disconnected
	started    time.Time
	identifies int
	resumes    int
	dead       bool // cannot be resumed
	identify   json.RawMessage
}

type sent struct {
	seq  int
	name string
	data []byte // the whole payload
}

// event is something to tell the sessions about.
type event struct {
	name    string
	intents int    // any of them; 0: no intent is needed
	guild   string // "": not about a guild; only shard 0 gets it
	channel string // the bot must be able to see it
	data    any
	content any // instead of data, for sessions that have the message-content intent
}

// dispatch sends e to the sessions it is for; the state is locked.
func (s *Server) dispatch(e event) {
	if c := s.channels[e.channel]; c != nil && s.may(c)&ViewChannel == 0 {
		return
	}
	for _, sess := range s.sessions {
		if e.intents != 0 && e.intents&sess.intents == 0 || !sess.serves(e.guild) {
			continue
		}
		data := e.data
		if e.content != nil && sess.intents&intentMessageContent != 0 {
			data = e.content
		}
		s.send(sess, e.name, data)
	}
}

func (sess *session) serves(guild string) bool {
	if guild == "" {
		return sess.shard[0] == 0
	}
	var id uint64
	for _, d := range guild {
		id = id*10 + uint64(d-'0')
	}
	return int(id>>22)%sess.shard[1] == sess.shard[0]
}

// send gives one event to one session, connected or not.
func (s *Server) send(sess *session, name string, data any) {
	sess.seq++
	b, err := json.Marshal(obj{"op": opDispatch, "t": name, "s": sess.seq, "d": data})
	if err != nil {
		s.violate("dispatch %s: %v", name, err)
		return
	}
	sess.events = append(sess.events, sent{sess.seq, name, b})
	if n := len(sess.events) - replayLimit; n > 0 {
		sess.events = sess.events[n:]
	}
	if sess.conn != nil {
		sess.conn.push(frame{data: b})
	}
}

func messageIntent(ch *channel) int {
	if ch.Type == DM {
		return intentDMs
	}
	return intentGuildMessages
}

// messageEvent is MESSAGE_CREATE or MESSAGE_UPDATE: with guild_id and member,
// except for ephemeral ones, which come as direct messages do.
func (s *Server) messageEvent(name string, ch *channel, m *message) {
	intents, guild := messageIntent(ch), ch.Guild
	if m.viewer != "" {
		intents = intentDMs
	}
	build := func(blank bool) obj {
		o := s.messageJSON(m, blank)
		o["channel_type"] = int(ch.Type)
		if guild == "" || m.viewer != "" {
			return o
		}
		o["guild_id"], o["member"] = guild, s.memberJSON(guild, m.author)
		mentions := s.mentionsJSON(m)
		for i, id := range m.pings.users {
			mentions[i]["member"] = s.memberJSON(guild, id)
		}
		o["mentions"] = mentions
		return o
	}
	e := event{name: name, intents: intents, guild: guild, channel: ch.ID, data: build(false)}
	content := s.content
	s.content = false // what can be read without the intent does not depend on the portal here
	if !s.readable(m) {
		e.data, e.content = build(true), build(false)
	}
	s.content = content
	if m.viewer != "" && s.guilds[guild] != nil {
		e.channel = "" // whoever can run the command, the bot learns about its own answer
	}
	s.dispatch(e)
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// serveGateway is one connection, from the handshake to its end.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == resumeGatewayPath && s.takeFault(FaultResumeHostRefuses) {
		hijackAndDrop(w)
		return
	}
	if r.URL.Query().Get("encoding") == "etf" || r.URL.Query().Get("compress") == "zstd-stream" {
		http.Error(w, "the offline Discord speaks JSON, plain or with zlib-stream", http.StatusBadRequest)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s.mu.Lock()
	select {
	case <-s.done:
		s.mu.Unlock()
		ws.Close()
		return
	default:
	}
	s.wg.Add(1)
	c := newConn(ws, r.URL.Query().Get("compress") == "zlib-stream")
	s.conns[c] = true
	s.mu.Unlock()
	defer s.wg.Done()
	defer s.leave(c)
	go c.write()
	if v := r.URL.Query().Get("v"); v != "" && v != "9" && v != "10" {
		c.close(4012, "Invalid API version.")
	}
	s.hello(c)
	s.listen(c)
}

func (s *Server) hello(c *conn) {
	if s.takeFault(FaultNoHello) {
		return
	}
	c.send(opHello, obj{"heartbeat_interval": s.cfg.HeartbeatInterval.Milliseconds(), "_trace": []string{"[\"sandbox\"]"}})
}

// leave forgets a connection. Its session can be resumed unless the client
// closed with 1000 or 1001, or the close code ended the session.
func (s *Server) leave(c *conn) {
	c.kill()
	<-c.written
	s.locked(func() {
		delete(s.conns, c)
		code, byClient := c.closed()
		s.closes = append(s.closes, Closure{Code: code, ByClient: byClient})
		for id, sess := range s.sessions {
			if sess.conn != c {
				continue
			}
			sess.conn = nil
			if byClient && (code == 1000 || code == 1001) || endsSession(code) {
				delete(s.sessions, id)
			}
		}
	})
}

// endsSession lists the close codes after which a resume is not possible.
func endsSession(code int) bool {
	switch code {
	case 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014:
		return true
	}
	return false
}
