package search

// Parts are the bytes of an index by what they are for.
func Parts(ix *Index) map[string]int {
	p := map[string]int{}
	for _, s := range ix.cur.Load().segs {
		p["forms"] += cap(s.forms.blob) + 4*cap(s.forms.off) + 4*cap(s.forms.slots)
		p["grams"] += 8*cap(s.grams.keys) + 4*cap(s.grams.slots)
		p["form-postings"] += cap(s.formLists.blob) + 4*cap(s.formLists.off) + 4*cap(s.formLists.df)
		p["gram-postings"] += cap(s.gramLists.blob) + 4*cap(s.gramLists.off) + 4*cap(s.gramLists.df)
		p["texts"] += cap(s.stream) + 4*cap(s.streamOff) + 2*cap(s.lenQ) + 2*cap(s.lenA)
		p["words"] += 4*cap(s.wordForms.ids) + 4*cap(s.wordForms.off) + 4*cap(s.wordGrams.ids) + 4*cap(s.wordGrams.off) + cap(s.wordRoles) + 4*cap(s.wordDF)
		p["sounds-and-spellings"] += 4*cap(s.sounds.keys) + 4*cap(s.sounds.ids) + 4*cap(s.spells.keys) + 4*cap(s.spells.ids)
		p["pairs"] += 4*cap(s.ways.first) + 4*cap(s.ways.off) + 2*cap(s.ways.list)
		p["ids"] += 8*cap(s.entries) + 4*cap(s.ids)
	}
	return p
}
