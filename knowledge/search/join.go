package search

import "slices"

// join puts the entries of o behind those of s; neither may be finished, and o
// is of no use afterwards. One dictionary in place of two is what makes it worth
// the time: most words of a library stand in both halves of it.
func (s *segment) join(o *segment) {
	base := uint32(len(s.entries))
	forms := make([]uint32, o.forms.len())
	for i := range forms {
		forms[i], _ = s.forms.add(o.forms.key(uint32(i)))
	}
	grams := make([]uint32, len(o.grams.keys))
	for i, g := range o.grams.keys {
		grams[i] = s.grams.add(g)
	}
	s.formLists = s.formLists.join(&o.formLists, forms, s.forms.len(), base)
	s.gramLists = s.gramLists.join(&o.gramLists, grams, len(s.grams.keys), base)
	s.joinStreams(o, s.joinWords(o, forms, grams))
	for i, key := range o.sounds.keys {
		s.sounds.add(key, forms[o.sounds.ids[i]])
	}
	for i, key := range o.spells.keys {
		s.spells.add(key, forms[o.spells.ids[i]])
	}
	s.entries = append(s.entries, o.entries...)
	s.lenQ, s.lenA = append(s.lenQ, o.lenQ...), append(s.lenA, o.lenA...)
	s.sumQ, s.sumA = s.sumQ+o.sumQ, s.sumA+o.sumA
	s.withQ, s.phrasings = s.withQ+o.withQ, s.phrasings+o.phrasings
	s.pairs = append(s.pairs, o.pairs...)
}

// joinWords adds the words of o and returns their new numbers.
func (s *segment) joinWords(o *segment, forms, grams []uint32) []uint32 {
	words := make([]uint32, o.words.len())
	for i := range words {
		id, isNew := s.words.add(o.words.key(uint32(i)))
		if words[i] = id; !isNew {
			continue
		}
		for _, f := range o.wordForms.of(uint32(i)) {
			s.wordForms.ids = append(s.wordForms.ids, forms[f])
		}
		s.wordForms.end()
		for _, g := range o.wordGrams.of(uint32(i)) {
			s.wordGrams.ids = append(s.wordGrams.ids, grams[g])
		}
		s.wordGrams.end()
		s.wordRoles = append(s.wordRoles, o.wordRoles[i])
	}
	return words
}

// joinStreams adds what the entries of o say, its words renumbered.
func (s *segment) joinStreams(o *segment, words []uint32) {
	s.stream = slices.Grow(s.stream, len(o.stream)+len(o.stream)/8)
	for doc := range o.entries {
		part := o.stream[o.streamOff[doc]:o.streamOff[doc+1]]
		for i := 0; i < len(part); {
			var v uint32
			switch v, i = uvarint(part, i); v {
			case markBreak:
			case markUnit:
				s.stream = append(s.stream, markUnit)
				v, i = uvarint(part, i)
			default:
				v = words[v-marks] + marks
			}
			s.stream = appendUvarint(s.stream, v)
		}
		s.streamOff = append(s.streamOff, uint32(len(s.stream)))
	}
}

// join returns lists of n terms: those of l, each followed by that of o whose
// term has its number in terms, with entries counted on from base.
func (l *lists) join(o *lists, terms []uint32, n int, base uint32) lists {
	theirs := make([]uint32, n) // term of o + 1, by term
	for i, t := range terms {
		theirs[t] = uint32(i) + 1
	}
	out := lists{off: make([]uint32, n+1), df: make([]uint32, n), blob: make([]byte, 0, len(l.blob)+len(o.blob)+len(o.blob)/8)}
	for t := range n {
		last := uint32(0)
		if t < len(l.df) {
			mine := l.of(uint32(t))
			out.blob = append(out.blob, mine...)
			out.df[t] = l.df[t]
			last = lastEntry(mine)
		}
		if i := theirs[t]; i > 0 {
			list := o.of(i - 1)
			if len(list) > 0 {
				v, rest := uvarint(list, 0)
				out.blob = appendUvarint(out.blob, (v>>2+base-last)<<2|v&3)
				out.blob = append(out.blob, list[rest:]...)
			}
			out.df[t] += o.df[i-1]
		}
		out.off[t+1] = uint32(len(out.blob))
	}
	out.blob = slices.Clip(append(make([]byte, 0, len(out.blob)), out.blob...))
	return out
}

// lastEntry is the last entry of a list, 0 for an empty one.
func lastEntry(list []byte) uint32 {
	doc := uint32(0)
	eachPosting(list, func(d uint32, _, _ uint8) { doc = d })
	return doc
}
