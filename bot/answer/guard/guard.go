package guard

import (
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/bot"
)

// Reason says why a sentence was refused. The values are stable: they are log
// attributes and metric labels.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	Uncited            Reason = "uncited"               // no marker at its end
	CitationOutOfRange Reason = "citation_out_of_range" // a number that no claim has
	CitationUnneeded   Reason = "citation_unneeded"     // a cited claim that the sentence shares nothing with
	Length             Reason = "length"                // longer than the claims allow, or than 4 KB
	Empty              Reason = "empty"                 // it says nothing
	Invisible          Reason = "invisible"             // invisible, bidirectional or control characters
	Script             Reason = "script"                // a script that the claims do not use
	Language           Reason = "language"              // not in the language of the claims or of the answer
	Mention            Reason = "mention"               // of a person or a channel
	Link               Reason = "link"                  // an address, a host, an e-mail that is not the claim's
	Markup             Reason = "markup"                // formatting that is not the claim's
	Code               Reason = "code"                  // a path, an identifier, a long token
	Quote              Reason = "quote"                 // quotation marks around what the claims do not say
	Number             Reason = "number"                // a number that is not there
	Unit               Reason = "unit"                  // the number is there, with another unit or bound
	Date               Reason = "date"                  // a date or a time that is not there
	Name               Reason = "name"                  // a name that is not there
	LatinWord          Reason = "latin_word"            // a Latin word in a Korean sentence that is not there
	Polarity           Reason = "polarity"              // negated, allowed, required or bounded otherwise
	Novelty            Reason = "novelty"               // words that are not there
	Roles              Reason = "roles"                 // the words are there, in another relation
)

// Verdict is what the guard thinks of a sentence.
type Verdict struct {
	OK     bool
	Reason Reason // empty where OK
}

func refuse(r Reason) Verdict { return Verdict{Reason: r} }

// Limits of a sentence.
const (
	maxBytes = 4 << 10 // of a sentence
	slack    = 40      // characters by which a sentence may exceed its claims
)

// deep are the checks that read the words, in their order.
var deep = [...]func(reading, *evidence) Reason{checkFacts, checkWords, checkRelations, checkCitations}

// Check decides about one sentence, given without its markers, and the plain
// texts of the claims it cites. lang is the language of the answer; empty leaves
// that to the claims.
func Check(sentence string, cited []string, lang bot.Lang) Verdict {
	return check(sentence, cited, lang, checkSurface, deep[:])
}

func check(sentence string, cited []string, lang bot.Lang, surface func(string, []string, bot.Lang) Reason, deep []func(reading, *evidence) Reason) Verdict {
	if len(cited) == 0 {
		return refuse(Uncited)
	}
	if r := checkSize(sentence, cited); r != "" {
		return refuse(r)
	}
	if r := surface(sentence, cited, lang); r != "" {
		return refuse(r)
	}
	words := newLexicon()
	s := scan(sentence, words)
	var claims []reading
	for _, c := range cited {
		claims = append(claims, scan(c, words))
	}
	ev := newEvidence(s, claims)
	for _, check := range deep {
		if r := check(s, ev); r != "" {
			return refuse(r)
		}
	}
	return Verdict{OK: true}
}

func checkSize(sentence string, cited []string) Reason {
	if len(sentence) > maxBytes {
		return Length
	}
	longest := slack
	for _, c := range cited {
		longest += utf8.RuneCountInString(c) * 3 / 2 // a number in words is longer than in digits
	}
	if utf8.RuneCountInString(sentence) > longest {
		return Length
	}
	return ""
}

// CheckLine reads a line as the model writes it, "text [1][3]", and checks it
// against the claims, of which claims[0] has the number 1.
func CheckLine(line string, claims []string, lang bot.Lang) (sentence string, cites []int, v Verdict) {
	return checkLine(line, claims, lang, Check)
}

func checkLine(line string, claims []string, lang bot.Lang, check func(string, []string, bot.Lang) Verdict) (sentence string, cites []int, v Verdict) {
	sentence, cites, err := Parse(line)
	if err != nil {
		return sentence, nil, refuse(Uncited)
	}
	var cited []string
	for _, n := range cites {
		if n < 1 || n > len(claims) {
			return sentence, cites, refuse(CitationOutOfRange)
		}
		cited = append(cited, claims[n-1])
	}
	return sentence, cites, check(sentence, cited, lang)
}
