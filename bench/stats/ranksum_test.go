package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func mustRankSum(t *testing.T, base, other []float64, confidence float64) Shift {
	t.Helper()
	s, err := RankSum(base, other, confidence)
	if err != nil {
		t.Fatalf("%v against %v: %v", base, other, err)
	}
	return s
}

// withU returns sides without ties in which u of the n·m pairs have the greater
// value in base.
func withU(n, m, u int) (base, other []float64) {
	for j := range m {
		other = append(other, float64(2*j))
	}
	for range n {
		above := min(u, m)
		u -= above
		base = append(base, float64(2*above)-1+float64(len(base))/float64(2*n))
	}
	return base, other
}

// Two-sided critical values as textbooks print them, after Mann and Whitney; those
// for 0.05 are at http://numeracy-bank.net/?q=t/stt/mwu/3.
func TestRankSumCriticalValues(t *testing.T) {
	tables := map[float64]map[[2]int]int{
		0.05: {
			{2, 8}: 0, {2, 12}: 1, {2, 20}: 2, {3, 5}: 0, {3, 6}: 1, {3, 10}: 3, {3, 20}: 8, {4, 4}: 0, {4, 5}: 1,
			{4, 6}: 2, {4, 9}: 4, {5, 5}: 2, {5, 6}: 3, {5, 10}: 8, {6, 6}: 5, {7, 7}: 8, {8, 8}: 13, {8, 10}: 17,
			{9, 9}: 17, {10, 10}: 23, {10, 20}: 55, {11, 12}: 33, {12, 12}: 37, {13, 16}: 59, {15, 15}: 64, {20, 20}: 127,
		},
		0.01: {
			{3, 9}: 0, {4, 6}: 0, {5, 5}: 0, {5, 6}: 1, {6, 6}: 2, {7, 7}: 4, {8, 8}: 7, {9, 9}: 11, {10, 10}: 16, {15, 15}: 51, {20, 20}: 105,
		},
	}
	for alpha, table := range tables {
		for size, critical := range table {
			n, m := size[0], size[1]
			base, other := withU(n, m, critical)
			if p := mustRankSum(t, base, other, 1-alpha).P; p > alpha {
				t.Errorf("%d against %d: p=%v at the critical value %d for %v", n, m, p, critical, alpha)
			}
			base, other = withU(n, m, critical+1)
			s := mustRankSum(t, other, base, 1-alpha)
			if s.P <= alpha {
				t.Errorf("%d against %d: p=%v beyond the critical value %d for %v", n, m, s.P, critical, alpha)
			}
			if c := s.Interval.Confidence; c < 1-alpha || c > 1-alpha+0.05 {
				t.Errorf("%d against %d: confidence %v for %v", n, m, c, 1-alpha)
			}
		}
	}
}

// Water transfer through the membrane of the placenta, at term and at 12 to 26
// weeks: Hollander and Wolfe, table 4.1, the example of R's wilcox.test. The
// figures are those of R's coin::wilcox_test(distribution = "exact", conf.int =
// TRUE): https://r.789695.n4.nabble.com/Wilcoxon-Mann-Whitney-Rank-Sum-Test-td790135.html
func TestRankSumPublishedExample(t *testing.T) {
	term := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	weeks := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	s := mustRankSum(t, term, weeks, 0.95)
	for _, c := range []struct {
		name            string
		got, want, near float64
	}{
		{"estimate", s.Estimate, -0.305, 1e-9},
		{"low", s.Interval.Low, -0.76, 1e-9},
		{"high", s.Interval.High, 0.15, 1e-9},
		{"p", s.P, 0.2544, 5e-5},
		{"confidence", s.Interval.Confidence, 1 - 2*60.0/3003, 1e-15},
	} {
		if math.Abs(c.got-c.want) > c.near {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	if s.N != 5 {
		t.Errorf("n=%d", s.N)
	}
}

func TestRankSumTies(t *testing.T) {
	for _, c := range []struct {
		name         string
		base, other  []float64
		estimate     float64
		low, high, p float64
	}{
		{"all equal", []float64{7, 7, 7, 7}, []float64{7, 7, 7, 7}, 0, 0, 0, 1},
		{"two constants", []float64{2, 2, 2, 2}, []float64{5, 5, 5, 5}, 3, 3, 3, 2.0 / 70},
		{"both zeros", []float64{0, 0, 0, 0}, []float64{math.Copysign(0, -1), 0, 0, 0}, 0, 0, 0, 1},
		{"one pair ties", []float64{1, 2, 3, 4}, []float64{4, 5, 6, 7}, 3, 0, 6, 4.0 / 70},
		{"one pair wrong", []float64{1, 2, 3, 4.5}, []float64{4, 5, 6, 7}, 3, -0.5, 6, 4.0 / 70},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustRankSum(t, c.base, c.other, 0.95)
			if s.Estimate != c.estimate || s.Interval.Low != c.low || s.Interval.High != c.high || s.P != c.p {
				t.Errorf("got %+v", s)
			}
			if c.low == c.high && s.Detectable != 0 {
				t.Errorf("detectable %v without noise", s.Detectable)
			}
		})
	}
}

func TestRankSumErrors(t *testing.T) {
	four := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		name        string
		base, other []float64
		confidence  float64
		tooFew      bool
	}{
		{"none", nil, nil, 0.95, true},
		{"none on one side", four, nil, 0.95, true},
		{"three each", four[:3], four[:3], 0.95, true},
		{"three against four", four[:3], four, 0.95, true},
		{"four at 99 %", four, four, 0.99, true},
		{"NaN", four, []float64{1, 2, 3, math.NaN()}, 0.95, false},
		{"infinite", []float64{1, 2, 3, math.Inf(-1)}, four, 0.95, false},
		{"infinite difference", []float64{1, 2, 3, -math.MaxFloat64}, []float64{1, 2, 3, math.MaxFloat64}, 0.95, false},
		{"too many", four, make([]float64, maxRuns+1), 0.95, false},
		{"percent", four, four, 95, false},
		{"certainty", four, four, 1, false},
		{"NaN confidence", four, four, math.NaN(), false},
	} {
		if _, err := RankSum(c.base, c.other, c.confidence); err == nil || errors.Is(err, ErrTooFew) != c.tooFew {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	if s := mustRankSum(t, four[:3], four[:3], 0.9); s.Interval.Confidence != 0.9 { // 1 - 2/20, reached exactly
		t.Errorf("got %+v", s)
	}
}

func TestFewest(t *testing.T) {
	for _, c := range []struct {
		confidence float64
		pairs      int
		runs       int
	}{
		{0.5, 2, 2}, {0.8, 4, 3}, {0.9, 5, 3}, {0.95, 6, 4}, {0.99, 8, 5}, {0.999, 11, 7}, {0.9999, 15, 9},
		{0.49, 0, 0}, {1, 0, 0}, {95, 0, 0}, {math.NaN(), 0, 0},
	} {
		pairs, runs := FewestSignedRank(c.confidence), FewestRankSum(c.confidence)
		if pairs != c.pairs || runs != c.runs {
			t.Errorf("%v: got %d pairs and %d runs a side, want %d and %d", c.confidence, pairs, runs, c.pairs, c.runs)
		}
		if runs == 0 {
			continue
		}
		values := make([]float64, max(pairs, runs))
		mustRank(t, values[:pairs], c.confidence)
		mustRankSum(t, values[:runs], values[:runs], c.confidence)
		if _, err := SignedRank(values[:pairs-1], c.confidence); !errors.Is(err, ErrTooFew) {
			t.Errorf("%v: one pair less gives %v", c.confidence, err)
		}
		if _, err := RankSum(values[:runs-1], values[:runs-1], c.confidence); !errors.Is(err, ErrTooFew) {
			t.Errorf("%v: one run a side less gives %v", c.confidence, err)
		}
	}
}

// coarse draws values with ties, exact in binary.
func coarse(rng *rand.Rand, n int, grain float64) []float64 {
	return sample(rng, n, func(r *rand.Rand) float64 { return math.Round(r.NormFloat64()*grain) / grain })
}

func TestRankSumSymmetries(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 1))
	for trial := range 300 {
		base, other := coarse(rng, 4+trial%40, 64), coarse(rng, 4+trial%7, 64)
		s := mustRankSum(t, base, other, 0.95)
		changed := func(f func(float64) float64) []float64 {
			out := make([]float64, len(other))
			for i, v := range other {
				out[i] = f(v)
			}
			return out
		}

		shuffled := slices.Clone(base)
		rng.Shuffle(len(base), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := mustRankSum(t, shuffled, other, 0.95); got != s {
			t.Fatalf("shuffled: got %+v, want %+v", got, s)
		}
		want := s
		want.Estimate, want.Interval.Low, want.Interval.High = -s.Estimate+0, -s.Interval.High+0, -s.Interval.Low+0
		if got := mustRankSum(t, other, base, 0.95); got != want {
			t.Fatalf("swapped: got %+v, want %+v", got, want)
		}
		want = s
		want.Estimate, want.Interval.Low, want.Interval.High = s.Estimate+8, s.Interval.Low+8, s.Interval.High+8
		got := mustRankSum(t, base, changed(func(v float64) float64 { return v + 8 }), 0.95)
		if want.P = got.P; got != want {
			t.Fatalf("moved: got %+v, want %+v", got, want)
		}
		want = s
		want.Estimate, want.Interval.Low, want.Interval.High = 8*s.Estimate, 8*s.Interval.Low, 8*s.Interval.High
		want.Detectable *= 8
		scaled := slices.Clone(base)
		for i := range scaled {
			scaled[i] *= 8
		}
		if got := mustRankSum(t, scaled, changed(func(v float64) float64 { return 8 * v }), 0.95); got != want {
			t.Fatalf("scaled: got %+v, want %+v", got, want)
		}
	}
}

func TestRankSumAgreesWithItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(32, 1))
	for trial := range 600 {
		base, other := coarse(rng, 4+trial%40, 10), coarse(rng, 4+trial%31, 10)
		for i := range other {
			other[i] += 0.5
		}
		for _, confidence := range []float64{0.8, 0.95} {
			s := mustRankSum(t, base, other, confidence)
			if outside := s.Interval.Low > 0 || s.Interval.High < 0; outside != (s.P <= 1-confidence) {
				t.Fatalf("at %v: p=%v with interval %v for %v and %v", confidence, s.P, s.Interval, base, other)
			}
			if s.Interval.Low > s.Estimate || s.Estimate > s.Interval.High {
				t.Fatalf("estimate %v outside %v", s.Estimate, s.Interval)
			}
			if s.Interval.Confidence < confidence {
				t.Fatalf("confidence %v, asked for %v", s.Interval.Confidence, confidence)
			}
		}
	}
}

func TestRankSumCoverage(t *testing.T) {
	const trials, shift = 1500, 0.5
	for i, shape := range shapes {
		for _, size := range [][2]int{{4, 4}, {5, 9}, {10, 10}, {40, 30}} {
			t.Run(fmt.Sprint(shape.name, size), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(33, uint64(100*i+size[0])))
				covered, claimed := 0, 0.0
				for range trials {
					base, other := sample(rng, size[0], shape.draw), sample(rng, size[1], shape.draw)
					for i := range other {
						other[i] += shift
					}
					s := mustRankSum(t, base, other, 0.95)
					if s.Interval.Low <= shift && shift <= s.Interval.High {
						covered++
					}
					claimed = s.Interval.Confidence
				}
				checkCoverage(t, covered, trials, claimed)
			})
		}
	}
}

// Rounded values must not raise the rate of false findings.
func TestRankSumLevelWithTies(t *testing.T) {
	const trials = 1500
	rng := rand.New(rand.NewPCG(34, 1))
	for _, grain := range []float64{1, 3} {
		missed := 0
		for range trials {
			if mustRankSum(t, coarse(rng, 8, grain), coarse(rng, 12, grain), 0.95).P > 0.05 {
				missed++
			}
		}
		checkCoverage(t, missed, trials, 0.95)
	}
}

func TestRankSumDetectable(t *testing.T) {
	const trials = 600
	for _, size := range [][2]int{{6, 6}, {10, 10}, {20, 10}} {
		rng := rand.New(rand.NewPCG(35, uint64(size[0])))
		run := func(shift float64) Shift {
			base, other := sample(rng, size[0], (*rand.Rand).NormFloat64), sample(rng, size[1], (*rand.Rand).NormFloat64)
			for i := range other {
				other[i] += shift
			}
			return mustRankSum(t, base, other, 0.95)
		}
		var detectable float64
		for range trials {
			detectable += run(0).Detectable / trials
		}
		seen := 0
		for range trials {
			if run(detectable).P <= 0.05 {
				seen++
			}
		}
		power := float64(seen) / trials
		t.Logf("%v: power %.2f at the detectable shift", size, power)
		if power < 0.7 || power > 0.95 {
			t.Errorf("%v: power %v at the detectable shift", size, power)
		}
	}
}

func BenchmarkRankSum(b *testing.B) {
	rng := rand.New(rand.NewPCG(36, 1))
	for _, n := range []int{10, 28, 200} {
		base, other := sample(rng, n, (*rand.Rand).NormFloat64), sample(rng, n, (*rand.Rand).NormFloat64)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := RankSum(base, other, 0.95); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
