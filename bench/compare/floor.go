package compare

import (
	"math"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// rankEfficiency is how much of the rounds the signed-rank test makes use of,
// where a mean would use all and the noise is normal: 3/π (Hodges and Lehmann
// 1956).
const rankEfficiency = 3 / math.Pi

// Versus is the smallest change, as a fraction, that four of five comparisons
// with --vs over that many rounds would see. A metric of which rounds have no
// value of their own, such as a tail, has that of as many rounds as were
// measured: what more of them take away is not known. It is false where
// neither is.
func (n *Noise) Versus(f Floor, rounds int) (float64, bool) {
	switch {
	case f.Round == nil && f.Pair == nil:
		return 0, false
	case f.Round == nil:
		return f.fraction(f.Pair.Detectable(n.Plan.Confidence)), true
	}
	measured := f.Round.SD * f.Round.SD / rankEfficiency
	s := stats.Spread{SD: math.Sqrt(measured / float64(rounds)), DF: f.Round.DF}
	if f.Pair != nil {
		// What many rounds do not take away.
		if luck := f.Pair.SD*f.Pair.SD - measured/float64(n.Plan.Rounds); luck > 0 {
			s = stats.Spread{SD: math.Sqrt(luck + measured/float64(rounds)), DF: f.Pair.DF}
		}
	}
	return f.fraction(s.Detectable(n.Plan.Confidence)), true
}

// Between is the smallest change that four of five comparisons of that many
// runs a side would see, where this noise is known. It is false where the noise
// between runs is not.
func (n *Noise) Between(f Floor, runs int) (float64, bool) {
	if f.Run == nil {
		return 0, false
	}
	return f.fraction(f.Run.OfDifference(runs, runs).Detectable(n.Plan.Confidence)), true
}

// fraction is how far up a shift goes.
func (f Floor) fraction(x float64) float64 {
	if f.Unit == bench.Fraction {
		return x
	}
	return math.Expm1(x)
}

// Need is what a comparison takes in order to tell a change from noise.
type Need struct {
	// Allowed is the smallest allowance, as a fraction, of which the noise is
	// the lesser part. Arm and Metric name the gated metric that asks for it.
	Allowed     float64
	Arm, Metric string

	unit bench.Unit
}

// Found is by how much servers got worse of which about four of five are found
// where that much is allowed: the noise comes on top of the allowance.
func (n Need) Found(allowed float64) float64 {
	if n.unit == bench.Fraction {
		return allowed + n.Allowed
	}
	return (1+allowed)*(1+n.Allowed) - 1
}

// AllowVersus gives what --vs over that many rounds can allow, and AllowBetween
// what compare can of that many runs a side. They are false where nothing gated
// is known.
func (n *Noise) AllowVersus(rounds int) (Need, bool) {
	return n.worst(func(f Floor) (float64, bool) { return n.Versus(f, rounds) })
}

// AllowBetween is described with AllowVersus.
func (n *Noise) AllowBetween(runs int) (Need, bool) {
	return n.worst(func(f Floor) (float64, bool) { return n.Between(f, runs) })
}

func (n *Noise) worst(of func(Floor) (float64, bool)) (Need, bool) {
	var worst Need
	known := false
	for _, f := range n.Floors {
		if !isGated(f.Metric) {
			continue
		}
		if v, ok := of(f); ok && (!known || v > worst.Allowed) {
			worst, known = Need{Allowed: v, Arm: f.Arm, Metric: f.Metric, unit: f.Unit}, true
		}
	}
	return worst, known
}

// Bounds of what is recommended: beyond them a run is no longer short.
const (
	mostRounds = 500
	mostRuns   = 30
)

// RoundsFor is the fewest rounds, of the length that was measured, with which
// --vs can allow no more than that, and RunsFor the fewest runs a side with which
// compare can. They are 0 where no sensible number is enough.
func (n *Noise) RoundsFor(allowed float64) int {
	return n.fewest(allowed, stats.FewestSignedRank, mostRounds, n.AllowVersus)
}

// RunsFor is described with RoundsFor.
func (n *Noise) RunsFor(allowed float64) int {
	return n.fewest(allowed, stats.FewestRankSum, mostRuns, n.AllowBetween)
}

func (n *Noise) fewest(allowed float64, fewest func(confidence float64) int, most int, allow func(int) (Need, bool)) int {
	for units := fewest(n.together()); units <= most; units++ {
		if need, ok := allow(units); ok && need.Allowed <= allowed {
			return units
		}
	}
	return 0
}

// together is the confidence that a single comparison needs so that all gated
// ones have the plan's taken together.
func (n *Noise) together() float64 {
	gated := 0
	for _, f := range n.Floors {
		if isGated(f.Metric) {
			gated++
		}
	}
	return shared(n.Plan.Confidence, gated)
}

// RoundUp makes an allowance that people can read: the next of 1, 2, 3, 5, 7
// and 10 in its decade, in percent at least one tenth.
func RoundUp(allowed float64) float64 {
	const least = 0.001
	decade := math.Pow(10, math.Floor(math.Log10(max(allowed, least))))
	for _, step := range []float64{1, 2, 3, 5, 7} {
		if allowed <= step*decade {
			return step * decade
		}
	}
	return 10 * decade
}
