package guard

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is one content word or one number of a text.
type token struct {
	text string
	keys []string // two words are the same where they share one
	fact *fact    // nil for a word
	role role

	neg, must, can bool // what is said about it

	latin   bool
	name    bool // written as a name is, and not only because a sentence begins with it
	neutral bool // adds no fact: mean, call
	seg     int  // number of its part of the sentence; words move only within theirs

	sentence int
}

// reading is a text taken apart.
type reading struct {
	tokens []token
	alone  map[int]bool    // segments with one token
	latin  map[string]bool // every Latin word, in lower case
	opened []string        // capitalised words that begin a sentence and carry no fact, in lower case
	hangul bool            // written in Korean
}

// scanner reads a text once, from left to right.
type scanner struct {
	s     string
	pos   int
	words *lexicon
	out   reading

	seg      int
	sentence int
	first    bool     // the next word begins a sentence
	negNext  bool     // a denial waits for its word
	canNext  bool     // and so on
	mustNext bool     //
	recent   []string // the last function words before here, lower case, for bounds
	lastRun  string   // the Hangul run before
	lastAt   int      // where the last token ended, in bytes
}

// scan takes a text apart. It never fails: what it does not know is a word.
func scan(text string, words *lexicon) reading {
	s := &scanner{words: words, s: quoteMarks.Replace(norm.NFKC.String(text)), first: true}
	s.out.hangul = isKorean(text)
	s.out.latin = map[string]bool{}
	for s.pos < len(s.s) {
		s.step()
	}
	s.endSegment()
	counts := map[int]int{}
	for _, t := range s.out.tokens {
		counts[t.seg]++
	}
	s.out.alone = map[int]bool{}
	for seg, n := range counts {
		s.out.alone[seg] = n == 1
	}
	return s.out
}

var capitalAhead = regexp.MustCompile(`^\s+[A-Z]`)

// isKorean looks at the letters of a text, without those of addresses.
func isKorean(text string) bool {
	if strings.Contains(text, "://") || strings.Contains(text, "@") {
		text = strings.Join(slices.DeleteFunc(strings.Fields(text), func(w string) bool { return strings.ContainsAny(w, "/@") }), " ")
	}
	// What ends in Hangul is Korean, however many foreign titles it names.
	share := hangulShare(text)
	if share <= 0.1 || share > 0.3 {
		return share > 0.3
	}
	last := strings.LastIndexFunc(text, unicode.IsLetter)
	r, _ := utf8.DecodeRuneInString(text[last:])
	return isSyllable(r)
}

func (s *scanner) step() {
	r, size := utf8.DecodeRuneInString(s.s[s.pos:])
	switch {
	case unicode.IsSpace(r):
		s.pos += size
	case r >= '0' && r <= '9':
		s.digits("")
	case currency[r] != "" && s.pos+size < len(s.s) && s.s[s.pos+size] >= '0' && s.s[s.pos+size] <= '9':
		s.pos += size
		s.digits(currency[r])
	case isSyllable(r):
		s.korean()
	case unicode.Is(unicode.Latin, r):
		s.word()
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		s.other()
	default:
		s.pos += size
		s.punctuation(r)
	}
}

func (s *scanner) punctuation(r rune) {
	switch r {
	case '.', '!', '?', '。':
		s.endSegment()
		s.first = true
		s.sentence++
	case ',', ';', ':', '/', '·', '\n':
		s.endSegment()
		s.first = s.first || r == ':'
	case '"', '(':
		s.first = s.first || r == '"'
	case '-':
		if s.pos < len(s.s) && s.s[s.pos] == ' ' { // a dash, not a hyphen
			s.endSegment()
		}
	}
}

// endSegment closes a part of the sentence. A denial that waits for a word that
// does not come belongs to the word before it.
func (s *scanner) endSegment() {
	if n := len(s.out.tokens); s.negNext && n > 0 && s.out.tokens[n-1].sentence == s.sentence {
		s.out.tokens[n-1].neg = !s.out.tokens[n-1].neg
	}
	s.negNext = false
	s.canNext, s.mustNext = false, false
	s.recent = nil
	s.seg++
}

func (s *scanner) add(t token) {
	t.seg, t.sentence = s.seg, s.sentence
	if s.negNext {
		t.neg = !t.neg
	}
	t.can = t.can || s.canNext
	t.must = t.must || s.mustNext
	s.negNext, s.canNext, s.mustNext = false, false, false
	s.recent = nil
	s.out.tokens = append(s.out.tokens, t)
	s.first = false
}

func (s *scanner) last() *token {
	if n := len(s.out.tokens); n > 0 {
		return &s.out.tokens[n-1]
	}
	return &token{}
}

// digits reads a date, a time or a number that begins with a digit.
func (s *scanner) digits(money string) {
	rest := s.s[s.pos:]
	f, n := fact{}, 0
	if money == "" {
		if f, n = dateAt(rest); n == 0 {
			f, n = timeAt(rest)
		}
	}
	if n == 0 {
		if f, n = numberAt(rest); f.unit == "" || money != "" && f.unit == money {
			f.unit = money
		}
		if f.kind == version && money != "" {
			f.kind = quantity
		}
	}
	s.number(f, n)
}

// number adds a fact of n bytes, with the bound and the particle around it.
func (s *scanner) number(f fact, n int) {
	text := s.s[s.pos : s.pos+n]
	s.pos += n
	if f.kind != raw {
		f.bound = s.boundBefore()
	}
	role := s.afterNumber(&f)
	s.add(token{text: text, fact: &f, role: role})
	if role == joint {
		s.endSegment()
	}
	s.lastRun = ""
	if strings.HasSuffix(text, ".") && capitalAhead.MatchString(s.s[s.pos:]) { // "8 p.m. The": the full stop is the sentence's, too
		s.endSegment()
		s.first = true
		s.sentence++
	}
}

func (s *scanner) boundBefore() string {
	if b := boundBefore[s.lastRun]; b != "" {
		return b
	}
	recent := strings.TrimSuffix(strings.Join(s.recent, " "), " the")
	best, bound := 0, ""
	for _, b := range englishBound {
		if len(b.words) > best && (recent == b.words || strings.HasSuffix(recent, " "+b.words)) {
			best, bound = len(b.words), b.bound
		}
	}
	return bound
}

// afterNumber reads the bound and the particle behind a number.
func (s *scanner) afterNumber(f *fact) role {
	if m := englishBoundAfter.FindStringSubmatch(s.s[s.pos:]); m != nil {
		f.bound = map[string]string{"or more": "≥", "and above": "≥", "or less": "≤", "or fewer": "≤", "and below": "≤", "or later": "from", "onward": "from", "onwards": "from",
			"or earlier": "to", "ago": "ago", "later": "after", "earlier": "before"}[m[1]]
		s.pos += len(m[0])
		return noRole
	}
	run := hangulRun(s.s[s.pos:])
	if b := boundAfter[run]; b != "" { // 8월까지, 3개월안에
		f.bound = b
		s.pos += len(run)
		return place
	}
	if r, ok := particleOf[run]; ok && run != "" {
		s.pos += len(run)
		return r
	}
	if run == "" && strings.HasPrefix(s.s[s.pos:], " ") {
		return s.boundWord(f)
	}
	return noRole
}

// boundWord reads a bound that stands apart: 10% 이상이, 5년 안에.
func (s *scanner) boundWord(f *fact) role {
	run := hangulRun(s.s[s.pos+1:])
	rs := []rune(run)
	for n := min(len(rs), 4); n > 0; n-- {
		b := boundAfter[string(rs[:n])]
		r, ok := particleOf[string(rs[n:])]
		if b == "" || !ok && n < len(rs) || n == 1 && len(rs) > 1 && !ok {
			continue
		}
		f.bound = b
		s.pos += 1 + len(run)
		return r
	}
	return noRole
}

// korean reads a run of Hangul.
func (s *scanner) korean() {
	rest := s.s[s.pos:]
	if f, n := dayTimeAt(rest); n > 0 {
		s.number(f, n)
		return
	}
	if f, n := koreanNumberAt(rest); n > 0 {
		s.number(f, n)
		return
	}
	run := hangulRun(rest)
	attached := s.pos > 0 && s.pos == s.lastAt
	s.pos += len(run)
	defer func() { s.lastRun = run }()
	if attached && s.attach(run) {
		return
	}
	w := s.words.analyse(run)
	s.content(run, w)
	if clauseEnd(run, w) {
		s.endSegment()
	}
}

// attach takes a run behind a Latin word for its particle.
func (s *scanner) attach(run string) bool {
	r, ok := particleOf[run]
	if !ok {
		return false
	}
	s.last().role = r
	if r == joint || clauseEnd(run, koreanWord{role: r}) {
		s.endSegment()
	}
	return true
}

// content adds a run, unless it is a word that only says something about another.
func (s *scanner) content(run string, w koreanWord) {
	prev := s.last()
	switch {
	case negatesNext[run]:
		s.negNext = !s.negNext
		return
	case negation(run):
		prev.neg = !prev.neg
		prev.must = prev.must || s.obliges(run)
		return
	case (run == "수" || run == "수도" || run == "수가" || run == "수는") && s.possible():
		prev.can = true
		return
	case boundBefore[run] != "" && s.digitNext():
		return
	}
	obliged := s.obliges(run)
	if koreanFunction[run] || isLight(run, w) {
		prev.must = prev.must || obliged
		return
	}
	neutral := slices.ContainsFunc(w.keys, func(k string) bool { return koreanNeutral[k] })
	s.add(token{text: run, keys: w.keys, role: w.role, neutral: neutral, must: obliged})
}

// isLight reports a form of 하다, 되다 or 있다. Forms that are names as well (인도,
// 한도) are not counted among them.
func isLight(run string, w koreanWord) bool {
	last, _ := utf8.DecodeLastRuneInString(run)
	return !strings.ContainsRune("도나자든가로", last) && slices.ContainsFunc(w.keys, func(k string) bool { return koreanLight[k] })
}

// possible reports whether 수 is followed by 있다 or 없다.
func (s *scanner) possible() bool {
	next := hangulRun(strings.TrimLeft(s.s[s.pos:], " "))
	return strings.HasPrefix(next, "있") || strings.HasPrefix(next, "없")
}

func (s *scanner) digitNext() bool {
	next := strings.TrimLeft(s.s[s.pos:], " ")
	if next == "" {
		return false
	}
	if next[0] >= '0' && next[0] <= '9' || next[0] == '$' {
		return true
	}
	_, n := koreanNumberAt(next)
	return n > 0
}

// obliges reports 해야 한다 and its like.
func (s *scanner) obliges(run string) bool {
	if !strings.HasSuffix(run, "야") || len(run) < 6 {
		return false
	}
	next, _ := utf8.DecodeRuneInString(hangulRun(strings.TrimLeft(s.s[s.pos:], " ")))
	return strings.ContainsRune("하한합해할했된되될됩됐만", next)
}

// other reads letters of any other script: whole, as they are.
func (s *scanner) other() {
	n := 0
	for i, r := range s.s[s.pos:] {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) || isSyllable(r) || unicode.Is(unicode.Latin, r) {
			break
		}
		n = i + utf8.RuneLen(r)
	}
	text := s.s[s.pos : s.pos+n]
	s.pos += n
	s.lastAt = s.pos
	s.add(token{text: text, keys: []string{text}, name: true})
}
