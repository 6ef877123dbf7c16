package search

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// maxPairs is how many aliases are mined from the texts of one segment.
const maxPairs = 20_000

// manyEntries is the size of a segment from which a form that stands in one
// entry only is not offered as the right spelling of another.
const manyEntries = 5_000

// builder makes one segment.
type builder struct {
	an  *text.Analyzer
	seg *segment

	forms, grams arena

	fCount, gCount counter
	plain          func(string) string // Markdown to plain text
}

// counter counts the terms of one entry by zone and remembers which there were.
type counter struct {
	q, a []uint8
	seen []uint32
}

func (c *counter) inc(id uint32, question bool) {
	for int(id) >= len(c.q) {
		c.q, c.a = append(c.q, 0), append(c.a, 0)
	}
	if c.q[id]|c.a[id] == 0 {
		c.seen = append(c.seen, id)
	}
	if question {
		if c.q[id] < maxCount {
			c.q[id]++
		}
	} else if c.a[id] < maxCount {
		c.a[id]++
	}
}

// flush posts what was counted for one entry and starts anew.
func (c *counter) flush(to *arena, doc uint32) {
	for _, id := range c.seen {
		to.post(id, doc, c.q[id], c.a[id])
		c.q[id], c.a[id] = 0, 0
	}
	c.seen = c.seen[:0]
}

func newBuilder(an *text.Analyzer, plain func(string) string) *builder {
	seg := &segment{forms: newDict(), grams: newGramDict(), words: newDict(), streamOff: []uint32{0}}
	seg.wordForms.off, seg.wordGrams.off = []uint32{0}, []uint32{0}
	return &builder{an: an, seg: seg, plain: plain}
}

// build indexes entries; it uses all processors where there is enough to do.
// The segment holds the entries in order.
func build(an *text.Analyzer, plain func(string) string, entries []*knowledge.Entry) *segment {
	workers := min(runtime.GOMAXPROCS(0), len(entries)/2000+1)
	segs := make([]*segment, workers)
	var wg sync.WaitGroup
	for i := range workers {
		part := entries[i*len(entries)/workers : (i+1)*len(entries)/workers]
		wg.Go(func() {
			b := newBuilder(an, plain)
			for _, e := range part {
				b.add(e)
			}
			segs[i] = b.lists()
		})
	}
	wg.Wait()
	for i, s := range segs[1:] {
		segs[0].join(s)
		segs[i+1] = nil // its memory is worth having back before the next
	}
	return segs[0].finish()
}

// add indexes one entry.
func (b *builder) add(e *knowledge.Entry) {
	s := b.seg
	doc := uint32(len(s.entries))
	s.entries = append(s.entries, e)
	q, a, n := 0, 0, 0
	question := func(t string, korean bool) {
		if t != "" {
			b.unit(unit{unitQuestion, n, korean})
			q += b.text(b.plain(t), true, true)
			n++
		}
	}
	for _, l := range langs {
		question(e.Question[l], l == knowledge.Korean)
	}
	for _, l := range langs {
		for _, p := range e.Phrasings[l] {
			question(p, l == knowledge.Korean)
		}
	}
	for _, l := range langs {
		for i, p := range e.NearMisses[l] {
			b.unit(unit{unitMiss, i, l == knowledge.Korean})
			b.text(b.plain(p), false, false)
		}
	}
	for i := range e.Claims {
		for _, l := range langs {
			if t := e.Claims[i].Text[l]; t != "" {
				b.unit(unit{unitClaim, i, l == knowledge.Korean})
				a += b.text(b.plain(t), false, true)
			}
		}
	}
	b.fCount.flush(&b.forms, doc)
	b.gCount.flush(&b.grams, doc)
	s.lenQ, s.lenA = append(s.lenQ, uint16(min(q, 65535))), append(s.lenA, uint16(min(a, 65535)))
	s.sumQ, s.sumA, s.phrasings = s.sumQ+uint64(q), s.sumA+uint64(a), s.phrasings+n
	if q > 0 {
		s.withQ++
	}
	s.streamOff = append(s.streamOff, uint32(len(s.stream)))
}

var langs = [...]knowledge.Lang{knowledge.Korean, knowledge.English}

func (b *builder) unit(u unit) {
	v := uint32(u.number)<<3 | uint32(u.kind)<<1
	if u.korean {
		v |= 1
	}
	b.seg.stream = appendUvarint(append(b.seg.stream, markUnit), v)
}

// text adds the words of one text to the stream and, where indexed is set, to the counts.
func (b *builder) text(t string, question, indexed bool) int {
	s, n := b.seg, 0
	if len(s.pairs) < maxPairs && strings.IndexByte(t, '(') >= 0 {
		s.pairs = append(s.pairs, text.MinePairs(t)...)
	}
	var prev text.Token
	text.Cut(text.Fold(t), func(tok text.Token) bool {
		if b.an.IsParticle(tok, prev.Script) {
			prev = tok
			return true
		}
		if tok.Break {
			s.stream = append(s.stream, markBreak)
		}
		id := b.word(tok)
		s.stream = appendUvarint(s.stream, id+marks)
		if indexed {
			for _, f := range s.wordForms.of(id) {
				b.fCount.inc(f, question)
			}
			for _, g := range s.wordGrams.of(id) {
				b.gCount.inc(g, question)
			}
			if g, ok := text.Across(prev, tok); ok && n > 0 {
				b.gCount.inc(s.grams.add(g), question)
			}
		}
		n++
		prev = tok
		return true
	})
	return n
}

// word numbers a token's text; a text that is new is analysed, once.
func (b *builder) word(tok text.Token) uint32 {
	s := b.seg
	id, isNew := s.words.add(tok.Text)
	if !isNew {
		return id
	}
	w := b.an.Word(tok)
	for _, r := range w.Readings {
		f, fresh := s.forms.add(r.Form)
		s.wordForms.ids = append(s.wordForms.ids, f)
		if fresh {
			b.file(r.Form, f)
		}
	}
	s.wordForms.end()
	if tok.Script == text.Latin {
		b.spell(tok.Text)
	}
	s.wordRoles = append(s.wordRoles, w.Role)
	for _, g := range w.Grams {
		s.wordGrams.ids = append(s.wordGrams.ids, s.grams.add(g))
	}
	s.wordGrams.end()
	return id
}

// file makes a form findable by sound and by spelling.
func (b *builder) file(form string, id uint32) {
	if form[0] == '~' || (form[0] >= '0' && form[0] <= '9') {
		return
	}
	if k := text.Skeleton(form); len(k) >= 2 {
		b.seg.sounds.add(soundHash(k, form[0] >= 0x80), id)
	}
	text.Deletions(form, func(h uint32) { b.seg.spells.add(h, id) })
}

// spell makes a Latin word findable by its spelling as it is written, which its stem is not.
func (b *builder) spell(word string) {
	if f, fresh := b.seg.forms.add(word); fresh {
		text.Deletions(word, func(h uint32) { b.seg.spells.add(h, f) })
	}
}

// soundHash files the two scripts apart: sounds link one to the other only.
func soundHash(skeleton string, hangul bool) uint32 {
	h := uint32(2166136261)
	if hangul {
		h = 0x9E3779B9 // far off: with a neighbour, N in one script met M in the other
	}
	for i := range len(skeleton) {
		h = (h ^ uint32(skeleton[i])) * 16777619
	}
	return h
}

// seal makes the segment of what was added.
func (b *builder) seal() *segment { return b.lists().finish() }

// lists makes a segment that can be joined with others, and not searched yet.
func (b *builder) lists() *segment {
	s := b.seg
	s.formLists = b.forms.seal(s.forms.len())
	s.gramLists = b.grams.seal(len(s.grams.keys))
	b.forms, b.grams = arena{}, arena{}
	return s
}

// finish makes the segment searchable.
func (s *segment) finish() *segment {
	s.forms.clip()
	s.wordDF = make([]uint32, len(s.wordRoles))
	for id := range s.wordRoles {
		for _, f := range s.wordForms.of(uint32(id)) {
			s.wordDF[id] = max(s.wordDF[id], s.formLists.df[f])
		}
	}
	s.words = nil // words are numbers from here on
	s.stream = slices.Clip(append(make([]byte, 0, len(s.stream)), s.stream...))
	if len(s.entries) > manyEntries {
		s.spells.keep(func(form uint32) bool { return s.formLists.df[form] > 1 })
	}
	s.sounds.sort()
	s.spells.sort()
	s.fileIDs()
	s.ways = pairsOfWays(s)
	return s
}
