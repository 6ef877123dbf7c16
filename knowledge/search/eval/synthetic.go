package eval

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/openai-explain/openai-explain/knowledge"
)

// syllables make words that look like Korean to the analysis.
const syllables = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호구누두루무부수우주추기니디리미비시이지치키티피히과관국군금김단대동등련만면목문민반방법본분사산상생서선설성세소속수시신실심안약양어업연영예용원위유의인일입자작장재적전점정제조종주준중지직진질집차참책천청체초출치크통특파평품하학한합해행현형호화확환활회후"

const (
	particles = "은 는 이 가 을 를 에 에서 으로 의 와 도 까지 부터 만"
	endings   = "합니다 했습니다 하는 됩니다 되는 해야 하고 하면 됐어요 할까요"
	// vocabulary is how many words entries are made of, common ones far commoner than rare ones.
	vocabulary = 20_000
)

// Corpus makes entries for measuring size and speed: about 255 characters, one
// question and two answer sentences, and a code that no other entry has. The
// same seed makes the same ones. Not safe for concurrent use.
type Corpus struct {
	words              []string
	particles, endings []string
	zipf               *rand.Zipf
	rng                *rand.Rand
}

// NewCorpus returns a source of entries.
func NewCorpus(seed uint64) *Corpus {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := []rune(syllables)
	c := &Corpus{rng: rng, zipf: rand.NewZipf(rng, 1.1, 8, vocabulary-1), particles: strings.Fields(particles), endings: strings.Fields(endings)}
	for range vocabulary {
		w := make([]rune, 2+rng.IntN(3))
		for i := range w {
			w[i] = s[rng.IntN(len(s))]
		}
		c.words = append(c.words, string(w))
	}
	return c
}

func (c *Corpus) sentence(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(c.words[c.zipf.Uint64()])
		b.WriteString(c.particles[c.rng.IntN(len(c.particles))])
		b.WriteByte(' ')
	}
	b.WriteString(c.words[c.zipf.Uint64()])
	b.WriteString(c.endings[c.rng.IntN(len(c.endings))])
	return b.String()
}

// Code is what only entry i says.
func (c *Corpus) Code(i int) string { return "K" + strconv.Itoa(100_000+i) }

// Entry makes entry i; what it says besides its code depends on what was made before.
func (c *Corpus) Entry(i int) *knowledge.Entry {
	q := c.sentence(9) + "?"
	a := c.sentence(24) + ". " + c.sentence(22) + " " + c.Code(i) + "."
	id := "e" + strconv.Itoa(i)
	return &knowledge.Entry{ID: id, Question: knowledge.Texts{knowledge.Korean: q},
		Claims: []knowledge.Claim{{ID: id + ".1", Text: knowledge.Texts{knowledge.Korean: a}}}}
}

// Ask makes a question like that of an entry: one of its ten words is another.
func (c *Corpus) Ask(e *knowledge.Entry) string {
	w := strings.Fields(e.Question[knowledge.Korean])
	w[c.rng.IntN(len(w))] = c.words[c.zipf.Uint64()]
	return strings.Join(w, " ")
}

// Synthetic returns a set of n entries and as many questions as wanted, each
// about an entry drawn by chance.
func Synthetic(seed uint64, n, questions int) *Set {
	c := NewCorpus(seed)
	set := &Set{Name: "synthetic " + strconv.Itoa(n)}
	for i := range n {
		set.Entries = append(set.Entries, c.Entry(i))
	}
	for i := range questions {
		e := set.Entries[c.rng.IntN(n)]
		set.Queries = append(set.Queries, Query{strconv.Itoa(i), c.Ask(e), []string{e.ID}})
	}
	return set
}
