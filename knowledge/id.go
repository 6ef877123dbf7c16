package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxIDBytes is the length of an ID in bytes that an author may give to an
// entry, a claim or a note. Other packages make keys of IDs.
const MaxIDBytes = 64

// fileID makes an entry's ID of a file's name: the name without its ending,
// spaces and odd characters as hyphens, cut with a checksum where it is long.
func fileID(file string) string {
	name := norm.NFC.String(strings.ToValidUTF8(path.Base(file), "-"))
	name = strings.TrimSuffix(name, path.Ext(name))
	id := strings.Map(func(r rune) rune {
		if idRune(r) {
			return r
		}
		return '-'
	}, name)
	for strings.Contains(id, "--") {
		id = strings.ReplaceAll(id, "--", "-")
	}
	id = strings.Trim(id, "-.")
	if id != "" && len(id) <= MaxIDBytes {
		return id
	}
	sum := sha256.Sum256([]byte(name))
	short := hex.EncodeToString(sum[:4])
	if id == "" {
		return "entry-" + short
	}
	for len(id) > MaxIDBytes-9 {
		_, size := utf8.DecodeLastRuneInString(id)
		id = id[:len(id)-size]
	}
	return strings.TrimRight(id, "-.") + "-" + short
}

func idRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '.'
}

// checkID returns the code of the problem with an ID, or "".
func checkID(id string) string {
	switch {
	case len(id) > MaxIDBytes:
		return "id-long"
	case id == "" || strings.HasPrefix(id, ".") || strings.HasPrefix(id, "-") || strings.HasSuffix(id, "."):
		return "id-odd"
	case strings.ContainsFunc(id, func(r rune) bool { return !idRune(r) }):
		return "id-odd"
	}
	return ""
}

// label is "[Q4b] " or "[C1: Q5b] " at the beginning of a text; it is not a
// link, which goes on with a bracket.
var label = regexp.MustCompile(`^\[([^\[\]\n:：]*)(?:[:：]([^\[\]\n]*))?\](?: |[:：] ?|$)`)

// generatedID is the ID of a claim whose author gave it none.
var generatedID = regexp.MustCompile(`\.[1-9][0-9]{0,6}$`)

// cutLabel splits a label from the beginning of a text. Something in brackets
// is a label only where it begins with a Latin letter and has a digit and no
// space, or is an ID that the program makes for entry: authors begin sentences
// with [주의], too.
func cutLabel(s, entry string) (id, on, rest string) {
	m := label.FindStringSubmatch(s)
	if m == nil {
		return "", "", s
	}
	id = strings.TrimSpace(m[1])
	if !isGenerated(id, entry) && !looksLikeID(id) {
		return "", "", s
	}
	return id, m[2], strings.TrimSpace(s[len(m[0]):])
}

// labels is "[Q4b] " or "[Q4b, Q4c] " at the beginning of a phrasing.
var labels = regexp.MustCompile(`^\[([^\[\]\n:：]*)\] `)

// cutLabels splits the claims that a phrasing asks for from its beginning.
func cutLabels(s, entry string) (on []string, rest string) {
	m := labels.FindStringSubmatch(s)
	if m == nil {
		return nil, s
	}
	on = splitList(m[1])
	for _, id := range on {
		if !isGenerated(id, entry) && !looksLikeID(id) {
			return nil, s
		}
	}
	if len(on) == 0 {
		return nil, s
	}
	return on, strings.TrimSpace(s[len(m[0]):])
}

func looksLikeID(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Latin, r) && strings.ContainsFunc(s, unicode.IsDigit) && !strings.Contains(s, " ")
}

func isGenerated(id, entry string) bool {
	rest, ok := strings.CutPrefix(id, entry)
	if !ok {
		return false
	}
	at := generatedID.FindStringIndex(rest)
	note := strings.HasPrefix(rest, ".note") && looksLikeID(rest[1:])
	return note || (at != nil && at[0] == 0)
}
