package stats

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Bar is a number of equal samples, such as a histogram's bucket.
type Bar struct {
	Value float64 // positive
	Count int64
}

// PairedTail estimates by how much tail quantiles of other differ from those of
// base, as log(other/base) of all rounds merged: a tail needs more samples than
// one round has, so it cannot be compared round by round. base[i] and other[i]
// are the bars of round i, in any order. There is a result for each quantile,
// and it is the same whichever others are asked for.
//
// The interval is a percentile bootstrap over rounds: whole rounds are drawn
// with replacement, the same ones for both arms, so that what a round's samples
// share stays together. Few rounds make that interval too narrow; its
// percentiles are therefore moved outwards as far as Student's t exceeds the
// normal deviate (the expanded percentile interval). Its confidence is nominal,
// not exact, and it may miss the estimate where the tail has few distinct
// values. P counts the resamples on the far side of zero, plus one, and is
// widened alike. The same seed gives the same result; swapping the arms mirrors
// it.
//
// The caller sees to it that enough samples lie above each quantile. The error is ErrTooFew
// if there are fewer rounds than SignedRank would need. Refused are also arms
// with unequal numbers of rounds, rounds without samples, values that are not
// positive and finite, quantiles outside (0, 1), fewer resamples than the wanted
// percentiles take (at 0.95, ten rounds take 116 and six take 411; a few
// thousand make the interval steady) and more than a million.
//
// Source: Hesterberg, What Teachers Should Know About the Bootstrap, The
// American Statistician 69 (2015), on expanded percentile intervals.
func PairedTail(base, other [][]Bar, quantiles []float64, confidence float64, resamples int, seed uint64) ([]Shift, error) {
	fail := func(err error) ([]Shift, error) { return nil, fmt.Errorf("paired tail: %w", err) }
	n := len(base)
	if len(other) != n {
		return fail(fmt.Errorf("%d rounds against %d", n, len(other)))
	}
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

	weights := slices.Repeat([]int64{1}, n)
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	return bootstrap.shifts(from, to, weights, weights, quantiles, func() { draw(rng, weights) }), nil
}
