package knowledge

// Library is an immutable set of entries, in the order of their IDs' files.
type Library struct {
	Entries []*Entry
	Aliases [][]string // rows of words that mean the same, as authors wrote them
}

// Entry returns the entry with an ID, or nil.
func (l *Library) Entry(id string) *Entry {
	for _, e := range l.Entries {
		if e.ID == id {
			return e
		}
	}
	return nil
}
