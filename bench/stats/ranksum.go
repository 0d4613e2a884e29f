package stats

import (
	"errors"
	"fmt"
	"math"
	"sort"
)

// maxRuns is the most values a side that RankSum takes: with more, they are
// hardly one a run. It bounds the exact tables.
const maxRuns = 10_000

// RankSum estimates the shift from base to other where nothing pairs their
// values, by Hodges and Lehmann (the median of all differences other - base)
// with the interval and p value of the Mann-Whitney test (Wilcoxon's rank-sum
// test). It assumes that all values are independent and that the two sides,
// but for the shift, have the same distribution, whatever its shape; where one
// side is also noisier the interval is of the differences' median, and its
// confidence is approximate.
//
// The null distribution is exact up to 2^53 ways to divide the values (28
// against 28, 10 against 150, 4 against any number), and above that normal with
// continuity correction and an Edgeworth term, which at worst (5 against 4100)
// understates a chance by 0.4 % of it, and by 0.02 % where the sides are equal.
//
// A pair of equal values counts against either direction, as in SignedRank.
// Ties then keep the level, however coarsely the values were rounded, and p
// value and interval agree; the price is some power. The usual alternatives
// give up one or the other: mid-ranks with a corrected variance are
// approximate, the permutation distribution given the ties belongs to no
// interval. Tools that use them mostly report smaller p values for tied data;
// without ties the results are the textbook's. If both sides are constant the
// interval is one value.
//
// The error is ErrTooFew if the confidence is out of reach (3 against 3 or 2
// against 7 at 0.95, see FewestRankSum). Refused are also NaN, infinite values
// and values whose difference is infinite, a confidence outside 0.5 to 0.9999,
// and more than 10 000 values a side.
//
// Source: Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd
// edition, sections 4.1 to 4.3; Lehmann, Nonparametrics (1975), sections 1.2
// and 2.6; Randles and Wolfe, Introduction to the Theory of Nonparametric
// Statistics (1979), on closed intervals from discrete data.
func RankSum(base, other []float64, confidence float64) (Shift, error) {
	fail := func(err error) (Shift, error) { return Shift{}, fmt.Errorf("rank sum: %w", err) }
	if err := checkConfidence(confidence); err != nil {
		return fail(err)
	}
	n, m := len(base), len(other)
	if max(n, m) > maxRuns {
		return fail(fmt.Errorf("%d values against %d, where a side has %d at most", n, m, maxRuns))
	}
	null := newUNull(n, m)
	k := null.critical(confidence)
	if k < 0 {
		need := FewestRankSum(confidence)
		return fail(fmt.Errorf("%w: %d against %d, where a confidence of %g takes %d against %d", ErrTooFew, n, m, confidence, need, need))
	}
	if err := checkFinite(base); err != nil {
		return fail(fmt.Errorf("base: %w", err))
	}
	if err := checkFinite(other); err != nil {
		return fail(fmt.Errorf("other: %w", err))
	}
	d := newDifferences(base, other)
	if math.IsInf(d.least(), 0) || math.IsInf(d.greatest(), 0) {
		return fail(errors.New("values too far apart to be subtracted"))
	}

	// The interval leaves out as many differences at each end as chance explains.
	iv := Interval{
		Low:        d.nth(k + 1),
		High:       d.nth(d.len() - k),
		Confidence: 1 - 2*null.atMost(k),
	}
	notAbove := d.countBelow(math.SmallestNonzeroFloat64)
	notBelow := d.len() - d.countBelow(0)
	return Shift{
		N:          min(n, m),
		Estimate:   d.median(),
		Interval:   iv,
		P:          min(1, 2*null.atMost(min(notAbove, notBelow))),
		Detectable: detectable(iv),
	}, nil
}

// FewestRankSum is how many values a side, n against n, RankSum takes to reach a
// confidence, 0 if it takes no such confidence. At 0.95 it is four. Sides of
// unequal size need as many in total or more: 3 against 5, 2 against 8.
func FewestRankSum(confidence float64) int {
	if checkConfidence(confidence) != nil {
		return 0
	}
	n := 1
	for newUNull(n, n).critical(confidence) < 0 {
		n++
	}
	return n
}

// uNull is the distribution of Mann and Whitney's U, the number of the n·m
// pairs of a value from either side in which the first is the greater, when
// chance divides the values.
type uNull struct {
	n, m       int
	cumulative []float64 // number of divisions with at most this U; nil where they cannot be counted exactly
}

// newUNull counts by the generating function, the product of
// (1-x^(m+i))/(1-x^i) for i from 1 to n (Mann and Whitney 1947; Andrews, The
// Theory of Partitions, theorem 3.1). Every number on the way is an integer no
// greater than that of all divisions.
func newUNull(n, m int) uNull {
	n, m = min(n, m), max(n, m)
	const exact = 1 << 53 // integers up to here are exact in a float64
	divisions := 1.0
	for i := 1; i <= n; i++ {
		if divisions = divisions * float64(m+i) / float64(i); divisions > exact {
			return uNull{n: n, m: m}
		}
	}
	counts := make([]float64, n*m+1)
	counts[0] = 1
	for i := 1; i <= n; i++ {
		for u := n * m; u >= m+i; u-- {
			counts[u] -= counts[u-m-i]
		}
		for u := i; u <= n*m; u++ {
			counts[u] += counts[u-i]
		}
	}
	for u := 1; u < len(counts); u++ {
		counts[u] += counts[u-1]
	}
	return uNull{n, m, counts}
}

// atMost is the probability of a U of u or less, for 0 <= u <= n·m. Beyond exact
// counts it is the greater of the normal and the Edgeworth approximation: either
// is too small somewhere in the lower tail (Fix and Hodges, Significance
// probabilities of the Wilcoxon test, Annals of Mathematical Statistics 26,
// 1955).
func (d uNull) atMost(u int) float64 {
	if d.cumulative != nil {
		return d.cumulative[u] / d.cumulative[len(d.cumulative)-1]
	}
	n, m := float64(d.n), float64(d.m)
	z := (float64(u) + 0.5 - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
	normal := normalTail(-z)
	flatness := (n*n + m*m + n*m + n + m) / (20 * n * m * (n + m + 1))
	edgeworth := flatness * (z*z*z - 3*z) * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	return max(normal, normal+edgeworth)
}

// critical is the greatest U that is too rare at a confidence, -1 if none is.
// The comparison is on the scale of the confidence, where 1 - 2/20 is 0.9;
// 1 - 0.9 is less than 2/20.
func (d uNull) critical(confidence float64) int {
	return sort.Search(d.n*d.m, func(u int) bool { return 1-2*d.atMost(u) < confidence }) - 1
}
