package bot

// Lang is the language of a text that a person reads, as an ISO 639-1 code.
type Lang string

// The languages the program speaks. The zero value means "not known".
const (
	Korean  Lang = "ko"
	English Lang = "en"
)

// Or returns l, or other where l is not a language the program speaks.
func (l Lang) Or(other Lang) Lang {
	if l == Korean || l == English {
		return l
	}
	return other
}
