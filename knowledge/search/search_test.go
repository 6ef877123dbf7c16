package search

import (
	"testing"

	"github.com/openai-explain/openai-explain/knowledge"
)

func twoEntries() *knowledge.Library {
	return &knowledge.Library{Entries: []*knowledge.Entry{
		{
			ID: "backup", Question: knowledge.Texts{knowledge.Korean: "데이터베이스 백업은 어떻게 하나요?"},
			Claims: []knowledge.Claim{{ID: "backup.1", Text: knowledge.Texts{knowledge.Korean: "관리 화면에서 매일 밤 스냅샷을 만듭니다."}}},
		},
		{
			ID: "holiday", Question: knowledge.Texts{knowledge.English: "How many days of leave do I have?"},
			Claims: []knowledge.Claim{{ID: "holiday.1", Text: knowledge.Texts{knowledge.English: "Fifteen days a year."}}},
		},
	}}
}

func TestAQuestionFindsItsEntryInEitherLanguage(t *testing.T) {
	t.Parallel()
	ix := New(twoEntries(), Options{})
	for question, want := range map[string]string{
		"데이터베이스 백업하는 방법 알려줘":            "backup",
		"How do I backup the database?": "backup",
		"휴가는 며칠이야?":                     "holiday",
		"how much leave do we get":      "holiday",
	} {
		ev := ix.Search(question, 3)
		if len(ev.Hits) == 0 || ev.Hits[0].Entry.ID != want {
			t.Errorf("%q: got %v, want %s", question, ev.Hits, want)
		}
	}
}

func TestAnUpdatedEntryIsFoundAndARemovedOneIsNot(t *testing.T) {
	t.Parallel()
	ix := New(twoEntries(), Options{})
	ix.Update(&knowledge.Entry{ID: "parking", Question: knowledge.Texts{knowledge.Korean: "주차장은 어디에 있나요?"}})
	if ev := ix.Search("주차장 위치", 1); len(ev.Hits) == 0 || ev.Hits[0].Entry.ID != "parking" {
		t.Fatalf("after Update: %+v", ev.Hits)
	}
	ix.Remove("parking")
	if ev := ix.Search("주차장", 1); len(ev.Hits) != 0 {
		t.Fatalf("after Remove: %+v", ev.Hits)
	}
}
