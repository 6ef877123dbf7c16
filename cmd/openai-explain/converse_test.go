package main

import (
	"io"
	"os"
	"strings"
	"testing"
)

// conversation types lines into the terminal conversation and returns what is shown.
func conversation(t *testing.T, lines ...string) string {
	t.Helper()
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	shown, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(typed, strings.Join(lines, "\n")+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := typed.Close(); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		b, _ := io.ReadAll(shown) // what was written before it failed will do for the message
		read <- string(b)
	}()
	c := &askCommand{Lang: "auto", knowledgeOptions: knowledgeOptions{KnowledgeBuiltin: true, FalseAnswers: 0.02}}
	a, err := c.asker(t.Context(), streams{in: in, out: out, err: out})
	if err == nil {
		err = a.converse(t.Context())
	}
	_ = out.Close() // ends the reading; a write that failed is in err
	text := <-read
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return text
}

func TestAConversationInTheTerminalUnderstandsFollowUps(t *testing.T) {
	t.Parallel()
	got := conversation(t, "오픈소스 AI의 장점은?", "그럼 단점은?", "예를 들면?", "그 회사 주가는?")
	answers := strings.Split(got, "\n> ")
	if len(answers) != 6 { // the welcome, four answers, the farewell
		t.Fatalf("%d parts:\n%s", len(answers), got)
	}
	for i, want := range map[int]string{1: "집단 지성", 2: "보안 문제", 3: "딥페이크", 4: "답이 없습니다"} {
		if !strings.Contains(answers[i], want) {
			t.Errorf("answer %d has no %q:\n%s", i, want, answers[i])
		}
	}
	if strings.Contains(answers[3], "집단 지성") {
		t.Errorf("the example is more than was asked for:\n%s", answers[3])
	}
}

func TestAConversationInTheTerminalBeginsWithNothingSaid(t *testing.T) {
	t.Parallel()
	if got := conversation(t, "왜?"); !strings.Contains(got, "무엇에 대한 질문인지") {
		t.Errorf("got:\n%s", got)
	}
}
