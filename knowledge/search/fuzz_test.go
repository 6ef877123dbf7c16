package search

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/openai-explain/openai-explain/knowledge"
)

// checkEvidence holds evidence to what knowledge.Evidence promises.
func checkEvidence(t *testing.T, ev knowledge.Evidence, limit int) {
	t.Helper()
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	if !share(ev.Confidence) || !share(ev.AnswerAt) || !share(ev.ClarifyAt) || ev.ClarifyAt > ev.AnswerAt {
		t.Fatalf("confidence %v, thresholds %v and %v", ev.Confidence, ev.AnswerAt, ev.ClarifyAt)
	}
	if len(ev.Hits) > limit {
		t.Fatalf("%d hits of at most %d", len(ev.Hits), limit)
	}
	seen := map[string]bool{}
	last := math.Inf(1)
	for _, h := range ev.Hits {
		if seen[h.Entry.ID] || math.IsNaN(h.Score) || h.Score > last || len(h.Claims) != len(h.Entry.Claims) {
			t.Fatalf("hit %s with %v after %v, %d claims", h.Entry.ID, h.Score, last, len(h.Claims))
		}
		seen[h.Entry.ID], last = true, h.Score
		sum := 0.0
		for _, r := range h.Why {
			if r.Weight < 0 || math.IsNaN(r.Weight) {
				t.Fatalf("reason %+v", r)
			}
			sum += r.Weight
		}
		if len(h.Why) > 0 && math.Abs(sum-1) > 1e-6 {
			t.Fatalf("reasons of %s make %v", h.Entry.ID, sum)
		}
	}
}

// most groups that a question within its limits can have: its words, of which
// long ones written without spaces may be cut once more.
const mostGroups = maxQuestion / 3

func FuzzAnyQuestion(f *testing.F) {
	for _, s := range []string{
		"", "백업 어떻게 해?", "데이타베이스백업방법좀알려줘", "How many days off???", "데이터베이스(database) 스냅샷은", "K100001", "\xff\xfe\x00",
		strings.Repeat("백업 ", 3000), strings.Repeat("데이터베이스백업", 300), strings.Repeat("\u1100\u1161", 9000), strings.Repeat("a b ", 500), "ㅋㅋㅋ", "c++ 3.5 1,000",
	} {
		f.Add(s)
	}
	ix := New(twoEntries(), Options{})
	f.Fuzz(func(t *testing.T, s string) {
		ev := ix.Search(s, 3)
		checkEvidence(t, ev, 3)
		if len(s) > 4*maxQuestion && !ev.Truncated {
			t.Fatalf("a question of %d bytes was cut without a word", len(s))
		}
		if n := len(ix.cur.Load().ask(s).groups); n > mostGroups {
			t.Fatalf("%d groups", n)
		}
		if d := cmp.Diff(ev, ix.Search(s, 3), cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("asked twice (-first +second):\n%s", d)
		}
	})
}

// entriesOf reads entries from any text: one a line, with question, phrasing,
// near miss and claims between bars.
func entriesOf(s string) []*knowledge.Entry {
	var out []*knowledge.Entry
	for line := range strings.SplitSeq(s, "\n") {
		if len(out) == 40 {
			break
		}
		parts := strings.Split(line, "|")
		e := &knowledge.Entry{ID: parts[0][:min(1, len(parts[0]))]}
		for i, p := range parts[1:] {
			switch lang := langs[i%2]; i {
			case 0, 1:
				e.Question = set(e.Question, lang, p)
			case 2, 3:
				e.Phrasings = map[knowledge.Lang][]string{lang: {p, p + "요"}}
			case 4:
				e.NearMisses = map[knowledge.Lang][]string{lang: {p}}
			default:
				e.Claims = append(e.Claims, knowledge.Claim{ID: e.ID + string(rune('a'+i%26)), Text: knowledge.Texts{lang: p}})
			}
		}
		out = append(out, e)
	}
	return out
}

func set(m knowledge.Texts, lang knowledge.Lang, s string) knowledge.Texts {
	if m == nil {
		m = knowledge.Texts{}
	}
	m[lang] = s
	return m
}

func FuzzAnyLibrary(f *testing.F) {
	f.Add("a|백업은 어떻게 하나요?|How to back up?|백업 방법|||매일 밤 만듭니다.\nb|휴가|leave||||열닷새입니다.|Fifteen days.", "백업 방법", "a|주차장")
	f.Add("a||||||라마(Llama)\n\n|||", "라마", "b|Llama 3.1")
	f.Add(strings.Repeat("x|가나다라마바사|||가|나|다\n", 40), "가나다 라마", "x\ny|가나")
	f.Fuzz(func(t *testing.T, entries, question, changes string) {
		if len(entries)+len(question)+len(changes) > 20_000 {
			return
		}
		ix := New(&knowledge.Library{Entries: lastOfEach(entriesOf(entries))}, Options{NoAliases: true})
		checkEvidence(t, ix.Search(question, 4), 4)
		for _, e := range entriesOf(changes) {
			if len(e.Claims)+len(e.Question) == 0 {
				ix.Remove(e.ID)
			} else {
				ix.Update(e)
			}
			checkEvidence(t, ix.Search(question, 4), 4)
		}
	})
}
