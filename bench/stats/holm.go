package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm adjusts p values for being several, in their order: an adjusted value of
// at most alpha is a difference found, and the chance that even one of those is
// false stays at most alpha, however the tests depend on each other. The
// smallest of n is multiplied by n, the next by n-1 and so on, none becomes less
// than one before it, and none exceeds 1. NaN stays NaN and does not count.
//
// Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure,
// Scandinavian Journal of Statistics 6 (1979).
func Holm(ps []float64) []float64 {
	adjusted := slices.Clone(ps)
	var ascending []int
	for i, p := range ps {
		if !math.IsNaN(p) {
			ascending = append(ascending, i)
		}
	}
	slices.SortFunc(ascending, func(i, j int) int { return cmp.Compare(ps[i], ps[j]) })
	least := 0.0
	for rank, i := range ascending {
		least = max(least, min(1, ps[i]*float64(len(ascending)-rank)))
		adjusted[i] = least
	}
	return adjusted
}
