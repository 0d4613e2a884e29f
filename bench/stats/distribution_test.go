package stats

import (
	"math"
	"testing"
)

func TestPublishedDeviates(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.0006 {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	near("z 0.95", normalDeviate(0.95), 1.960)
	near("z 0.99", normalDeviate(0.99), 2.576)
	near("normal tail", normalTail(1.645), 0.05)
	for df, want := range map[int]float64{1: 12.706, 2: 4.303, 5: 2.571, 9: 2.262, 10: 2.228, 30: 2.042, 120: 1.980} {
		near("t 0.025", studentDeviate(0.025, df), want)
	}
	near("t 0.0005, 9 df", studentDeviate(0.0005, 9), 4.781)
	near("half", studentTail(0, 7), 0.5)
}

func TestNormalApproximationMeetsExact(t *testing.T) {
	exact, approximate := newSignedNull(maxExact), signedNull{n: maxExact}
	for sum := range maxExact * (maxExact + 1) / 2 {
		if off := math.Abs(exact.atMost(sum) - approximate.atMost(sum)); off > 0.002 {
			t.Fatalf("sum %d: off by %v", sum, off)
		}
	}
}

// Where the series ends and the normal approximation begins, they agree.
func TestStudentOfManyDegrees(t *testing.T) {
	for _, x := range []float64{0, 0.1, 1, 1.96, 3, 4.5} {
		series, normal := studentTail(x, manyDF), studentTail(x, manyDF+1)
		if math.Abs(normal/series-1) > 1e-3 {
			t.Errorf("t = %v: %v by the series, %v by the approximation", x, series, normal)
		}
	}
	for _, df := range []int{1e5, 1e9, math.MaxInt} {
		if got := studentDeviate(0.025, df); math.Abs(got-1.96) > 1e-3 {
			t.Errorf("%d degrees: %v", df, got)
		}
	}
}
