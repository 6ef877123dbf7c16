package search

import (
	"math"
	"slices"
)

// candidate is an entry in the running.
type candidate struct {
	seg   int
	doc   uint32
	score float64
}

// better orders candidates: score, then the order of the library.
func better(a, b candidate) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	case a.seg != b.seg:
		return a.seg - b.seg
	}
	return int(a.doc) - int(b.doc)
}

// scratch is the memory of one search in one segment.
type scratch struct {
	acc, best []float32
	touched   []uint32
	scan      scanner
}

func (sc *scratch) fit(n int) {
	if cap(sc.acc) < n {
		sc.acc, sc.best = make([]float32, n), make([]float32, n)
	}
	sc.acc, sc.best = sc.acc[:n], sc.best[:n]
	clear(sc.acc)
}

// top returns the best n entries by BM25F over groups.
func (sn *snapshot) top(q *query, n int) []candidate {
	sc := sn.cfg.pool.Get().(*scratch)
	defer sn.cfg.pool.Put(sc)
	var heap []candidate
	for i, s := range sn.segs {
		sc.fit(len(s.entries))
		for k := range q.groups {
			sn.scoreGroup(sc, s, &q.groups[k])
		}
		for _, u := range q.across {
			sn.scoreGram(sc, s, u)
		}
		if sn.minus != nil && sn.minus.seg == i {
			sc.acc[sn.minus.doc] = sn.minus.score(sn, q)
		}
		dead := sn.dead[i]
		floor := float32(0)
		for doc, score := range sc.acc {
			if score <= floor || dead.has(uint32(doc)) {
				continue
			}
			heap = append(heap, candidate{i, uint32(doc), float64(score)})
			if len(heap) >= 4*n+64 {
				slices.SortFunc(heap, better)
				heap = heap[:n]
				floor = float32(heap[n-1].score)
			}
		}
	}
	slices.SortFunc(heap, better)
	return heap[:min(n, len(heap))]
}

// scoreGroup adds, for every entry, the best alternative of the group.
func (sn *snapshot) scoreGroup(sc *scratch, s *segment, g *group) {
	for i := range g.alts {
		a := &g.alts[i]
		if a.left {
			continue
		}
		if len(a.forms) == 1 {
			if id, ok := s.forms.find(a.forms[0]); ok {
				sn.scoreList(sc, s, s.formLists.of(id), g.role*a.weight*a.idf)
			}
			continue
		}
		sn.scoreAll(sc, s, a, g.role)
	}
	for _, doc := range sc.touched {
		sc.acc[doc] += sc.best[doc]
		sc.best[doc] = 0
	}
	sc.touched = sc.touched[:0]
	for _, u := range g.grams {
		sn.scoreGram(sc, s, u)
	}
}

func (sn *snapshot) scoreList(sc *scratch, s *segment, list []byte, weight float64) {
	w := float32(weight)
	doc := uint32(0)
	best, touched := sc.best, sc.touched
	for i := 0; i < len(list); {
		v := uint32(list[i])
		i++
		if v >= 0x80 {
			v, i = uvarint(list, i-1)
		}
		doc += v >> 2
		var tf float32
		switch v & 3 {
		case onceInQuestion:
			tf = sn.normQ(s.lenQ[doc])
		case onceInAnswer:
			tf = sn.normA(s.lenA[doc])
		case onceInBoth:
			tf = sn.normQ(s.lenQ[doc]) + sn.normA(s.lenA[doc])
		default:
			tf = float32(list[i]>>4)*sn.normQ(s.lenQ[doc]) + float32(list[i]&15)*sn.normA(s.lenA[doc])
			i++
		}
		x := w * tf * sn.k1p / (tf + sn.k1f)
		if best[doc] == 0 {
			touched = append(touched, doc)
		}
		if x > best[doc] {
			best[doc] = x
		}
	}
	sc.touched = touched
}

// normTable are length norms: zone weight ÷ (1-b+b·length÷average).
type normTable [1024]float32

func newNormTable(w, b, avg float64) *normTable {
	var t normTable
	for i := range t {
		t[i] = float32(w / (1 - b + b*float64(i)/max(avg, 1)))
	}
	return &t
}

func (sn *snapshot) normQ(n uint16) float32 { return sn.normsQ[min(n, 1023)] }
func (sn *snapshot) normA(n uint16) float32 { return sn.normsA[min(n, 1023)] }

// saturate is BM25's gain of a weighted count.
func (sn *snapshot) saturate(tf float32) float64 { return float64(tf * sn.k1p / (tf + sn.k1f)) }

// scoreAll scores entries that have all forms of the alternative.
func (sn *snapshot) scoreAll(sc *scratch, s *segment, a *alternative, role float64) {
	type seen struct {
		n  int
		tf float32
	}
	var docs map[uint32]seen
	for k, f := range a.forms {
		id, ok := s.forms.find(f)
		if !ok {
			return
		}
		next := map[uint32]seen{}
		eachPosting(s.formLists.of(id), func(doc uint32, q, as uint8) {
			tf := float32(q)*sn.normQ(s.lenQ[doc]) + float32(as)*sn.normA(s.lenA[doc])
			if k == 0 {
				next[doc] = seen{1, tf}
			} else if p, ok := docs[doc]; ok {
				next[doc] = seen{k + 1, min(p.tf, tf)}
			}
		})
		docs = next
	}
	for doc, p := range docs {
		x := float32(role * a.weight * a.idf * sn.saturate(p.tf))
		if sc.best[doc] == 0 {
			sc.touched = append(sc.touched, doc)
		}
		sc.best[doc] = max(sc.best[doc], x)
	}
}

func (sn *snapshot) scoreGram(sc *scratch, s *segment, u gramUse) {
	if !u.used {
		return
	}
	id, ok := s.grams.find(u.gram)
	if !ok {
		return
	}
	w := float32(u.scale * u.idf)
	list, doc, acc := s.gramLists.of(id), uint32(0), sc.acc
	for i := 0; i < len(list); {
		v := uint32(list[i])
		i++
		if v >= 0x80 {
			v, i = uvarint(list, i-1)
		}
		doc += v >> 2
		var tf float32
		switch v & 3 {
		case onceInQuestion:
			tf = sn.normQ(s.lenQ[doc])
		case onceInAnswer:
			tf = sn.normA(s.lenA[doc])
		case onceInBoth:
			tf = sn.normQ(s.lenQ[doc]) + sn.normA(s.lenA[doc])
		default:
			tf = float32(list[i]>>4)*sn.normQ(s.lenQ[doc]) + float32(list[i]&15)*sn.normA(s.lenA[doc])
			i++
		}
		acc[doc] += w * tf * sn.k1p / (tf + sn.k1f)
	}
}

// sigmoid turns a logistic score into a probability.
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
