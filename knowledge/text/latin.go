package text

import (
	"strings"

	"github.com/kljensen/snowball/english"
)

// stemLatin returns the stem of a folded Latin word. Possessives and the
// apostrophes of contractions go; the language is taken to be English.
func stemLatin(w string) string {
	if i := strings.IndexByte(w, '\''); i >= 0 {
		if w[i:] == "'s" || w[i:] == "'re" || w[i:] == "'ll" || w[i:] == "'ve" || w[i:] == "'d" || w[i:] == "'m" {
			w = w[:i]
		} else {
			w = strings.ReplaceAll(w, "'", "")
		}
	}
	if len(w) <= 2 || len(w) > 40 {
		return w
	}
	for i := 0; i < len(w); i++ {
		if w[i] < 'a' || w[i] > 'z' {
			return w
		}
	}
	if s, ok := irregular[w]; ok {
		return s
	}
	return english.Stem(w, true)
}

// irregular forms that the suffix rules of the stemmer cannot know.
var irregular = map[string]string{
	"made": "make", "done": "do", "did": "do", "does": "do", "went": "go", "gone": "go", "goes": "go", "said": "say",
	"was": "be", "were": "be", "is": "be", "are": "be", "been": "be", "am": "be", "has": "have", "had": "have",
	"gave": "give", "given": "give", "took": "take", "taken": "take", "got": "get", "gotten": "get", "wrote": "write", "written": "write",
	"chose": "choos", "chosen": "choos", "built": "build", "kept": "keep", "meant": "mean", "men": "man", "women": "woman",
	"children": "child", "people": "person", "began": "begin", "begun": "begin", "became": "becom", "knew": "know", "known": "know",
	"found": "find", "bought": "buy", "brought": "bring", "thought": "think", "told": "tell", "left": "leav", "paid": "pay", "sent": "send",
	"spent": "spend", "sold": "sell", "ran": "run", "saw": "see", "seen": "see", "came": "come", "lost": "lose", "won": "win", "held": "hold",
	"led": "lead", "felt": "feel", "grew": "grow", "grown": "grow", "shown": "show", "drove": "drive", "driven": "drive", "broke": "break",
	"broken": "break", "spoke": "speak", "spoken": "speak", "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "threw": "throw",
	"thrown": "throw", "flew": "fli", "flown": "fli", "drew": "draw", "drawn": "draw", "ate": "eat", "eaten": "eat", "stood": "stand",
	"understood": "understand", "taught": "teach", "caught": "catch", "fought": "fight", "sought": "seek", "born": "bear", "died": "die", "dying": "die",
	"lies": "lie", "lying": "lie", "better": "good", "best": "good", "worse": "bad", "worst": "bad",
}
