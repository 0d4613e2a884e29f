package compare

import (
	"math"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

// blocks are the two blocks of one round.
type blocks struct{ base, arm *bench.Block }

// pairs finds the rounds in which a metric of two arms can be compared: both
// blocks ran their planned length, and neither clock speaks of a mixture.
func pairs(r *bench.Result, m bench.Metric, base, arm string) []blocks {
	var all []blocks
	for _, round := range r.Rounds {
		b, okBase := round.Block(base)
		a, okArm := round.Block(arm)
		if !okBase || !okArm || b.Cut || a.Cut {
			continue
		}
		if m.Clocked && (b.Mixed || a.Mixed) {
			continue
		}
		all = append(all, blocks{base: b, arm: a})
	}
	return all
}

// estimate gives the change of a metric over paired rounds: as a log ratio, or
// as a difference where the metric is itself a ratio.
//
// It also says how many rounds it could use.
func estimate(p bench.Plan, m bench.Metric, rounds []blocks) (stats.Shift, int, error) {
	var diffs []float64
	for _, round := range rounds {
		base, value, ok := pairValues(m, round)
		if !ok {
			continue
		}
		if m.Unit == bench.Fraction {
			diffs = append(diffs, value-base)
		} else {
			diffs = append(diffs, math.Log(value/base))
		}
	}
	shift, err := stats.SignedRank(diffs, p.Confidence)
	return shift, len(diffs), err
}

// pairValues are a metric's values in one round, false where they cannot be
// compared.
func pairValues(m bench.Metric, round blocks) (base, value float64, ok bool) {
	of := m.OfRound
	if of == nil {
		of = m.Of
	}
	base, okBase := of(&round.base.Stats)
	value, okArm := of(&round.arm.Stats)
	return base, value, okBase && okArm && !incomparable(m, base, value)
}
