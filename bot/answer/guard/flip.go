package guard

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
)

// rule turns the meaning of a sentence round.
type rule struct {
	find *regexp.Regexp
	put  string
}

func rules(table string) []rule {
	var out []rule
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		find, put, _ := strings.Cut(strings.TrimSpace(line), " => ")
		out = append(out, rule{regexp.MustCompile(find), put})
	}
	return out
}

// Rules of either language: negation put in and taken out, may and must, and
// words for their opposites.
var (
	koreanRules = rules(`
		수 있 => 수 없
		수도 있 => 수도 없
		있습니다 => 없습니다
		있다([.]|$) => 없다$1
		있어요 => 없어요
		([가-힣]{2,})합니다 => $1하지 않습니다
		([가-힣]{2,})했습니다 => $1하지 않았습니다
		([가-힣]{2,})한다 => $1하지 않는다
		([가-힣]{2,})했다 => $1하지 않았다
		([가-힣]+)됩니다 => $1되지 않습니다
		([가-힣]+)됐습니다 => $1되지 않았습니다
		([가-힣]+)되었습니다 => $1되지 않았습니다
		([가-힣])입니다 => $1 아닙니다
		([가-힣])집니다 => $1지지 않습니다
		지 않고 => 고
		지 않으며 => 며
		지 않게 => 게
		지 않는 => 는
		있고 => 없고
		수 있습니다 => 서는 안 됩니다
		([가-힣]+)할 수 있 => $1해야만 하고 할 수 있
		누구나 => 아무도
		누구든지 => 아무도
		많았 => 적었
		많은 => 적은
		여러 => 몇 안 되는
		빠르게 => 느리게
		좋아 => 나빠
		줄어 => 늘어
		장점 => 단점
		단점 => 장점
		쉽게 => 어렵게
		쉽다 => 어렵다
		열려 => 닫혀
		공개해 => 숨겨
		공개된 => 공개되지 않은
		자유롭게 => 제한적으로
		유연하게 => 엄격하게
		안전하게 => 위험하게
		면제 => 적용
		발효 => 폐지
		시작 => 끝
		밖 => 안
		안에 => 뒤에
		새로운 => 낡은
		크게 => 조금
		반대 => 찬성
		선택하고 => 거부하고
		([가-힣]+을|[가-힣]+를) ([가-힣]{2,}) => $1 안 $2
		([가-힣]+을|[가-힣]+를) ([가-힣]{2,}) => $1 못 $2`)
	englishRules = rules(`
		\b(is|are|was|were|has|have|can|may) => $1 not
		\bcan\b => cannot
		\bcan\b => must
		\bmay\b => must
		\bmay be\b => must not be
		\b(takes|makes|means|expects|gives|gets|falls|applies|choose|use|improve|get|do)\b => does not $1
		\b(took|said|published|carries)\b => never $1
		\bnot \b =>${empty}
		\bnever \b =>${empty}
		\bmore\b => less
		\bfaster\b => slower
		\bbetter\b => worse
		\bopen\b => closed
		\bopening\b => closing
		\bclosed\b => open
		\bClosed\b => Open
		\bOpen\b => Closed
		\bstrength\b => weakness
		\bweakness\b => strength
		\bfirst\b => last
		\bMany\b => Few
		\bmany\b => few
		\bmore people\b => fewer people
		\banyone\b => nobody
		\beasy\b => hard
		\boutside\b => inside
		\binside\b => outside
		\bexempt from\b => subject to
		\bexception\b => no exception
		\bfreely\b => hardly
		\bflexibly\b => strictly
		\bsafely\b => dangerously
		\bfalls\b => rises
		\bwithin\b => after
		\bafter\b => before
		\bunder\b => without
		\bopposite\b => same
		\bcompetitive\b => uncompetitive
		\bgreatly\b => hardly
		\blooks\b => does not look
		\bused\b => not used
		\bchoose\b => reject
		\bchoosing\b => rejecting
		\bnew\b => old
		\ball of\b => none of
		\bfake\b => real
		\breal\b => fake
		\bfor open source\b => against open source
		\bleading\b => worst
		\beverything\b => nothing
		\bboth\b => neither`)
)

// flip applies one of the rules that fit.
func flip(r *rand.Rand, m material) (string, bool) {
	table := englishRules
	if m.lang == bot.Korean {
		table = koreanRules
	}
	for range 40 {
		rule := pick(r, table)
		found := rule.find.FindAllStringSubmatchIndex(m.text, -1)
		if len(found) == 0 {
			continue
		}
		at := pick(r, found)
		put := string(rule.find.ExpandString(nil, strings.TrimPrefix(rule.put, "${empty}"), m.text, at))
		return m.text[:at[0]] + put + m.text[at[1]:], true
	}
	return m.text, false
}
