package knowledge

import "slices"

// Lang is the language of a text, as an ISO 639-1 code.
type Lang string

// The languages an entry can have.
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// Texts is one text in each language it has.
type Texts map[Lang]string

// In returns the text in lang, or else in the language that is there, and that language.
func (t Texts) In(lang Lang) (string, Lang) {
	if s, ok := t[lang]; ok {
		return s, lang
	}
	for _, l := range []Lang{English, Korean} {
		if s, ok := t[l]; ok {
			return s, l
		}
	}
	return "", ""
}

// Entry is one reviewed question with its answer.
//
// An entry and all it points to is immutable once it is in a Library.
type Entry struct {
	ID      string // unique in a library, at most 64 bytes; from the file's name unless the file says otherwise
	Section string // short label of the place in the source, such as "Q4"; may be empty
	File    string // path the entry was read from, for messages

	Question  Texts             // the question as the author wrote it; at least one language
	Phrasings map[Lang][]string // other ways people ask it
	// Asks are the claims that a phrasing asks for, by the phrasing, in the order
	// in which they answer it. A phrasing without is about the whole entry.
	Asks       map[string][]string
	NearMisses map[Lang][]string // questions that look alike and must not be answered by this entry
	Claims     []Claim           // the answer, in order; at least one
	Notes      []Note
	Source     *Source // nil where the author named none
	Tags       []string
}

// Langs returns the languages in which the entry has an answer, Korean first.
func (e *Entry) Langs() []Lang {
	var langs []Lang
	for _, l := range []Lang{Korean, English} {
		for _, c := range e.Claims {
			if c.Text[l] != "" {
				langs = append(langs, l)
				break
			}
		}
	}
	return langs
}

// NotesOn returns the notes of the entry that belong to a claim, in their order.
func (e *Entry) NotesOn(claim string) []*Note {
	var notes []*Note
	for i := range e.Notes {
		if slices.Contains(e.Notes[i].On, claim) {
			notes = append(notes, &e.Notes[i])
		}
	}
	return notes
}

// Claim is the smallest citable statement of an entry.
type Claim struct {
	ID   string // unique in a library, such as "Q4b"; "entry-id.2" where the author gave none
	Text Texts  // one or a few sentences; may lack a language
}

// Note is context that is not the source's own. It is shown whenever a claim
// it belongs to is cited, and apart from it.
type Note struct {
	ID     string   // such as "C1"; unique in its entry only: one note may stand in two entries
	On     []string // IDs of claims of the same entry; at least one
	Text   Texts
	Source *Source
}

// Source is where an entry or a note comes from.
type Source struct {
	Publisher Texts
	Title     Texts
	URL       string // http or https, or empty
	Published string // 2006-01-02, or empty
	Updated   string // 2006-01-02, or empty
}
