package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/openai-explain/openai-explain/bot"
)

// percentiles reports p50 and p99 of d in milliseconds, and returns the median.
func percentiles(b *testing.B, d []time.Duration, name string) float64 {
	b.Helper()
	slices.Sort(d)
	ms := func(p int) float64 { return float64(d[len(d)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), name+"-p50-ms")
	b.ReportMetric(ms(99), name+"-p99-ms")
	return ms(50)
}

// benchQuestion is a question of 600 bytes, as engine.md measured.
func benchQuestion(n int64) bot.Question {
	q := question(int(n))
	q.Text = strings.Repeat("오픈소스 ", 20)
	q.Conversation = fmt.Sprintf("slack:C%d", n%50)
	return q
}

// BenchmarkSubmit measures one producer, and in the same run, turn by turn, one
// fsync of 1 kB appended to a file beside the store.
func BenchmarkSubmit(b *testing.B) {
	dir := b.TempDir()
	in := open(b, Config{Dir: dir})
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1024)
	var accepts, syncs []time.Duration
	for n := int64(0); b.Loop(); n++ {
		start := time.Now()
		submit(b, in, benchQuestion(n))
		accepts = append(accepts, time.Since(start))
		start = time.Now()
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		syncs = append(syncs, time.Since(start))
	}
	a, s := percentiles(b, accepts, "accept"), percentiles(b, syncs, "fsync")
	b.ReportMetric(a/s, "accept/fsync")
}

// BenchmarkSubmitFrom64 measures 64 producers at the same time.
func BenchmarkSubmitFrom64(b *testing.B) {
	in := open(b, Config{Dir: b.TempDir()})
	var mu sync.Mutex
	var accepts []time.Duration
	var n atomic.Int64
	b.SetParallelism(64 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			start := time.Now()
			if err := in.Submit(context.Background(), benchQuestion(n.Add(1))); err != nil {
				b.Error(err)
				return
			}
			d := time.Since(start)
			mu.Lock()
			accepts = append(accepts, d)
			mu.Unlock()
		}
	})
	percentiles(b, accepts, "accept")
	b.ReportMetric(float64(len(accepts))/b.Elapsed().Seconds(), "accepts/s")
}

// BenchmarkEndToEnd measures from Submit until a handler has saved both records:
// three syncs a question. Eight people ask, and ask again when they are answered.
func BenchmarkEndToEnd(b *testing.B) {
	in := open(b, Config{Dir: b.TempDir()})
	var mu sync.Mutex
	answered := map[bot.QuestionID]chan struct{}{}
	handle := func(ctx context.Context, d bot.Delivery) error {
		rec := bot.Record{Question: d.Question.ID, State: bot.Posting, Asked: d.Question.Text, Reply: benchReply()}
		if err := in.Save(ctx, rec); err != nil {
			return err
		}
		rec.State = bot.Posted
		if err := in.Save(ctx, rec); err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		close(answered[d.Question.ID])
		return nil
	}
	stop := working(b, in, 8, handle)
	var n atomic.Int64
	var waits []time.Duration
	b.SetParallelism(8 / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			q, done := benchQuestion(n.Add(1)), make(chan struct{})
			mu.Lock()
			answered[q.ID] = done
			mu.Unlock()
			start := time.Now()
			if err := in.Submit(context.Background(), q); err != nil {
				b.Error(err)
				return
			}
			<-done
			d := time.Since(start)
			mu.Lock()
			waits = append(waits, d)
			mu.Unlock()
		}
	})
	elapsed := b.Elapsed()
	stop()
	percentiles(b, waits, "answered")
	b.ReportMetric(float64(len(waits))/elapsed.Seconds(), "questions/s")
}

// benchReply is an answer of three sentences.
func benchReply() bot.Reply {
	r := bot.Reply{Answer: bot.Answer{Status: bot.Answered, Lang: bot.Korean, Writer: bot.Extract}, Asked: "q"}
	for n := 1; n <= 3; n++ {
		r.Answer.Sentences = append(r.Answer.Sentences, bot.Sentence{Text: strings.Repeat("누구나 쓸 수 있다. ", 5), Cites: []int{n}})
		r.Answer.Citations = append(r.Answer.Citations, bot.Citation{N: n, Entry: "strengths-and-weaknesses", Claim: "Q4b",
			Source: bot.Source{Publisher: "P", Title: "T", URL: "https://example.org/a", Published: "2024-11-21"}})
	}
	return r
}

// BenchmarkStoreGrowth measures what 1,000 answered questions take on disk.
func BenchmarkStoreGrowth(b *testing.B) {
	dir := b.TempDir()
	in := open(b, Config{Dir: dir})
	store := filepath.Join(dir, "nats")
	before := folderSize(store)
	var n int64
	for b.Loop() {
		n++
		q := benchQuestion(n)
		submit(b, in, q)
		for _, state := range []bot.State{bot.Posting, bot.Posted} {
			rec := bot.Record{Question: q.ID, State: state, Asked: q.Text, Reply: benchReply()}
			if err := in.Save(b.Context(), rec); err != nil {
				b.Fatal(err)
			}
		}
	}
	s, err := in.link.Load().js.Stream(b.Context(), "KV_"+bucketLedger)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(folderSize(store)-before)/float64(n), "kB/1000")
	b.ReportMetric(float64(stats(b, in).Bytes)/float64(n), "inbox-kB/1000")
	b.ReportMetric(float64(s.CachedInfo().State.Bytes)/float64(n), "ledger-kB/1000")
}

// BenchmarkOpen measures the start over an empty store and over 200,000 questions.
func BenchmarkOpen(b *testing.B) {
	for _, stored := range []int{0, 200_000} {
		b.Run(fmt.Sprint(stored), func(b *testing.B) { benchOpen(b, stored) })
	}
}

func benchOpen(b *testing.B, stored int) {
	dir := b.TempDir()
	fill(b, dir, stored)
	for b.Loop() {
		in, err := Open(b.Context(), Config{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if s, err := in.link.Load().js.Stream(b.Context(), streamInbox); err != nil || s.CachedInfo().State.Msgs != uint64(stored) {
			b.Fatal("not all are there", err)
		}
		shutdown(b, in)
		b.StartTimer()
	}
}

// fill stores n questions without syncing each.
func fill(b *testing.B, dir string, n int) {
	b.Helper()
	c, err := Config{Dir: dir}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	in := open(b, c) // makes the streams
	shutdown(b, in)
	o := serverOptions(dir, in.size)
	o.SyncAlways = false
	srv, err := server.NewServer(o)
	if err != nil {
		b.Fatal(err)
	}
	srv.Start()
	if !srv.ReadyForConnections(10 * time.Second) {
		b.Fatal("the broker does not start")
	}
	l, err := connect(c, srv)
	if err != nil {
		b.Fatal(err)
	}
	defer l.close()
	js, err := jetstream.New(l.nc, jetstream.WithPublishAsyncMaxPending(500))
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		q := benchQuestion(int64(i))
		data, err := json.Marshal(q)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := js.PublishAsync("inbox."+token(q.Platform), data, jetstream.WithMsgID(string(q.ID)), jetstream.WithStallWait(10*time.Second)); err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
}
