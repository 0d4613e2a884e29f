package stats

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// UnpairedTail estimates by how much tail quantiles of other differ from those of
// base, as PairedTail does, where nothing pairs their rounds: base[i] and
// other[i] are not of the same round, and the sides need not have equal numbers
// of rounds. The rounds of two runs are what they are independent of; a
// difference that both runs would show against a third is not told from one
// between the arms.
//
// The interval is a percentile bootstrap over rounds, drawn on either side
// apart. It is moved outwards as PairedTail's is for as many rounds as the
// smaller side has, which is as few as may carry all the noise. That makes it
// about a tenth wider than needed where both sides are alike; simulated at 0.95
// it covers 0.94 to 0.99 from six rounds on, whether sides and noise are equal or
// not, where Welch's degrees of freedom fall to 0.87 (p99, six rounds against
// twenty). No bootstrap helps where rounds waver as much as the samples
// within them and one side's far more than the other's: six rounds then seldom
// show the level that makes the tail (0.85 for p90, 0.71 for p99; PairedTail
// does no better).
//
// P, the seed, the errors and the resamples it takes are PairedTail's, the
// rounds being those of the smaller side; swapping the sides mirrors the result.
func UnpairedTail(base, other [][]Bar, quantiles []float64, confidence float64, resamples int, seed uint64) ([]Shift, error) {
	fail := func(err error) ([]Shift, error) { return nil, fmt.Errorf("unpaired tail: %w", err) }
	n := min(len(base), len(other))
	bootstrap := tailBootstrap{n, confidence, resamples}
	if err := bootstrap.check(quantiles); err != nil {
		return fail(err)
	}
	from, err := newTailTable(base)
	if err != nil {
		return fail(fmt.Errorf("base: %w", err))
	}
	to, err := newTailTable(other)
	if err != nil {
		return fail(fmt.Errorf("other: %w", err))
	}

	fromWeights := slices.Repeat([]int64{1}, len(base))
	toWeights := slices.Repeat([]int64{1}, len(other))
	// Which side draws first is up to the data, so that swapping them mirrors.
	first, second := fromWeights, toWeights
	if from.compare(to) > 0 {
		first, second = toWeights, fromWeights
	}
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	return bootstrap.shifts(from, to, fromWeights, toWeights, quantiles, func() {
		draw(rng, first)
		draw(rng, second)
	}), nil
}
