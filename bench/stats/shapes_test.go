package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// shapes are what coverage is simulated with.
var shapes = []struct {
	name     string
	draw     func(*rand.Rand) float64
	quantile func(q float64) float64
}{
	{"normal", (*rand.Rand).NormFloat64, normalQuantile},
	{"lognormal", func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) }, func(q float64) float64 { return math.Exp(normalQuantile(q)) }},
	{"exponential", (*rand.Rand).ExpFloat64, func(q float64) float64 { return -math.Log1p(-q) }},
}

func normalQuantile(q float64) float64 { return math.Sqrt2 * math.Erfinv(2*q-1) }

func sample(rng *rand.Rand, n int, draw func(*rand.Rand) float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = draw(rng)
	}
	return values
}

// checkCoverage holds a simulated coverage against the confidence claimed, but
// for four standard errors of the simulation.
func checkCoverage(t *testing.T, covered, trials int, claimed float64) {
	t.Helper()
	coverage := float64(covered) / float64(trials)
	noise := 4 * math.Sqrt(claimed*(1-claimed)/float64(trials))
	t.Logf("coverage %.3f, claimed %.3f", coverage, claimed)
	if coverage < claimed-noise {
		t.Errorf("coverage %.3f is less than %.3f by more than %.3f", coverage, claimed, noise)
	}
}
