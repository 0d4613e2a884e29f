package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// withRankSum returns 1 to n with such signs that the negative ones add up to
// sum.
func withRankSum(n, sum int) []float64 {
	diffs := make([]float64, n)
	for i := n; i > 0; i-- {
		diffs[i-1] = float64(i)
		if i <= sum {
			sum -= i
			diffs[i-1] = -diffs[i-1]
		}
	}
	return diffs
}

func mustRank(t *testing.T, diffs []float64, confidence float64) Shift {
	t.Helper()
	s, err := SignedRank(diffs, confidence)
	if err != nil {
		t.Fatalf("%v: %v", diffs, err)
	}
	return s
}

// Two-sided critical values as textbooks print them.
func TestSignedRankCriticalValues(t *testing.T) {
	tables := map[float64]map[int]int{
		0.05: {6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 11: 10, 12: 13, 13: 17, 14: 21, 15: 25, 16: 29, 17: 34, 18: 40, 19: 46, 20: 52, 25: 89, 50: 434},
		0.01: {8: 0, 9: 1, 10: 3, 11: 5, 12: 7, 13: 9, 14: 12, 15: 15, 16: 19, 17: 23, 18: 27, 19: 32, 20: 37},
	}
	for alpha, table := range tables {
		for n, critical := range table {
			at, beyond := withRankSum(n, critical), withRankSum(n, critical+1)
			if p := mustRank(t, at, 1-alpha).P; p > alpha {
				t.Errorf("n=%d: p=%v at the critical value %d for %v", n, p, critical, alpha)
			}
			s := mustRank(t, beyond, 1-alpha)
			if s.P <= alpha {
				t.Errorf("n=%d: p=%v beyond the critical value %d for %v", n, s.P, critical, alpha)
			}
			if c := s.Interval.Confidence; c < 1-alpha || c > 1-alpha+0.05 {
				t.Errorf("n=%d: confidence %v for %v", n, c, 1-alpha)
			}
		}
	}
}

// Hamilton depression scale, Hollander and Wolfe, table 3.1; R's wilcox.test
// gives the same figures.
func TestSignedRankPublishedExample(t *testing.T) {
	before := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	diffs := make([]float64, len(before))
	for i := range diffs {
		diffs[i] = after[i] - before[i]
	}
	s := mustRank(t, diffs, 0.95)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"estimate", s.Estimate, -0.46}, {"low", s.Interval.Low, -0.786}, {"high", s.Interval.High, -0.010},
		{"confidence", s.Interval.Confidence, 1 - 0.0390625}, {"p", s.P, 0.0390625},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestSignedRankTies(t *testing.T) {
	for _, c := range []struct {
		name         string
		diffs        []float64
		estimate     float64
		low, high, p float64
	}{
		{"all zero", []float64{0, 0, 0, 0, 0, 0}, 0, 0, 0, 1},
		{"all equal", []float64{-3, -3, -3, -3, -3, -3}, -3, -3, -3, 1.0 / 32},
		{"one zero", []float64{0, 1, 2, 3, 4, 5}, 2.5, 0, 5, 2.0 / 32},
		{"negative zero", []float64{math.Copysign(0, -1), 1, 2, 3, 4, 5}, 2.5, 0, 5, 2.0 / 32},
		{"a pair cancels", []float64{-1, 1, 2, 3, 4, 5, 6}, 3, 0.5, 5, 6.0 / 128},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustRank(t, c.diffs, 0.95)
			if s.Estimate != c.estimate || s.P != c.p || s.Interval.Low != c.low || s.Interval.High != c.high {
				t.Errorf("got %+v", s)
			}
			if c.low == c.high && s.Detectable != 0 {
				t.Errorf("detectable %v without noise", s.Detectable)
			}
		})
	}
}

func TestSignedRankErrors(t *testing.T) {
	six := []float64{1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		name       string
		diffs      []float64
		confidence float64
		tooFew     bool
	}{
		{"none", nil, 0.95, true},
		{"five", six[:5], 0.95, true},
		{"six at 99 %", six, 0.99, true},
		{"NaN", []float64{1, 2, 3, math.NaN(), 5, 6}, 0.95, false},
		{"infinite", []float64{1, 2, 3, math.Inf(-1), 5, 6}, 0.95, false},
		{"percent", six, 95, false},
		{"certainty", six, 1, false},
		{"NaN confidence", six, math.NaN(), false},
	} {
		if _, err := SignedRank(c.diffs, c.confidence); err == nil || errors.Is(err, ErrTooFew) != c.tooFew {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	mustRank(t, six[:5], 0.9375) // 1 - 2/2^5, reached exactly
}

func TestSignedRankSymmetries(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	for trial := range 300 {
		n := 6 + trial%60
		diffs := make([]float64, n)
		for i := range diffs {
			diffs[i] = math.Round(rng.NormFloat64()*64)/64 + 0.25 // coarse enough for ties and zeros, exact in binary
		}
		s := mustRank(t, diffs, 0.95)
		changed := func(f func(float64) float64) Shift {
			out := make([]float64, n)
			for i, d := range diffs {
				out[i] = f(d)
			}
			rng.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
			return mustRank(t, out, 0.95)
		}

		want := s
		want.Estimate, want.Interval.Low, want.Interval.High = -s.Estimate+0, -s.Interval.High+0, -s.Interval.Low+0
		if got := changed(func(d float64) float64 { return -d }); got != want {
			t.Fatalf("mirrored: got %+v, want %+v", got, want)
		}
		want = s
		want.Estimate, want.Interval.Low, want.Interval.High = s.Estimate+8, s.Interval.Low+8, s.Interval.High+8
		got := changed(func(d float64) float64 { return d + 8 })
		if want.P = got.P; got != want {
			t.Fatalf("moved: got %+v, want %+v", got, want)
		}
		want = s
		want.Estimate, want.Interval.Low, want.Interval.High = 8*s.Estimate, 8*s.Interval.Low, 8*s.Interval.High
		want.Detectable *= 8
		if got := changed(func(d float64) float64 { return 8 * d }); got != want {
			t.Fatalf("scaled: got %+v, want %+v", got, want)
		}
	}
}

func TestSignedRankAgreesWithItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	for trial := range 1000 {
		n := 6 + trial%55
		diffs := make([]float64, n)
		for i := range diffs {
			diffs[i] = math.Round(rng.NormFloat64()*20+8) / 20
		}
		for _, confidence := range []float64{0.8, 0.95} {
			s := mustRank(t, diffs, confidence)
			outside := s.Interval.Low > 0 || s.Interval.High < 0
			if outside != (s.P <= 1-confidence) {
				t.Fatalf("at %v: p=%v with interval %v for %v", confidence, s.P, s.Interval, diffs)
			}
			if s.Interval.Low > s.Estimate || s.Estimate > s.Interval.High {
				t.Fatalf("estimate %v outside %v", s.Estimate, s.Interval)
			}
		}
	}
}

func TestSignedRankCoverageAndPower(t *testing.T) {
	shapes := map[string]func(*rand.Rand) float64{
		"normal":                  (*rand.Rand).NormFloat64,
		"difference of lognormal": func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) - math.Exp(r.NormFloat64()) },
		"rounded":                 func(r *rand.Rand) float64 { return math.Round(r.NormFloat64()) },
	}
	const trials, powerTrials, shift = 2000, 500, 0.5
	for name, draw := range shapes {
		for _, n := range []int{6, 10, 60} {
			rng := rand.New(rand.NewPCG(13, uint64(n)))
			covered, detectable := 0, 0.0
			diffs := make([]float64, n)
			sample := func(shift float64) Shift {
				for i := range diffs {
					diffs[i] = shift + draw(rng)
				}
				return mustRank(t, diffs, 0.95)
			}
			for range trials {
				s := sample(shift)
				if s.Interval.Low <= shift && shift <= s.Interval.High {
					covered++
				}
				detectable += s.Detectable / trials
			}
			seen := 0
			for range powerTrials {
				if sample(detectable).P <= 0.05 {
					seen++
				}
			}
			coverage, power := float64(covered)/trials, float64(seen)/powerTrials
			t.Logf("%s, n=%d: coverage %.3f, power at the detectable shift %.3f", name, n, coverage, power)
			if coverage < 0.95-0.02 {
				t.Errorf("%s, n=%d: coverage %v", name, n, coverage)
			}
			if name == "normal" && (power < 0.7 || power > 0.95) {
				t.Errorf("n=%d: power %v at the detectable shift", n, power)
			}
		}
	}
}

func BenchmarkSignedRank(b *testing.B) {
	diffs := withRankSum(10, 7)
	for b.Loop() {
		if _, err := SignedRank(diffs, 0.95); err != nil {
			b.Fatal(err)
		}
	}
}
