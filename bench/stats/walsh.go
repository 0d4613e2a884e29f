package stats

import "slices"

// walsh answers questions about the n(n+1)/2 Walsh averages of n values, the
// means of all pairs including each value with itself, without listing them.
type walsh struct{ sorted []float64 }

func newWalsh(values []float64) walsh {
	return walsh{slices.Sorted(slices.Values(values))}
}

func (w walsh) len() int { return len(w.sorted) * (len(w.sorted) + 1) / 2 }

// countBelow is how many averages are less than x, in one pass: as the first
// of the pair grows, the range of fitting partners shrinks.
func (w walsh) countBelow(x float64) int {
	count, j := 0, len(w.sorted)-1
	for i, a := range w.sorted {
		for j >= i && !(a/2+w.sorted[j]/2 < x) {
			j--
		}
		if j < i {
			break
		}
		count += j - i + 1
	}
	return count
}

// nth is the n-th smallest average, counted from 1.
func (w walsh) nth(n int) float64 {
	return nthSmallest(n, w.sorted[0], w.sorted[len(w.sorted)-1], w.countBelow)
}

// median is the Hodges-Lehmann estimate of the centre.
func (w walsh) median() float64 {
	m := w.len()
	return w.nth((m+1)/2)/2 + w.nth(m/2+1)/2
}
