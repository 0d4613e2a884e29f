package stats

import (
	"math"
	"testing"
)

// uByRecurrence is the distribution of U by Mann and Whitney's recurrence: the
// greatest value is of either side.
func uByRecurrence(n, m int) []float64 {
	row := make([][]float64, n+1) // row[i] is that of i against j
	for i := range row {
		row[i] = []float64{1}
	}
	for j := 1; j <= m; j++ {
		next := [][]float64{{1}}
		for i := 1; i <= n; i++ {
			p := make([]float64, i*j+1)
			for u, v := range next[i-1] {
				p[u+j] += v * float64(i) / float64(i+j)
			}
			for u, v := range row[i] {
				p[u] += v * float64(j) / float64(i+j)
			}
			next = append(next, p)
		}
		row = next
	}
	return row[n]
}

func TestUNullAgainstRecurrence(t *testing.T) {
	for _, c := range []struct {
		n, m  int
		exact bool
		err   float64 // how much of a chance may be missing
	}{
		{1, 1, true, 1e-14}, {1, 40, true, 1e-14}, {3, 4, true, 1e-14}, {4, 300, true, 1e-14}, {13, 7, true, 1e-14}, {28, 28, true, 1e-14},
		{29, 29, false, 2e-4}, {20, 45, false, 3e-4}, {10, 200, false, 8e-4}, {420, 8, false, 2e-3},
	} {
		null, sum := newUNull(c.n, c.m), 0.0
		if exact := null.cumulative != nil; exact != c.exact {
			t.Errorf("%d against %d: exact %v", c.n, c.m, exact)
		}
		for u, p := range uByRecurrence(c.n, c.m) {
			if sum += p; sum > 0.25 {
				break // no interval and no small p value comes here
			}
			got := null.atMost(u)
			if got < sum*(1-c.err) || c.exact && got > sum*(1+c.err) || got > sum+1.5e-3 {
				t.Errorf("%d against %d, U at most %d: got %v, want %v", c.n, c.m, u, got, sum)
			}
		}
	}
}

func TestUNullStaysPositive(t *testing.T) {
	null, last := newUNull(60, 60), 0.0
	for u := range 60 * 60 / 2 {
		p := null.atMost(u)
		if !(p > last) {
			t.Fatalf("U at most %d: %v after %v", u, p, last)
		}
		last = p
	}
	if math.Abs(last-0.5) > 0.01 {
		t.Errorf("%v at the middle", last)
	}
}
