package search

import (
	"math/bits"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// scanner reads the streams of a few entries and says, unit by unit and
// sentence by sentence, which words of one question they contain.
type scanner struct {
	q     *query
	s     *segment
	seg   int
	scale float64 // of the library to the segment, for how common a word is

	slots places // by form
	grams places // by gram; alt is the gram's number
	memo  memo   // word → index in found
	found []wordMatch
	flat  []slot

	sent    state     // of the sentence
	letters []uint64  // grams of each group seen in the entry, near misses aside
	before  []float32 // of the sentence before
	units   []unitMatch

	covs []float32 // where units' slices are cut from; never reused
	alts []int16
}

// slot is where a form stands in the question.
type slot struct {
	group, alt, part int16
	weight           float32
}

// wordMatch is what one word of an entry means for the question.
type wordMatch struct {
	from, to  int32 // in flat: forms
	gramsTo   int32 // to:gramsTo are grams
	weight    float32
	letters   float32 // weight for being explained by letters only
	matchable float32 // best weight over its forms
	first     int16   // group of the best match, -1 for none
}

// state is what was seen so far of the groups.
type state struct {
	cov   []float32
	alt   []int16
	parts []uint32 // of alternatives of several forms: bit by part
	grams []uint64
}

func (st *state) reset(n int) {
	st.cov, st.alt = zero(st.cov, n), zero(st.alt, n)
	st.parts, st.grams = zero(st.parts, n), zero(st.grams, n)
}

// take cuts n zero elements off a block, and makes a new block where it is used up.
func take[T any](block *[]T, n int) []T {
	if len(*block) < n {
		*block = make([]T, max(n, 2048))
	}
	out := (*block)[:n:n]
	*block = (*block)[n:]
	return out
}

func zero[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// unitMatch is how a unit of an entry and the question explain each other.
type unitMatch struct {
	unit
	cov       []float32 // by group, 0 to 1
	alt       []int16   // the alternative that matched, -1 for letters
	total     float64   // weight of the unit's words
	explained float64   // of that, what the question has too
	window    float64   // best weight of the question in two sentences on end
	adjacent  float64   // weight of words that stand together as in the question
	length    int
}

// open prepares the scanner for a segment.
func (sc *scanner) open(sn *snapshot, q *query, seg int) {
	s := sn.segs[seg]
	sc.q, sc.s, sc.seg = q, s, seg
	sc.scale = float64(sn.live) / float64(max(len(s.entries), 1))
	sc.slots.reset()
	sc.grams.reset()
	sc.memo.reset()
	sc.found, sc.flat = sc.found[:0], sc.flat[:0]
	for g := range q.groups {
		for a := range q.groups[g].alts {
			alt := &q.groups[g].alts[a]
			for p, f := range alt.forms {
				if id, ok := s.forms.find(f); ok {
					sc.slots.add(id, slot{int16(g), int16(a), int16(p), float32(alt.weight)})
				}
			}
		}
		for k := range q.groups[g].missed {
			alt := &q.groups[g].missed[k]
			if id, ok := s.forms.find(alt.forms[0]); ok {
				sc.slots.add(id, slot{int16(g), int16(len(q.groups[g].alts) + k), 0, float32(alt.weight)})
			}
		}
		for k, u := range q.groups[g].grams {
			if id, ok := s.grams.find(u.gram); ok && k < 64 {
				sc.grams.add(id, slot{int16(g), int16(k), 0, 1})
			}
		}
	}
}

// word looks up what a word means for the question, once per question.
func (sc *scanner) word(sn *snapshot, id uint32) *wordMatch {
	if k, ok := sc.memo.find(id); ok {
		return &sc.found[k]
	}
	m := wordMatch{from: int32(len(sc.flat)), first: -1}
	for _, f := range sc.s.wordForms.of(id) {
		for at := sc.slots.first(f); at >= 0; at = sc.slots.list[at].next {
			sl := sc.slots.list[at].slot
			sc.flat = append(sc.flat, sl)
			if len(sc.q.groups[sl.group].alt(sl.alt).forms) == 1 && sl.weight > m.matchable {
				m.matchable, m.first = sl.weight, sl.group
			}
		}
	}
	m.to = int32(len(sc.flat))
	for _, g := range sc.s.wordGrams.of(id) {
		for at := sc.grams.first(g); at >= 0; at = sc.grams.list[at].next {
			sc.flat = append(sc.flat, sc.grams.list[at].slot)
		}
	}
	m.gramsTo = int32(len(sc.flat))
	if n := len(sc.s.wordGrams.of(id)); n > 0 {
		m.letters = min(1, float32(m.gramsTo-m.to)/float32(n))
	}
	m.weight = float32(sn.idf(sc.df(sn, id)) * roleWeight(sc.s.wordRoles[id]))
	sc.memo.add(id, int32(len(sc.found)))
	sc.found = append(sc.found, m)
	return &sc.found[len(sc.found)-1]
}

// df is in how many entries of the library the commonest form of a word stands.
// A segment that holds nearly all entries knows; a small one knows nothing of the others.
func (sc *scanner) df(sn *snapshot, id uint32) uint32 {
	if len(sn.segs) == 1 || sn.probing || sn.live > exactUpTo && sc.scale < 1.25 {
		return uint32(float64(sc.s.wordDF[id]) * sc.scale)
	}
	df := uint32(0)
	for _, f := range sc.s.wordForms.of(id) {
		df = max(df, sn.formDF(sc.s.forms.key(f)))
	}
	return df
}

// exactUpTo is the size of a library up to which a look into every segment for
// every word costs less than can be noticed.
const exactUpTo = 5_000

// roleWeight is what a word counts when judging whether a question is answered.
func roleWeight(r text.Role) float64 {
	switch r {
	case text.Ask:
		return 0.1
	case text.Empty:
		return 0.05
	}
	return 1
}

// entry reads the entry's stream. The result is valid until the next call.
func (sc *scanner) entry(sn *snapshot, doc uint32) []unitMatch {
	s := sc.s
	stream := s.stream[s.streamOff[doc]:s.streamOff[doc+1]]
	sc.units = sc.units[:0]
	n := len(sc.q.groups)
	sc.sent.reset(n)
	sc.letters = zero(sc.letters, n)
	var cur *unitMatch
	sc.before = zero(sc.before, n)
	prevWindow := sc.before
	last, absent := int16(-1), false
	endSentence := func() {
		if cur == nil {
			return
		}
		sc.settle(&sc.sent)
		w := 0.0
		for g := range n {
			c := sc.sent.cov[g]
			w += float64(max(c, prevWindow[g])) * sc.weightOf(g)
			prevWindow[g] = c
			if c > cur.cov[g] {
				cur.cov[g], cur.alt[g] = c, sc.sent.alt[g]
			}
		}
		cur.window = max(cur.window, w)
		sc.sent.reset(n)
		last = -1
	}
	for i := 0; i < len(stream); {
		var v uint32
		v, i = uvarint(stream, i)
		switch v {
		case markBreak:
			endSentence()
			continue
		case markUnit:
			endSentence()
			v, i = uvarint(stream, i)
			u := unit{unitKind(v >> 1 & 3), int(v >> 3), v&1 == 1}
			if absent = sn.minus.hides(sc.seg, doc, u); absent {
				continue
			}
			sc.units = append(sc.units, unitMatch{unit: u,
				cov: take(&sc.covs, n), alt: take(&sc.alts, n)})
			cur = &sc.units[len(sc.units)-1]
			clear(prevWindow)
			continue
		}
		if !absent {
			last = sc.see(sn, cur, v-marks, last)
		}
	}
	endSentence()
	return sc.units
}

// see takes note of one word; it returns the group it belongs to, for adjacency.
func (sc *scanner) see(sn *snapshot, cur *unitMatch, id uint32, last int16) int16 {
	m := sc.word(sn, id)
	cur.length++
	cur.total += float64(m.weight)
	cur.explained += float64(m.weight * max(m.matchable, 0.7*m.letters*m.letters))
	for _, sl := range sc.flat[m.from:m.to] {
		alt := sc.q.groups[sl.group].alt(sl.alt)
		if len(alt.forms) == 1 {
			if sl.weight > sc.sent.cov[sl.group] {
				sc.sent.cov[sl.group], sc.sent.alt[sl.group] = sl.weight, sl.alt
			}
			continue
		}
		if sl.part < 4 && sl.alt < 256 {
			key := uint32(sl.alt) << 8
			if sc.sent.parts[sl.group]&^0xff != key {
				if bits.OnesCount32(sc.sent.parts[sl.group]&0xff) > 0 && sl.part != 0 {
					continue
				}
				sc.sent.parts[sl.group] = key
			}
			sc.sent.parts[sl.group] |= 1 << sl.part
			if bits.OnesCount32(sc.sent.parts[sl.group]&0xff) == len(alt.forms) && sl.weight > sc.sent.cov[sl.group] {
				sc.sent.cov[sl.group], sc.sent.alt[sl.group] = sl.weight, sl.alt
			}
		}
	}
	for _, sl := range sc.flat[m.to:m.gramsTo] {
		sc.sent.grams[sl.group] |= 1 << sl.alt
		if cur.kind != unitMiss {
			sc.letters[sl.group] |= 1 << sl.alt
		}
	}
	if m.first >= 0 && last >= 0 && m.first == last+1 {
		cur.adjacent += min(sc.weightOf(int(last)), sc.weightOf(int(m.first)))
	}
	return m.first
}

// settle lets groups that matched by no form match by their letters.
func (sc *scanner) settle(st *state) {
	for g := range st.cov {
		n := min(len(sc.q.groups[g].grams), 64)
		if n == 0 || st.grams[g] == 0 {
			continue
		}
		share, least := float32(bits.OnesCount64(st.grams[g]))/float32(n), float32(0.5)
		if sc.q.groups[g].Script == text.Latin {
			least = 0.65 // parts of words are words in Korean, not in English
		}
		if c := 0.75 * share * share; share >= least && c > st.cov[g] {
			st.cov[g], st.alt[g] = c, -1
		}
	}
}

// weightOf is what a group of the question counts in coverage.
func (sc *scanner) weightOf(g int) float64 {
	return sc.q.groups[g].idf * sc.q.groups[g].counts
}

// gramShare is how much of the question's grams the entry last read has.
func (sc *scanner) gramShare() float64 {
	have, all := 0.0, 1e-9
	for g := range sc.q.groups {
		gr := &sc.q.groups[g]
		for k, u := range gr.grams {
			w := u.idf * gr.counts
			all += w
			if k < 64 && sc.letters[g]>>k&1 == 1 {
				have += w
			}
		}
	}
	return have / all
}
