package fakeslack

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

//go:embed page.html
var pageSource string

// pageData is what the page shows.
type pageData struct {
	Info     Info
	Team     string
	Me       User
	Users    []User
	Channels []channelItem
	Channel  channelItem
	Messages []shownMessage
	Views    []shownView
	Status   string
	Error    string
	Version  int
}

type channelItem struct {
	Channel
	Label   string
	Current bool
}

type shownMessage struct {
	Message
	Author  string
	Bot     bool
	Clock   string
	Body    template.HTML
	Replies []shownMessage
}

type shownView struct {
	View
	Body template.HTML
}

// visibleTo is what one person sees in a channel, by time; with user empty, what
// anybody sees.
func (s *Server) visibleTo(channel, user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.channels[channel]
	if r == nil {
		return []Message{}
	}
	list := clones(r.messages)
	for _, m := range r.ephemerals {
		if user == "" || m.For == user {
			list = append(list, m.clone())
		}
	}
	slices.SortStableFunc(list, func(a, b Message) int { return compareTS(a.TS, b.TS) })
	return list
}

// servePage shows a channel as one person sees it.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	page, err := template.New("page").Parse(pageSource)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	q := r.URL.Query()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; form-action 'self'")
	if err := page.Execute(w, s.pageData(cmp.Or(q.Get("channel"), General), cmp.Or(q.Get("as"), Alice), q.Get("error"))); err != nil {
		s.log.Debug("the sandbox page was not written", "error", err)
	}
}

func (s *Server) pageData(channel, user, problem string) pageData {
	s.mu.Lock()
	version := s.version
	s.mu.Unlock()
	d := pageData{Info: s.Info(), Team: "Sandbox", Users: s.Users(), Error: problem, Version: version}
	names := map[string]string{}
	for _, u := range d.Users {
		names[u.ID] = u.Name
		if u.ID == user {
			d.Me = u
		}
	}
	d.Users = slices.DeleteFunc(d.Users, func(u User) bool { return u.Bot })
	s.DM(user) // so that it is in the list
	for _, c := range s.Channels() {
		if c.Kind != Public && !slices.Contains(c.Members, user) {
			continue
		}
		it := channelItem{Channel: c, Label: label(c, user, names), Current: c.ID == channel}
		names[c.ID] = c.Name
		d.Channels = append(d.Channels, it)
		if it.Current {
			d.Channel = it
		}
	}
	draw := drawing{names: names, channel: channel, user: user}
	d.Messages = draw.thread(s.visibleTo(channel, user))
	for _, v := range s.Views() {
		if v.User == user {
			d.Views = append(d.Views, shownView{View: v, Body: draw.in("", v.ID).blocks(v.Blocks)})
		}
	}
	for _, x := range s.Statuses() {
		if x.Kind == "status" && x.Channel == channel {
			d.Status = map[bool]string{true: "", false: x.Text}[x.Cleared || time.Since(x.At) > s.cfg.StatusLife]
		}
	}
	return d
}

func label(c Channel, me string, names map[string]string) string {
	if c.Kind != IM {
		return "# " + c.Name
	}
	for _, u := range c.Members {
		if u != me {
			return "@ " + names[u]
		}
	}
	return c.ID
}

// thread puts replies under their parents.
func (d drawing) thread(list []Message) []shownMessage {
	var roots []shownMessage
	at := map[string]int{}
	for _, m := range list {
		x := shownMessage{Message: m, Author: cmp.Or(m.Username, d.names[m.User], m.User), Bot: m.BotID != "", Clock: clock(m.TS)}
		x.Body = d.in(m.TS, "").draw(m)
		if i, ok := at[m.Thread]; ok && m.Thread != m.TS {
			roots[i].Replies = append(roots[i].Replies, x)
			continue
		}
		if !m.Ephemeral {
			at[m.TS] = len(roots)
		}
		roots = append(roots, x)
	}
	return roots
}

func clock(ts string) string {
	us, _ := parseTS(ts)
	return time.UnixMicro(us).Format("15:04:05")
}

// serveChanges answers as soon as something has changed since the version named,
// or after half a minute.
func (s *Server) serveChanges(w http.ResponseWriter, r *http.Request) {
	since, _ := strconv.Atoi(r.URL.Query().Get("since"))
	over := time.NewTimer(30 * time.Second)
	defer over.Stop()
	for {
		s.mu.Lock()
		version, changed := s.version, s.changed
		s.mu.Unlock()
		if version > since {
			writeJSON(w, http.StatusOK, object{"version": version})
			return
		}
		select {
		case <-changed:
		case <-over.C:
			writeJSON(w, http.StatusOK, object{"version": version})
			return
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}

// backTo is the page that a form came from, with what went wrong.
func backTo(r *http.Request, err error) string {
	from, parseErr := url.Parse(r.Referer())
	if parseErr != nil || from.Path != "/sandbox/" {
		from = &url.URL{}
	}
	q := from.Query()
	q.Del("error")
	if err != nil {
		q.Set("error", err.Error())
	}
	return "/sandbox/?" + q.Encode()
}

func decodeBlocks(raw json.RawMessage) (list []object) {
	_ = json.Unmarshal(raw, &list)
	return list
}
