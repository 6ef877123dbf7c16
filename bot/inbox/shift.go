package inbox

import (
	"context"
	"time"
)

// beats is how many heartbeats a lease takes.
const beats = 4

const (
	// maxParked is how many questions of one conversation wait in this process
	// for their turn, and maxParkedAll how many of all conversations. Further
	// ones go back for a while, so that a flood in one channel does not fill
	// what the broker is willing to hand out.
	maxParked    = 64
	maxParkedAll = 1000
	overflowWait = 5 * time.Second
)

// shift is one call of Work. Only the goroutine in run reads and writes its maps.
type shift struct {
	in       *Inbox
	handle   Handler
	parallel int
	handling context.Context // of the handlers; outlives the shift's own by the grace period
	stop     context.CancelFunc

	incoming chan *held // from pull; closed when nothing more comes
	done     chan *held // from serve
	reports  *reports   // of the present connection; only pull uses it

	held    map[*held]struct{} // all that is not settled
	running int
	ready   []*held            // may run: at most one per conversation
	busy    map[string][]*held // per conversation that has one running or ready: those that wait for it
	parked  int                // in busy
}

// run is the shift: it decides what runs next, and keeps the leases.
func (s *shift) run(ctx context.Context) {
	go s.pull(ctx)
	beat := time.NewTicker(s.in.c.AckWait / beats)
	defer beat.Stop()
	var over <-chan time.Time // the end of the grace period
	stopping, incoming := ctx.Done(), s.incoming
	for incoming != nil || s.running > 0 {
		from := incoming
		if len(s.ready) >= s.parallel && over == nil {
			from = nil
		}
		select {
		case h, open := <-from:
			switch {
			case !open:
				incoming = nil
			case over != nil:
				s.in.giveBack(h, 0)
			default:
				s.admit(h)
			}
		case h := <-s.done:
			s.finished(h)
		case <-beat.C:
			for h := range s.held {
				h.beat()
			}
		case <-stopping:
			stopping = nil
			grace := time.NewTimer(s.in.c.Grace)
			defer grace.Stop()
			over = grace.C
			s.release()
		case <-over:
			s.stop()
		}
		if stopping != nil {
			s.start()
		}
	}
}

// admit takes a question in: it may run, or waits for its conversation.
func (s *shift) admit(h *held) {
	conversation := h.q.Conversation
	waiting, busy := s.busy[conversation]
	switch {
	case conversation == "":
	case !busy:
		s.busy[conversation] = nil
	case len(waiting) >= maxParked || s.parked >= maxParkedAll:
		s.in.giveBack(h, overflowWait)
		return
	default:
		s.busy[conversation] = append(waiting, h)
		s.parked++
		s.keep(h)
		return
	}
	s.keep(h)
	s.ready = append(s.ready, h)
}

func (s *shift) keep(h *held) {
	s.held[h] = struct{}{}
	s.in.hand.put(holding{Seq: h.seq, Since: time.Now().UTC()})
}

func (s *shift) let(h *held) {
	delete(s.held, h)
	s.in.hand.drop(h.seq)
}

// start runs what is ready, as far as there is room.
func (s *shift) start() {
	for s.running < s.parallel && len(s.ready) > 0 {
		h := s.ready[0]
		s.ready = s.ready[1:]
		s.running++
		s.in.running.Add(1)
		go func() {
			defer func() { s.done <- h }()
			s.in.serve(s.handling, s.handle, h)
		}()
	}
}

// finished lets the next question of the conversation run, behind those of
// others that are ready: a long conversation does not keep the rest waiting.
func (s *shift) finished(h *held) {
	s.running--
	s.in.running.Add(-1)
	s.let(h)
	conversation := h.q.Conversation
	waiting, busy := s.busy[conversation]
	switch {
	case !busy:
	case len(waiting) == 0:
		delete(s.busy, conversation)
	default:
		s.ready = append(s.ready, waiting[0])
		s.busy[conversation] = waiting[1:]
		s.parked--
	}
}

// release gives back everything that does not run.
func (s *shift) release() {
	rest := s.ready
	for _, waiting := range s.busy {
		rest = append(rest, waiting...)
	}
	s.ready, s.busy, s.parked = nil, map[string][]*held{}, 0
	for _, h := range rest {
		s.let(h)
	}
	s.in.giveAllBack(rest)
}
