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
	changes := roundChanges(m, rounds)
	shift, err := stats.SignedRank(changes, p.Confidence)
	return shift, len(changes), err
}

// roundChanges are those of the rounds in which both arms have a value.
func roundChanges(m bench.Metric, rounds []blocks) []float64 {
	var changes []float64
	for _, round := range rounds {
		base, value, ok := pairValues(m, round)
		switch {
		case !ok:
		case m.Unit == bench.Fraction:
			changes = append(changes, value-base)
		default:
			changes = append(changes, math.Log(value/base))
		}
	}
	return changes
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
