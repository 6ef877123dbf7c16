package knowledge

// Library is an immutable set of entries, in the order in which [Load] or
// [Merge] puts them.
//
// Values made by [NewLibrary], [Load] and [Merge] find entries and claims in
// constant time; a literal works too, and looks through all entries each time.
type Library struct {
	Entries []*Entry
	Aliases [][]string // rows of words that mean the same, as authors wrote them

	entries map[string]*Entry
	claims  map[string]claimAt
}

// claimAt is where a claim stands.
type claimAt struct {
	entry *Entry
	index int
}

// NewLibrary returns a library of entries and rows of aliases, in that order.
// It keeps both slices: the caller must not change them, nor what they point
// to, afterwards. It does not check them; [Merge] does.
func NewLibrary(entries []*Entry, aliases [][]string) *Library {
	l := &Library{
		Entries: entries,
		Aliases: aliases,
		entries: make(map[string]*Entry, len(entries)),
		claims:  make(map[string]claimAt),
	}
	for _, e := range entries {
		l.entries[e.ID] = e
		for i := range e.Claims {
			l.claims[e.Claims[i].ID] = claimAt{e, i}
		}
	}
	return l
}

// Entry returns the entry with an ID, or nil.
func (l *Library) Entry(id string) *Entry {
	if l.entries != nil {
		return l.entries[id]
	}
	for _, e := range l.Entries {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// Claim returns the claim with an ID and the entry it belongs to, or nil and nil.
func (l *Library) Claim(id string) (*Entry, *Claim) {
	if l.claims != nil {
		at, ok := l.claims[id]
		if !ok {
			return nil, nil
		}
		return at.entry, &at.entry.Claims[at.index]
	}
	for _, e := range l.Entries {
		for i := range e.Claims {
			if e.Claims[i].ID == id {
				return e, &e.Claims[i]
			}
		}
	}
	return nil, nil
}
