package render

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openai-explain/openai-explain/bot"
)

var update = flag.Bool("update", false, "write the golden files anew")

var labels = bot.Labels{
	Lang: bot.Korean, Source: "출처", Published: "게재", Updated: "수정", Note: "참고", NotSource: "원문에 없는 설명",
	Suggestions: "혹시?", Topics: "주제", Share: "공유", Failed: "실패",
}

const sourceURL = "https://example.org/a?b=1&c=2"

func reply(sentences ...string) bot.Reply {
	src := bot.Source{Publisher: "조선일보 WEEKLY BIZ", Title: "깨알5Q", URL: sourceURL, Published: "2024-11-21", Updated: "2024-11-23"}
	a := bot.Answer{Status: bot.Answered, Lang: bot.Korean, Links: []string{sourceURL}}
	for i, s := range sentences {
		a.Sentences = append(a.Sentences, bot.Sentence{Text: s, Cites: []int{i + 1}})
		a.Citations = append(a.Citations, bot.Citation{N: i + 1, Entry: "e", Claim: "c", Source: src})
	}
	return bot.Reply{Answer: a}
}

var golden = map[string]bot.Reply{
	"emphasis": reply(
		"**오픈소스(OSS)**의 뜻은 *누구나* 쓸 수 있다는 것입니다.",
		"**“집단 지성”**을 씁니다.", "값은 `a*b` 입니다.", "~~낡은~~ 새 방식입니다.", "snake_case 2*3 <b>태그</b>"),
	"blocks": reply("먼저 이렇게 합니다.", "다음 명령을 씁니다.\n\n```sh\necho \"<!channel>\"\n```", "- 하나\n- 둘", "> 인용문"),
	"hostile": reply(
		"<!channel> <@U012> <!subteam^S1> @everyone @here <@&1> <t:1:R> </x:1> ||숨김||",
		"[여기](https://evil.example/x) https://evil.example/y www.evil.example <https://evil.example>",
		"[출처]("+sourceURL+") "+sourceURL, "# 제목\n\n1. 목록", "보이지\u200b 않는\u202e 글자\U000e0041"),
	"notes": func() bot.Reply {
		r := reply("하나입니다.", "둘입니다.", "셋입니다.")
		r.Answer.Notes = []bot.Note{{ID: "C1", Text: "예외가 **좁습니다**.", On: []int{1, 2, 3}, Source: bot.Source{Publisher: "EUR-Lex"}}}
		return r
	}(),
	"clarify": {Answer: bot.Answer{Status: bot.Clarify, Lang: bot.Korean, Preface: "‘https://evil.example’ 는 자료에 없습니다.",
		Suggestions: []bot.Suggestion{{ID: "a", Text: "장단점은?"}, {ID: "b", Text: "규제는?"}}}},
	"failed": {Failed: true, Asked: "왜?"},
}

func TestRepliesLookAsReviewed(t *testing.T) {
	t.Parallel()
	for name, r := range golden {
		r.Asked = "오픈소스가 뭐야? <!here>"
		d := Answer(r, "slack:T:C:1", true, labels)
		got := "== Slack\n" + Slack(d) + "\n== Slack fallback\n" + SlackText(d) + "\n== Discord\n" + Discord(d) +
			"\n== Terminal\n" + Terminal(d, TerminalOptions{Width: 60})
		for _, a := range d.Actions {
			got += "== " + string(a.Kind) + " " + a.Value + " " + a.Label + "\n"
		}
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNothingInATextCanNotify(t *testing.T) {
	t.Parallel()
	d := Answer(golden["hostile"], "q", false, labels)
	for _, live := range []string{"<!", "<@", "<#", "<http"} {
		if strings.Contains(Slack(d), live) || strings.Contains(SlackText(d), live) {
			t.Errorf("Slack text holds %q", live)
		}
	}
	for _, live := range []string{"@everyone", "@here", " <@", " <t:", " </x", " ||"} {
		if strings.Contains(Discord(d), live) {
			t.Errorf("Discord text holds %q:\n%s", live, Discord(d))
		}
	}
}

func TestOnlyAllowedURLsAreLinks(t *testing.T) {
	t.Parallel()
	d := Answer(golden["hostile"], "q", false, labels)
	for _, b := range d.Blocks {
		for _, s := range append(append([]Span{}, b.Spans...), flat(b.Items)...) {
			if s.URL != "" && s.URL != sourceURL {
				t.Errorf("%q links to %q", s.Text, s.URL)
			}
			if s.URL == "" && !s.Code && urlLike.MatchString(s.Text) {
				t.Errorf("a client would link %q by itself", s.Text)
			}
		}
	}
}

func flat(items [][]Span) []Span {
	var out []Span
	for _, i := range items {
		out = append(out, i...)
	}
	return out
}

func TestASharedAnswerRestatesTheQuestion(t *testing.T) {
	t.Parallel()
	r := reply("네.")
	r.Asked, r.SharedBy = "되나요?", "U1"
	d := Answer(r, "q", false, labels)
	if d.Blocks[0].Kind != Quote || plain(d.Blocks[0].Spans) != "되나요?" {
		t.Errorf("got %+v", d.Blocks[0])
	}
	if len(d.Actions) != 0 {
		t.Errorf("a public answer offers %+v", d.Actions)
	}
}

func TestTheTerminalWrapsHangulByColumns(t *testing.T) {
	t.Parallel()
	d := Document{Blocks: []Block{{Kind: Paragraph, Spans: []Span{text(strings.Repeat("가나다라 ", 10))}}}}
	for _, line := range strings.Split(Terminal(d, TerminalOptions{Width: 20}), "\n") {
		if n := len([]rune(line)); n > 14 { // two words of four and a space: 17 columns, 9 letters
			t.Errorf("line of %d letters: %q", n, line)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("**a** [b](c) `d` <@1>\n\n- e")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<14 {
			t.Skip("longer than a claim")
		}
		d := Answer(reply(s), "q", true, labels)
		if out := Slack(d); strings.Contains(out, "<") {
			t.Errorf("%q leaves < in %q", s, out)
		}
		if out := Discord(d); massMention.MatchString(out) && !strings.Contains(out, "`") {
			t.Errorf("%q leaves a mass mention in %q", s, out)
		}
		Terminal(d, TerminalOptions{Width: 80, Color: true})
	})
}
