package guard

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// material is what a forger works with.
type material struct {
	text    string
	lang    bot.Lang
	names   []string // names of the claim, beside those that findNames knows
	foreign []string // names of other claims
}

// forger makes a false sentence of a true one. ok is false where there is nothing
// to change.
type forger func(r *rand.Rand, m material) (forged string, ok bool)

// forgers by class. They share no code with the check: what they find in a text
// they find by themselves.
var forgers = []struct {
	class string
	forge []forger
}{
	{"number", []forger{changeNumber, changeNumber, changeScale, insertNumber}},
	{"unit", []forger{changeUnit, addBound}},
	{"date", []forger{changeDate, changeDate, changeTime, changeWeekday, insertDate}},
	{"name", []forger{changeName, changeName, insertName}},
	{"contact", []forger{changeContact, insertContact}},
	{"polarity", []forger{flip}},
	{"roles", []forger{exchangeNames}},
	{"numbers exchanged", []forger{exchangeNumbers}},
	{"drift", []forger{insertForeign, translate}},
	{"link", []forger{addLink}},
	{"markup", []forger{addMarkup}},
	{"invisible", []forger{addInvisible}},
}

// Fabricate makes n different samples that the claims do not support, evenly over
// the classes, or as many as there are. The same arguments give the same samples.
func Fabricate(seed uint64, claims []TrialClaim, n int) []Sample {
	if len(claims) == 0 {
		return nil
	}
	f := fabricator{r: rand.New(rand.NewPCG(seed, 0x6f70656e)), claims: claims, foreign: foreignNames(claims), instructions: instructions()}
	seen := map[string]bool{}
	var out []Sample
	for tries := 0; len(out) < n && tries < 20*n; tries++ {
		s, ok := f.one()
		if key := s.Class + s.Line + strings.Join(s.Claims, "\n"); ok && !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

type fabricator struct {
	r            *rand.Rand
	claims       []TrialClaim
	foreign      map[bot.Lang][]string
	instructions map[bot.Lang][]string
}

func (f *fabricator) one() (Sample, bool) {
	c := f.claims[f.r.IntN(len(f.claims))]
	text := variant(f.r, c)
	k := f.r.IntN(len(forgers) + len(misquoters))
	if k >= len(forgers) {
		return f.misquote(misquoters[k-len(forgers)], c, text)
	}
	forge := forgers[k].forge[f.r.IntN(len(forgers[k].forge))]
	forged, ok := forge(f.r, material{text, c.Lang, c.Names, f.foreign[c.Lang]})
	s := Sample{Class: forgers[k].class, Lang: c.Lang, Claims: []string{c.Text}, Line: forged + " [1]"}
	return s, ok && forged != text && !strings.Contains(c.Text, forged)
}

func foreignNames(claims []TrialClaim) map[bot.Lang][]string {
	out := map[bot.Lang][]string{}
	for _, c := range claims {
		out[c.Lang] = append(out[c.Lang], c.Names...)
	}
	return out
}

// variant is the claim, one of its sentences, or one of its faithful rewrites.
func variant(r *rand.Rand, c TrialClaim) string {
	options := []string{c.Text, c.Text}
	options = append(options, sentencesOf(c.Text)...)
	options = append(options, rewriteEndings(c.Text, c.Lang)...)
	return options[r.IntN(len(options))]
}

// edit replaces what a pattern finds, once, somewhere.
func edit(r *rand.Rand, text string, re *regexp.Regexp, change func(string) string) (string, bool) {
	found := re.FindAllStringIndex(text, -1)
	if len(found) == 0 {
		return text, false
	}
	at := found[r.IntN(len(found))]
	was := text[at[0]:at[1]]
	now := change(was)
	return text[:at[0]] + now + text[at[1]:], now != was && !strings.Contains(text, now)
}

// insert puts a phrase between two words.
func insert(r *rand.Rand, text, phrase string) (string, bool) {
	var gaps []int
	for i, c := range text {
		if c == ' ' {
			gaps = append(gaps, i)
		}
	}
	if len(gaps) == 0 || strings.Contains(text, phrase) {
		return text, false
	}
	at := gaps[r.IntN(len(gaps))]
	return text[:at] + " " + phrase + text[at:], true
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }
