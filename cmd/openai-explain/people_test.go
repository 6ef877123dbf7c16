package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openai-explain/openai-explain/bot/sandbox/fakediscord"
	"github.com/openai-explain/openai-explain/bot/sandbox/fakeslack"
)

// filesWith are the files below dir in which text stands.
func filesWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // files come and go while the program runs
		}
		if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte(text)) {
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAPersonInSlackSeesWhatIsKeptAndHasItErased(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	stop := w.serveIn(t, dir)
	say := func(text string, sees ...string) {
		t.Helper()
		if _, err := w.slack.SlashCommand(t.Context(), fakeslack.Slash{Command: "/openai-explain", Text: text, User: fakeslack.Minji, Channel: fakeslack.General}); err != nil {
			t.Fatal(err)
		}
		w.slackPrivate(t, fakeslack.General, fakeslack.Minji, func(m fakeslack.Message) bool {
			for _, s := range sees {
				if !strings.Contains(string(m.Blocks), s) {
					return false
				}
			}
			return true
		})
	}
	say("오픈소스 AI의 단점은?!?!?!", "보안")
	say("내 데이터", "질문 1개", "30일")
	if len(filesWith(t, dir, "?!?!?!")) == 0 {
		t.Fatal("the question is not in the store: the search below proves nothing")
	}
	say("내 데이터 삭제", "질문 2개")
	stop()
	for _, marker := range []string{"?!?!?!", fakeslack.Minji} {
		if found := filesWith(t, dir, marker); len(found) > 0 {
			t.Errorf("%s is still in %v", marker, found)
		}
	}
}

func TestWithARetentionOfNothingADiscordQuestionIsGoneOnceAnswered(t *testing.T) {
	t.Parallel()
	w, dir := newWorld(t), t.TempDir()
	w.serveIn(t, dir, "--retention=0")
	_, err := w.discord.Say(t.Context(), fakediscord.Message{Channel: fakediscord.DefaultDM, Content: "오픈소스 AI의 단점은?!?!?!"})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, w.discordAnswer(t, fakediscord.DefaultDM, 0).Content, "보안", "[1]")
	deadline := time.Now().Add(patience)
	for len(filesWith(t, dir, "?!?!?!")) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("the question is still in %v", filesWith(t, dir, "?!?!?!"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}
