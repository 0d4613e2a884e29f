package arrival_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"tlsbench/bench/arrival"
)

func take(t *arrival.Times, n int) []time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = t.Next()
	}
	return all
}

func TestConstantDoesNotDrift(t *testing.T) {
	for _, rate := range []float64{0.5, 3, 7, 333, 4999, 1e6} {
		const n = 1_000_000
		times := take(arrival.New(arrival.Constant, rate, 1), n)
		if times[0] != 0 {
			t.Errorf("%v/s: the first falls due at %v, want 0", rate, times[0])
		}
		for _, i := range []int{1, 10, 1000, n - 1} {
			want := time.Duration(math.Round(float64(i) * 1e9 / rate))
			if off := times[i] - want; off < -1 || off > 1 {
				t.Errorf("%v/s: number %d falls due at %v, want %v", rate, i, times[i], want)
			}
		}
		if !slices.IsSorted(times) {
			t.Errorf("%v/s: the times go back", rate)
		}
	}
}

// The gaps of Poisson arrivals have an exponential distribution: mean and
// standard deviation are 1/rate, and a share of 1/e is longer than the mean.
func TestPoissonGaps(t *testing.T) {
	const n, rate = 200_000, 250.0
	times := take(arrival.New(arrival.Poisson, rate, 3), n)
	if !slices.IsSorted(times) {
		t.Fatal("the times go back")
	}
	var sum, squares float64
	longer, before := 0, time.Duration(0)
	for _, at := range times {
		gap := (at - before).Seconds() * rate
		before = at
		sum += gap
		squares += gap * gap
		if gap > 1 {
			longer++
		}
	}
	mean := sum / n
	deviation := math.Sqrt(squares/n - mean*mean)
	// four standard errors of each
	if math.Abs(mean-1) > 4/math.Sqrt(n) || math.Abs(deviation-1) > 4*math.Sqrt(2.0/n) {
		t.Errorf("gaps have a mean of %v and a deviation of %v, want 1 and 1", mean, deviation)
	}
	share := float64(longer) / n
	if math.Abs(share-1/math.E) > 4*math.Sqrt(0.37*0.63/n) {
		t.Errorf("%v of the gaps are longer than the mean, want 1/e", share)
	}
}

func TestSeeds(t *testing.T) {
	a, b := take(arrival.New(arrival.Poisson, 100, 1), 50), take(arrival.New(arrival.Poisson, 100, 1), 50)
	c := take(arrival.New(arrival.Poisson, 100, 2), 50)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("want the same times for the same seed, and others for another")
	}
}

func TestAtOnce(t *testing.T) {
	for _, at := range take(arrival.AtOnce(), 1000) {
		if at != 0 {
			t.Fatalf("one falls due at %v, want 0", at)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		rate float64
		want time.Duration
	}{{500, 500, time.Second}, {1, 3, 333333333}, {0, 3, 0}, {1 << 40, 1e-9, 1 << 62}} {
		if got := arrival.Window(tt.n, tt.rate); got != tt.want {
			t.Errorf("%d at %v/s: %v, want %v", tt.n, tt.rate, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, p := range arrival.Processes() {
		if got, err := arrival.Parse(string(p)); err != nil || got != p {
			t.Errorf("%s: %s, %v", p, got, err)
		}
	}
	for _, bad := range []string{"", "Poisson", "uniform"} {
		if _, err := arrival.Parse(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
