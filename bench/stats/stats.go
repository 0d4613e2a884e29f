// Package stats draws conclusions from a few rounds or runs. The unit of
// inference is what was repeated: handshakes of one round share its weather, so
// thousands of them are not thousands of independent samples.
//
//   - Arms that took turns within the rounds of one run are pairs: SignedRank
//     for one difference a round, PairedTail for a tail.
//   - Arms that ran apart are not: RankSum for one value a unit, UnpairedTail
//     for a tail. The unit is the round where each side is one run, and then
//     what the two runs do not share (a reboot, a neighbour) passes for a
//     difference between the arms. Several runs a side settle that: the unit
//     is then the run, and RankSum takes one value of each, such as its median.
//
// Intervals come from rank statistics and resampling, which assume no shape of
// the data. Where there are too few units to say anything at the wanted
// confidence the error is ErrTooFew, and FewestSignedRank and FewestRankSum
// tell beforehand. Nothing here knows what is measured: callers pass plain
// numbers, usually logarithms, whose unit the results keep.
package stats

import (
	"errors"
	"fmt"
	"math"
)

// ErrTooFew says that there are too few rounds or runs to reach the wanted
// confidence, whatever the values are.
var ErrTooFew = errors.New("too few rounds or runs")

// Bounds of the confidence that may be asked for.
const (
	minConfidence = 0.5
	maxConfidence = 0.9999
)

// Interval is a closed confidence interval.
type Interval struct {
	Low, High float64
	// Confidence, in (0, 1), is what the method really gives where it can tell:
	// exact tests take steps, so it is often a little more than was asked for.
	Confidence float64
}

// z80 is the normal deviate of a power of 80 %.
const z80 = 0.8416212335729143

// Shift is by how much one arm differs from another.
type Shift struct {
	// N is the number of pairs, or how many units the smaller side has where
	// they are not paired.
	N int
	// Estimate is the shift, in the unit of the input.
	Estimate float64
	Interval Interval
	// P is the two-sided probability of data at least this far from zero if
	// nothing differed. It agrees with the interval: zero lies outside if and
	// only if P <= 1 - the confidence that was asked for (decide by the
	// interval: where the two are equal, rounding may part them).
	P float64
	// Detectable is the smallest true shift that a repeat of the experiment,
	// with the same noise and as many units, would tell from zero with 80 %
	// probability: the half-width of the interval times (z+z80)/z, where z is
	// the normal deviate of the interval's two-sided confidence and z80 = 0.84
	// that of the power (1.43 half-widths at 95 %). It is in the unit of
	// Estimate, approximate as the half-width is itself measured, and zero when
	// the units show no noise at all.
	Detectable float64
}

// detectable is Shift.Detectable of an interval.
func detectable(iv Interval) float64 {
	z := normalDeviate(iv.Confidence)
	return (iv.High/2 - iv.Low/2) * (z + z80) / z
}

// checkConfidence refuses a confidence out of bounds.
func checkConfidence(confidence float64) error {
	if !(confidence >= minConfidence && confidence <= maxConfidence) {
		return fmt.Errorf("confidence %g is not within %g to %g", confidence, minConfidence, maxConfidence)
	}
	return nil
}

// checkRounds refuses a confidence out of bounds and fewer rounds than could
// ever reach it.
func checkRounds(n int, confidence float64) error {
	if err := checkConfidence(confidence); err != nil {
		return err
	}
	if need := FewestSignedRank(confidence); n < need {
		return fmt.Errorf("%w: %d, where a confidence of %g takes at least %d", ErrTooFew, n, confidence, need)
	}
	return nil
}

// checkFinite refuses NaN and the infinities.
func checkFinite(values []float64) error {
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("value %d is %v", i+1, v)
		}
	}
	return nil
}
