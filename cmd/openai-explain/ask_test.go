package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// call runs the program with stdin and returns what it wrote.
func call(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	in := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(in, []byte(stdin), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, streams{in: f, out: &out, err: &errs})
	return code, out.String(), errs.String()
}

func answers(t *testing.T, out string) []jsonAnswer {
	t.Helper()
	var all []jsonAnswer
	for line := range strings.Lines(out) {
		var a jsonAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		all = append(all, a)
	}
	return all
}

func TestOneQuestionIsAnsweredWithItsSource(t *testing.T) {
	t.Parallel()
	for _, q := range asked {
		code, out, errs := call(t, "", "ask", q.question)
		if code != exitOK || errs != "" {
			t.Errorf("exit %d, stderr %q", code, errs)
		}
		contains(t, out, q.claim, "[1]", q.source, "2024-11-21", "https://www.chosun.com/")
	}
}

func TestJSONHasTheFieldsThatOthersRelyOn(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, "", "ask", "--json", asked[0].question)
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := []string{"answer", "citations", "confidence", "elapsed_us", "lang", "notes", "question", "status", "suggestions", "writer"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	a := answers(t, out)[0]
	if a.Status != "answered" || a.Lang != "ko" || a.Writer != "extract" || !strings.Contains(a.Answer, "[1]") {
		t.Errorf("got %+v", a)
	}
	c := a.Citations[0]
	if c.N != 1 || c.Entry != "strengths-and-weaknesses" || c.Section != "Q4" || !strings.HasPrefix(c.Claim, "Q4") ||
		c.Source.URL == "" || c.Source.Published != "2024-11-21" || c.Source.Publisher == "" || c.Source.Title == "" {
		t.Errorf("got %+v", c)
	}
}

func TestANoteGoesWithTheClaimItCorrects(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, "", "ask", "--json", "Are open-source models exempt from the EU AI Act?")
	a := answers(t, out)[0]
	if len(a.Notes) == 0 {
		t.Fatalf("no note beside %+v", a)
	}
	contains(t, strings.Join(a.Notes, " "), "high-risk")
	if strings.Contains(a.Answer, "high-risk") {
		t.Error("the note stands in the answer, which is the article's")
	}
}

func TestALineIsAQuestionAndTheOrderIsKept(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	var want []string
	for i := range 200 {
		q := fmt.Sprintf("%s (%d)", asked[i%2].question, i)
		want = append(want, q)
		in.WriteString(q + "\r\n\n") // as Windows writes it, with empty lines between
	}
	code, out, errs := call(t, in.String(), "ask", "--json", "--file", "-")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var got []string
	for _, a := range answers(t, out) {
		got = append(got, a.Question)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
}

func TestAnyBytesAreAQuestion(t *testing.T) {
	t.Parallel()
	lines := []string{"\xff\xfe\x80", "오픈\x00소스", strings.Repeat("가", 200_000), "\u202e\u200b", "👩‍👩‍👧‍👦", "1", "?"}
	code, out, errs := call(t, strings.Join(lines, "\n"), "ask", "--json", "--file", "-")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	got := answers(t, out)
	if len(got) != len(lines) {
		t.Fatalf("%d answers to %d lines", len(got), len(lines))
	}
	contains(t, got[2].Answer, "너무 길어서")
}

func TestTheReplyCanBeInTheOtherLanguage(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, "", "ask", "--json", "--lang", "en", asked[0].question)
	a := answers(t, out)[0]
	if a.Lang != "en" || a.Status != "answered" {
		t.Fatalf("got %+v", a)
	}
	contains(t, a.Answer, "security")
}

func TestWhyShowsWhatMatched(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, "", "ask", "--why", "EU AI법은 언제 발효됐어?")
	contains(t, out, "이렇게 답한 이유", "rules", "발효", "비중", "확신도")
	_, out, _ = call(t, "", "ask", "--why", "What rules does the EU have for AI?")
	contains(t, out, "Why this answer", "rules", "weight", "confidence")
}

func TestAGreetingGetsTheTopics(t *testing.T) {
	t.Parallel()
	_, out, _ := call(t, "", "ask", "--json", "안녕하세요!")
	if a := answers(t, out)[0]; a.Status != "help" || len(a.Suggestions) < 6 || a.Lang != "ko" {
		t.Errorf("got %+v", a)
	}
}

func TestAWrongCallSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "expected one of"},
		{[]string{"ask"}, "no question"},
		{[]string{"ask", "--file", "x", "why?"}, "not both"},
		{[]string{"ask", "--lang", "fr", "why?"}, "--lang"},
		{[]string{"ask", "--openai-timeout", "5", "why?"}, "--openai-timeout"},
		{[]string{"ask", "--knowledge-dir", "/nowhere/at/all", "why?"}, "/nowhere/at/all"},
		{[]string{"aks", "why?"}, "ask"},
	} {
		code, out, errs := call(t, "", c.args...)
		if code != exitUsage || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit %d, stdout %q, stderr %q; want exit 2 and %q", c.args, code, out, errs, c.says)
		}
	}
}

func TestWhatCannotBeDoneIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"ask", "--file", filepath.Join(empty, "none"), "--json"}, "none"},
		{[]string{"ask", "--knowledge-dir", empty, "why?"}, "kb lint"},
		{[]string{"ask", "--no-knowledge-builtin", "why?"}, "KNOWLEDGE_DIR"},
		{[]string{"ask", "--openai-base-url", "http://127.0.0.1:1/v1", "why?"}, "OPENAI_MODEL"},
		{[]string{"ask", "--openai-base-url", "ftp://x", "--openai-model", "m", "why?"}, "http"},
		{[]string{"serve"}, "neither Slack nor Discord"},
		{[]string{"serve", "--slack-bot-token", "xoxb-1", "--data-dir", empty}, "SLACK_APP_TOKEN"},
		{[]string{"serve", "--slack-bot-token", "xapp-1", "--slack-app-token", "xoxb-1", "--data-dir", empty}, "xoxb-"},
	} {
		code, _, errs := call(t, "", c.args...)
		if code != exitError || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit %d, stderr %q; want exit 1 and %q", c.args, code, errs, c.says)
		}
	}
}

func TestATeamsEntriesAreAnsweredBesideTheArticle(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	entry := "# How do I get a new laptop?\n\nOpen a ticket with the help desk. Laptops arrive within five working days.\n"
	if err := os.WriteFile(filepath.Join(dir, "laptop.md"), []byte(entry), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := call(t, "", "ask", "--json", "--knowledge-dir", dir, "how can I get a new laptop")
	if a := answers(t, out)[0]; a.Status != "answered" || a.Citations[0].Entry != "laptop" {
		t.Errorf("got %+v", a)
	}
	_, out, _ = call(t, "", "ask", "--json", "--knowledge-dir", dir, "--lang", "ko", "how can I get a new laptop")
	contains(t, answers(t, out)[0].Answer, "영어 자료만")
}

func TestLintNamesFileAndLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "broken.md"), []byte("# Only a question?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := call(t, "", "kb", "lint", dir)
	if code != exitError {
		t.Errorf("exit %d", code)
	}
	contains(t, out, "broken.md:1")
	if code, out, _ := call(t, "", "kb", "lint"); code != exitOK || !strings.Contains(out, "0 problems") {
		t.Errorf("the built-in article: exit %d, %s", code, out)
	}
}

func TestRetrievalIsMeasuredWithASet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	set := `{"docs":[{"id":"a","title":"How do I reset it?","text":"Press the red button for ten seconds."},{"id":"b","title":"Where is lunch?","text":"In the canteen on the first floor."}],
		"queries":[{"id":"1","text":"how to reset","gold":["a"]},{"id":"2","text":"where do we have lunch","gold":["b"]}],"oos":["who won?"]}`
	for name, text := range map[string]string{"small.json": set, "other.json": "{}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := call(t, "", "eval", "retrieval", dir)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	contains(t, out, "R@1", "small", "1.000")
	contains(t, errs, "other")
}
