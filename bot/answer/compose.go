package answer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/knowledge"
)

// cited is a claim together with the entry it is from.
type cited struct {
	entry *knowledge.Entry
	claim *knowledge.Claim
}

// whole is an entry's answer as its author put it.
func whole(e *knowledge.Entry) []cited {
	var out []cited
	for i := range e.Claims {
		out = append(out, cited{e, &e.Claims[i]})
	}
	return out
}

// relevant is what a hit says to the question: the claims that answer it
// directly, best first, or else the whole entry.
func relevant(h knowledge.Hit) []cited {
	var direct []cited
	for _, c := range h.Claims {
		if c.Direct {
			direct = append(direct, cited{h.Entry, c.Claim})
		}
	}
	if len(direct) > 0 {
		return direct
	}
	return whole(h.Entry)
}

// compose is the answer that consists of claims.
func (a *Answerer) compose(lang bot.Lang, claims []cited, confidence float64) bot.Answer {
	b := builder{lang: lang, answer: bot.Answer{Status: bot.Answered, Lang: lang, Writer: bot.Extract, Confidence: confidence}}
	for _, c := range claims {
		text, _ := c.claim.Text.In(knowledge.Lang(lang))
		b.say(text, c)
	}
	return b.done(a.Prompts.OnlyIn)
}

// builder collects sentences and numbers the claims they rest on.
type builder struct {
	lang   bot.Lang
	answer bot.Answer
	claims []cited // claims[i] is citation i+1
}

// say adds a sentence that rests on claims.
func (b *builder) say(text string, claims ...cited) {
	s := bot.Sentence{Text: text}
	for _, c := range claims {
		s.Cites = append(s.Cites, b.number(c))
	}
	slices.Sort(s.Cites)
	s.Cites = slices.Compact(s.Cites)
	b.answer.Sentences = append(b.answer.Sentences, s)
}

func (b *builder) number(c cited) int {
	if i := slices.Index(b.claims, c); i >= 0 {
		return i + 1
	}
	b.claims = append(b.claims, c)
	return len(b.claims)
}

// done adds what goes with the sentences: citations, notes, links, and the line
// that says so where the answer is in another language.
func (b *builder) done(onlyIn func(lang, have bot.Lang) string) bot.Answer {
	for i, c := range b.claims {
		b.answer.Citations = append(b.answer.Citations, bot.Citation{
			N: i + 1, Entry: c.entry.ID, Claim: c.claim.ID, Section: c.entry.Section, Source: source(b.lang, c.entry.Source),
		})
		b.notes(i+1, c)
		text, have := c.claim.Text.In(knowledge.Lang(b.lang))
		b.link(text)
		if have != knowledge.Lang(b.lang) && b.answer.Preface == "" {
			b.answer.Preface = onlyIn(b.lang, bot.Lang(have))
		}
	}
	for _, c := range b.answer.Citations {
		b.allow(c.Source.URL)
	}
	return b.answer
}

// notes adds the notes on c, citation n, or n to those that are there.
func (b *builder) notes(n int, c cited) {
	for _, note := range c.entry.Notes {
		if !slices.Contains(note.On, c.claim.ID) {
			continue
		}
		at := slices.IndexFunc(b.answer.Notes, func(have bot.Note) bool { return have.ID == note.ID })
		if at >= 0 {
			b.answer.Notes[at].On = append(b.answer.Notes[at].On, n)
			continue
		}
		text, _ := note.Text.In(knowledge.Lang(b.lang))
		added := bot.Note{ID: note.ID, Text: text, On: []int{n}, Source: source(b.lang, note.Source)}
		b.answer.Notes = append(b.answer.Notes, added)
		b.link(text)
		b.allow(added.Source.URL)
	}
}

func source(lang bot.Lang, s *knowledge.Source) bot.Source {
	if s == nil {
		return bot.Source{}
	}
	publisher, _ := s.Publisher.In(knowledge.Lang(lang))
	title, _ := s.Title.In(knowledge.Lang(lang))
	return bot.Source{Publisher: publisher, Title: title, URL: s.URL, Published: s.Published, Updated: s.Updated}
}

// urls are the links that the author of a claim wrote into it. A closing bracket
// ends one, as it does in Markdown.
var urls = regexp.MustCompile(`https?://[^\s<>()\[\]"']+`)

func (b *builder) link(text string) {
	for _, url := range urls.FindAllString(text, -1) {
		b.allow(strings.TrimRight(url, ".,;:!?…"))
	}
}

func (b *builder) allow(url string) {
	if url != "" && !slices.Contains(b.answer.Links, url) {
		b.answer.Links = append(b.answer.Links, url)
	}
}
