package stats

import "math"

// nthSmallest is the n-th smallest, counted from 1, of numbers between least and
// greatest that are too many to list: the largest float64 that has fewer than n
// of them below it, found by halving the ordered bit patterns.
func nthSmallest(n int, least, greatest float64, countBelow func(float64) int) float64 {
	low, high := order(least), order(greatest)
	for low < high {
		mid := low + int64(uint64(high-low)/2) + 1 // unsigned: the distance may take 64 bits
		if countBelow(unorder(mid)) < n {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return unorder(low)
}

// order maps floats to integers that sort alike; both zeros become 0.
func order(x float64) int64 {
	b := int64(math.Float64bits(x))
	if b < 0 {
		return math.MinInt64 - b
	}
	return b
}

func unorder(o int64) float64 {
	if o < 0 {
		return math.Float64frombits(uint64(math.MinInt64 - o))
	}
	return math.Float64frombits(uint64(o))
}
