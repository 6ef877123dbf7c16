package search

import (
	"math"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// absence takes one entry, or one of the ways to ask for it, out of a snapshot:
// what it added to counts and scores is taken off while searching, so that
// asking "what if this had never been written" needs no other index. It is
// exact but for the average lengths and the weights of words in other entries' texts, which one
// entry hardly moves.
type absence struct {
	seg   int
	doc   uint32
	whole bool // the entry; else the unit

	unit  unit
	forms map[string]int // what the unit added to the counts
	grams map[text.Gram]int
	words int
}

// withoutEntry is the snapshot without one entry.
func (sn *snapshot) withoutEntry(seg int, doc uint32) *snapshot {
	c := *sn
	c.probing = true
	c.minus = &absence{seg: seg, doc: doc, whole: true}
	return &c
}

// withoutUnit is the snapshot without one way to ask for an entry, or without
// one of its near misses; t is that text as it is in the entry.
func (sn *snapshot) withoutUnit(seg int, doc uint32, u unit, t string) *snapshot {
	m := &absence{seg: seg, doc: doc, unit: u, forms: map[string]int{}, grams: map[text.Gram]int{}}
	c := *sn
	c.minus, c.probing = m, true
	if u.kind == unitMiss { // scanned, not counted
		return &c
	}
	var prev text.Token
	text.Cut(text.Fold(sn.cfg.plain(t)), func(tok text.Token) bool {
		if !sn.cfg.an.IsParticle(tok, prev.Script) {
			m.add(sn.cfg.an.Word(tok), prev)
		}
		prev = tok
		return true
	})
	return &c
}

func (m *absence) add(w text.Word, prev text.Token) {
	for _, r := range w.Readings {
		m.forms[r.Form]++
	}
	for _, g := range w.Grams {
		m.grams[g]++
	}
	if g, ok := text.Across(prev, w.Token); ok && m.words > 0 {
		m.grams[g]++
	}
	m.words++
}

// hides reports whether the unit that is being read is the absent one. Near
// misses are numbered by language, phrasings over both.
func (m *absence) hides(seg int, doc uint32, u unit) bool {
	return m != nil && !m.whole && m.seg == seg && m.doc == doc && m.unit == u
}

// left is what a list counts for the entry without what is absent.
func (m *absence) left(list []byte, added int) (q, a int) {
	qs, as, _ := countsOf(list, m.doc)
	if m.whole {
		return 0, 0
	}
	if q = int(qs); q < maxCount {
		q = max(0, q-added)
	}
	return q, int(as)
}

// takesForm reports whether the entry has the form in what is absent only.
func (m *absence) takesForm(sn *snapshot, form string) bool {
	s := sn.segs[m.seg]
	id, ok := s.forms.find(form)
	if !ok || (!m.whole && m.forms[form] == 0) {
		return false
	}
	list := s.formLists.of(id)
	if _, _, has := countsOf(list, m.doc); !has {
		return false
	}
	q, a := m.left(list, m.forms[form])
	return q+a == 0
}

func (m *absence) takesGram(sn *snapshot, g text.Gram) bool {
	s := sn.segs[m.seg]
	id, ok := s.grams.find(g)
	if !ok || (!m.whole && m.grams[g] == 0) {
		return false
	}
	list := s.gramLists.of(id)
	if _, _, has := countsOf(list, m.doc); !has {
		return false
	}
	q, a := m.left(list, m.grams[g])
	return q+a == 0
}

// score is what the entry scores without what is absent.
func (m *absence) score(sn *snapshot, q *query) float32 {
	if m.whole {
		return 0
	}
	s, sum := sn.segs[m.seg], 0.0
	normQ := sn.normQ(uint16(max(0, int(s.lenQ[m.doc])-m.words)))
	normA := sn.normA(s.lenA[m.doc])
	gain := func(list []byte, added int) float64 {
		q, a := m.left(list, added)
		return sn.saturate(float32(q)*normQ + float32(a)*normA)
	}
	gram := func(u gramUse) {
		if id, ok := s.grams.find(u.gram); ok && u.used {
			sum += u.scale * u.idf * gain(s.gramLists.of(id), m.grams[u.gram])
		}
	}
	for k := range q.groups {
		g, best := &q.groups[k], 0.0
		for i := range g.alts {
			a := &g.alts[i]
			least := math.MaxFloat64
			for _, f := range a.forms {
				if id, ok := s.forms.find(f); ok && !a.left {
					least = min(least, gain(s.formLists.of(id), m.forms[f]))
				} else {
					least = 0
				}
			}
			best = max(best, g.role*a.weight*a.idf*least)
		}
		sum += best
		for _, u := range g.grams {
			gram(u)
		}
	}
	for _, u := range q.across {
		gram(u)
	}
	return float32(sum)
}

// countsOf finds the posting of one entry.
func countsOf(list []byte, want uint32) (q, a uint8, ok bool) {
	doc := uint32(0)
	for i := 0; i < len(list); {
		var v uint32
		v, i = uvarint(list, i)
		doc += v >> 2
		if doc > want {
			return 0, 0, false
		}
		q, a = uint8(1), uint8(0)
		switch v & 3 {
		case onceInAnswer:
			q, a = 0, 1
		case onceInBoth:
			a = 1
		case counted:
			q, a = list[i]>>4, list[i]&15
			i++
		}
		if doc == want {
			return q, a, true
		}
	}
	return 0, 0, false
}

// askable is a text of an entry and the unit it is in the index.
type askable struct {
	text string
	unit unit
}

// questionUnits are the ways to ask for an entry.
func questionUnits(e *knowledge.Entry) []askable {
	var out []askable
	eachQuestion(e, func(n int, korean bool, t string) {
		out = append(out, askable{t, unit{unitQuestion, n, korean}})
	})
	return out
}

// missUnits are its near misses.
func missUnits(e *knowledge.Entry) []askable {
	var out []askable
	for _, l := range langs {
		for i, t := range e.NearMisses[l] {
			out = append(out, askable{t, unit{unitMiss, i, l == knowledge.Korean}})
		}
	}
	return out
}
