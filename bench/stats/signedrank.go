package stats

import (
	"fmt"
	"math"
	"sort"
)

// maxExact is the largest number of pairs whose null distribution is computed
// exactly; up to here the counts, at most 2^50, are exact in a float64.
const maxExact = 50

// SignedRank estimates the centre of paired differences by Hodges and Lehmann
// (the median of all Walsh averages) with the interval and p value of
// Wilcoxon's signed-rank test. It assumes only that the differences are
// independent and symmetric about their centre. Up to 50 pairs the null
// distribution is exact; above, normal with continuity correction.
//
// A difference of zero, and a pair of differences that cancel, count against
// either direction. This is the least favourable way to break ties: the level
// holds however coarsely the values were rounded, at the price of some power.
// Tools that drop zeros or share ranks report smaller p values then; without
// ties the results are the textbook's. If all differences are equal the
// interval is that one value, and if all are zero P is 1.
//
// The error is ErrTooFew if the confidence is out of reach (fewer than six
// differences at 0.95); NaN and infinite differences are refused, and so is a
// confidence outside 0.5 to 0.9999.
//
// Source: Hollander, Wolfe and Chicken, Nonparametric Statistical Methods,
// 3rd edition, sections 3.1 to 3.3.
func SignedRank(diffs []float64, confidence float64) (Shift, error) {
	n := len(diffs)
	if err := checkRounds(n, confidence); err != nil {
		return Shift{}, fmt.Errorf("signed rank: %w", err)
	}
	if err := checkFinite(diffs); err != nil {
		return Shift{}, fmt.Errorf("signed rank: %w", err)
	}
	w := newWalsh(diffs)
	null := newSignedNull(n)

	// The interval leaves out as many averages at each end as chance explains.
	k := sort.Search(w.len(), func(t int) bool { return 2*null.atMost(t) > 1-confidence }) - 1
	iv := Interval{
		Low:        w.nth(k + 1),
		High:       w.nth(w.len() - k),
		Confidence: 1 - 2*null.atMost(k),
	}
	notAbove := w.countBelow(math.SmallestNonzeroFloat64)
	notBelow := w.len() - w.countBelow(0)
	return Shift{
		N:          n,
		Estimate:   w.median(),
		Interval:   iv,
		P:          min(1, 2*null.atMost(min(notAbove, notBelow))),
		Detectable: detectable(iv),
	}, nil
}

// FewestSignedRank is how many pairs SignedRank takes to reach a confidence, 0 if
// it takes no such confidence: even if all n differences agree in sign, chance
// alone does that with a probability of 2^(1-n). At 0.95 it is six.
func FewestSignedRank(confidence float64) int {
	if checkConfidence(confidence) != nil {
		return 0
	}
	n := 1
	for math.Ldexp(1, 1-n) > 1-confidence {
		n++
	}
	return n
}

// signedNull is the distribution of the sum of those ranks among 1 to n that get
// a plus when every sign is the toss of a coin.
type signedNull struct {
	n          int
	cumulative []float64 // number of sign patterns with at most this sum; nil above maxExact
}

func newSignedNull(n int) signedNull {
	if n > maxExact {
		return signedNull{n: n}
	}
	counts := make([]float64, n*(n+1)/2+1)
	counts[0] = 1
	for rank := 1; rank <= n; rank++ {
		for sum := rank * (rank + 1) / 2; sum >= rank; sum-- {
			counts[sum] += counts[sum-rank]
		}
	}
	for sum := 1; sum < len(counts); sum++ {
		counts[sum] += counts[sum-1]
	}
	return signedNull{n, counts}
}

// atMost is the probability of a sum of t or less, for 0 <= t <= n(n+1)/2.
func (s signedNull) atMost(t int) float64 {
	if s.cumulative != nil {
		return math.Ldexp(s.cumulative[t], -s.n)
	}
	n := float64(s.n)
	mean, variance := n*(n+1)/4, n*(n+1)*(2*n+1)/24
	return normalTail((mean - float64(t) - 0.5) / math.Sqrt(variance))
}
