package stats

import "slices"

// differences answers questions about the n·m differences other - base between
// values of two sides, without listing them.
type differences struct{ base, other []float64 } // sorted

func newDifferences(base, other []float64) differences {
	return differences{slices.Sorted(slices.Values(base)), slices.Sorted(slices.Values(other))}
}

func (d differences) len() int          { return len(d.base) * len(d.other) }
func (d differences) least() float64    { return d.other[0] - d.base[len(d.base)-1] }
func (d differences) greatest() float64 { return d.other[len(d.other)-1] - d.base[0] }

// countBelow is how many differences are less than x, in one pass: as the value
// of other grows, fewer values of base are great enough.
func (d differences) countBelow(x float64) int {
	count, j := 0, 0
	for _, o := range d.other {
		for j < len(d.base) && !(o-d.base[j] < x) {
			j++
		}
		count += len(d.base) - j
	}
	return count
}

// nth is the n-th smallest difference, counted from 1.
func (d differences) nth(n int) float64 {
	return nthSmallest(n, d.least(), d.greatest(), d.countBelow)
}

// median is the Hodges-Lehmann estimate of the shift.
func (d differences) median() float64 {
	n := d.len()
	return d.nth((n+1)/2)/2 + d.nth(n/2+1)/2
}
