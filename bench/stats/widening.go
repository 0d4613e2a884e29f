package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// maxResamples bounds time and memory; an interval is steady long before.
const maxResamples = 1_000_000

// draw makes weights those of a resample: as many rounds as there are, drawn
// with replacement.
func draw(rng *rand.Rand, weights []int64) {
	clear(weights)
	for range weights {
		weights[rng.IntN(len(weights))]++
	}
}

// widening turns resamples into an expanded percentile interval: few rounds
// make plain percentiles too narrow, as a resample wavers by (n-1)/n of the
// variance, and as a normal deviate takes that variance for known.
type widening struct {
	factor float64
	df     int
}

// widenFor is the widening for a mean of n rounds.
func widenFor(n int) widening {
	return widening{factor: math.Sqrt(float64(n) / float64(n-1)), df: n - 1}
}

// tail is the share of resamples to leave out at each end.
func (w widening) tail(confidence float64) float64 {
	return normalTail(w.factor * studentDeviate((1-confidence)/2, w.df))
}

// checkResamples refuses fewer than the percentiles take, and too many.
func (w widening) checkResamples(resamples int, confidence float64) error {
	least := int(math.Ceil(1/w.tail(confidence))) - 1
	if resamples < least || resamples > maxResamples {
		return fmt.Errorf("%d resamples, where %d rounds at a confidence of %g take %d to %d",
			resamples, w.df+1, confidence, least, maxResamples)
	}
	return nil
}

// shift is the conclusion from what each resample gave; it sorts them.
func (w widening) shift(n int, estimate float64, drawn []float64, confidence float64) Shift {
	slices.Sort(drawn)
	notAbove := sort.Search(len(drawn), func(i int) bool { return drawn[i] > 0 })
	notBelow := len(drawn) - sort.Search(len(drawn), func(i int) bool { return drawn[i] >= 0 })
	plain := min(1, 2*float64(min(notAbove, notBelow)+1)/float64(len(drawn)+1))

	cut := max(1, int(w.tail(confidence)*float64(len(drawn)+1)))
	iv := Interval{Low: drawn[cut-1], High: drawn[len(drawn)-cut], Confidence: confidence}
	return Shift{
		N:          n,
		Estimate:   estimate,
		Interval:   iv,
		P:          2 * studentTail(normalDeviate(1-plain)/w.factor, w.df),
		Detectable: detectable(iv),
	}
}
