package fakeslack

import (
	"maps"
	"slices"
)

// message finds a message by channel and timestamp; nil where there is none.
func (st *State) message(channel, ts string) *Message {
	if r := st.channels[channel]; r != nil {
		return r.find(ts)
	}
	return nil
}

func clones(list []*Message) []Message {
	out := make([]Message, 0, len(list))
	for _, m := range list {
		out = append(out, m.clone())
	}
	return out
}

// Messages are the messages of a channel, threads included, oldest first.
func (st *State) Messages(channel string) []Message {
	if r := st.channels[channel]; r != nil {
		return clones(r.messages)
	}
	return nil
}

// Replies are the replies in a thread, without the parent, oldest first.
func (st *State) Replies(channel, ts string) []Message {
	if r := st.channels[channel]; r != nil {
		return clones(r.replies(ts))
	}
	return nil
}

// Ephemerals are what one person alone sees in a channel, oldest first.
func (st *State) Ephemerals(channel, user string) []Message {
	r := st.channels[channel]
	if r == nil {
		return nil
	}
	return clones(slices.DeleteFunc(slices.Clone(r.ephemerals), func(m *Message) bool { return m.For != user }))
}

// ResponseURLPosts are the posts to response URLs, refused ones too.
func (st *State) ResponseURLPosts() []ResponsePost { return slices.Clone(st.posts) }

// Views are the modals that are open and the home tabs, oldest first.
func (st *State) Views() []View {
	var out []View
	for _, id := range st.viewOrder {
		if v := st.views[id]; v != nil {
			out = append(out, *v)
		}
	}
	return out
}

// Statuses are the assistant statuses, titles, prompts and sessions, in order.
func (st *State) Statuses() []Status { return slices.Clone(st.statuses) }

// Requests are the calls of the Web API and the posts to response URLs (method
// "response_url"), in order.
func (st *State) Requests() []Request { return slices.Clone(st.requests) }

// Calls are the requests of one method.
func (st *State) Calls(method string) []Request {
	return slices.DeleteFunc(st.Requests(), func(r Request) bool { return r.Method != method })
}

// Violations say what the bot did that it should not have done: calls that differ
// from the contracts, calls before a Retry-After ran out, oversized or unknown
// acknowledgements, response URLs used too often.
func (st *State) Violations() []string { return slices.Clone(st.violations) }

// Deliveries are what was sent to the bot, and whether it was acknowledged.
func (st *State) Deliveries() []Delivery {
	out := make([]Delivery, 0, len(st.deliveries))
	for _, d := range st.deliveries {
		out = append(out, d.Delivery)
	}
	return out
}

// Settled reports whether everything sent was acknowledged or given up.
func (st *State) Settled() bool {
	return !slices.ContainsFunc(st.deliveries, func(d *delivery) bool { return !d.Acked && !d.GivenUp })
}

// Connections is the number of open sockets that were greeted.
func (st *State) Connections() int { return st.conns }

// Channels are the channels, in the order they were added.
func (st *State) Channels() []Channel {
	var out []Channel
	for _, id := range st.order {
		c := st.channels[id].Channel
		c.Members = slices.Clone(c.Members)
		out = append(out, c)
	}
	return out
}

// Users are the people and bots, by ID.
func (st *State) Users() []User {
	var out []User
	for _, id := range slices.Sorted(maps.Keys(st.users)) {
		out = append(out, *st.users[id])
	}
	return out
}

func look[T any](s *Server, f func(*State) T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.state)
}

// Messages is [State.Messages].
func (s *Server) Messages(channel string) []Message {
	return look(s, func(st *State) []Message { return st.Messages(channel) })
}

// Replies is [State.Replies].
func (s *Server) Replies(channel, ts string) []Message {
	return look(s, func(st *State) []Message { return st.Replies(channel, ts) })
}

// Ephemerals is [State.Ephemerals].
func (s *Server) Ephemerals(channel, user string) []Message {
	return look(s, func(st *State) []Message { return st.Ephemerals(channel, user) })
}

// ResponseURLPosts is [State.ResponseURLPosts].
func (s *Server) ResponseURLPosts() []ResponsePost { return look(s, (*State).ResponseURLPosts) }

// Views is [State.Views].
func (s *Server) Views() []View { return look(s, (*State).Views) }

// Statuses is [State.Statuses].
func (s *Server) Statuses() []Status { return look(s, (*State).Statuses) }

// Requests is [State.Requests].
func (s *Server) Requests() []Request { return look(s, (*State).Requests) }

// Calls is [State.Calls].
func (s *Server) Calls(method string) []Request {
	return look(s, func(st *State) []Request { return st.Calls(method) })
}

// Violations is [State.Violations].
func (s *Server) Violations() []string { return look(s, (*State).Violations) }

// Deliveries is [State.Deliveries].
func (s *Server) Deliveries() []Delivery { return look(s, (*State).Deliveries) }

// Connections is [State.Connections].
func (s *Server) Connections() int { return look(s, (*State).Connections) }

// Channels is [State.Channels].
func (s *Server) Channels() []Channel { return look(s, (*State).Channels) }

// Users is [State.Users].
func (s *Server) Users() []User { return look(s, (*State).Users) }
