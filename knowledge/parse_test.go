package knowledge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/openai-explain/openai-explain/knowledge"
)

// parse reads an entry that must be without a problem.
func parse(t *testing.T, file, text string) *knowledge.Entry {
	t.Helper()
	e, problems := knowledge.Parse(file, []byte(text))
	for _, p := range problems {
		t.Error(p)
	}
	if e == nil {
		t.FailNow()
	}
	return e
}

// claims are the claims of an entry as "id: text" in a language.
func claims(e *knowledge.Entry, lang knowledge.Lang) []string {
	var all []string
	for _, c := range e.Claims {
		all = append(all, c.ID+": "+c.Text[lang])
	}
	return all
}

func TestTheSmallestFileIsAQuestionAndAnAnswer(t *testing.T) {
	t.Parallel()
	e := parse(t, "help/parking.md", "# Where can I park?\n\nPark behind the house. The gate opens at 7.\n")
	if e.ID != "parking" || e.Question[knowledge.English] != "Where can I park?" || e.Source != nil || e.File != "help/parking.md" {
		t.Errorf("%+v", e)
	}
	want := []string{"parking.1: Park behind the house.", "parking.2: The gate opens at 7."}
	if diff := cmp.Diff(want, claims(e, knowledge.English)); diff != "" {
		t.Error(diff)
	}
}

func TestAParagraphIsSplitIntoSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"첫째입니다. 둘째입니다! 셋째인가요? 넷째":                           {"첫째입니다.", "둘째입니다!", "셋째인가요?", "넷째"},
		"라마 3.1은 2024. 7. 23. 나왔습니다. 무료입니다.":                {"라마 3.1은 2024. 7. 23. 나왔습니다.", "무료입니다."},
		"“됐나요?”라고 물으세요. “네.” 라고 답합니다.":                      {"“됐나요?”라고 물으세요.", "“네.” 라고 답합니다."},
		"Ask Dr. Kim, e.g. in May. J. Lee helps, too.":      {"Ask Dr. Kim, e.g. in May.", "J. Lee helps, too."},
		"See No. 5 (Mr. Kim. His office). It is open.":      {"See No. 5 (Mr. Kim. His office).", "It is open."},
		"**Bold. Still bold.** `a. B` is code. A new one":   {"**Bold. Still bold.** `a. B` is code.", "A new one"},
		"This is Llama 3.1. It costs 3.50. Good.":           {"This is Llama 3.1.", "It costs 3.50.", "Good."},
		"Wait... Really? Yes!":                              {"Wait...", "Really?", "Yes!"},
		"One. - not a list. [Q2] not a label.":              {"One. - not a list. [Q2] not a label."},
		"See [the guide. It helps](https://a.example). OK.": {"See [the guide. It helps](https://a.example).", "OK."},
		"한 문장이\n두 줄에 걸쳐 있습니다. 다음\n문장입니다.":                   {"한 문장이 두 줄에 걸쳐 있습니다.", "다음 문장입니다."},
		"끝。 다음！ 그다음":                                        {"끝。", "다음！", "그다음"},
	} {
		e, _ := knowledge.Parse("e.md", []byte("# Why?\n\n"+text+"\n"))
		if e == nil {
			t.Errorf("%q is not read", text)
			continue
		}
		var got []string
		for _, c := range e.Claims {
			s, _ := c.Text.In(knowledge.English)
			got = append(got, s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestItemsLabelsCodeAndTablesMakeClaims(t *testing.T) {
	t.Parallel()
	e := parse(t, "e.md", strings.Join([]string{
		"# How?", "", "[a1] First. Still first.", "",
		"- [a2] Item. One claim.", "- No label, [see](https://example.org).", "",
		"```sh", "run", "", "  --fast", "```", "",
		"| x | y |", "|---|---|", "| 1 | 2 |", "", "<!-- a remark -->", "", "---", "", "> Quoted.", "",
		"1. [주의] Not a label.", "",
	}, "\n"))
	want := []string{
		"a1: First. Still first.",
		"a2: Item. One claim.",
		"e.3: No label, [see](https://example.org).\n\n```sh\nrun\n\n  --fast\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |",
		"e.4: Quoted.",
		"e.5: [주의] Not a label.",
	}
	if diff := cmp.Diff(want, claims(e, knowledge.English)); diff != "" {
		t.Error(diff)
	}
}

func TestClaimsArePairedByIDAndOtherwiseByPosition(t *testing.T) {
	t.Parallel()
	e := parse(t, "e.md", "# 왜요?\n\n- [a1] 하나입니다.\n- 둘입니다.\n- [a3] 셋입니다.\n\n# Why is it so?\n\n- [a3] Three.\n- [a1] One.\n- Two.\n")
	want := []knowledge.Claim{
		{ID: "a1", Text: knowledge.Texts{"ko": "하나입니다.", "en": "One."}},
		{ID: "e.2", Text: knowledge.Texts{"ko": "둘입니다.", "en": "Two."}},
		{ID: "a3", Text: knowledge.Texts{"ko": "셋입니다.", "en": "Three."}},
	}
	if diff := cmp.Diff(want, e.Claims); diff != "" {
		t.Error(diff)
	}
}

func TestIDsInOneLanguageNameTheClaimsOfBoth(t *testing.T) {
	t.Parallel()
	e := parse(t, "e.md", "# 왜요?\n\n- 하나입니다.\n- 둘입니다.\n\n# Why is it so?\n\n- [a1] One.\n- [a2] Two.\n")
	if diff := cmp.Diff([]string{"a1: 하나입니다.", "a2: 둘입니다."}, claims(e, knowledge.Korean)); diff != "" {
		t.Error(diff)
	}
}

func TestNotesAreTiedToClaimsAndHaveTheirOwnSource(t *testing.T) {
	t.Parallel()
	e := parse(t, "e.md", "# Why?\n\n- [a1] One.\n- [a2] Two.\n\nSource: Us, [Title, with (brackets) [1]](https://example.org/a_(b)), 2025-01-02 (updated 2025-02-03)\n\n"+
		"## Notes\n- [n1: a2] Not quite.\n  Source: Them, 2024-01-01\n- On all of it.\n\n  Source: https://example.org/plain\n")
	wantSource := &knowledge.Source{
		Publisher: knowledge.Texts{"en": "Us"}, Title: knowledge.Texts{"en": "Title, with (brackets) [1]"},
		URL: "https://example.org/a_(b)", Published: "2025-01-02", Updated: "2025-02-03",
	}
	if diff := cmp.Diff(wantSource, e.Source); diff != "" {
		t.Error(diff)
	}
	want := []knowledge.Note{
		{ID: "n1", On: []string{"a2"}, Text: knowledge.Texts{"en": "Not quite."}, Source: &knowledge.Source{Publisher: knowledge.Texts{"en": "Them"}, Published: "2024-01-01"}},
		{ID: "e.note2", On: []string{"a1", "a2"}, Text: knowledge.Texts{"en": "On all of it."}, Source: &knowledge.Source{URL: "https://example.org/plain"}},
	}
	if diff := cmp.Diff(want, e.Notes); diff != "" {
		t.Error(diff)
	}
	if got := e.NotesOn("a1"); len(got) != 1 || got[0].ID != "e.note2" {
		t.Errorf("notes on a1: %v", got)
	}
}

// TestPastedTextReadsLikeTypedText has what word processors, note takers and
// macOS do to text.
func TestPastedTextReadsLikeTypedText(t *testing.T) {
	t.Parallel()
	typed := "---\nid: pasted\nsource:\n  title: 안내\n---\n# 휴가는 어떻게 신청하나요?\n\n- 인사 시스템에서 신청합니다.\n\n## 다른 표현\n- 연차 내는 법\n"
	want := parse(t, "e.md", typed)
	for name, text := range map[string]string{
		"byte order mark":     "\ufeff" + typed,
		"Windows line ends":   strings.ReplaceAll(typed, "\n", "\r\n"),
		"old Mac line ends":   strings.ReplaceAll(typed, "\n", "\r"),
		"decomposed Hangul":   norm.NFD.String(typed),
		"no-break spaces":     strings.ReplaceAll(typed, "시스템에서 ", "시스템에서\u00a0"),
		"zero-width spaces":   strings.ReplaceAll(typed, "신청", "\u200b신\u2060청"),
		"direction marks":     strings.ReplaceAll(typed, "휴가", "\u202e휴가\u2069"),
		"tab after bullet":    strings.ReplaceAll(typed, "- 인사", "-\t인사"),
		"tab in front matter": strings.ReplaceAll(typed, "  title", "\ttitle"),
		"empty lines first":   "\n\n" + typed,
		"long dashes":         strings.ReplaceAll(typed, "---\n", "—-\n"),
		"heading level three": strings.ReplaceAll(typed, "## 다른", "### 다른"),
		"heading punctuation": strings.ReplaceAll(typed, "다른 표현", "다른  표현:"),
		"no bullet":           strings.ReplaceAll(typed, "- 연차", "연차"),
	} {
		got, problems := knowledge.Parse("e.md", []byte(text))
		if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %v\n%s", name, problems, diff)
		}
	}
}

func TestTheIDComesFromTheNameOfTheFile(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("휴가를 신청하려면 어떻게 하나요 ", 5)
	for file, want := range map[string]string{
		"a/leave.md":                      "leave",
		"Leave rules (2025).MD":           "Leave-rules-2025",
		norm.NFD.String("휴가 규정.md"):       "휴가-규정",
		"v1.2.md":                         "v1.2",
		"---.md":                          "entry-cb3f91d5",
		"\xff\xfe.md":                     "entry-3973e022",
		long + ".md":                      "휴가를-신청하려면-어떻게-하나요-휴가를-d004e186",
		strings.Repeat("a", 64) + ".md":   strings.Repeat("a", 64),
		"a/b/" + "weiß nicht.markdown":    "weiß-nicht",
		"question?*<>|\"`$(rm -rf).md":    "question-rm-rf",
		"../../../etc/passwd.md":          "passwd",
		"한글" + "\u200d" + "emoji😀file.md": "한글-emoji-file",
	} {
		e, _ := knowledge.Parse(file, []byte("# Why?\n\nBecause.\n"))
		if e == nil {
			t.Fatalf("%q is not read", file)
		}
		if len(e.ID) > knowledge.MaxIDBytes {
			t.Errorf("%q: the id has %d bytes", file, len(e.ID))
		}
		if e.ID != want {
			t.Errorf("%q: %q, want %q", file, e.ID, want)
		}
	}
}

func TestPlainIsTheTextWithoutItsMarkdown(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"plain":                               "plain",
		"**오픈소스(OSS)**의 *뜻*":                  "오픈소스(OSS)의 뜻",
		"[words](https://example.org) here":   "words here",
		"`a*b` and a\\*b and 2 \\< 3 &amp; 4": "a*b and a*b and 2 < 3 & 4",
		"text\n\n```go\nf()\n```":             "text\nf()",
		"text\n\n- a\n- **b**":                "text\na\nb",
		"<https://example.org> <b>x</b>":      "https://example.org x",
		"snake_case and 3 * 4 * 5":            "snake_case and 3 * 4 * 5",
		"![the plan](plan.png)":               "the plan",
		"":                                    "",
	} {
		if got := knowledge.Plain(markdown); got != want {
			t.Errorf("%q: %q, want %q", markdown, got, want)
		}
	}
}

func TestAQuestionMayEndInANumberSign(t *testing.T) {
	t.Parallel()
	for _, heading := range []string{`# What is C#?`, `# What is C#`, `# Why \\\#`, `# Why \##`} {
		e := parse(t, "e.md", heading+"\n\nBecause.\n")
		written, err := knowledge.Format(e)
		if err != nil {
			t.Errorf("%s: %v", heading, err)
			continue
		}
		if diff := cmp.Diff(e.Question, parse(t, "e.md", string(written)).Question); diff != "" {
			t.Errorf("%s:\n%s", heading, diff)
		}
	}
}
