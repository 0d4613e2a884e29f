package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHolm(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name     string
		ps, want []float64
	}{
		{"none", nil, nil},
		{"one", []float64{0.04}, []float64{0.04}},
		{"example of stdlib.io's padjust, after R's p.adjust", []float64{0.319, 0.201, 0.4, 0.374, 0.113}, []float64{0.957, 0.804, 0.957, 0.957, 0.565}},
		{"example of Wikipedia, Holm-Bonferroni method", []float64{0.01, 0.04, 0.03, 0.005}, []float64{0.03, 0.06, 0.06, 0.02}},
		{"capped", []float64{0.6, 0.9}, []float64{1, 1}},
		{"ties", []float64{0.02, 0.02, 0.02}, []float64{0.06, 0.06, 0.06}},
		{"NaN does not count", []float64{nan, 0.01, nan, 0.03}, []float64{nan, 0.02, nan, 0.03}},
		{"all NaN", []float64{nan, nan}, []float64{nan, nan}},
	} {
		got := Holm(c.ps)
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool {
			return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b)
		}) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestHolmProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 1))
	for trial := range 500 {
		ps := sample(rng, 1+trial%12, func(r *rand.Rand) float64 { return math.Round(r.Float64()*r.Float64()*50) / 50 })
		before := slices.Clone(ps)
		adjusted := Holm(ps)
		if !slices.Equal(ps, before) {
			t.Fatalf("changed its input %v to %v", before, ps)
		}
		for i, p := range ps {
			if adjusted[i] < p || adjusted[i] > 1 {
				t.Fatalf("%v became %v", ps, adjusted)
			}
			for j := range ps {
				if p < ps[j] && adjusted[i] > adjusted[j] || p == ps[j] && adjusted[i] != adjusted[j] {
					t.Fatalf("%v became %v", ps, adjusted)
				}
			}
		}
		if least, want := slices.Min(adjusted), min(1, slices.Min(ps)*float64(len(ps))); least != want {
			t.Fatalf("smallest of %v became %v, not Bonferroni's %v", ps, least, want)
		}
		order := rng.Perm(len(ps))
		moved := make([]float64, len(ps))
		for to, from := range order {
			moved[to] = ps[from]
		}
		for to, p := range Holm(moved) {
			if p != adjusted[order[to]] {
				t.Fatalf("%v in another order became %v", ps, Holm(moved))
			}
		}
	}
}

// Even one false finding among many tests is rare.
func TestHolmFamilyLevel(t *testing.T) {
	const trials = 4000
	rng := rand.New(rand.NewPCG(42, 1))
	clean := 0
	for range trials {
		ps := sample(rng, 8, (*rand.Rand).Float64)
		ps[0], ps[1] = ps[0]/1e6, ps[1]/1e6 // true differences
		if slices.Min(Holm(ps)[2:]) > 0.05 {
			clean++
		}
	}
	checkCoverage(t, clean, trials, 0.95)
}
