package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// QuantileInterval is a confidence interval of the q-quantile of whatever the
// values, ascending, were drawn from: between two of the values, chosen by how
// many of them fall below the quantile by chance, which is binomial. It assumes
// independent values (rounds or runs, not the handshakes of a round) and no
// shape; ties only make it safer.
//
// Each end may miss by half of what the confidence leaves. Where even the
// extreme value misses more often at one end, that end is the extreme value and
// the other makes up for it.
//
// The error is ErrTooFew if the whole range does not reach the confidence: at
// 0.95 the median takes six values, p90 29 and p99 299. Refused are also values
// out of order, NaN and infinite values, q outside (0, 1) and a confidence
// outside 0.5 to 0.9999.
//
// Source: Hahn and Meeker, Statistical Intervals (1991), section 5.2; David and
// Nagaraja, Order Statistics, 3rd edition (2003), section 7.1.
func QuantileInterval(sorted []float64, q, confidence float64) (Interval, error) {
	fail := func(err error) (Interval, error) { return Interval{}, fmt.Errorf("quantile interval: %w", err) }
	if err := checkConfidence(confidence); err != nil {
		return fail(err)
	}
	if !(q > 0 && q < 1) {
		return fail(fmt.Errorf("quantile %g is not between 0 and 1", q))
	}
	if err := checkFinite(sorted); err != nil {
		return fail(err)
	}
	if !slices.IsSorted(sorted) {
		return fail(errors.New("values out of order"))
	}

	const rounding = 1e-12 // what logarithms of factorials cost
	n, spare := len(sorted), 1-confidence+rounding
	allBelow, allAbove := math.Pow(q, float64(n)), math.Pow(1-q, float64(n))
	if allBelow+allAbove > spare {
		return fail(fmt.Errorf("%w: the range of %d values misses the %g quantile with a probability of %.2g",
			ErrTooFew, n, q, allBelow+allAbove))
	}
	below, above := spare/2, spare/2
	switch {
	case allBelow > above:
		below, above = spare-allBelow, allBelow
	case allAbove > below:
		below, above = allAbove, spare-allAbove
	}
	low, missLow := leaveOut(n, q, below)
	high, missHigh := leaveOut(n, 1-q, above)
	return Interval{
		Low:        sorted[low],
		High:       sorted[n-1-high],
		Confidence: max(confidence, 1-missLow-missHigh), // never less but for rounding
	}, nil
}

// leaveOut is how many of n values can be left out at an end so that the value
// then outermost lies beyond the quantile with at most the given probability,
// and with which; atMost is less than 1. Each value lies between that end and the
// quantile with probability q.
func leaveOut(n int, q, atMost float64) (left int, misses float64) {
	misses = binomial(n, 0, q)
	for {
		more := misses + binomial(n, left+1, q)
		if more > atMost {
			return left, misses
		}
		left, misses = left+1, more
	}
}

// binomial is the probability of k successes in n trials of probability p.
func binomial(n, k int, p float64) float64 {
	lg := func(i int) float64 { v, _ := math.Lgamma(float64(i) + 1); return v }
	return math.Exp(lg(n) - lg(k) - lg(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}
