package guard

import "slices"

// evidence is the claims of a sentence, indexed, and where the tokens of the
// sentence stand in them.
type evidence struct {
	found  [][]spot // found[i] are the places of token i of the sentence
	claims []reading
	words  map[string][]spot
	facts  []spot
}

// spot is where a token stands: in which claim, at which position.
type spot struct{ claim, at int }

func newEvidence(s reading, claims []reading) *evidence {
	ev := &evidence{claims: claims, words: map[string][]spot{}}
	for c, r := range claims {
		for i, t := range r.tokens {
			p := spot{c, i}
			if t.fact != nil {
				ev.facts = append(ev.facts, p)
			}
			for _, k := range t.keys {
				ev.words[k] = append(ev.words[k], p)
			}
		}
	}
	ev.found = make([][]spot, len(s.tokens))
	for i := range s.tokens {
		ev.found[i] = ev.find(&s.tokens[i])
	}
	return ev
}

func (ev *evidence) token(p spot) *token { return &ev.claims[p.claim].tokens[p.at] }

// find returns where a token of the sentence stands in the claims, each place once.
func (ev *evidence) find(t *token) []spot {
	var out []spot
	if t.fact != nil {
		for _, p := range ev.facts {
			if t.fact.statedBy(*ev.token(p).fact) {
				out = append(out, p)
			}
		}
		return out
	}
	for _, k := range t.keys {
		if out == nil {
			out = slices.Clip(ev.words[k]) // shared, so appending has to copy
			continue
		}
		for _, p := range ev.words[k] {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// checkFacts: every number, date and time stands in a claim, as one value with
// its unit and its bound.
func checkFacts(s reading, ev *evidence) Reason {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.fact == nil || len(ev.found[i]) > 0 {
			continue
		}
		for _, p := range ev.facts {
			if t.fact.near(*ev.token(p).fact) && t.fact.kind == quantity {
				return Unit
			}
		}
		return t.fact.reason()
	}
	return ""
}

// checkWords: every content word stands in a claim, but for a few that add
// nothing.
func checkWords(s reading, ev *evidence) Reason {
	if len(s.tokens) == 0 {
		return Empty
	}
	for _, word := range s.opened {
		if !englishOpeners[word] && !ev.hasLatin(word) {
			return Name
		}
	}
	neutral := 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if len(ev.found[i]) > 0 {
			continue
		}
		switch {
		case t.neutral && !t.neg && !t.can && !t.must:
			neutral++
		case t.latin && s.hangul:
			return LatinWord
		case t.name, t.latin && isCapital(t.text):
			return Name
		case ev.hasOpposite(t):
			return Polarity
		default:
			return Novelty
		}
	}
	if neutral*5 > len(s.tokens) { // 20 %
		return Novelty
	}
	return ""
}

// checkRelations: words that stand next to each other stand so in a claim, and
// what is said about them is said there.
func checkRelations(s reading, ev *evidence) Reason {
	for _, word := range absolutes {
		if s.latin[word] && !s.hangul && !ev.hasLatin(word) {
			return Polarity
		}
	}
	places := make([][]spot, len(s.tokens))
	for i := range s.tokens {
		t := &s.tokens[i]
		found := ev.found[i]
		if len(found) == 0 {
			continue // neutral
		}
		places[i] = ev.saidAlike(t, found)
		if len(places[i]) == 0 {
			return Polarity
		}
	}
	if tooOften(places) {
		return Roles
	}
	return ev.follow(s, places)
}

// saidAlike are those places of a token at which the same is said about it.
func (ev *evidence) saidAlike(t *token, found []spot) []spot {
	alike := func(p spot) bool {
		c := ev.token(p)
		return c.neg == t.neg && c.can == t.can && c.must == t.must
	}
	if !slices.ContainsFunc(found, func(p spot) bool { return !alike(p) }) {
		return found
	}
	var out []spot
	for _, p := range found {
		if alike(p) {
			out = append(out, p)
		}
	}
	return out
}

// absolutes turn a sentence round wherever they stand. A claim that has none of
// them says it otherwise, and what two denials in one sentence mean is anyone's guess.
var absolutes = [...]string{"nobody", "nothing", "none", "never", "neither", "nor", "without", "hardly", "barely", "seldom", "rarely"}

// tooOften reports a word that the sentence uses more often than its claims do: one
// of its places must be another word's.
func tooOften(places [][]spot) bool {
	type key struct {
		first spot
		n     int
	}
	uses := map[key]int{}
	for _, ps := range places {
		if len(ps) == 0 {
			continue
		}
		k := key{ps[0], len(ps)}
		if uses[k]++; uses[k] > len(ps) {
			return true
		}
	}
	return false
}

func (ev *evidence) hasLatin(word string) bool {
	for _, c := range ev.claims {
		if c.latin[word] {
			return true
		}
	}
	return false
}

// follow walks through each part of the sentence and through the claims at
// once: some way of finding every word must keep neighbours together.
func (ev *evidence) follow(s reading, places [][]spot) Reason {
	prev := -1
	var reached []spot
	for i := range s.tokens {
		if places[i] == nil {
			continue
		}
		if prev < 0 || s.tokens[prev].seg != s.tokens[i].seg {
			reached = places[i]
		} else if reached = ev.step(&s.tokens[prev], reached, &s.tokens[i], places[i]); reached == nil {
			return Roles
		}
		prev = i
	}
	return ""
}

// step returns those places of a word that can follow one of the reached places
// of the word before it.
func (ev *evidence) step(left *token, reached []spot, right *token, places []spot) []spot {
	var out []spot
	for _, q := range places {
		for _, p := range reached {
			if ev.joined(left, p, right, q) {
				out = append(out, q)
				break
			}
		}
	}
	return out
}

// gap is how many words of a claim may be left out between two.
const gap = 4

// joined reports whether two neighbours of the sentence belong together in a
// claim: in this order and close by, or in the same part of it with particles
// that say the same of them, or with only a remark between them.
func (ev *evidence) joined(left *token, p spot, right *token, q spot) bool {
	if p.claim != q.claim || p.at == q.at {
		return false
	}
	l, r := ev.token(p), ev.token(q)
	switch {
	case clash(left.role, l.role), clash(right.role, r.role):
		return false
	case q.at == p.at+1, l.seg == r.seg && q.at > p.at && q.at-p.at <= gap+1:
		return true
	case l.seg == r.seg && movable(left.role) && left.role == l.role && right.role == r.role:
		return true
	}
	return ev.floats(p) || ev.floats(q) || ev.shared(p, q)
}

// shared reports that the word at p carries over to q although other parts of
// the sentence stand between them: a Korean subject or object with no other behind it, or,
// in English, a name behind which a remark without names stands.
func (ev *evidence) shared(p, q spot) bool {
	if q.at < p.at {
		return false
	}
	tokens := ev.claims[p.claim].tokens
	between := tokens[p.at+1 : q.at]
	if ev.claims[p.claim].hangul {
		role := tokens[p.at].role
		if role != topic && role != subject && role != object {
			return false
		}
		for i := range between {
			if r := between[i].role; r == topic || r == subject || r == role {
				return false
			}
		}
		return tokens[p.at].sentence == tokens[q.at].sentence
	}
	return ev.remark(tokens, p.at, q.at)
}

// remark: p ends its part of the claim, q begins its own, and what stands between
// names nobody who was not named before.
func (ev *evidence) remark(tokens []token, p, q int) bool {
	if tokens[p+1].seg == tokens[p].seg || tokens[q-1].seg == tokens[q].seg || q-p > 9 || tokens[p].sentence != tokens[q].sentence {
		return false
	}
	for i := p + 1; i < q; i++ {
		if tokens[i].name && !named(tokens[:p+1], tokens[i].keys[0]) {
			return false
		}
	}
	return true
}

func named(tokens []token, key string) bool {
	for i := range tokens {
		if len(tokens[i].keys) > 0 && tokens[i].keys[0] == key {
			return true
		}
	}
	return false
}

// floats: a date that has a part of the claim to itself may stand anywhere.
func (ev *evidence) floats(p spot) bool {
	t := ev.token(p)
	return t.fact != nil && t.fact.kind == date && ev.claims[p.claim].alone[t.seg]
}

// movable: a noun whose particle says what it is may stand elsewhere.
func movable(r role) bool {
	return r == subject || r == topic || r == object || r == place || r == means
}

// clash: the particle says something else of the noun. The topic can be anything.
func clash(a, b role) bool {
	return a == subject && b == object || a == object && b == subject
}

// checkCitations: every cited claim has a share in the sentence, and says
// something of it that no other cited claim says, unless it says it all.
func checkCitations(s reading, ev *evidence) Reason {
	if len(ev.claims) < 2 {
		return ""
	}
	shares, alone, found := make([]int, len(ev.claims)), make([]int, len(ev.claims)), 0
	for i := range s.tokens {
		seen, last := map[int]bool{}, 0
		for _, p := range ev.found[i] {
			if !seen[p.claim] {
				seen[p.claim], last = true, p.claim
				shares[p.claim]++
			}
		}
		if len(seen) > 0 {
			found++
		}
		if len(seen) == 1 {
			alone[last]++
		}
	}
	for c, n := range shares {
		if n < 2 && n < len(ev.claims[c].tokens) || n*5 < len(s.tokens)/len(ev.claims) || alone[c] == 0 && n < found {
			return CitationUnneeded
		}
	}
	return ""
}

// hasOpposite reports whether a claim has the opposite of a word.
func (ev *evidence) hasOpposite(t *token) bool {
	for _, k := range t.keys {
		for _, o := range opposites[k] {
			if len(ev.words[o]) > 0 {
				return true
			}
		}
	}
	return false
}
