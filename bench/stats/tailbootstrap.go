package stats

import "fmt"

// tailBootstrap resamples the rounds of two arms. All quantiles are those of
// the same resamples, each as if it were the only one.
type tailBootstrap struct {
	rounds     int // as many as an interval is widened for
	confidence float64
	resamples  int
}

// check refuses what no tail can be compared with.
func (b tailBootstrap) check(quantiles []float64) error {
	for _, q := range quantiles {
		if !(q > 0 && q < 1) {
			return fmt.Errorf("quantile %g is not between 0 and 1", q)
		}
	}
	if err := checkRounds(b.rounds, b.confidence); err != nil {
		return err
	}
	return widenFor(b.rounds).checkResamples(b.resamples, b.confidence)
}

// shifts gives one for each quantile. The weights of either arm are 1 at first,
// and redraw sets them to those of the next resample.
func (b tailBootstrap) shifts(from, to tailTable, fromWeights, toWeights []int64, quantiles []float64, redraw func()) []Shift {
	type tail struct {
		from, to tailQuantile
		estimate float64
		drawn    []float64
	}
	tails := make([]tail, len(quantiles))
	for k, q := range quantiles {
		t := tail{from: from.quantile(q), to: to.quantile(q), drawn: make([]float64, b.resamples)}
		t.estimate = t.to.log(toWeights) - t.from.log(fromWeights)
		tails[k] = t
	}
	for i := range b.resamples {
		redraw()
		for k := range tails {
			t := &tails[k]
			t.drawn[i] = t.to.log(toWeights) - t.from.log(fromWeights)
		}
	}
	all := make([]Shift, len(tails))
	for k, t := range tails {
		all[k] = widenFor(b.rounds).shift(b.rounds, t.estimate, t.drawn, b.confidence)
	}
	return all
}
