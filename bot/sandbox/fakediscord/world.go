package fakediscord

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// IDs that are the same in every server, so that fixtures and documents can
// name them. They are snowflakes of early 2016, older than anything created later.
const (
	defaultBot     = "100000000000000001"
	defaultGuild   = "100000000000000010"
	DefaultBotRole = "100000000000000011" // the managed role of the bot in the default guild

	DefaultGuild   = defaultGuild
	DefaultChannel = "100000000000000020" // text channel "general"
	DefaultForum   = "100000000000000021" // forum "questions"
	DefaultOther   = "100000000000000022" // text channel "random"
	DefaultUser    = "100000000000000100" // a member, "mina"
	DefaultMod     = "100000000000000101" // a member with all permissions, "theo"
	DefaultDM      = "100000000000000200" // direct messages between DefaultUser and the bot
)

// ChannelType is Discord's number of a kind of channel.
type ChannelType int

// The kinds of channel there are here.
const (
	Text          ChannelType = 0
	DM            ChannelType = 1
	PublicThread  ChannelType = 11
	PrivateThread ChannelType = 12
	Forum         ChannelType = 15
)

func (t ChannelType) thread() bool { return t == PublicThread || t == PrivateThread }

// User is a person, or a bot.
type User struct {
	ID       string `json:"id,omitempty"`      // empty: a new one
	Name     string `json:"name,omitempty"`    // user name, lower case
	Display  string `json:"display,omitempty"` // shown name
	Bot      bool   `json:"bot,omitempty"`
	Admin    bool   `json:"admin,omitempty"`    // all permissions in every guild
	Locale   string `json:"locale,omitempty"`   // of the client, "ko", "en-US" (default)
	Installs bool   `json:"installs,omitempty"` // has the application installed for themselves
}

// Guild is a server.
type Guild struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	Bot  bool   `json:"bot,omitempty"` // the bot is a member; otherwise the application can only be user-installed there
}

// Channel is a place for messages.
type Channel struct {
	ID        string      `json:"id,omitempty"`
	Guild     string      `json:"guild,omitempty"`
	Name      string      `json:"name,omitempty"`
	Type      ChannelType `json:"type,omitempty"`
	Parent    string      `json:"parent,omitempty"`    // of a thread
	Owner     string      `json:"owner,omitempty"`     // of a thread
	Recipient string      `json:"recipient,omitempty"` // of a direct message channel: the person
	Tags      []Tag       `json:"tags,omitempty"`      // of a forum: what there is
	Applied   []string    `json:"applied,omitempty"`
	Archived  bool        `json:"archived,omitempty"`
	Locked    bool        `json:"locked,omitempty"`
	Joined    bool        `json:"joined,omitempty"` // the bot is a member of the thread

	// Bot is what the bot may do here; nil: everything it may in the guild.
	Bot *Permissions `json:"bot,omitempty"`
}

// Tag is a forum tag. A moderated one can only be set with MANAGE_THREADS.
type Tag struct {
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Moderated bool   `json:"moderated,omitempty"`
}

// Permissions are Discord's permission bits.
type Permissions uint64

// The permissions that are checked here.
const (
	AddReactions          Permissions = 1 << 6
	Administrator         Permissions = 1 << 3
	ViewChannel           Permissions = 1 << 10
	SendMessages          Permissions = 1 << 11
	ManageMessages        Permissions = 1 << 13
	EmbedLinks            Permissions = 1 << 14
	AttachFiles           Permissions = 1 << 15
	ReadMessageHistory    Permissions = 1 << 16
	MentionEveryone       Permissions = 1 << 17
	ManageThreads         Permissions = 1 << 34
	CreatePublicThreads   Permissions = 1 << 35
	CreatePrivateThreads  Permissions = 1 << 36
	SendMessagesInThreads Permissions = 1 << 38

	// DefaultPermissions is what the bot has where nothing else was said.
	DefaultPermissions = AddReactions | ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory |
		CreatePublicThreads | SendMessagesInThreads
	allPermissions Permissions = 1<<53 - 1
)

type channel struct {
	Channel
	messages []*message
	created  time.Time
	archived time.Time
	starter  bool // of a forum post: the first message is there
	total    int
	edits    int // of name and topic
}

// message is a stored message; the fields of its embeds and components are the
// sender's, checked and completed.
type message struct {
	id, channel, author string
	content             string
	embeds, components  []any
	attachments         []any
	flags               int
	kind                int // Discord's message type: 0, 19 reply, 20 command, 23 context menu, …
	created             time.Time
	edited              time.Time
	deleted             bool
	nonce               any
	reference           *reference
	pings               pings
	pinned              bool
	reactions           []*reaction
	interaction         string
	viewer              string // who sees an ephemeral one
	allowed             json.RawMessage
	thread              string
	edits               int
	lateEdits           []time.Time
	tts                 bool
}

type reference struct{ message, channel, guild string }

type reaction struct {
	emoji string // "✅" or "name:id"
	users []string
}

const (
	flagSuppressEmbeds = 1 << 2
	flagHasThread      = 1 << 5
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagV2             = 1 << 15
)

type world struct {
	token    string
	content  bool // the privileged intent is granted
	offset   time.Duration
	lastID   uint64
	users    map[string]*User
	guilds   map[string]*Guild
	channels map[string]*channel
	order    []string // channel IDs, as created
	typing   map[string][]time.Time
	commands map[string][]obj // by guild ID, "" for global ones
	inter    map[string]*interaction
	byToken  map[string]*interaction
	nonces   map[string]nonceEntry
	held     map[string]Message // first messages of posts, by thread
}

type nonceEntry struct {
	message, channel string
	at               time.Time
}

type obj = map[string]any

func newWorld(cfg Config) world {
	w := world{
		token: cfg.Token, content: cfg.MessageContent,
		users: map[string]*User{}, guilds: map[string]*Guild{}, channels: map[string]*channel{},
		typing: map[string][]time.Time{}, commands: map[string][]obj{}, nonces: map[string]nonceEntry{}, held: map[string]Message{},
		inter: map[string]*interaction{}, byToken: map[string]*interaction{},
	}
	for _, u := range []User{
		{ID: defaultBot, Name: "openai-explain", Bot: true},
		{ID: DefaultUser, Name: "mina", Display: "Mina", Locale: "ko"},
		{ID: DefaultMod, Name: "theo", Display: "Theo", Locale: "en-US", Admin: true},
	} {
		w.users[u.ID] = &u
	}
	w.guilds[defaultGuild] = &Guild{ID: defaultGuild, Name: "Sandbox", Bot: true}
	for _, c := range []Channel{
		{ID: DefaultChannel, Guild: defaultGuild, Name: "general"},
		{ID: DefaultForum, Guild: defaultGuild, Name: "questions", Type: Forum, Tags: []Tag{
			{ID: "100000000000000030", Name: "solved"}, {ID: "100000000000000031", Name: "official", Moderated: true},
		}},
		{ID: DefaultOther, Guild: defaultGuild, Name: "random"},
		{ID: DefaultDM, Type: DM, Recipient: DefaultUser},
	} {
		w.put(c)
	}
	return w
}

func (w *world) put(c Channel) *channel {
	ch := &channel{Channel: c, created: w.now(), starter: true}
	w.channels[c.ID] = ch
	w.order = append(w.order, c.ID)
	return ch
}

func (w *world) now() time.Time { return time.Now().Add(w.offset) }

const epoch = 1420070400000 // first millisecond of 2015: Discord's epoch

// id makes a snowflake of the present time, larger than every one before.
func (w *world) id() string {
	n := uint64(w.now().UnixMilli()-epoch) << 22
	w.lastID = max(n, w.lastID+1)
	return strconv.FormatUint(w.lastID, 10)
}

func (w *world) message(channelID, id string) *message {
	c := w.channels[channelID]
	if c == nil {
		return nil
	}
	for _, m := range slices.Backward(c.messages) {
		if m.id == id && !m.deleted {
			return m
		}
	}
	return nil
}

// may is what the bot may do in c.
func (w *world) may(c *channel) Permissions {
	if c.Type == DM {
		return DefaultPermissions
	}
	g := w.guilds[c.Guild]
	if g == nil || !g.Bot {
		return 0
	}
	if c.Bot != nil {
		return *c.Bot
	}
	if p := w.channels[c.Parent]; c.Type.thread() && p != nil {
		return w.may(p)
	}
	return DefaultPermissions
}

// dm finds or makes the direct message channel of a person.
func (w *world) dm(user string) *channel {
	for _, id := range w.order {
		if c := w.channels[id]; c != nil && c.Type == DM && c.Recipient == user {
			return c
		}
	}
	return w.put(Channel{ID: w.id(), Type: DM, Recipient: user})
}

func (w *world) threads(parent string) []*channel {
	var out []*channel
	for _, id := range w.order {
		if c := w.channels[id]; c != nil && c.Type.thread() && c.Parent == parent {
			out = append(out, c)
		}
	}
	return out
}
