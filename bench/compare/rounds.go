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
func estimate(p bench.Plan, m bench.Metric, rounds []blocks, read *decoded) (stats.Shift, int, error) {
	if m.Tail.Quantile > 0 {
		shift, err := estimateTail(p, m.Tail, rounds, read)
		return shift, len(rounds), err
	}
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

// resamples give an interval's ends to about a tenth of its width.
const resamples = 2000

// estimateTail bootstraps a tail percentile over rounds: a block has too few
// samples for one of its own.
func estimateTail(p bench.Plan, tail bench.Tail, rounds []blocks, read *decoded) (stats.Shift, error) {
	if len(rounds) < bench.MinRounds {
		return stats.Shift{}, stats.ErrTooFew
	}
	base, arm := make([][]stats.Bar, len(rounds)), make([][]stats.Bar, len(rounds))
	for i, round := range rounds {
		var err error
		if base[i], err = read.bars(round.base, tail.Phase); err != nil {
			return stats.Shift{}, err
		}
		if arm[i], err = read.bars(round.arm, tail.Phase); err != nil {
			return stats.Shift{}, err
		}
	}
	return stats.PairedTail(base, arm, tail.Quantile, p.Confidence, resamples, p.Seed)
}
