package answer_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
	"github.com/openai-explain/openai-explain/bot/answer"
	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
	"github.com/openai-explain/openai-explain/knowledge/search"
	"github.com/openai-explain/openai-explain/prompts"
)

// recollection is a memory of one process.
type recollection struct{ turns map[string][]bot.Turn }

func key(q bot.Question) string { return q.Platform + "\n" + q.Asker + "\n" + q.Conversation }

func (r recollection) Before(_ context.Context, q bot.Question) ([]bot.Turn, error) {
	return r.turns[key(q)], nil
}

func (r recollection) Remember(_ context.Context, q bot.Question, a bot.Answer) error {
	r.turns[key(q)] = append(r.turns[key(q)], bot.Turn{Asked: q.Text, Answer: a})
	return nil
}

func fromArticle(t *testing.T, change func(*answer.Config)) *answer.Answerer {
	t.Helper()
	lib, problems := knowledge.Load(article.FS)
	if knowledge.HasErrors(problems) {
		t.Fatal(problems)
	}
	return answererOf(t, lib, change)
}

func answererOf(t *testing.T, lib *knowledge.Library, change func(*answer.Config)) *answer.Answerer {
	t.Helper()
	book, err := prompts.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := answer.Config{
		Library: func() *knowledge.Library { return lib },
		Prompts: book, Memory: recollection{map[string][]bot.Turn{}},
	}
	if change != nil {
		change(&c)
	}
	if c.Search == nil {
		c.Search = search.New(lib, search.Options{}) // takes a second: it is calibrated
	}
	a, err := answer.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// turn is a question of a file of conversations, and what it has to get.
type turn struct{ line, question, want string }

func conversations(t *testing.T, name string) map[string][]turn {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string][]turn{}
	var title, question string
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "== "):
			title = line[3:]
			if all[title] != nil {
				t.Fatalf("%s:%d: two conversations are called %q", name, n, title)
			}
		case line[0] == '>':
			question = strings.TrimSpace(line[1:])
		default:
			all[title] = append(all[title], turn{fmt.Sprintf("%s:%d", name, n), question, line})
		}
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// fits says what is wrong with an answer; "" where nothing is.
func fits(want string, got bot.Answer) string {
	var cited []string
	for _, c := range got.Citations {
		cited = append(cited, c.Claim)
	}
	is := fmt.Sprintf("%s %v %.2f %q", got.Status, cited, got.Confidence, got.Preface)
	switch {
	case want == "?":
		if got.Status != bot.Clarify {
			return is
		}
	case want == "-":
		if got.Status != bot.Clarify && got.Status != bot.Abstained {
			return is
		}
	case want == "help":
		if got.Status != bot.Help {
			return is
		}
	case want[0] == '@':
		if got.Status != bot.Answered || got.Citations[0].Entry != strings.TrimSpace(want[1:]) {
			return is
		}
	default:
		first, more, _ := strings.Cut(strings.TrimPrefix(want, "="), "|")
		if got.Status != bot.Answered || !slices.Contains(strings.Fields(first), cited[0]) {
			return is
		}
		for _, c := range cited {
			if !slices.Contains(strings.Fields(first+more), c) {
				return is
			}
		}
	}
	return ""
}

// converse asks what a file has, and returns how many turns and conversations
// are right, of how many.
func converse(t *testing.T, a *answer.Answerer, all map[string][]turn) (turns, right, whole int) {
	t.Helper()
	for title, asked := range all {
		fine := true
		for i, u := range asked {
			got, err := a.Answer(t.Context(), bot.Question{
				ID: bot.QuestionID(fmt.Sprintf("%s-%d", title, i)), Kind: bot.Ask, Text: u.question,
				Platform: "test", Asker: "U1", Conversation: title,
			})
			if err != nil {
				t.Fatal(err)
			}
			turns++
			if wrong := fits(u.want, got); wrong != "" {
				t.Logf("%s: %q: %s, want %s", u.line, u.question, wrong, u.want)
				fine = false
			} else {
				right++
			}
		}
		if fine {
			whole++
		}
	}
	return turns, right, whole
}

// A share, because a few expectations are not met and say so: a synonym that the
// sources do not use ("write" for "publish"), a first answer that said all.
func TestFollowUpsAreUnderstoodFromTheConversation(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]struct{ turns, whole float64 }{
		"conversations.txt":       {0.94, 0.86},
		"conversations-fresh.txt": {0.93, 0.85},
	} {
		all := conversations(t, name)
		turns, right, whole := converse(t, fromArticle(t, nil), all)
		t.Logf("%s: %d of %d turns, %d of %d conversations are right", name, right, turns, whole, len(all))
		if float64(right) < least.turns*float64(turns) || float64(whole) < least.whole*float64(len(all)) {
			t.Errorf("%s: %d of %d turns, %d of %d conversations are right", name, right, turns, whole, len(all))
		}
	}
}

// TestAQuestionThatStandsByItselfIsNotColoured asks questions that the article
// answers, and those that it must not answer, after a question about something
// else, and with nothing before it.
func TestAQuestionThatStandsByItselfIsNotColoured(t *testing.T) {
	t.Parallel()
	lib, _ := knowledge.Load(article.FS)
	index := search.New(lib, search.Options{})
	fresh := answererOf(t, lib, func(c *answer.Config) { c.Search, c.Memory = index, nil })
	asked, differ, wrong := 0, 0, 0
	for i, e := range lib.Entries {
		before := lib.Entries[(i+1)%len(lib.Entries)]
		for _, lang := range []knowledge.Lang{knowledge.Korean, knowledge.English} {
			opening, _ := before.Question.In(lang)
			for k, q := range append(slices.Clone(e.Phrasings[lang]), e.NearMisses[lang]...) {
				if k%3 != i%3 {
					continue // all of them take a while
				}
				a := answererOf(t, lib, func(c *answer.Config) { c.Search = index })
				want := ask(t, fresh, q)
				ask(t, a, opening)
				got := ask(t, a, q)
				asked++
				if got.Status == want.Status && cmp.Equal(got.Sentences, want.Sentences) {
					continue
				}
				differ++
				if k >= len(e.Phrasings[lang]) && got.Status == bot.Answered && want.Status != bot.Answered {
					wrong++
				}
				t.Logf("after %q: %q: %s %.60q, by itself %s %.60q", opening, q, got.Status, got.Text(), want.Status, want.Text())
			}
		}
	}
	t.Logf("%d of %d are answered otherwise, %d of them although they must not be answered", differ, asked, wrong)
	if wrong*400 > asked || differ*100 > asked { // a third are near misses, so fewer than one in a hundred of those
		t.Errorf("%d of %d are answered otherwise, %d of them although they must not be answered", differ, asked, wrong)
	}
}

func ask(t *testing.T, a *answer.Answerer, question string) bot.Answer {
	t.Helper()
	got, err := a.Answer(t.Context(), bot.Question{ID: bot.QuestionID(question), Kind: bot.Ask, Text: question, Platform: "test", Asker: "U1", Conversation: "C1"})
	if err != nil {
		t.Fatal(err)
	}
	return got
}
