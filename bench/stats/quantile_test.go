package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// upTo is 1 to n, so that a value is its rank.
func upTo(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i + 1)
	}
	return values
}

// Ranks for the median as tables of the sign test print them; for p90 and p99 the
// numbers of values that the whole range takes, after Hahn and Meeker.
func TestQuantileIntervalRanks(t *testing.T) {
	for _, c := range []struct {
		n             int
		q, confidence float64
		low, high     float64
		achieved      float64
	}{
		{6, 0.5, 0.95, 1, 6, 1 - 2*1.0/64},
		{8, 0.5, 0.95, 1, 8, 1 - 2*1.0/256},
		{9, 0.5, 0.95, 2, 8, 1 - 2*10.0/512},
		{10, 0.5, 0.95, 2, 9, 1 - 2*11.0/1024},
		{12, 0.5, 0.95, 3, 10, 1 - 2*79.0/4096},
		{20, 0.5, 0.95, 6, 15, 1 - 2*21700.0/1048576},
		{8, 0.5, 0.99, 1, 8, 1 - 2*1.0/256},
		{100, 0.5, 0.95, 40, 61, 0.9648},
		{29, 0.9, 0.95, 21, 29, 0.9513},
		{299, 0.99, 0.95, 289, 299, 0.9502},
		{4, 0.5, 0.875, 1, 4, 0.875}, // reached exactly, as the next two are
		{10, 0.5, 1 - 2*11.0/1024, 2, 9, 1 - 2*11.0/1024},
		{20, 0.5, 1 - 2*21700.0/1048576, 6, 15, 1 - 2*21700.0/1048576},
	} {
		iv, err := QuantileInterval(upTo(c.n), c.q, c.confidence)
		if err != nil {
			t.Errorf("%d at %v: %v", c.n, c.q, err)
			continue
		}
		if iv.High != c.high || math.Abs(iv.Confidence-c.achieved) > 5e-5 || iv.Low != c.low {
			t.Errorf("%d at %v: got %+v, want %v to %v at %v", c.n, c.q, iv, c.low, c.high, c.achieved)
		}
	}
}

// The interval against sums of binomial chances multiplied out.
func TestQuantileIntervalAgainstBinomial(t *testing.T) {
	rng := rand.New(rand.NewPCG(51, 1))
	for trial := range 2000 {
		n, q, confidence := 1+trial%60, 0.02+0.96*rng.Float64(), 0.5+0.49*rng.Float64()
		chance := make([]float64, n+1) // of so many values below the quantile
		chance[0] = 1
		for i := 1; i <= n; i++ {
			for k := i; k > 0; k-- {
				chance[k] = chance[k]*(1-q) + chance[k-1]*q
			}
			chance[0] *= 1 - q
		}
		within := func(low, high int) float64 { // ranks
			sum := 0.0
			for k := low; k < high; k++ {
				sum += chance[k]
			}
			return sum
		}
		iv, err := QuantileInterval(upTo(n), q, confidence)
		if err != nil {
			if !errors.Is(err, ErrTooFew) || within(1, n) >= confidence {
				t.Fatalf("n=%d q=%v: %v, where the range has %v of %v", n, q, err, within(1, n), confidence)
			}
			continue
		}
		low, high := int(iv.Low), int(iv.High)
		if got := within(low, high); got < confidence-1e-9 || math.Abs(got-iv.Confidence) > 1e-9 {
			t.Fatalf("n=%d q=%v: %d to %d claims %v for %v, has %v", n, q, low, high, iv.Confidence, confidence, got)
		}
		if low+2 < high && within(low+1, high-1) >= confidence {
			t.Fatalf("n=%d q=%v: %d to %d could be narrower at both ends", n, q, low, high)
		}
	}
}

func TestQuantileIntervalProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(52, 1))
	for trial := range 300 {
		values := coarse(rng, 8+trial%50, 64)
		slices.Sort(values)
		mirrored, moved := make([]float64, len(values)), make([]float64, len(values))
		for i, v := range values {
			mirrored[len(values)-1-i] = -v
			moved[i] = 4*v + 8
		}
		q := float64(8+trial%17) / 32 // exact in binary, as 1-q is
		iv, err := QuantileInterval(values, q, 0.8)
		if err != nil {
			t.Fatal(err)
		}
		near := func(got Interval, low, high float64) bool {
			return got.Low == low && got.High == high && math.Abs(got.Confidence-iv.Confidence) < 1e-12
		}
		if got, err := QuantileInterval(mirrored, 1-q, 0.8); err != nil || !near(got, -iv.High, -iv.Low) {
			t.Fatalf("mirrored: got %+v, %v, want %+v mirrored", got, err, iv)
		}
		if got, err := QuantileInterval(moved, q, 0.8); err != nil || !near(got, 4*iv.Low+8, 4*iv.High+8) {
			t.Fatalf("moved: got %+v, %v, want %+v moved", got, err, iv)
		}
	}
}

func TestQuantileIntervalCoverage(t *testing.T) {
	const trials = 1500
	for i, shape := range shapes {
		for _, c := range []struct {
			n int
			q float64
		}{{6, 0.5}, {15, 0.5}, {40, 0.9}, {300, 0.99}} {
			t.Run(fmt.Sprint(shape.name, c), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(53, uint64(1000*i+c.n)))
				covered, claimed, truth := 0, 0.0, shape.quantile(c.q)
				for range trials {
					values := sample(rng, c.n, shape.draw)
					slices.Sort(values)
					iv, err := QuantileInterval(values, c.q, 0.95)
					if err != nil {
						t.Fatal(err)
					}
					if iv.Low <= truth && truth <= iv.High {
						covered++
					}
					claimed = iv.Confidence
				}
				checkCoverage(t, covered, trials, claimed)
			})
		}
	}
}

func TestQuantileIntervalErrors(t *testing.T) {
	ten := upTo(10)
	for _, c := range []struct {
		name          string
		sorted        []float64
		q, confidence float64
		tooFew        bool
	}{
		{"none", nil, 0.5, 0.95, true},
		{"five for a median", ten[:5], 0.5, 0.95, true},
		{"28 for p90", upTo(28), 0.9, 0.95, true},
		{"298 for p99", upTo(298), 0.99, 0.95, true},
		{"a hopeless quantile", ten, 1e-300, 0.95, true},
		{"out of order", []float64{1, 2, 3, 5, 4, 6, 7}, 0.5, 0.95, false},
		{"NaN", []float64{math.NaN(), 2, 3, 4, 5, 6, 7}, 0.5, 0.95, false},
		{"infinite", []float64{1, 2, 3, 4, 5, 6, math.Inf(1)}, 0.5, 0.95, false},
		{"q of zero", ten, 0, 0.95, false},
		{"q of one", ten, 1, 0.95, false},
		{"NaN q", ten, math.NaN(), 0.95, false},
		{"percent", ten, 0.5, 95, false},
	} {
		if _, err := QuantileInterval(c.sorted, c.q, c.confidence); err == nil || errors.Is(err, ErrTooFew) != c.tooFew {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	same := slices.Repeat([]float64{3}, 20)
	if iv, err := QuantileInterval(same, 0.5, 0.95); err != nil || iv.Low != 3 || iv.High != 3 {
		t.Errorf("all equal: got %+v, %v", iv, err)
	}
}

func BenchmarkQuantileInterval(b *testing.B) {
	values := upTo(10_000)
	for b.Loop() {
		if _, err := QuantileInterval(values, 0.5, 0.95); err != nil {
			b.Fatal(err)
		}
	}
}
