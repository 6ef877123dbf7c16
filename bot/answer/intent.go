package answer

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/openai-explain/openai-explain/knowledge/text"
)

// intent is what a message wants when it is no question about the sources.
type intent int

const (
	intentQuestion intent = iota // look it up
	intentGreeting
	intentThanks
	intentGoodbye
	intentHelp
	intentCommand // an attempt to give the bot orders
)

// The patterns match a whole message, in lower case, without punctuation, emoji
// and laughter: a greeting before a question is part of the question.
var intents = []struct {
	intent  intent
	pattern *regexp.Regexp
}{
	{intentGreeting, message(
		`안녕(하세요|하십니까|하신가요|하시죠|히세요|하세여|하셔요)?`, `하이(요|루)?`, `헬로(우)?`, `ㅎㅇ`, `반가(워요?|웠어요|습니다|워)`, `만나서 반가(워요?|습니다)`, `좋은 (아침|오후|저녁)(이에요|입니다|이네요)?`, `처음 뵙겠습니다`,
		`hi+`, `hello+`, `hey+`, `yo`, `hiya`, `howdy`, `greetings`, `good (morning|afternoon|evening|day)`, `hi there`, `hello there`, `hey there`, `nice to meet you`, `how are you( doing)?( today)?`, `what'?s up`, `sup`)},
	{intentThanks, message(
		`(정말 |너무 |진짜 |대단히 |매우 |아주 )?(고마워요?|고맙습니다|고맙다|고마웡|감사합니다|감사해요?|감사드려요|감사드립니다|감사|땡큐|ㄱㅅ|ㄳ)`, `답변 (고마워요?|고맙습니다|감사합니다|감사해요)`, `도움( 많이)? (됐어요?|되었어요|됐습니다|되었습니다)( 감사합니다| 고마워요?)?`, `수고(했어요?|하셨습니다|하세요|하셨어요)`, `잘 (알겠습니다|알겠어요?)( 감사합니다| 고마워요?)?`,
		`(ok(ay)? )?(many )?(thanks|thank you|thx|ty|tysm|cheers)( so much| very much| a lot| a bunch)?`, `(that|this)( really)? helped( a lot)?( thanks| thank you)?`, `(great|perfect|awesome|nice)( thanks| thank you)`, `much appreciated`, `appreciate it`)},
	{intentGoodbye, message(
		`(그럼 )?(안녕히 (계세요|가세요)|잘 ?(가|있어|자)(요)?|잘 가요?|또 (봐|봐요|올게|올게요|뵐게요)|다음에 (봐|봐요|또 봐요?|뵐게요)|바이(바이)?|빠이)`,
		`(good ?)?bye( bye)?( now)?`, `see (you|ya)( later| soon| tomorrow)?`, `cya`, `good ?night`, `take care`, `later`)},
	{intentHelp, message(
		`(넌 |너 |너는 |당신은 |이 봇은? )?(뭘|뭐를|무엇을|뭐|어떤 걸|어떤 것을|무슨 일을|어떤 일을) ?(도와)?(할|해|도와줄) ?(수 있(어|어요|나요|니|습니까|는지 알려줘|지)|줄 수 있(어|어요|나요|니))`,
		`(뭘|뭐|무엇을|어떤 걸|무슨 질문을?|어떤 질문을?) ?(물어볼|물어봐도|질문할|물어보면|해도) ?(수 있(어|어요|나요|니)|되(나요|니|요)|돼(요)?|될까요?)`, `(뭘|뭐를?|무엇을|어떤 걸) ?(알아|알고 있(어|어요|나요|니)|아나요|아니|아세요)`,
		`도움말( 보여줘| 좀| 알려줘)?`, `도와줘(요)?`, `도와주세요`, `사용법(이 뭐야|은| 알려줘| 좀 알려줘| 알려주세요)?`, `어떻게 (사용|이용)(해|하나요|해요|하는 거야|합니까)`, `(어떻게|뭐라고) (물어보면|질문하면) (돼|되나요|돼요|될까요)`, `(너는? |넌 |당신은 |이건 |이거 |이 봇은 |얘는 |여기는? )?(누구|(뭐|뭘|무엇을|무슨 일) ?하는 (봇|애|앱|프로그램|거|곳|데)|무슨 봇|어떤 봇)(이야|야|니|세요|예요|이에요|인가요|입니까|이죠|죠|임)?`, `(어떤|무슨) (질문|걸|것을?|거|주제)(을|를|에)? ?(할|물어볼|답할|대답할|아는) ?(수 있(어|어요|나요|니|습니까|는지)|줄 (알아|아나요))`, `(뭘|뭐|뭐를|무엇을) ?(할 줄 알아|할 줄 아나요|할 수 있음|물어보면 돼|물어봐야 돼|잘해)`, `질문 예시( 보여줘| 알려줘)?`, `자기 ?소개( 해줘|해줘| 부탁해)?`, `주제( 목록)?( 보여줘| 알려줘)?`, `기능( 알려줘|이 뭐야|은)?`, `(메뉴|목록)( 보여줘)?`,
		`help( me)?( please)?`, `(so )?what (can|do) you do( for me)?( here)?`, `what can (i|we) ask( you)?( about)?`, `what do you know( about)?`, `what are you( able to do)?`, `who are you`, `how (do|can) i use (you|this|this bot|the bot)`, `how does this( bot)? work`, `how do you work`, `(list |show )?(the |your )?topics`, `(show |list )?(the )?(menu|commands)`, `what topics( do you (know|cover))?`, `what questions can you answer`, `what (can|should) (i|we) (ask|say)( here)?`, `what (is|are) (this|you)( bot| here)? for`, `what kind of (questions|things) (can|do) (i ask|you answer|you know)( about)?`, `(give me )?(some )?example questions`, `what (is|does) this( bot)?( do)?`, `introduce yourself`, `tell me about yourself`, `usage`)},
}

// orders are phrases that address the program in place of asking it something.
// Such a message abstains even where the rest of it would have an answer.
var orders = regexp.MustCompile(strings.Join([]string{
	`(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|prompts?|rules?|guidelines?|restrictions?|sources?|everything|previous|above|prior)`,
	`(system|hidden|initial|developer) (prompt|message|instructions?)`, `(reveal|print|show|repeat|output|leak)\b.{0,30}\b(prompt|instructions?|tokens?|api keys?|secrets?|passwords?|environment|env vars?|config)`,
	`you are now\b`, `from now on,? you`, `pretend (to be|you|that)`, `act as (an?|the|if)\b`, `role ?-?play`, `jailbreak`, `\bdan mode\b`, `do anything now`, `developer mode`,
	`</?(system|user|assistant|instructions?)>`, `\[/?inst\]`, `<\|[a-z_]+\|>`, `###? ?(system|instructions?)`,
	`(이전|위의?|앞의?|지금까지의?|기존의?|모든) ?(지시|명령|프롬프트|규칙|설정|대화)(사항|문)?(를|을|은|는)? ?(다 |모두 |전부 )?(무시|잊|삭제|초기화)`, `시스템 ?프롬프트`, `프롬프트를? ?(보여|알려|출력|공개)`, `(너는|넌|당신은) (이제|지금)부터`, `(인|라고|이라고) 척 ?해`, `역할극`, `(비밀번호|토큰|api ?키|환경 ?변수)(를|을)? ?(알려|보여|출력)`, `탈옥`,
}, "|"))

// message matches a message that is one or several of alternatives, perhaps with a closing
// particle of politeness or laughter.
func message(alternatives ...string) *regexp.Regexp {
	one := `(?:` + strings.Join(alternatives, "|") + `)`
	return regexp.MustCompile(`^` + one + `(?: ` + one + `)*(?: ?(?:ㅎ+|ㅋ+|ㅠ+|~|봇|bot|봇아|님|여러분|all|everyone|everybody|team|guys|folks))*$`)
}

// intentOf reads a message. It looks at the beginning of a long one only.
func intentOf(message string) intent {
	const enough = 2000
	if r := []rune(message); len(r) > enough {
		message = string(r[:enough])
	}
	folded := strings.ToLower(text.Normalize(message))
	if orders.MatchString(folded) {
		return intentCommand
	}
	bare := strings.Join(strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '~'
	}), " ")
	for _, i := range intents {
		if i.pattern.MatchString(bare) {
			return i.intent
		}
	}
	return intentQuestion
}
