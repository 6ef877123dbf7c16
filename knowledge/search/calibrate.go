package search

// Calibration is what the thresholds rest on.
type Calibration struct {
	AnswerAt, ClarifyAt float64

	changed int // entries since it was made
}

func (sn *snapshot) calibrate() {
	sn.cal = Calibration{AnswerAt: 0.5, ClarifyAt: 0.2}
}

// Calibration returns what the thresholds of now rest on.
func (ix *Index) Calibration() Calibration { return ix.cur.Load().cal }
