package search

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"sync"

	"github.com/openai-explain/openai-explain/knowledge"
)

// shippedFile is the calibration of the built-in entries, found when the
// program was made: finding it takes two seconds of a processor, which is most
// of what a single answer in a terminal would cost. A test makes it anew and compares.
//
//go:embed shipped.json
var shippedFile []byte

// kept is a calibration as it is written to a file.
type kept struct {
	// Of is the fingerprint of what it was found for.
	Of        string  `json:"of"`
	AnswerAt  float64 `json:"answer_at"`
	ClarifyAt float64 `json:"clarify_at"`
	Known     int     `json:"known"`
	Unknown   int     `json:"unknown"`
	Silent    float64 `json:"silent"`
	Wrong     float64 `json:"wrong"`
	False     float64 `json:"false"`
	Weights   weights `json:"weights"`
}

var readShipped = sync.OnceValue(func() kept {
	var k kept
	if json.Unmarshal(shippedFile, &k) != nil {
		return kept{} // fits nothing; the test says so
	}
	return k
})

func (k *kept) calibration() Calibration {
	return Calibration{
		AnswerAt: k.AnswerAt, ClarifyAt: k.ClarifyAt, Known: k.Known, Unknown: k.Unknown,
		Silent: k.Silent, Wrong: k.Wrong, False: k.False, weights: k.Weights,
	}
}

func (c *Calibration) keep(of string) kept {
	return kept{
		Of: of, AnswerAt: c.AnswerAt, ClarifyAt: c.ClarifyAt, Known: c.Known, Unknown: c.Unknown,
		Silent: c.Silent, Wrong: c.Wrong, False: c.False, Weights: c.weights,
	}
}

// calibrated takes the shipped calibration where it was found for just these
// entries and options, and finds one otherwise.
func (sn *snapshot) calibrated(lib *knowledge.Library) {
	if k := readShipped(); len(lib.Entries) <= fewEntries && k.Of == fingerprint(lib, sn.cfg) {
		sn.cal = k.calibration()
		return
	}
	sn.calibrate()
}

// fewEntries is up to where it is worth looking whether a library is the built-in one.
const fewEntries = 50

// fingerprint tells libraries apart whose calibration may differ.
func fingerprint(lib *knowledge.Library, cfg *config) string {
	h := sha256.New()
	line := func(s string) {
		io.WriteString(h, s) //nolint:errcheck // a hash takes everything
		h.Write([]byte{0})
	}
	line(strconv.FormatFloat(cfg.opts.FalseAnswers, 'g', -1, 64))
	line(strconv.FormatBool(cfg.opts.NoAliases))
	for _, row := range lib.Aliases {
		for _, name := range row {
			line(name)
		}
		line("")
	}
	for _, e := range lib.Entries {
		hashEntry(line, e, cfg.plain)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func hashEntry(line func(string), e *knowledge.Entry, plain func(string) string) {
	line(e.ID)
	for _, l := range langs {
		line(plain(e.Question[l]))
		for _, texts := range [][]string{e.Phrasings[l], e.NearMisses[l]} {
			for _, t := range texts {
				line(plain(t))
			}
			line("")
		}
		for i := range e.Claims {
			line(plain(e.Claims[i].Text[l]))
		}
	}
}
