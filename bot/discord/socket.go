package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/openai-explain/openai-explain/bot"
)

// event is a dispatch of the gateway.
type event struct {
	kind string
	data []byte
}

// eventQueue is how many events wait for the intake. When it is full, nothing more
// is read from Discord, which ends the connection and replays the rest on resuming.
const eventQueue = 512

// supervisor keeps one gateway connection. discordgo identifies, resumes, beats
// and decodes; when to connect, and what a broken connection means, is decided here.
type supervisor struct {
	a      *Adapter
	events chan<- event
	ready  chan<- struct{} // closed at the first READY

	session     *discordgo.Session // nil: identify afresh
	established bool               // the session got READY: it can be resumed
	resumeURL   string
	identified  time.Time // last
	failures    int       // ends in a row without getting ready in between
	unready     int       // of these, connections that Discord accepted
}

// supervise connects again and again until ctx ends. Its error is fatal.
func (a *Adapter) supervise(ctx context.Context, events chan<- event, ready chan<- struct{}) error {
	s := &supervisor{a: a, events: events, ready: ready}
	for ctx.Err() == nil {
		why := s.connect(ctx)
		if ctx.Err() != nil {
			break
		}
		wait, err := s.judge(why)
		if err != nil {
			return err
		}
		a.log.Warn("discord connection ended", slog.String("reason", why.Error()),
			slog.Bool("resume", s.session != nil), slog.Duration("wait", wait))
		if !sleep(ctx, wait) {
			break
		}
	}
	return nil
}

// connect makes one connection and returns why it ended.
func (s *supervisor) connect(ctx context.Context) error {
	gateway := s.resumeURL
	if s.session == nil || gateway == "" {
		var err error
		if gateway, err = s.gateway(ctx); err != nil {
			return err
		}
	}
	l, err := newLine(gateway, s.a.pace.open, s.isReady)
	if err != nil {
		s.resumeURL = ""
		return err
	}
	if s.session == nil {
		s.identified, s.established = time.Now(), false
		s.session = s.newSession(ctx)
	}
	session := s.session
	session.Dialer = &websocket.Dialer{
		NetDialContext:   func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx) },
		HandshakeTimeout: s.a.pace.open,
	}
	unhook := context.AfterFunc(ctx, func() { l.end(errShutdown) })
	defer unhook()
	if err := s.openSession(session, l); err != nil {
		if l.up != nil {
			s.unready++
		}
		return err
	}
	s.failures, s.unready = 0, 0
	s.a.log.Info("discord connected")
	s.a.connected.Store(1)
	why := l.wait()
	s.a.connected.Store(0)
	session.Close() // takes the second that discordgo takes; its error is that the connection is closed
	return why
}

// openSession runs Open, which ends when the session is ready or the line has ended.
func (s *supervisor) openSession(session *discordgo.Session, l *line) error {
	opened := make(chan error, 1)
	go func() { opened <- session.Open() }()
	watchdog := time.NewTimer(2*s.a.pace.open + 5*time.Second)
	defer watchdog.Stop()
	var err error
	select {
	case err = <-opened:
	case <-watchdog.C: // no way there is known: the line ends what Open waits for
		s.session = nil
		l.end(errNotReady)
		return l.wait()
	}
	if err == nil && l.ended() == nil {
		return nil
	}
	if err == nil { // it ended just after
		session.Close()
	}
	l.end(err)
	return l.wait()
}

// isReady is called for READY, on the goroutine that reads from Discord.
func (s *supervisor) isReady(r ready) {
	app := r.Application.ID
	if app == "" {
		app = r.User.ID // the same for every application since 2016
	}
	s.a.introduce(r.User.ID, app)
	s.resumeURL, s.established = r.ResumeURL, true
	if s.ready != nil {
		close(s.ready)
		s.ready = nil
	}
}

// newSession is a discordgo session that does nothing by itself.
func (s *supervisor) newSession(ctx context.Context) *discordgo.Session {
	session, err := discordgo.New(s.a.config.Token.Reveal())
	if err != nil { // it has no reason to fail in v0.29.0
		session = &discordgo.Session{}
	}
	session.ShouldReconnectOnError = false
	session.ShouldReconnectVoiceOnSessionError = false
	session.StateEnabled = false
	session.Compress = false
	session.Identify.Compress = false
	session.SyncEvents = true // keeps the order; the handler only queues
	session.LogLevel = -1     // it would print to the standard logger
	session.Client = &http.Client{Transport: offline{}}
	session.Identify.Intents = s.a.intents()
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { s.enqueue(ctx, e) })
	return session
}

// intents are those that what the adapter handles needs, and no more.
func (a *Adapter) intents() discordgo.Intent {
	i := discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	if a.config.MessageContent {
		i |= discordgo.IntentMessageContent
	}
	return i
}

func (s *supervisor) enqueue(ctx context.Context, e *discordgo.Event) {
	defer s.a.recovered("enqueue")
	kind, ours := strings.CutPrefix(e.Type, rawPrefix)
	if !ours || !wanted(kind) {
		return
	}
	select {
	case s.events <- event{kind: kind, data: e.RawData}:
	case <-ctx.Done():
	}
}

// gateway asks where to connect, and waits until one more identify is within
// the budget: Discord resets the token of a bot that identifies 1,000 times in a day.
func (s *supervisor) gateway(ctx context.Context) (string, error) {
	var answer struct {
		URL   string `json:"url"`
		Limit struct {
			Total      int     `json:"total"`
			Remaining  int     `json:"remaining"`
			ResetAfter float64 `json:"reset_after"` // ms
		} `json:"session_start_limit"`
	}
	for {
		err := s.a.rest.do(ctx, request{op: "get gateway", method: http.MethodGet, route: "/gateway/bot", path: "/gateway/bot", repeat: true, into: &answer})
		if err != nil {
			return "", err
		}
		if s.session != nil || answer.Limit.Total == 0 || answer.Limit.Remaining > identifyReserve {
			break
		}
		wait := max(time.Second, seconds(answer.Limit.ResetAfter/1000))
		s.a.log.Error("discord identify budget used up", slog.Int("total", answer.Limit.Total), slog.Duration("wait", wait))
		if !sleep(ctx, wait) {
			return "", ctx.Err()
		}
	}
	if s.session == nil && !s.identified.IsZero() && !sleep(ctx, time.Until(s.identified.Add(s.a.pace.identify))) {
		return "", ctx.Err()
	}
	return answer.URL, nil
}

// identifyReserve are the identifies of the day that are left to an operator who
// has to start the bot by hand.
const identifyReserve = 10

// resumeAttempts is how often Discord may leave a resume unanswered before a new
// session is begun. Attempts that do not reach it do not count: the session waits.
const resumeAttempts = 4

// judge decides what the end of a connection means: how long to wait before the
// next, whether the session is still good, or an error where connecting is useless.
func (s *supervisor) judge(why error) (wait time.Duration, fatal error) {
	s.failures++
	var permanent *bot.PermanentError
	if errors.As(why, &permanent) && permanent.Reason == reasonRevoked {
		return 0, refusedToken(permanent.Err)
	}
	var retry *bot.RetryError
	errors.As(why, &retry)
	code := closeCode(why)
	if fatal := s.a.fatalClose(code); fatal != nil {
		return 0, fatal
	}
	if errors.Is(why, errInvalid) || newSessionCode(code) || !s.established || s.unready > resumeAttempts {
		s.session, s.resumeURL = nil, ""
	}
	if s.failures > 1 {
		s.resumeURL = "" // that host may be gone: Discord's main one resumes, too
	}
	p := s.a.pace
	switch {
	case errors.Is(why, errInvalid) || errors.Is(why, errResumable):
		return p.invalid + rand.N(4*p.invalid+1), nil
	case retry != nil && retry.After > 0:
		return retry.After, nil
	case s.failures == 1:
		return rand.N(p.backoff + 1), nil // so that not all bots come back at once
	}
	d := min(p.backoff<<min(s.failures-2, 16), p.backoffMax)
	return d/2 + rand.N(d/2+1), nil
}

// closeCode is the code Discord closed with, 0 where it did not.
func closeCode(why error) int {
	var c *websocket.CloseError
	if errors.As(why, &c) {
		return c.Code
	}
	return 0
}

// newSessionCode reports whether the session cannot be resumed after a close
// (topics/opcodes-and-status-codes, "Gateway Close Event Codes").
func newSessionCode(code int) bool {
	switch code {
	case websocket.CloseNormalClosure, websocket.CloseGoingAway, 4003, 4007, 4009:
		return true
	}
	return false
}

// fatalClose is what to do where Discord says that connecting again is useless, else nil.
func (a *Adapter) fatalClose(code int) error {
	var todo string
	switch code {
	case 4004:
		a.rest.limit.revoke()
		return refusedToken(errors.New("gateway close code 4004"))
	case 4010, 4011:
		todo = "the bot is in so many servers (2,500 and more) that Discord asks for sharding, which this version does not do"
	case 4012:
		todo = "Discord no longer speaks gateway version 10: update openai-explain"
	case 4013:
		todo = "Discord does not know one of the intents asked for: update openai-explain"
	case 4014:
		todo = fmt.Sprintf("the MESSAGE CONTENT intent is asked for but not enabled: switch on \"Message Content Intent\" in the developer portal "+
			"(%s, your application, Bot, Privileged Gateway Intents), or turn the message-content option off; mentions, replies, direct messages and commands work without it", portal)
		if !a.config.MessageContent {
			todo = fmt.Sprintf("Discord does not allow an intent asked for (GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES): check the application in the developer portal (%s)", portal)
		}
	default:
		return nil
	}
	return bot.Permanent(fmt.Sprintf("gateway_%d", code), errors.New("discord: "+todo))
}
