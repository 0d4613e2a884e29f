package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestWalshAgainstAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 1))
	for trial := range 200 {
		values := make([]float64, 1+trial%25)
		for i := range values {
			values[i] = rng.NormFloat64() * math.Pow10(trial%7-3)
			if trial%3 == 0 {
				values[i] = math.Round(values[i])
			}
		}
		if trial%10 == 9 {
			values[0] = math.MaxFloat64
			values[len(values)-1] = -math.MaxFloat64
		}
		var all []float64
		for i, a := range values {
			for _, b := range values[i:] {
				all = append(all, a/2+b/2)
			}
		}
		slices.Sort(all)
		w := newWalsh(values)
		if w.len() != len(all) {
			t.Fatalf("%d averages, want %d", w.len(), len(all))
		}
		for i, want := range all {
			if got := w.nth(i + 1); got != want {
				t.Fatalf("average %d of %v: got %v, want %v", i+1, values, got, want)
			}
			if got, _ := slices.BinarySearch(all, want); got != w.countBelow(want) {
				t.Fatalf("%d averages below %v, want %d", w.countBelow(want), want, got)
			}
		}
		if got, want := w.median(), all[(len(all)-1)/2]/2+all[len(all)/2]/2; got != want {
			t.Fatalf("median %v, want %v", got, want)
		}
	}
}
