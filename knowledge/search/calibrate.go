package search

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/openai-explain/openai-explain/knowledge"
)

// Calibration is what the thresholds of a library rest on: its own phrasings
// asked once with their entry (but without that phrasing) and once with the
// entry hidden, and its near misses asked without themselves.
type Calibration struct {
	AnswerAt, ClarifyAt float64

	// Known and Unknown are how many questions with and without an answer were asked.
	Known, Unknown int
	// Silent is the share of the known ones that stay below AnswerAt, Wrong the
	// share that is answered by another entry, False the share of the unknown
	// ones at AnswerAt and above: what the wanted rate costs.
	Silent, Wrong, False float64

	weights weights
	changed int // entries since it was made
}

const (
	maxProbes = 800 // questions asked for a calibration, at most
	// fewProbes is where a library has too few phrasings to find its own threshold.
	fewProbes = 20
	// shippedAt is the threshold for such a library, at the cautious end of
	// those found for the measured sets.
	shippedAt = 0.75
	// nearShare is how many questions without an answer people ask for each that
	// is as near as an author's near misses: the others, about anything else,
	// stay far below the threshold.
	nearShare = 5
	// clarifyShare is the share of questions without an answer for which the
	// nearest questions are offered.
	clarifyShare = 0.5
)

// probe is a question with a known outcome.
type probe struct {
	askable
	seg int
	doc uint32
}

// outcome is what came of a probe.
type outcome struct {
	f      features
	right  bool // the best entry is the one that answers
	answer bool // there is one that answers
	miss   bool
}

// Calibration returns what the thresholds of now rest on.
func (ix *Index) Calibration() Calibration { return ix.cur.Load().cal }

// calibrate finds the thresholds. It takes about 0.4 ms per probe, of which there
// are at most 2 × maxProbes, whatever the library's size.
func (sn *snapshot) calibrate() {
	sn.cal = Calibration{AnswerAt: shippedAt, ClarifyAt: shippedAt / 3, weights: shipped}
	if sn.prm.passages {
		sn.cal.weights = shippedPassages
	}
	outs := sn.tryAll(sn.probes())
	sn.cal.weights = learn(outs, sn.cal.weights)
	sn.cal.threshold(outs, sn.cfg.opts.FalseAnswers)
}

// tryAll asks every probe, on all processors.
func (sn *snapshot) tryAll(probes []probe) []outcome {
	tried := make([][]outcome, len(probes))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(probes)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(probes); i = int(next.Add(1)) - 1 {
				tried[i] = sn.try(probes[i])
			}
		})
	}
	wg.Wait()
	return slices.Concat(tried...)
}

// probes picks questions, evenly over the library where it has too many.
func (sn *snapshot) probes() []probe {
	var all []probe
	total := 0
	for _, s := range sn.segs {
		total += s.phrasings
	}
	step := max(1, total/maxProbes)
	n := 0
	for i, s := range sn.segs {
		for d, e := range s.entries {
			if sn.dead[i].has(uint32(d)) || (s.phrasings > 0 && total > 20*maxProbes && (d*maxProbes)%total >= maxProbes) {
				continue
			}
			for _, p := range entryProbes(e) {
				p.seg, p.doc = i, uint32(d)
				if n++; p.unit.kind == unitMiss || n%step == 0 {
					all = append(all, p)
				}
			}
		}
	}
	if len(all) > 2*maxProbes {
		every := len(all)/(2*maxProbes) + 1
		kept := all[:0]
		for i := range all {
			if i%every == 0 {
				kept = append(kept, all[i])
			}
		}
		all = kept
	}
	return all
}

// entryProbes are the phrasings of an entry that has several, and its near misses.
func entryProbes(e *knowledge.Entry) []probe {
	var out []probe
	if ways := questionUnits(e); len(ways) > 1 {
		for _, a := range ways {
			out = append(out, probe{askable: a})
		}
	}
	for _, a := range missUnits(e) {
		out = append(out, probe{askable: a})
	}
	return out
}

// try asks a probe. A phrasing is asked without itself, and once more with its
// entry hidden.
func (sn *snapshot) try(p probe) []outcome {
	miss := p.unit.kind == unitMiss
	with := sn.withoutUnit(p.seg, p.doc, p.unit, p.text)
	q := with.ask(sn.cfg.plain(p.text))
	hits := with.find(q, featureDepth)
	o := outcome{f: with.features(q, hits), answer: !miss, miss: miss}
	o.right = o.answer && len(hits) > 0 && hits[0].seg == p.seg && hits[0].doc == p.doc
	if miss {
		return []outcome{o}
	}
	hidden := sn.withoutEntry(p.seg, p.doc)
	q = hidden.ask(sn.cfg.plain(p.text))
	return []outcome{o, {f: hidden.features(q, hidden.find(q, featureDepth))}}
}

// learn adapts the shipped weights to the library, as far as its probes can tell.
func learn(outs []outcome, shipped weights) weights {
	var samples []sample
	misses := 0
	for i := range outs {
		if outs[i].miss {
			misses++
		}
	}
	for i := range outs {
		o := &outs[i]
		s := sample{f: o.f, answer: o.answer, weight: 1}
		if !o.answer && !o.miss && misses >= fewProbes {
			s.weight = 0.1 // the author said what must not be answered
		}
		if o.answer == o.right {
			samples = append(samples, s)
		}
	}
	if len(samples) < fewProbes {
		return shipped
	}
	var pull weights
	for i := range pull {
		pull[i] = 3
	}
	pull[fOne], pull[fMiss] = 0.1, 0.5
	return fit(samples, shipped, pull)
}

// threshold sets AnswerAt so that the wanted share of questions without an answer reaches it.
func (c *Calibration) threshold(outs []outcome, wanted float64) {
	var known, unknown, misses []float64
	for i := range outs {
		o := &outs[i]
		p := c.weights.probability(&o.f)
		switch {
		case o.answer:
			known = append(known, p)
		case o.miss:
			misses = append(misses, p)
		default:
			unknown = append(unknown, p)
		}
	}
	if len(misses) >= fewProbes {
		unknown = misses
	}
	c.Known, c.Unknown = len(known), len(unknown)
	if len(unknown) < fewProbes {
		return
	}
	slices.Sort(unknown)
	if len(misses) >= fewProbes {
		wanted *= nearShare
	}
	c.AnswerAt = quantile(unknown, max(0, 1-wanted))
	c.ClarifyAt = min(c.AnswerAt, quantile(unknown, 1-clarifyShare))
	for i := range outs {
		o := &outs[i]
		up := c.weights.probability(&o.f) >= c.AnswerAt
		switch {
		case o.answer && !up:
			c.Silent += 1 / float64(len(known))
		case o.answer && !o.right:
			c.Wrong += 1 / float64(len(known))
		case !o.answer && up && o.miss == (len(misses) >= fewProbes):
			c.False += 1 / float64(len(unknown)) // as asked here: of near misses where there are any
		}
	}
}

// quantile of sorted values, between two of them.
func quantile(sorted []float64, at float64) float64 {
	x := at * float64(len(sorted)-1)
	i := int(x)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}
