package report

import (
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// quantile is one point of a distribution: the share q of the samples took no
// longer than at.
type quantile struct {
	q  float64
	at time.Duration
}

// curve is a distribution as far as it can be drawn: quantiles in ascending
// order, from the fastest sample to the slowest.
type curve []quantile

// curveOf reads the distribution of a phase of an arm, nil where there is none.
func curveOf(a *bench.ArmResult, p bench.Phase) curve {
	h := distribution(a, p)
	if h == nil {
		return nil
	}
	var c curve
	for _, q := range drawnQuantiles(h.Count()) {
		c = append(c, quantile{q, h.Quantile(q)})
	}
	return c
}

// distribution is that of a phase of an arm, nil where there is none.
func distribution(a *bench.ArmResult, p bench.Phase) *hist.Decoded {
	text, ok := a.Histograms[p]
	if !ok {
		return nil
	}
	var d hist.Decoder
	h, err := d.Decode(text)
	if err != nil || h.Count() == 0 {
		return nil
	}
	// The exact ends are not in the encoding; without them the edges of the
	// outer buckets stand in, which are off by 0.1 % at most.
	_ = h.Restore(a.Phases[p])
	return h
}

// drawnQuantiles are even in the middle, and finer towards the tail by as many
// nines as that many samples have. The percentiles of a Summary are among them,
// so that charts and tables agree.
func drawnQuantiles(n int64) []float64 {
	const middle = 20
	all := []float64{0}
	for i := 1; i < middle; i++ {
		all = append(all, float64(i)/middle)
	}
	for nine := 0.01; nine*float64(n) > 1; nine /= 10 {
		for _, step := range []float64{3, 2, 1.4, 1, 0.7, 0.5} { // down to the next nine's
			if above := step * nine; above*float64(n) > 1 {
				all = append(all, 1-above)
			}
		}
	}
	return append(all, 1)
}

// supported are the quantiles that so many samples allow to tell, as a Summary
// does.
func (c curve) supported(n int64) curve {
	for i, point := range c {
		if !hist.Supported(point.q, n) {
			return c[:i]
		}
	}
	return c
}
