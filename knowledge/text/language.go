package text

import "strings"

// English words that only English sentences have.
const englishFunction = ` what who whom whose why when where which how is are was were do does did can could should would will may might must have has had
 the a an of in on at to for from with by about between and or not be been it its this that these those there their they you your we our i me my tell
 explain show give list please any some if than into as so more most also `

// Language returns "ko" or "en", the language that s is asked in. Words
// alone do not decide: "What does 오픈소스 mean?" is English, "Llama vs EXAONE
// 차이" is Korean. Where there is neither Hangul nor a letter, "en".
func Language(s string) string {
	hangul, latin, function := 0, 0, 0
	Cut(Fold(s), func(t Token) bool {
		switch t.Script {
		case Hangul:
			hangul++
		case Latin:
			latin++
			if strings.Contains(englishFunction, " "+t.Text+" ") {
				function++
			}
		}
		return latin+hangul < 400
	})
	if hangul > 0 && (function < 2 || hangul > latin) {
		return "ko"
	}
	return "en"
}
