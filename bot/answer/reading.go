package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// shape says how much of itself a question says.
type shape int

const (
	wholeQuestion shape = iota // stands by itself
	shortQuestion              // a few words that may refer to what was said before
	bareQuestion               // nothing but a reference: "why?", "더 자세히"
)

// want is the kind of thing that a follow-up asks for.
type want int

const (
	wantAny want = iota // what its words say
	wantWhy
	wantMore
	wantOther
	wantExample
	wantWhen
	wantWho
	wantWhere
	wantCount
	wantUnclear // "and?": refers to something, asks for nothing in particular
)

// reading is what a question says by itself, and what it leaves to the
// conversation.
type reading struct {
	shape shape
	want  want
	// refers is set where it points back: "and …", "그럼 …", "it", "그 회사".
	refers bool
	// asks is set where it is a sentence and not only a few words.
	asks  bool
	other bool     // "other …", "다른 …"
	text  string   // without what only points back
	words []string // those that say what it is about, as text.Words gives them
}

// Limits of a short question: with more it says enough to stand by itself.
const (
	shortWords   = 3
	shortLetters = 60
)

// read reads a question.
func read(question string) reading {
	folded := strings.ToLower(text.Normalize(question))
	if utf8.RuneCountInString(folded) > 2*shortLetters {
		return reading{text: question}
	}
	line := strings.Join(strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	}), " ")
	line = strings.ReplaceAll(line, "’", "'")
	if w, ok := bareWant(line); ok {
		return reading{shape: bareQuestion, want: w, refers: true}
	}
	r := reading{text: line}
	if at := connective.FindString(line); at != "" {
		r.refers, r.text = true, strings.TrimSpace(line[len(at):])
	}
	r.cutReferences()
	if w, ok := bareWant(r.text); ok && !r.other {
		return reading{shape: bareQuestion, want: w, refers: true}
	}
	r.words = contentWords(r.text)
	r.asks = asking.MatchString(line)
	r.want = r.kind(line)
	switch {
	case len(r.words) > shortWords || len(r.words) == shortWords && !r.refers || utf8.RuneCountInString(line) > shortLetters:
		return reading{text: question}
	case len(r.words) == 0 && (r.refers || r.other):
		r.shape = bareQuestion
		if r.other && r.want == wantAny {
			r.want = wantOther
		}
		if r.want == wantAny {
			r.want = wantUnclear
		}
		return r
	case len(r.words) == 0:
		return reading{text: question}
	}
	r.shape = shortQuestion
	return r
}

func bareWant(line string) (want, bool) {
	for _, b := range bareQuestions {
		if b.pattern.MatchString(line) {
			return b.want, true
		}
	}
	return wantAny, false
}

// single reports whether the question is one word, and what it asks about that
// is left to the conversation.
func (r reading) single() bool { return len(r.words) == 1 && len(strings.Fields(r.text)) == 1 }

// cutReferences takes out the words that point back.
func (r *reading) cutReferences() {
	var kept []string
	fields := strings.Fields(r.text)
	for i := 0; i < len(fields); i++ {
		switch w := fields[i]; {
		case slices.Contains(pointers, w):
			r.refers = true
		case slices.Contains(others, w):
			r.other = true
		case slices.Contains(determiners, w) && i+1 < len(fields) && generic[text.TrimParticle(fields[i+1])]:
			r.refers = true
			i++ // 그 회사: the noun says nothing that is not known
		case slices.Contains(determiners, w):
			r.refers = true
		default:
			kept = append(kept, w)
		}
	}
	r.text = strings.Join(kept, " ")
}

// kind finds the question word of a short question.
func (r *reading) kind(line string) want {
	switch {
	case whenWord.MatchString(line):
		return wantWhen
	case countWord.MatchString(line):
		return wantCount
	case reasonWord.MatchString(line):
		return wantWhy
	}
	return wantAny
}

// contentWords are the words that say what a question is about. A word that the
// analysis takes for a filler is one all the same where it is a noun with a
// particle ("주가는", which is also a form of 주다).
func contentWords(line string) []string {
	var out []string
	for _, w := range text.Words(line) {
		if fillers[w.Text] || strings.Contains(w.Text, "'") && len(w.Text) < 6 && w.Role != text.Content {
			continue
		}
		noun := nounOf(w)
		if fillers[noun] {
			continue
		}
		if w.Role == text.Content || noun != w.Text && utf8.RuneCountInString(noun) >= 2 && roleOf(noun) == text.Content {
			out = append(out, w.Text)
		}
	}
	return out
}

// nounOf is a Korean word without its particle.
func nounOf(w text.Word) string {
	if w.Script != text.Hangul {
		return w.Text
	}
	return text.TrimParticle(w.Text)
}

func roleOf(word string) text.Role {
	for _, w := range text.Words(word) {
		return w.Role
	}
	return text.Empty
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// connectives begin a question that goes on from an answer.
const connectives = `그럼|그러면|그렇다면|그런데|근데|그리고|그래서|하지만|그러니까|그래도|반대로|반면(?:에)?|혹시|아니|아하?|음+|오+|네|응|` +
	`and|but|so|then|ok(?:ay)?|well|hm+|oh|also|what about|how about|what of|as for`

var connective = regexp.MustCompile(`^(?:(?:` + connectives + `)(?: +|$))+`)

// Words that point back.
var (
	pointers = strings.Fields("그건 그건요 그게 그거 그거는 그것 그것은 그것이 그것도 그걸 그건데 이건 이게 이거 이거는 이것 이것은 이걸 저건 저게 저거 거기 거기는 거긴 거기서 그곳 그곳은 걔 걔는 그들은 그분은 " +
		"it its it's that that's this these those they they're them their there he he's she she's him her his one ones")
	determiners = strings.Fields("그 이 저 해당")
	others      = strings.Fields("다른 딴 other others else another")
	generic     = set("회사 기업 업체 법 법안 사람 분 모델 글 편지 나라 기사 것 거 곳 기술 서비스 제품")
	// fillers say nothing about the subject, beside the words of asking.
	fillers = set("그건 이건 뭐래 뭔데 어떤데 어떤가 어떨까 어떻다 어떠 어떤지는 어떻 때문에 이유요 근데 좀 더 또 제발 알려줘 말이야 건데 please too also about any some really exactly tell give show me example is are was were be been am")
	asking  = regexp.MustCompile(`(?:^| )(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|tell|explain|show|give|define)(?: |$|')|뭐|뭔|무엇|무슨|뜻|의미|정의|란$|누가|누구|어디|언제|어떻|어떤|왜|얼마|몇|(?:다|까|나요|니|야|어|아|요|지|죠|줘|래|데)$`)
)

var (
	whenWord   = regexp.MustCompile(`언제|(?:^| )when(?: |$)`)
	reasonWord = regexp.MustCompile(`이유|까닭|(?:^| )reasons?(?: |$)`)
	countWord  = regexp.MustCompile(`얼마|몇 |how (?:much|many)`)
)

// bareQuestions are follow-ups that say nothing by themselves: the whole
// message, in lower case, without punctuation.
var bareQuestions = []struct {
	want    want
	pattern *regexp.Regexp
}{
	{wantWhy, followUp(`왜(?: 그래| 그런데| 그런가요?| 그런 (?:거야|거예요|건가요?)| 그렇(?:지|죠)| 그럴까| 그랬(?:어|대)| 때문에)?`, `왜(?:죠|지|일까|인데|인가|래|냐|야|예요)`, `어째서`, `무엇 때문에`, `뭐 때문에`,
		`(?:그 )?(?:이유|까닭)(?:는|은|가|이)?(?: 뭐(?:야|래|예요|죠|지|인데|라고 해)?| 뭔데| 무엇인가| 무엇인가요| 알려줘| 있어)?`,
		`why(?: is (?:that|this|it|so)| was (?:that|this|it)| so| not)?`, `why'?s that`, `how come`, `what for`, `for what reasons?`, `what is the reason`, `what'?s the reason`)},
	{wantMore, followUp(`(?:좀 |조금 )?더`, `(?:좀 |조금 )?(?:더 )?(?:자세히|상세히|자세하게|상세하게|구체적으로)(?: 좀)?(?: (?:알려|설명해?|말해|얘기해) ?(?:줘|주세요|줄래|봐|줄 수 있어))?`,
		`(?:좀 |조금 )?더 (?:알려|설명해|말해|얘기해) ?(?:줘|주세요|줄래|봐)`, `계속(?:해|해줘|해 줘)?`,
		`(?:can you |could you |please )?(?:tell|give|show) me more(?: details?| information| info)?(?: about (?:it|that|this))?`, `(?:some )?more(?: details?| info(?:rmation)?)?`, `go on`, `continue`,
		`(?:can you |could you |please )?(?:elaborate|explain(?: it| that| this)? (?:more|further|in (?:more )?detail))`, `in (?:more )?details?`, `details`)},
	{wantOther, followUp(`(?:또 )?(?:다른|딴) ?(?:건|거|것|것은|것도|거는|게)(?: (?:뭐(?:가)?|더))?(?: ?(?:있어|있나|있나요|없어|없나|없나요|있을까))?`, `또(?:는)?(?: 뭐(?:가)?)?(?: ?(?:있어|있나|있나요|없어|없나요))?`, `또 (?:다른|딴) ?(?:건|거|것은)`,
		`(?:그|이) ?(?:외|밖|외에|밖에)(?:에는?|는)?(?: 뭐(?:가)? (?:있어|있나요))?`, `더 (?:있어|있나|있나요|없어|없나|없나요)`,
		`(?:what|who|anything|something|anyone|any) else(?: is there)?`, `anything more`, `(?:any |what )?others?(?: ones?)?(?: are there)?`, `another(?: one)?`)},
	{wantExample, followUp(`예를 ?(?:들면|들어|들자면|들어 ?줘|들어 ?주세요|들어 ?줄래|들어 ?봐)`, `(?:구체적인 )?(?:예|예시|사례)(?:는|를|가|도)?(?: 하나(?:만|라도)?| 좀| 몇 개(?:만)?)?(?: ?(?:들어 ?줘|들어 ?주세요|들어 ?봐|알려 ?줘|알려주세요|보여줘|있어|있나요|줘))?`, `이를테면`, `가령`,
		`(?:for|an?|any|some)? ?(?:examples?|instances?)`, `(?:can you |could you |please )?(?:give|show)(?: me)?(?: an?| some| one)? ?(?:examples?|instances?)`, `such as(?: what)?`, `like what`, `e g`)},
	{wantWhen, followUp(`언제(?:부터|까지|쯤|였어|였지|야|예요|죠|지|인데)?`, `(?:그게|그건) 언제(?:야|였어|예요|인데)?`, `(?:since |from |until )?when(?: exactly| (?:is|was) (?:that|this|it))?`)},
	{wantWho, followUp(`누가`, `누구(?:야|예요|죠|지|인데|래)?`, `(?:그게|그건) 누구(?:야|예요)?`, `(?:by )?who(?:m)?(?: (?:is|was) (?:that|it|he|she)| said (?:so|that|it)| says (?:so|that))?`)},
	{wantWhere, followUp(`어디(?:서|에서|에|야|예요|죠|지|인데)?`, `where(?: (?:is|was) (?:that|it|this))?`)},
	{wantCount, followUp(`얼마(?:나|야|예요|인데|죠)?`, `몇 (?:개|명|년)(?:야|이야)?`, `how (?:much|many)(?: (?:is|was) (?:that|it))?`)},
	{wantUnclear, followUp(`그럼`, `그러면`, `그래서`, `그리고`, `근데`, `그런데`, `뭐가`, `뭔데`, `무슨 (?:뜻|말|소리)(?:이야|인가요|이죠|야)?`, `어떻게`, `and`, `so`, `but`, `then`, `so what`, `what`, `what do you mean`, `what does (?:that|it|this) mean`, `how(?: so| exactly| does (?:that|it) work)?`)},
}

// followUp matches a message that is one of alternatives, with a connective
// before it and politeness behind it.
func followUp(alternatives ...string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:` + connectives + `) +)*(?:` + strings.Join(alternatives, "|") + `)(?:요| please| then| though)*$`)
}
