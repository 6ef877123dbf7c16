package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
)

// narrow is a model that cannot read more than some claims, and notes how many
// it was given each time and how often it was told off.
type narrow struct {
	most    int
	reply   string
	asked   []int
	spoiled int
}

func (n *narrow) Generate(_ context.Context, r ModelRequest, emit func(string) error) error {
	claims := strings.Count(r.User, "\n[")
	n.asked = append(n.asked, claims)
	err := emit(n.reply)
	if err == nil && claims > n.most {
		err = fmt.Errorf("%w: %d claims", ErrPromptTooLong, claims)
	}
	return err
}

func (n *narrow) Spoiled() { n.spoiled++ }

func TestAPromptThatDoesNotFitIsHalvedOnce(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{ModeSelect, ModeWrite} {
		reply := map[Mode]string{ModeSelect: "USE 1", ModeWrite: "오픈소스는 소스 코드를 공개하는 것입니다. [1]\n"}[mode]
		for most, want := range map[int][]int{3: {3}, 2: {3, 2}, 1: {3, 2}} {
			m := &narrow{most: most, reply: reply}
			got := ask(t, newAnswerer(t, Config{Search: evidenceFor(0.9), Model: m, Mode: mode}), question)
			if diff := cmp.Diff(want, m.asked); diff != "" {
				t.Errorf("%s, %d claims fit: asked with (-want +got):\n%s", mode, most, diff)
			}
			if byModel := got.Writer != bot.Extract; byModel != (most >= 2) || got.Status != bot.Answered {
				t.Errorf("%s, %d claims fit: %s by %s", mode, most, got.Status, got.Writer)
			}
			if m.spoiled != 0 {
				t.Errorf("%s, %d claims fit: it counts as gibberish", mode, most)
			}
		}
	}
}

func TestTheEndpointIsToldOfRepliesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]int{
		"USE 1": 0, "NONE": 0, "xq zzvk 7fjw\nwvk3 ztt mmn\nrrw\n": 1,
		"오픈소스는 소스 코드를 공개하는 것입니다. [1]\n": 1, // in select mode: not what was asked for
	} {
		m := &narrow{most: 9, reply: reply}
		ask(t, newAnswerer(t, Config{Search: evidenceFor(0.9), Model: m}), question)
		if m.spoiled != want {
			t.Errorf("select, %q: told %d times, want %d", reply, m.spoiled, want)
		}
	}
	for reply, want := range map[string]int{"오픈소스는 소스 코드를 공개하는 것입니다. [1]\n": 0, "xq zzvk 7fjw\nwvk3 ztt mmn\nrrw\n": 1} {
		m := &narrow{most: 9, reply: reply}
		ask(t, newAnswerer(t, Config{Search: evidenceFor(0.9), Model: m, Mode: ModeWrite}), question)
		if m.spoiled != want {
			t.Errorf("write, %q: told %d times, want %d", reply, m.spoiled, want)
		}
	}
	down := says{err: errors.New("connection refused")}
	ask(t, newAnswerer(t, Config{Search: evidenceFor(0.9), Model: down, Mode: ModeWrite}), question) // no Critic: no panic
}
