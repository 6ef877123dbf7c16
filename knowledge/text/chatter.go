package text

import (
	"slices"
	"strings"
)

// chatter finds what people say around a question: who they are, where they
// heard of it, how they want it told. Such words are content elsewhere ("work",
// 회의), so they are recognised by the company they keep.
type chatter struct {
	phrases map[string][][]string // by the form of the first word
	asker   map[string]bool
	people  map[string]bool
	place   map[string]bool
	saying  map[string]bool
}

func newChatter() *chatter {
	return &chatter{phrases: map[string][][]string{}, asker: map[string]bool{}, people: map[string]bool{},
		place: map[string]bool{}, saying: map[string]bool{}}
}

// anyone stands for a word of the people or askers in a phrase.
const anyone = "*"

func (c *chatter) addPhrase(line string) {
	var forms []string
	for _, w := range strings.Fields(Fold(line)) {
		if w != anyone {
			w = scaffoldForm(w)
		}
		forms = append(forms, w)
	}
	c.phrases[forms[0]] = append(c.phrases[forms[0]], forms)
}

// mark makes the words of chatter empty.
func (c *chatter) mark(words []Word) {
	for i := 0; i < len(words); {
		n := c.phraseAt(words[i:])
		for k := range n {
			words[i+k].Role = Empty
		}
		i += max(n, 1)
	}
	told := len(words) - 1 // words up to the last verb of saying that leads on to something
	for told > 0 && !c.leads(&words[told-1]) {
		told--
	}
	for i := range words {
		w := &words[i]
		if w.Script != Hangul || w.Role != Content {
			continue
		}
		if c.isAsker(w) || i < told && (c.isHeard(w) || has(c.saying, w)) {
			w.Role = Empty
		}
	}
}

// phraseAt returns how many words the longest phrase at the beginning of words has, 0 where there is none.
func (c *chatter) phraseAt(words []Word) int {
	longest := 0
	try := func(form string) {
		for _, p := range c.phrases[form] {
			if len(p) > longest && len(p) <= len(words) && c.fits(p, words) {
				longest = len(p)
			}
		}
	}
	try(words[0].Text)
	for _, r := range words[0].Readings {
		try(r.Form)
	}
	return longest
}

func (c *chatter) fits(phrase []string, words []Word) bool {
	for k, form := range phrase {
		w := &words[k]
		switch {
		case k > 0 && w.Break:
			return false
		case form == anyone:
			if !has(c.people, w) && !has(c.asker, w) {
				return false
			}
		case w.Text != form && !w.reads(form):
			return false
		}
	}
	return true
}

// reads reports whether form is one of the word's readings.
func (w *Word) reads(form string) bool {
	return slices.ContainsFunc(w.Readings, func(r Reading) bool { return r.Form == form })
}

func has(set map[string]bool, w *Word) bool {
	return slices.ContainsFunc(w.Readings, func(r Reading) bool { return set[r.Form] })
}

// leading are the ends of a clause that the question proper follows: 들었는데, 하던데, 나오길래.
var leading = []string{"는데", "는데요", "던데", "던데요", "길래", "더라구요", "더라고요", "더라", "다가", "어서", "아서", "지만", "어요", "아요", "습니다", "대요", "데"}

// leads reports whether the word is a verb of saying or hearing and what was said is asked about next.
func (c *chatter) leads(w *Word) bool {
	return w.Script == Hangul && has(c.saying, w) &&
		slices.ContainsFunc(leading, func(end string) bool { return strings.HasSuffix(w.Text, end) })
}

// isAsker reports whether the word says who asks: 초보인데, 문과라서, 초보자도.
func (c *chatter) isAsker(w *Word) bool {
	for noun := range prefixes(w.Text) {
		if c.asker[noun] && slices.Contains(copulas, w.Text[len(noun):]) {
			return true
		}
	}
	return false
}

var copulas = strings.Fields("인데 인데요 이라 라 라서 이라서 라서요 이라서요 입니다 입니다만 지만 이지만 이에요 예요 인 도 도요 라도 이라도 를 을 들도 여도 이어도 에게 한테 용 용으로 수준 수준으로 로서 으로서 눈높이")

// isHeard reports whether the word says where or from whom something was heard: 회의에서, 팀장님이.
func (c *chatter) isHeard(w *Word) bool {
	for noun := range prefixes(w.Text) {
		rest := w.Text[len(noun):]
		if c.place[noun] && slices.Contains(placeEnds, rest) {
			return true
		}
		if c.people[noun] && slices.Contains(peopleEnds, rest) {
			return true
		}
	}
	return false
}

var (
	placeEnds  = append(strings.Fields("에서 에서는 에서도 에 에도 서 보다가 보니까 중에 때 시간에 자리에서"), "")
	peopleEnds = append(strings.Fields("이 가 은 는 들이 들은 님이 님은 님께서 님들이 한테 한테서 님한테 님께 께서 에게 에게서 분이 분들이 도"), "")
)

// prefixes yields the beginnings of a Hangul word, the whole of it included.
func prefixes(w string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range w {
			if i > 0 && !yield(w[:i]) {
				return
			}
		}
		yield(w)
	}
}
