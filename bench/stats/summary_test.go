package stats

import (
	"errors"
	"math"
	"testing"
)

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   Summary
	}{
		{[]float64{3}, Summary{N: 1, Mean: 3, Median: 3, Min: 3, Max: 3}},
		{[]float64{4, 4, 4}, Summary{N: 3, Mean: 4, Median: 4, Min: 4, Max: 4}},
		{[]float64{9, 4, 2, 5, 4, 7, 4, 5}, Summary{N: 8, Mean: 5, Median: 4.5, StdDev: math.Sqrt(32.0 / 7), MAD: 0.5, Min: 2, Max: 9}},
	} {
		got, err := Summarize(c.values)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.StdDev-c.want.StdDev) < 1e-12 {
			got.StdDev = c.want.StdDev
		}
		if got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.values, got, c.want)
		}
	}
	if _, err := Summarize(nil); !errors.Is(err, ErrTooFew) {
		t.Errorf("none: got %v", err)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, err := Summarize([]float64{1, bad}); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}
