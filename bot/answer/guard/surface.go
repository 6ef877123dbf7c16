package guard

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/openai-explain/openai-explain/bot"
)

// checkSurface looks at the characters of a sentence before its words.
func checkSurface(sentence string, cited []string, lang bot.Lang) Reason {
	if hasInvisible(sentence) {
		return Invisible
	}
	all := strings.Join(cited, "\n")
	for _, check := range []func(string, string) Reason{checkMentions, checkLinks, checkScripts, checkMarkup, checkQuotes} {
		if r := check(sentence, all); r != "" {
			return r
		}
	}
	return checkLanguage(sentence, all, lang)
}

// hasInvisible finds characters that a person does not see, or that change the
// order in which the others are shown.
func hasInvisible(s string) bool {
	marks := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cs, r),
			r == unicode.ReplacementChar, unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r),
			r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF, r == 0x034F, r == 0x2800,
			r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r == 0x17B4, r == 0x17B5:
			return true
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) {
			if marks++; marks > 2 {
				return true
			}
		} else {
			marks = 0
		}
	}
	return false
}

// scriptOf names the script of a character; all rare ones count as one, and
// what every script uses has none.
func scriptOf(r rune) string {
	switch {
	case unicode.Is(unicode.Hangul, r):
		return "Hangul"
	case unicode.Is(unicode.Latin, r):
		return "Latin"
	}
	if unicode.In(r, unicode.Common, unicode.Inherited) {
		return ""
	}
	for _, name := range [...]string{"Han", "Hiragana", "Katakana", "Cyrillic", "Greek", "Arabic", "Hebrew", "Thai", "Devanagari"} {
		if unicode.Is(unicode.Scripts[name], r) {
			return name
		}
	}
	return "other"
}

func checkScripts(sentence, cited string) Reason {
	have := map[string]bool{}
	for _, r := range cited {
		if r >= 0x80 || unicode.IsLetter(r) {
			have[scriptOf(r)] = true
		}
	}
	have[""], have["Latin"] = true, true // what a Latin word is, checkWords decides
	for _, r := range norm.NFC.String(sentence) {
		if r < 0x80 && !unicode.IsLetter(r) {
			continue
		}
		if !have[scriptOf(r)] {
			return Script
		}
		// A letter or a digit in disguise: full width, mathematical, circled.
		if r >= 0x80 && !unicode.Is(unicode.Hangul, r) && norm.NFKC.String(string(r)) != string(r) &&
			(unicode.IsLetter(r) || unicode.IsNumber(r)) && !strings.ContainsRune(cited, r) {
			return Script
		}
		if (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) && r >= 0x80) && !strings.ContainsRune(cited, r) {
			return Script
		}
	}
	return ""
}

// checkLanguage refuses an English sentence for Korean claims: a Korean one for
// English claims fails on its script.
func checkLanguage(sentence, cited string, lang bot.Lang) Reason {
	if lang == bot.Korean && hangulShare(cited) > 0.3 || lang == "" && hangulShare(cited) > 0.6 {
		if hangulShare(sentence) < 0.2 && !strings.Contains(squeeze(cited), squeeze(sentence)) {
			return Language
		}
	}
	return ""
}

// hangulShare is the share of Hangul among the letters.
func hangulShare(s string) float64 {
	hangul, letters := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters++
			if unicode.Is(unicode.Hangul, r) {
				hangul++
			}
		}
	}
	if letters == 0 {
		return 0
	}
	return float64(hangul) / float64(letters)
}

var (
	mention = regexp.MustCompile(`@[\pL\pN_]+|<[@!#t:/a-z][^>\s]*>?|<id:\w+>`)
	address = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://\S+|\b(?:hxxps?|https?|ftp|data|file|javascript|mailto)\s*:\S*|\bwww\.\S+` +
		`|[\w.+-]+@[\w-]+\.[\w.]+|(?:[\pL\pN_-]+\.)+[a-z][a-z0-9-]+\b(?:[:/]\S*)?|\bxn--\S+` +
		`|\b\d{1,3}(?:\.\d{1,3}){3}\b\S*|\S*%[0-9a-f]{2}\S*|\S*\[\.\]\S*`)
	path      = regexp.MustCompile(`(?:^|\s)(?:~|\.{0,2})/[\w.-]+\S*|\b[A-Za-z]:\\\S+|\b[\w-]+(?:/[\w.-]+){2,}|\b\w+_\w+\b|\b\w+\(\)|--?[a-z][\w-]+=\S+`)
	slashDate = regexp.MustCompile(`(^|\s)[12]\d{3}/\d{1,2}/\d{1,2}`)
	quoted    = regexp.MustCompile(`“([^”]*)”|"([^"]*)"|「([^」]*)」|『([^』]*)』|‘([^’]*)’|《([^》]*)》`)
	tooLong   = regexp.MustCompile(`[!-~]{41,}`)
)

func checkMentions(sentence, cited string) Reason {
	if !strings.ContainsAny(sentence, "@<") {
		return ""
	}
	return onlyTheirs(mention, sentence, cited, Mention)
}

// checkLinks requires every address to stand in a claim, byte for byte and as a whole.
func checkLinks(sentence, cited string) Reason {
	if r := onlyTheirs(address, sentence, cited, Link); r != "" {
		return r
	}
	// A date with slashes looks like a path; what it says, checkFacts decides.
	if r := onlyTheirs(path, slashDate.ReplaceAllString(sentence, "$1"), cited, Code); r != "" {
		return r
	}
	return onlyTheirs(tooLong, sentence, cited, Code)
}

// findInWords looks at the words in which an address, a path or a mention can
// be: a letter or a digit on both sides of a mark, or one of a few marks. Most
// words are none of these, and looking at each in full is slow.
func findInWords(re *regexp.Regexp, s string) []string {
	var out []string
	for _, word := range strings.Fields(s) {
		if len(word) > 40 || suspicious(word) {
			out = append(out, re.FindAllString(word, -1)...)
		}
	}
	return out
}

func suspicious(word string) bool {
	if strings.ContainsAny(word, `@%[<\_=~/`) || strings.Contains(word, "()") || strings.HasPrefix(word, "xn--") || strings.HasPrefix(word, "XN--") {
		return true
	}
	body := strings.TrimRight(word, ".,:;!?)\"”’")
	return strings.ContainsAny(body, ".:") || len(body) < len(word) && strings.Contains(word, ":")
}

// onlyTheirs requires what matches in the sentence to match in the claims as well.
func onlyTheirs(re *regexp.Regexp, sentence, cited string, reason Reason) Reason {
	found := findInWords(re, sentence)
	if len(found) == 0 {
		return ""
	}
	theirs := map[string]bool{}
	for _, m := range findInWords(re, cited) {
		theirs[trimEnd(m)] = true
	}
	for _, m := range found {
		if !theirs[trimEnd(m)] {
			return reason
		}
	}
	return ""
}

// trimEnd drops the punctuation and the particle behind an address.
func trimEnd(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) || strings.ContainsRune(".,;:!?)\"'”’", r) })
	return s
}

// checkMarkup refuses characters that Slack, Discord or Markdown take for
// formatting, unless the claims have them.
func checkMarkup(sentence, cited string) Reason {
	for _, r := range sentence {
		if strings.ContainsRune("`*_~|<>[]{}\\#^=", r) && !strings.ContainsRune(cited, r) {
			return Markup
		}
	}
	trimmed := strings.TrimSpace(sentence)
	if strings.HasPrefix(trimmed, "- ") || strings.HasPrefix(trimmed, "-# ") || strings.HasPrefix(trimmed, "> ") || strings.Contains(sentence, "](") && !strings.Contains(cited, "](") {
		return Markup
	}
	return ""
}

// checkQuotes requires what stands in quotation marks to stand in a claim word
// for word.
func checkQuotes(sentence, cited string) Reason {
	flat := squeeze(cited)
	for _, m := range quoted.FindAllStringSubmatch(sentence, -1) {
		inner := strings.TrimRight(squeeze(strings.Join(m[1:], "")), ".,!?")
		if !strings.Contains(flat, inner) {
			return Quote
		}
	}
	return ""
}

var quoteMarks = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "「", `"`, "」", `"`, "『", `"`, "』", `"`, "《", `"`, "》", `"`,
	"–", "-", "—", "-", "‑", "-", "−", "-", "∼", "~", "～", "~", "…", "...", "·", "·", "ㆍ", "·", "・", "·")

// squeeze unifies what does not matter when words are compared one to one.
func squeeze(s string) string {
	return strings.Join(strings.Fields(quoteMarks.Replace(norm.NFC.String(s))), " ")
}
