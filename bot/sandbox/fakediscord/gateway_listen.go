package fakediscord

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

type incoming struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
}

// listen reads what the client sends until the connection ends.
func (s *Server) listen(c *conn) {
	for {
		_, b, err := c.ws.ReadMessage()
		if err != nil {
			c.ended1(err)
			return
		}
		var in incoming
		switch {
		case len(b) > maxPayload:
			c.close(4002, "Error while decoding payload.")
		case json.Unmarshal(b, &in) != nil:
			c.close(4002, "Error while decoding payload.")
		case c.tooMany():
			c.close(4008, "Rate limited.")
		default:
			s.receive(c, in)
		}
	}
}

// ended1 notes how reading ended.
func (c *conn) ended1(err error) {
	code := websocket.CloseAbnormalClosure
	if e := (*websocket.CloseError)(nil); errors.As(err, &e) {
		code = e.Code
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.close(4009, "Session timed out.")
	}
	c.closedBy(code)
}

func (c *conn) tooMany() bool {
	now := time.Now()
	c.sends = slices.DeleteFunc(c.sends, func(t time.Time) bool { return now.Sub(t) > sendWindow })
	c.sends = append(c.sends, now)
	return len(c.sends) > maxSends
}

func (s *Server) receive(c *conn, in incoming) {
	switch in.Op {
	case opHeartbeat:
		c.ws.SetReadDeadline(time.Now().Add(2*s.cfg.HeartbeatInterval + 5*time.Second))
		s.locked(func() { s.heartbeats++ })
		if !s.faultOn(FaultNoACKs) {
			c.send(opHeartbeatACK, nil)
		}
	case opIdentify:
		s.locked(func() { s.identify(c, in.D) })
	case opResume:
		s.locked(func() { s.resume(c, in.D) })
	case opPresence, opVoiceState, opRequestSounds, 43:
		s.locked(func() { s.authenticated(c) })
	case opRequestMembers:
		s.locked(func() { s.requestMembers(c, in.D) })
	default:
		c.close(4001, "Unknown opcode.")
	}
}

func (s *Server) authenticated(c *conn) bool {
	if c.session == nil {
		c.close(4003, "Not authenticated.")
	}
	return c.session != nil
}

// identifyData is what of an identify matters here; the rest, and the old
// property names with a $, are tolerated.
type identifyData struct {
	Token    string  `json:"token"`
	Intents  *int    `json:"intents"`
	Compress bool    `json:"compress"`
	Shard    *[2]int `json:"shard"`
}

// identify starts a session; the state is locked.
func (s *Server) identify(c *conn, raw json.RawMessage) {
	var d identifyData
	if json.Unmarshal(raw, &d) != nil {
		c.close(4002, "Error while decoding payload.")
		return
	}
	if code, reason := s.refuse(c, d); code != 0 {
		c.close(code, reason)
		return
	}
	shard := [2]int{0, 1}
	if d.Shard != nil {
		shard = *d.Shard
	}
	if s.crowded(shard[0] % s.cfg.MaxConcurrency) {
		c.send(opInvalidSession, false)
		return
	}
	if s.identifies--; s.identifies < 0 {
		s.resetToken()
		c.close(4004, "Authentication failed.")
		return
	}
	c.setCompress(d.Compress)
	if s.playFirst(c) {
		return
	}
	sess := &session{
		id: s.sessionID(), intents: *d.Intents, shard: shard, conn: c, started: s.now(), identifies: 1, identify: raw,
	}
	s.sessions[sess.id], c.session = sess, sess
	if s.takeLocked(FaultNoReady) {
		return
	}
	s.ready(sess)
}

func (s *Server) refuse(c *conn, d identifyData) (int, string) {
	switch {
	case c.session != nil:
		return 4005, "Already authenticated."
	case strings.TrimPrefix(d.Token, "Bot ") != s.token:
		return 4004, "Authentication failed."
	case d.Intents == nil || *d.Intents&^(intentsKnown&^intentsUnknown) != 0:
		return 4013, "Invalid intent(s)."
	case *d.Intents&intentMessageContent != 0 && !s.content, *d.Intents&(intentGuildMembers|intentPresences) != 0:
		return 4014, "Disallowed intent(s)."
	case d.Shard != nil && (d.Shard[1] < 1 || d.Shard[0] < 0 || d.Shard[0] >= d.Shard[1]):
		return 4010, "Invalid shard."
	case s.cfg.Shards > 1 && (d.Shard == nil || d.Shard[1] < s.cfg.Shards):
		return 4011, "Sharding required."
	}
	return 0, ""
}

// crowded reports whether another identify of that concurrency key was too recent.
func (s *Server) crowded(key int) bool {
	if s.takeLocked(FaultIdentifyCrowded) {
		return true
	}
	now := s.now()
	if last := s.identified[key]; now.Sub(last) < s.cfg.IdentifyInterval {
		return true
	}
	s.identified[key] = now
	return false
}

func (s *Server) sessionID() string { return "sandbox" + s.id() }

// ready sends READY and then a GUILD_CREATE for each guild of the shard.
func (s *Server) ready(sess *session) {
	guilds := []obj{}
	var mine []*Guild
	for _, id := range s.guildIDs() {
		if g := s.guilds[id]; g.Bot && sess.serves(id) {
			guilds = append(guilds, obj{"id": id, "unavailable": true})
			mine = append(mine, g)
		}
	}
	flags := 0
	if s.content {
		flags = flagMessageContentLimited
	}
	s.send(sess, "READY", obj{
		"v": 10, "user": s.me(), "guilds": guilds, "session_id": sess.id, "resume_gateway_url": s.resumeURL(),
		"shard": sess.shard, "application": obj{"id": defaultBot, "flags": flags}, "session_type": "normal",
		"private_channels": []any{}, "presences": []any{}, "relationships": []any{}, "user_settings": obj{},
		"geo_ordered_rtc_regions": []any{}, "guild_join_requests": []any{}, "_trace": []any{},
	})
	if sess.intents&intentGuilds == 0 {
		return
	}
	for _, g := range mine {
		s.send(sess, "GUILD_CREATE", s.guildCreate(g))
	}
}

func (w *world) guildIDs() []string {
	var ids []string
	for id := range w.guilds {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

type resumeData struct {
	Token     string `json:"token"`
	SessionID string `json:"session_id"`
	Seq       int    `json:"seq"`
}

// resume continues a session on a new connection: what was missed is replayed
// in order, then RESUMED.
func (s *Server) resume(c *conn, raw json.RawMessage) {
	var d resumeData
	if json.Unmarshal(raw, &d) != nil {
		c.close(4002, "Error while decoding payload.")
		return
	}
	if strings.TrimPrefix(d.Token, "Bot ") != s.token {
		c.close(4004, "Authentication failed.")
		return
	}
	if s.playFirst(c) {
		return
	}
	sess := s.sessions[d.SessionID]
	oldest := 0
	if sess != nil && len(sess.events) > 0 {
		oldest = sess.events[0].seq
	}
	switch {
	case sess == nil, sess.dead, d.Seq+1 < oldest, s.takeLocked(FaultResumeInvalid):
		delete(s.sessions, d.SessionID)
		c.send(opInvalidSession, false)
		return
	case d.Seq > sess.seq:
		c.close(4007, "Invalid seq.")
		delete(s.sessions, d.SessionID)
		return
	}
	if old := sess.conn; old != nil && old != c {
		old.session = nil
		old.close(4009, "Session timed out.")
	}
	var id identifyData
	json.Unmarshal(sess.identify, &id)
	c.setCompress(id.Compress)
	sess.conn, c.session = c, sess
	sess.resumes++
	s.replay(sess, d.Seq)
}

func (s *Server) replay(sess *session, after int) {
	if s.takeLocked(FaultDuplicate) {
		after = max(0, after-3) // some events that the client has seen are delivered again
	}
	for _, e := range sess.events {
		if e.seq > after {
			sess.conn.push(frame{data: e.data})
		}
	}
	s.send(sess, "RESUMED", obj{"_trace": []any{}})
}

// requestMembers answers op 8 in one chunk.
func (s *Server) requestMembers(c *conn, raw json.RawMessage) {
	if !s.authenticated(c) {
		return
	}
	var d struct {
		Guild string `json:"guild_id"`
		Nonce string `json:"nonce"`
	}
	json.Unmarshal(raw, &d)
	members := []obj{}
	for _, id := range s.userIDs() {
		members = append(members, s.memberWithUser(d.Guild, id))
	}
	s.send(c.session, "GUILD_MEMBERS_CHUNK", obj{
		"guild_id": d.Guild, "members": members, "chunk_index": 0, "chunk_count": 1, "not_found": []any{}, "nonce": d.Nonce,
	})
}
