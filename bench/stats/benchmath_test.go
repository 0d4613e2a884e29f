package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/perf/benchmath"
)

func benchSample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
}

// benchmath is what benchstat compares with; it computes U exactly up to 50
// values a side. Its comparison is the two-sided Mann-Whitney test.
func TestRankSumAgainstBenchmath(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 1))
	for trial := range 100 {
		n, m := 4+trial%17, 4+trial%11
		base, other := sample(rng, n, (*rand.Rand).NormFloat64), sample(rng, m, (*rand.Rand).NormFloat64)
		for i := range other {
			other[i] += rng.Float64()
		}
		want := benchmath.AssumeNothing.Compare(benchSample(base), benchSample(other)).P
		if got := mustRankSum(t, base, other, 0.95).P; math.Abs(got-want) > 1e-9 {
			t.Errorf("%d against %d: p=%v, benchmath has %v", n, m, got, want)
		}
	}
	for _, n := range []int{30, 45} { // exact there, approximate here
		base, other := sample(rng, n, (*rand.Rand).NormFloat64), sample(rng, n, (*rand.Rand).NormFloat64)
		for i := range other {
			other[i] += 0.5
		}
		want := benchmath.AssumeNothing.Compare(benchSample(base), benchSample(other)).P
		if got := mustRankSum(t, base, other, 0.95).P; math.Abs(got-want) > 1e-3 {
			t.Errorf("%d against %d: p=%v, benchmath has %v", n, n, got, want)
		}
	}
}

// However chance breaks the ties, the p value is not greater than with them.
func TestRankSumTiesAgainstBenchmath(t *testing.T) {
	rng := rand.New(rand.NewPCG(72, 1))
	for trial := range 100 {
		base, other := coarse(rng, 4+trial%7, 2), coarse(rng, 4+trial%5, 2)
		ours := mustRankSum(t, base, other, 0.95).P
		for range 10 {
			broken := func(values []float64) *benchmath.Sample {
				s := benchSample(values)
				for i := range s.Values {
					s.Values[i] += 1e-6 * rng.Float64()
				}
				return benchmath.NewSample(s.Values, s.Thresholds)
			}
			if theirs := benchmath.AssumeNothing.Compare(broken(base), broken(other)).P; theirs > ours+1e-9 {
				t.Errorf("%v against %v: p=%v, benchmath has %v with ties broken", base, other, ours, theirs)
			}
		}
	}
}

// benchmath summarizes a sample by its median between order statistics, exactly
// up to 30 values. Where the confidence allows, it brings one end in by one value
// more than the other; ours are alike.
func TestQuantileIntervalAgainstBenchmath(t *testing.T) {
	for n := 1; n <= 30; n++ {
		for _, confidence := range []float64{0.8, 0.95, 0.99} {
			theirs := benchmath.AssumeNothing.Summary(benchSample(upTo(n)), confidence)
			ours, err := QuantileInterval(upTo(n), 0.5, confidence)
			if open := math.IsInf(theirs.Lo, 0) || math.IsInf(theirs.Hi, 0); open || err != nil {
				if !open || !errors.Is(err, ErrTooFew) {
					t.Errorf("%d at %v: %v, benchmath has %+v", n, confidence, err, theirs)
				}
				continue
			}
			lopsided := theirs.Lo - ours.Low + ours.High - theirs.Hi
			if ours.Low > theirs.Lo || ours.High < theirs.Hi || lopsided > 1 {
				t.Errorf("%d at %v: got %+v, benchmath has %+v", n, confidence, ours, theirs)
			}
			more := lopsided * binomial(n, int(ours.Low), 0.5)
			if math.Abs(ours.Confidence-theirs.Confidence-more) > 1e-9 {
				t.Errorf("%d at %v: confidence %v, benchmath has %v", n, confidence, ours.Confidence, theirs.Confidence)
			}
		}
	}
}
