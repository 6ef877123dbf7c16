package fakeslack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what sort of conversation a channel is, in Slack's words.
type Kind string

const (
	Public  Kind = "channel"
	Private Kind = "group"
	IM      Kind = "im"
	MPIM    Kind = "mpim"
)

// Team is a workspace.
type Team struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain string `json:"domain"`
}

// Channel is a conversation.
type Channel struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Kind      Kind     `json:"kind"`
	Team      string   `json:"team"`    // default: the first workspace
	Members   []string `json:"members"` // user IDs; the bot's is among them where it was invited
	Creator   string   `json:"creator"` // user ID; default the bot's
	Archived  bool     `json:"archived,omitempty"`
	ExtShared bool     `json:"ext_shared,omitempty"` // shared with another organisation (Slack Connect)
}

// User is a person or a bot.
type User struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	RealName        string `json:"real_name"`
	Team            string `json:"team"`   // default: the first workspace; another one's user is a Slack Connect stranger
	Locale          string `json:"locale"` // default en-US
	TZ              string `json:"tz"`     // default Asia/Seoul
	Bot             bool   `json:"bot,omitempty"`
	BotID           string `json:"bot_id,omitempty"`
	Restricted      bool   `json:"restricted,omitempty"`       // multi-channel guest
	UltraRestricted bool   `json:"ultra_restricted,omitempty"` // single-channel guest
	Admin           bool   `json:"admin,omitempty"`
	Deleted         bool   `json:"deleted,omitempty"`
}

// File is a file shared with a message; its contents are not served.
type File struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Mimetype string `json:"mimetype"`
	Size     int    `json:"size"`
}

// Message is one message of a channel, or one that only a person sees.
type Message struct {
	TS       string          `json:"ts"`
	Channel  string          `json:"channel"`
	User     string          `json:"user"`
	Thread   string          `json:"thread_ts,omitempty"` // ts of the parent, for a reply
	Text     string          `json:"text"`                // as on the wire: entities, <@U…>
	Markdown string          `json:"markdown,omitempty"`  // what came as markdown_text or from a stream
	Blocks   json.RawMessage `json:"blocks,omitempty"`    // with block IDs filled in, as Slack returns them
	Attached json.RawMessage `json:"attachments,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Files    []File          `json:"files,omitempty"`
	Subtype  string          `json:"subtype,omitempty"`
	BotID    string          `json:"bot_id,omitempty"`
	Username string          `json:"username,omitempty"`
	Edited   string          `json:"edited_ts,omitempty"`

	Broadcast   bool     `json:"broadcast,omitempty"` // a reply shown in the channel too
	Ephemeral   bool     `json:"ephemeral,omitempty"`
	For         string   `json:"for,omitempty"`       // who sees an ephemeral message
	Streaming   bool     `json:"streaming,omitempty"` // a stream that was not stopped
	Broken      bool     `json:"broken,omitempty"`    // a stream that expired, until it is updated
	Reactions   []string `json:"reactions,omitempty"` // "name user"
	Revisions   int      `json:"revisions,omitempty"` // how often it was changed
	ClientMsgID string   `json:"client_msg_id,omitempty"`

	// Notifies and Unfurls say what a message of the bot does beyond being read:
	// whom it notifies ("!channel", "@U…") and which links it may unfurl.
	Notifies []string `json:"notifies,omitempty"`
	Unfurls  []string `json:"unfurls,omitempty"`

	// MentionFirst and MessageFirst fix the order of the two events that a
	// mention causes; with neither, the order alternates. Only for Say.
	MentionFirst bool `json:"-"`
	MessageFirst bool `json:"-"`

	started time.Time // of a stream
	stopped bool      // the person pressed stop
	tasks   []any     // task and plan chunks of a stream
}

// Request is one call of the Web API.
type Request struct {
	Method string         `json:"method"`
	Args   map[string]any `json:"args"` // without the token; JSON arguments are decoded
	Time   time.Time      `json:"time"`
	Type   string         `json:"content_type"`
	Status int            `json:"status"` // of the HTTP answer; 0 while it is not answered or where it was dropped
	Error  string         `json:"error,omitempty"`
	Team   string         `json:"team,omitempty"`
}

// Arg is the argument as text, "" where it was not given.
func (r Request) Arg(name string) string { return args(r.Args).str(name) }

// Status is an assistant status, an agent session's or a title or a set of prompts.
type Status struct {
	Kind    string         `json:"kind"` // status, title, prompts, session
	Channel string         `json:"channel"`
	Thread  string         `json:"thread_ts,omitempty"`
	Text    string         `json:"text"`
	Args    map[string]any `json:"args"`
	At      time.Time      `json:"at"`
	Cleared bool           `json:"cleared,omitempty"` // a status that a later post removed
}

// State is what the offline Slack knows. Its methods may be called only inside
// [Server.WaitFor]; outside of it, the Server has methods of the same names.
type State struct {
	start      time.Time
	offset     time.Duration
	cfg        Config
	teams      map[string]Team
	users      map[string]*User
	channels   map[string]*room
	order      []string // channel IDs as they were added
	lastTS     map[string]int64
	ids        int
	requests   []Request
	violations []string
	posts      []ResponsePost
	urls       map[string]*responseURL
	triggers   map[string]*trigger
	views      map[string]*View
	viewOrder  []string
	statuses   []Status
	deliveries []*delivery
	conns      int
}

// room is a channel with what was said in it.
type room struct {
	Channel
	messages   []*Message // by ts
	ephemerals []*Message
	gone       map[string]bool // ts of deleted messages
}

func newState(cfg Config) *State {
	st := &State{
		start: time.Now(), cfg: cfg, teams: map[string]Team{}, users: map[string]*User{}, channels: map[string]*room{},
		lastTS: map[string]int64{}, urls: map[string]*responseURL{}, triggers: map[string]*trigger{}, views: map[string]*View{},
	}
	st.teams[teamID] = Team{ID: teamID, Name: "Sandbox", Domain: "sandbox"}
	st.addUser(User{ID: botUserID, Name: cfg.BotName, RealName: cfg.BotName, Bot: true, BotID: botID})
	st.addUser(User{ID: Alice, Name: "alice", RealName: "Alice Kim", Locale: "en-US"})
	st.addUser(User{ID: Minji, Name: "minji", RealName: "박민지", Locale: "ko-KR"})
	st.addChannel(Channel{ID: General, Name: "general", Kind: Public, Members: []string{botUserID, Alice, Minji}})
	return st
}

func (st *State) now() time.Time { return time.Now().Add(st.offset) }

// id makes an ID of Slack's form: a letter and ten letters or digits.
func (st *State) id(prefix string) string {
	st.ids++
	return fmt.Sprintf("%s0%09d", prefix, st.ids)
}

// nextTS is the timestamp of a new message in a channel: the time in seconds with
// six digits, larger than every other in that channel.
func (st *State) nextTS(channel string) string {
	us := max(st.now().UnixMicro(), st.lastTS[channel]+1)
	st.lastTS[channel] = us
	return formatTS(us)
}

func formatTS(us int64) string { return fmt.Sprintf("%d.%06d", us/1e6, us%1e6) }

func parseTS(ts string) (int64, bool) {
	head, tail, _ := strings.Cut(ts, ".")
	sec, err1 := strconv.ParseInt(head, 10, 64)
	us, err2 := strconv.ParseInt((tail + "000000")[:6], 10, 64)
	return sec*1e6 + us, err1 == nil && err2 == nil && len(tail) <= 6
}

func (st *State) addUser(u User) string {
	if u.ID == "" {
		u.ID = st.id("U")
	}
	if u.Team == "" {
		u.Team = teamID
	}
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	if u.TZ == "" {
		u.TZ = "Asia/Seoul"
	}
	if u.RealName == "" {
		u.RealName = u.Name
	}
	if u.Bot && u.BotID == "" {
		u.BotID = st.id("B")
	}
	st.users[u.ID] = &u
	return u.ID
}

func (st *State) addChannel(c Channel) string {
	if c.Kind == "" {
		c.Kind = Public
	}
	if c.Team == "" {
		c.Team = teamID
	}
	if c.ID == "" {
		c.ID = st.id(map[Kind]string{Public: "C", Private: "C", IM: "D", MPIM: "C"}[c.Kind])
	}
	if c.Name == "" && c.Kind == IM {
		c.Name = "directmessage"
	}
	c.Members = slices.Clone(c.Members)
	if _, known := st.channels[c.ID]; !known {
		st.order = append(st.order, c.ID)
	}
	st.channels[c.ID] = &room{Channel: c, gone: map[string]bool{}}
	return c.ID
}

// botOf is the bot's user in a workspace.
func (st *State) botOf(team string) string {
	if team == teamID {
		return botUserID
	}
	return "U0BOT" + strings.TrimPrefix(team, "T")
}

func (st *State) botIDOf(team string) string {
	if team == teamID {
		return botID
	}
	return "B0BOT" + strings.TrimPrefix(team, "T")
}

func (r *room) botIn(st *State) bool { return slices.Contains(r.Members, st.botOf(r.Team)) }

func (r *room) find(ts string) *Message {
	for _, m := range r.messages {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

func (r *room) replies(ts string) []*Message {
	var out []*Message
	for _, m := range r.messages {
		if m.Thread == ts && m.TS != ts {
			out = append(out, m)
		}
	}
	return out
}
