package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// verbMark begins the form of a verb reading, so that a stem never meets a noun.
const verbMark = "~"

// Reading is one way to understand a word.
type Reading struct {
	// Form is what equal readings have in common: a noun without its particle,
	// "~" and jamo for a verb or adjective, a stem for Latin.
	Form   string
	Weight float32 // how likely it is compared to the word as written, 0 to 1
}

// Word is one word of a text with everything that it can be compared by.
type Word struct {
	Token
	Readings []Reading // alternatives, the word as written first; at least one
	Grams    []Gram    // pairs of its syllables, triples of its letters
	Role     Role
	Use      Use
}

// Gram is two Hangul syllables or three Latin characters, packed.
type Gram uint64

// gram packs up to three runes; the number of runes is part of the value.
func gram(r ...rune) Gram {
	g := Gram(len(r))
	for _, c := range r {
		g = g<<20 | Gram(c&0xFFFFF)
	}
	return g
}

// String returns the characters of the gram.
func (g Gram) String() string {
	var r []rune
	for ; g > 3; g >>= 20 {
		r = append(r, rune(g&0xFFFFF))
	}
	for i, k := 0, len(r)-1; i < k; i, k = i+1, k-1 {
		r[i], r[k] = r[k], r[i]
	}
	return string(r)
}

// IsPair reports whether the gram is of two syllables.
func (g Gram) IsPair() bool { return g>>40 == 2 }

// Analyzer holds the tables. It is immutable and safe for any number of goroutines.
type Analyzer struct {
	particles particleTable
	endings   endingTable
	glued     map[string]bool // what can follow Latin letters or a number as a particle
	scaffold  map[string]Role
	uses      map[string]Use
	chatter   *chatter
}

// New builds the tables, which takes about a millisecond.
func New() *Analyzer {
	a := &Analyzer{particles: newParticleTable(), endings: newEndingTable(), glued: map[string]bool{}}
	for _, set := range []string{josaAny, josaVowel, josaConsonant, josaVowelOrL} {
		for _, w := range strings.Fields(set) {
			a.glued[w] = true
			for _, w2 := range strings.Fields("은 는 도 의 만 이 가 를 을 요") {
				a.glued[w+w2] = true
			}
		}
	}
	a.readScaffold()
	a.readUses()
	return a
}

// std is built on first use; its tables never change.
var std = sync.OnceValue(New)

// Words returns the words of s. Particles that follow Latin letters or a
// number ("AI의") are left out; what is inside brackets is not. What people say
// around a question ("I heard at work", 초보인데) is [Empty].
func (a *Analyzer) Words(s string) []Word {
	var out []Word
	prev := Other
	Cut(Fold(s), func(t Token) bool {
		if !a.IsParticle(t, prev) {
			out = append(out, a.Word(t))
		}
		prev = t.Script
		return true
	})
	a.chatter.mark(out)
	return out
}

// IsParticle reports whether the token is a particle glued to a word of
// another script, which [Analyzer.Words] leaves out. prev is the script of the token before.
func (a *Analyzer) IsParticle(t Token, prev Script) bool {
	return t.Script == Hangul && t.Glued && (prev == Latin || prev == Number) && a.glued[t.Text]
}

// Word returns the readings of one token. It depends on the token's text and script only.
func (a *Analyzer) Word(t Token) Word {
	w := Word{Token: t}
	switch t.Script {
	case Hangul:
		a.readHangul(&w)
	case Latin:
		w.Readings = []Reading{{stemLatin(t.Text), 1}}
		w.Grams = letterGrams(t.Text)
	case Number:
		w.Readings = []Reading{{strings.ReplaceAll(t.Text, ",", ""), 1}}
	default:
		w.Readings = []Reading{{t.Text, 1}}
		w.Grams = syllableGrams([]rune(t.Text))
	}
	w.Role, w.Use = a.roleOf(&w), a.useOf(&w)
	return w
}

// maxSyllables is where a Hangul run stops being read as one word: text
// without any spaces is found by its bigrams.
const maxSyllables = 16

// readHangul collects the readings of an eojeol.
func (a *Analyzer) readHangul(w *Word) {
	r := []rune(w.Text)
	w.Readings = append(w.Readings, Reading{w.Text, 1})
	w.Grams = syllableGrams(r)
	if len(r) > maxSyllables {
		return
	}
	j := toJamo(make([]rune, 0, 3*len(r)), r)
	a.addVerbs(w, j)
	for _, stem := range a.particles.strip(j) {
		w.add(compose(stem), 1)
		if nominal(stem) {
			a.addVerbs(w, stem)
		}
		for _, inner := range a.particles.strip(stem) {
			w.add(compose(inner), 0.95)
		}
	}
	for _, rd := range w.Readings {
		if n := strings.TrimSuffix(rd.Form, "적"); n != rd.Form && utf8.RuneCountInString(n) >= 2 && rd.Form[0] != '~' {
			w.add(n, 0.8)
		}
	}
}

// nominal reports whether a verb can end like this and take a particle: …기, …음, …지.
func nominal(j []rune) bool {
	n := len(j)
	return n >= 4 && (j[n-1] == jamoT+16 || j[n-1] == vI && (j[n-2] == jamoL || j[n-2] == jamoL+12))
}

// addVerbs adds the verb readings of the word, and the noun of X하다, X되다, X시키다.
func (a *Analyzer) addVerbs(w *Word, j []rune) {
	for _, stem := range a.endings.stems(j) {
		n := len(stem)
		switch {
		case n >= 5 && stem[n-1] == lH: // 공개ㅎ
			w.add(compose(stem[:n-1]), 1)
			continue
		case n >= 6 && stem[n-1] == vOE && stem[n-2] == jamoL+3: // 공개되
			w.add(compose(stem[:n-2]), 1)
			continue
		case n >= 8 && string(stem[n-4:]) == string(toJamo(nil, []rune("시키"))):
			w.add(compose(stem[:n-4]), 0.9)
		}
		w.add(verbMark+string(stem), 0.9)
	}
}

func (w *Word) add(form string, weight float32) {
	if form == "" {
		return
	}
	for _, r := range w.Readings {
		if r.Form == form {
			return
		}
	}
	w.Readings = append(w.Readings, Reading{form, weight})
}

func syllableGrams(r []rune) []Gram {
	if len(r) < 2 {
		return nil
	}
	out := make([]Gram, 0, len(r)-1)
	for i := 1; i < len(r); i++ {
		out = append(out, gram(r[i-1], r[i]))
	}
	return out
}

func letterGrams(w string) []Gram {
	if len(w) < 4 {
		return nil
	}
	r := []rune("^" + w + "$")
	out := make([]Gram, 0, len(r)-2)
	for i := 2; i < len(r); i++ {
		out = append(out, gram(r[i-2], r[i-1], r[i]))
	}
	return out
}

// Across returns the pair of syllables on both sides of a space, and whether there is one.
func Across(left, right Token) (Gram, bool) {
	if left.Script != Hangul || right.Script != Hangul || right.Break {
		return 0, false
	}
	l, _ := utf8.DecodeLastRuneInString(left.Text)
	r, _ := utf8.DecodeRuneInString(right.Text)
	return gram(l, r), true
}

// Stems returns the likeliest comparable forms of the content words of s, in
// order: for each word all its readings, the word as written first. For
// checking whether two sentences speak of the same things.
func Stems(s string) [][]string {
	var out [][]string
	for _, w := range std().Words(s) {
		if w.Role != Content {
			continue
		}
		forms := make([]string, len(w.Readings))
		for i, r := range w.Readings {
			forms[i] = r.Form
		}
		out = append(out, forms)
	}
	return out
}

// Words returns the words of s with all their readings.
func Words(s string) []Word { return std().Words(s) }
