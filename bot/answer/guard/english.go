package guard

import (
	"strings"

	"github.com/kljensen/snowball/english"
)

var (
	// Words that carry no fact of their own. What says how much, when, where from or
	// on what condition is not among them.
	englishFunction = wordSet(`a an the this that these those it its itself he she him her his hers they them their theirs we us our ours you your yours i me my mine
		is are was were be been being am isn aren wasn weren do does did done doing don doesn didn has have had having hasn haven hadn
		of to in on at for with as into onto upon via per about and or but so while which who whom whose where when what how
		there here then than also too thus hence such s t re ve ll d m would will shall may might can could must should ought cannot
		not no never neither nor none nothing nobody without hardly barely seldom rarely able namely e g eg ie etc one's however moreover furthermore`)
	englishNeutral = wordSet(`mean means meaning refer refers called describe describes described explain explains explained say says said namely say namely`)
	// With these a sentence may begin although no claim has them. Any other word of
	// englishFunction at that place could be a name: You, Will, May.
	englishOpeners = wordSet(`a an the this that these those it its they their there here then also in on at for with as of to and but or so while which who when where what how is are was were`)
	englishNegates = wordSet(`not no never neither nor none nothing nobody without hardly barely seldom rarely cannot`)
	englishCan     = wordSet(`can could may might cannot able`)
	englishMust    = wordSet(`must shall should ought`)
	// Before these, what follows may stand elsewhere in the sentence.
	englishJoins = wordSet(`and or but while whereas which who because so although though if unless when`)

	months = map[string]int{"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "jun": 6,
		"july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12}
	smallNumbers = map[string]float64{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
		"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12}
	scales   = map[string]float64{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
	ordinals = map[string]string{"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10"}
)

// latinKeys are the forms under which a Latin word is looked up. A name is
// looked up as it is: its stem may be another word's.
func latinKeys(word string, name bool) []string {
	lower := strings.ToLower(word)
	keys := []string{lower}
	if one, ok := strings.CutSuffix(lower, "s"); ok && len(one) > 2 {
		keys = append(keys, one)
	}
	if name {
		return keys
	}
	return append(keys, "s:"+english.Stem(lower, true))
}

// isCapital reports a word that is written as a name is: a capital anywhere.
func isCapital(word string) bool { return strings.ToLower(word) != word }
