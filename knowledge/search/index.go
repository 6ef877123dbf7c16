package search

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/openai-explain/openai-explain/knowledge"
	"github.com/openai-explain/openai-explain/knowledge/text"
)

// Options adjust an index. The zero value is the default.
type Options struct {
	// FalseAnswers is the share of questions without an answer that may be
	// answered all the same, above 0 and below 1; 0 means the default, 0.02.
	FalseAnswers float64
	// NoAliases leaves the starter table of aliases out; those of the library stay.
	NoAliases bool
	// Plain turns the Markdown of an entry into plain text; nil means knowledge.Plain.
	Plain func(string) string
}

// config is what all snapshots of an index share.
type config struct {
	an    *text.Analyzer
	opts  Options
	plain func(string) string
	prm   params
	pool  sync.Pool
	base  []*aliasTable // starter table, library's rows
}

// Index finds entries. Any number of goroutines may search while others
// update: a search works on the snapshot it began with and never waits.
type Index struct {
	cfg *config
	cur atomic.Pointer[snapshot]
	mu  sync.Mutex // held by writers
}

// snapshot is the state of an index at one time. It never changes.
type snapshot struct {
	cfg     *config
	prm     params
	segs    []*segment
	dead    []bitset // by segment: entries removed or replaced
	live    int
	probing bool     // made for a question of the calibration, whose weights were fitted to rough counts
	minus   *absence // what is left out, while calibrating; else nil
	aliases []*aliasTable

	normsQ, normsA *normTable
	idfs           []float64 // of small numbers of entries
	k1f, k1p       float32

	cal Calibration
}

// bitset is a set of entries of a segment; nil is empty.
type bitset []uint64

func (b bitset) has(i uint32) bool { return int(i>>6) < len(b) && b[i>>6]>>(i&63)&1 == 1 }

// with returns a copy that has i.
func (b bitset) with(i uint32, size int) bitset {
	c := make(bitset, (size+63)/64)
	copy(c, b)
	c[i>>6] |= 1 << (i & 63)
	return c
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		for ; w != 0; w &= w - 1 {
			n++
		}
	}
	return n
}

// New indexes a library. It takes about 60 µs per entry and processor.
func New(lib *knowledge.Library, opts Options) *Index {
	return newIndex(lib, opts, defaultParams())
}

func newIndex(lib *knowledge.Library, opts Options, prm params) *Index {
	if opts.FalseAnswers <= 0 || opts.FalseAnswers >= 1 {
		opts.FalseAnswers = 0.02
	}
	cfg := &config{an: text.New(), opts: opts, plain: opts.Plain, prm: prm}
	if cfg.plain == nil {
		cfg.plain = knowledge.Plain
	}
	cfg.pool.New = func() any { return &scratch{} }
	own := newAliasTable()
	for _, row := range lib.Aliases {
		own.add(cfg.an, row)
	}
	cfg.base = append(cfg.base, own)
	if !opts.NoAliases {
		starter := newAliasTable()
		for _, row := range text.StarterAliases() {
			starter.add(cfg.an, row)
		}
		cfg.base = append(cfg.base, starter)
	}
	ix := &Index{cfg: cfg}
	sn := cfg.snapshot([]*segment{build(cfg.an, cfg.plain, lib.Entries)}, nil)
	sn.calibrated(lib)
	ix.cur.Store(sn)
	return ix
}

// snapshot makes a snapshot of segments; dead may be nil.
func (cfg *config) snapshot(segs []*segment, dead []bitset) *snapshot {
	if dead == nil {
		dead = make([]bitset, len(segs))
	}
	sn := &snapshot{cfg: cfg, segs: segs, dead: dead}
	var sumQ, sumA uint64
	withQ, phrasings, all := 0, 0, 0
	mined := newAliasTable()
	for i, s := range segs {
		sn.live += len(s.entries) - dead[i].count()
		sumQ, sumA, withQ, phrasings, all = sumQ+s.sumQ, sumA+s.sumA, withQ+s.withQ, phrasings+s.phrasings, all+len(s.entries)
		for _, row := range s.pairs {
			mined.add(cfg.an, row)
		}
	}
	sn.aliases = append(slices.Clone(cfg.base), mined)
	sn.prm = cfg.prm.shaped(withQ, phrasings, sumQ)
	sn.normsQ = newNormTable(sn.prm.wQ, sn.prm.b, float64(sumQ)/float64(max(withQ, 1)))
	sn.normsA = newNormTable(sn.prm.wA, sn.prm.b, float64(sumA)/float64(max(all, 1)))
	idfs := make([]float64, 1024)
	for df := range idfs {
		idfs[df] = sn.idf(uint32(df))
	}
	sn.idfs = idfs
	sn.k1f, sn.k1p = float32(sn.prm.k1), float32(sn.prm.k1)+1
	return sn
}

// Len returns the number of entries.
func (ix *Index) Len() int { return ix.cur.Load().live }

// Update adds entries, replacing those with the same ID. Searches that begin
// after they were indexed (about 0.1 ms each) see them; Update returns when,
// besides, segments were merged and the thresholds found anew.
func (ix *Index) Update(entries ...*knowledge.Entry) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	old := ix.cur.Load()
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	dead := old.without(ids)
	segs := append(slices.Clone(old.segs), build(ix.cfg.an, ix.cfg.plain, lastOfEach(entries)))
	for len(dead) < len(segs) {
		dead = append(dead, nil)
	}
	ix.settle(old, segs, dead, len(entries))
}

// Remove takes entries out; IDs that are not there are ignored.
func (ix *Index) Remove(ids ...string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	old := ix.cur.Load()
	ix.settle(old, old.segs, old.without(ids), len(ids))
}

// lastOfEach keeps the last entry of every ID.
func lastOfEach(entries []*knowledge.Entry) []*knowledge.Entry {
	last := map[string]int{}
	for i, e := range entries {
		last[e.ID] = i
	}
	var out []*knowledge.Entry
	for i, e := range entries {
		if last[e.ID] == i {
			out = append(out, e)
		}
	}
	return out
}

// without returns what is dead when the IDs are, too.
func (sn *snapshot) without(ids []string) []bitset {
	dead := slices.Clone(sn.dead)
	for _, id := range ids {
		for i, s := range sn.segs {
			if doc, ok := s.entry(id); ok && !dead[i].has(doc) {
				dead[i] = dead[i].with(doc, len(s.entries))
			}
		}
	}
	return dead
}

// settle publishes the new state at once, then merges and calibrates.
func (ix *Index) settle(old *snapshot, segs []*segment, dead []bitset, changed int) {
	sn := ix.cfg.snapshot(segs, dead)
	sn.cal = old.cal
	sn.cal.changed += changed
	ix.cur.Store(sn)
	merged := ix.cfg.snapshot(ix.merge(segs, dead))
	merged.cal = sn.cal
	if merged.live < 2000 || 100*merged.cal.changed >= merged.live {
		merged.calibrate()
	}
	ix.cur.Store(merged)
}

// smallSegment is how many entries are indexed anew in less than 50 ms.
const smallSegment = 500

// merge keeps the number of segments small: a segment joins the one before it
// unless that is four times as big; one of which a third is dead is rebuilt, a
// small one as soon as anything is: until then what is dead counts in how common a word is.
func (ix *Index) merge(segs []*segment, dead []bitset) ([]*segment, []bitset) {
	var out []*segment
	var outDead []bitset
	for i, s := range segs {
		out, outDead = append(out, s), append(outDead, dead[i])
		for k := len(out) - 1; k > 0 && len(out[k-1].entries) < 4*len(out[k].entries) && len(out[k-1].entries)+len(out[k].entries) < 20_000; k-- {
			live := append(alive(out[k-1], outDead[k-1]), alive(out[k], outDead[k])...)
			out = append(out[:k-1], build1(ix.cfg, live))
			outDead = append(outDead[:k-1], nil)
		}
	}
	for i, s := range out {
		if n := outDead[i].count(); 3*n > len(s.entries) || n > 0 && len(s.entries) < smallSegment {
			out[i] = build1(ix.cfg, alive(s, outDead[i]))
			outDead[i] = nil
		}
	}
	return out, outDead
}

func build1(cfg *config, entries []*knowledge.Entry) *segment {
	b := newBuilder(cfg.an, cfg.plain)
	for _, e := range entries {
		b.add(e)
	}
	return b.seal()
}

// alive returns the entries of a segment that are not dead.
func alive(s *segment, dead bitset) []*knowledge.Entry {
	out := make([]*knowledge.Entry, 0, len(s.entries))
	for i, e := range s.entries {
		if !dead.has(uint32(i)) {
			out = append(out, e)
		}
	}
	return out
}
