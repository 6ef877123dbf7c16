package knowledge_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/article"
)

// loadArticle returns the built-in entries, which must be without a problem.
func loadArticle(t *testing.T) *knowledge.Library {
	t.Helper()
	lib, problems := knowledge.Load(article.FS)
	for _, p := range problems {
		t.Error(p)
	}
	return lib
}

func TestTheArticleHasEveryClaimInBothLanguages(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"introduction":             {"I1", "I2", "I3"},
		"what-is-open-source":      {"Q1a", "Q1b", "Q1c", "Q1d"},
		"which-companies":          {"Q2a", "Q2b", "Q2c", "Q2d"},
		"why-open":                 {"Q3a", "Q3b", "Q3c"},
		"strengths-and-weaknesses": {"Q4a", "Q4b", "Q4c", "Q4d", "Q4e"},
		"rules":                    {"Q5a", "Q5b", "Q5c"},
	}
	got := map[string][]string{}
	for _, e := range loadArticle(t).Entries {
		for _, c := range e.Claims {
			got[e.ID] = append(got[e.ID], c.ID)
			for _, lang := range []knowledge.Lang{knowledge.Korean, knowledge.English} {
				if c.Text[lang] == "" {
					t.Errorf("claim %s has no text in %s", c.ID, lang)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestTheArticleIsInItsOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, e := range loadArticle(t).Entries {
		got = append(got, e.Section)
	}
	if diff := cmp.Diff([]string{"Intro", "Q1", "Q2", "Q3", "Q4", "Q5"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheArticlesNotesBelongToTheirClaims(t *testing.T) {
	t.Parallel()
	lib := loadArticle(t)
	want := map[string]string{"Q5b": "C1", "Q5a": "C2", "Q2c": "C3", "Q2d": "C3", "I1": "C3", "Q3a": "C4"}
	texts := map[string]knowledge.Texts{}
	for _, e := range lib.Entries {
		for _, c := range e.Claims {
			var got []string
			for _, n := range e.NotesOn(c.ID) {
				got = append(got, n.ID)
				if n.Text[knowledge.Korean] == "" || n.Text[knowledge.English] == "" || n.Source == nil || n.Source.URL == "" || n.Source.Published == "" {
					t.Errorf("note %s lacks a language or its source", n.ID)
				}
				if before, ok := texts[n.ID]; ok && !cmp.Equal(before, n.Text) {
					t.Errorf("note %s is worded in two ways", n.ID)
				}
				texts[n.ID] = n.Text
			}
			if strings.Join(got, " ") != want[c.ID] {
				t.Errorf("notes on %s: %v, want %q", c.ID, got, want[c.ID])
			}
		}
	}
}

func TestEveryEntryOfTheArticleNamesItsSource(t *testing.T) {
	t.Parallel()
	want := &knowledge.Source{
		Publisher: knowledge.Texts{"ko": "조선일보 WEEKLY BIZ", "en": "Chosun Ilbo, WEEKLY BIZ"},
		Title:     knowledge.Texts{"ko": "깨알5Q: 오픈소스 AI 편", "en": "깨알5Q (“five tiny questions”), the one on open-source AI"},
		URL:       "https://www.chosun.com/economy/weeklybiz/2024/11/21/FB4B7RUFMRE4ZOSNZWM7UG7IQM/",
		Published: "2024-11-21", Updated: "2024-11-23",
	}
	for _, e := range loadArticle(t).Entries {
		if diff := cmp.Diff(want, e.Source); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.ID, diff)
		}
	}
}

func TestTheArticleIsAskedInManyWays(t *testing.T) {
	t.Parallel()
	for _, e := range loadArticle(t).Entries {
		for _, lang := range []knowledge.Lang{knowledge.Korean, knowledge.English} {
			if n, want := len(e.Phrasings[lang]), map[knowledge.Lang]int{"ko": 15, "en": 12}[lang]; n < want {
				t.Errorf("%s has %d phrasings in %s, want %d", e.ID, n, lang, want)
			}
			if n := len(e.NearMisses[lang]); n < 12 {
				t.Errorf("%s has %d near misses in %s, want 12", e.ID, n, lang)
			}
		}
	}
}

func TestNoNearMissOfTheArticleIsAPhrasingOfIt(t *testing.T) {
	t.Parallel()
	lib := loadArticle(t)
	var near []string
	for _, e := range lib.Entries {
		near = slices.Concat(near, e.NearMisses[knowledge.Korean], e.NearMisses[knowledge.English])
	}
	for _, e := range lib.Entries {
		for _, lang := range e.Langs() {
			for _, q := range append(e.Phrasings[lang], e.Question[lang]) {
				if slices.Contains(near, q) {
					t.Errorf("%q is answered by %s and a near miss", q, e.ID)
				}
			}
		}
	}
}

// runLength is how many characters in a row may be the newspaper's.
const runLength = 24

func TestNoSentenceOfTheNewspaperIsInTheArticle(t *testing.T) {
	t.Parallel()
	original, err := os.ReadFile(filepath.Join(sharedFolder(t), "article", "article.ko.txt"))
	if err != nil {
		t.Fatal(err)
	}
	page := letters(string(original))
	runs := map[string]bool{}
	for i := 0; i+runLength <= len(page); i++ {
		runs[string(page[i:i+runLength])] = true
	}
	err = fs.WalkDir(article.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(article.FS, name)
		if err != nil {
			return err
		}
		text := letters(string(data))
		for i := 0; i+runLength <= len(text); i++ {
			if run := string(text[i : i+runLength]); runs[run] {
				t.Errorf("%s has the newspaper's words: %q", name, run)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var webAddress = regexp.MustCompile(`https?://\S+`)

// letters drops web addresses and white space: a run counts however it is broken.
func letters(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, webAddress.ReplaceAllString(s, " ")))
}

// sharedFolder finds the folder "shared" beside the repository.
func sharedFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the package")
		}
	}
	shared := filepath.Join(filepath.Dir(dir), "shared")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("the folder shared is not beside the repository: the newspaper's text is not there to compare with")
	}
	return shared
}
