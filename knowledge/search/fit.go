package search

import "math"

// sample is one question with a known outcome.
type sample struct {
	f      features
	answer bool
	weight float64
}

// fit finds the weights of a logistic score by Newton's method, held near
// prior: pull is how many samples' worth of doubt it takes to leave it by one.
func fit(samples []sample, prior weights, pull weights) weights {
	w := prior
	for range 30 {
		var grad weights
		var hess [nFeatures][nFeatures]float64
		for i := range w {
			grad[i] = pull[i] * (w[i] - prior[i])
			hess[i][i] = pull[i] + 1e-6
		}
		for k := range samples {
			s := &samples[k]
			p := sigmoid(w.score(&s.f))
			y := 0.0
			if s.answer {
				y = 1
			}
			for i := range w {
				grad[i] += s.weight * (p - y) * s.f[i]
				for j := range w {
					hess[i][j] += s.weight * p * (1 - p) * s.f[i] * s.f[j]
				}
			}
		}
		step := solve(hess, grad)
		size := 0.0
		for i := range w {
			d := max(-2, min(2, step[i]))
			w[i] -= d
			size += math.Abs(d)
		}
		if size < 1e-6 {
			break
		}
	}
	return w
}

// solve returns x with a·x = b, by elimination with pivots.
func solve(a [nFeatures][nFeatures]float64, b weights) weights {
	for c := range nFeatures {
		p := c
		for r := c + 1; r < nFeatures; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		a[c], a[p], b[c], b[p] = a[p], a[c], b[p], b[c]
		if a[c][c] == 0 {
			continue
		}
		for r := c + 1; r < nFeatures; r++ {
			m := a[r][c] / a[c][c]
			for k := c; k < nFeatures; k++ {
				a[r][k] -= m * a[c][k]
			}
			b[r] -= m * b[c]
		}
	}
	var x weights
	for c := nFeatures - 1; c >= 0; c-- {
		x[c] = b[c]
		for k := c + 1; k < nFeatures; k++ {
			x[c] -= a[c][k] * x[k]
		}
		if a[c][c] != 0 {
			x[c] /= a[c][c]
		}
	}
	return x
}
