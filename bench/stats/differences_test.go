package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDifferencesAgainstAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(37, 1))
	for trial := range 200 {
		scale := math.Pow10(trial%7 - 3)
		base, other := coarse(rng, 1+trial%13, scale), coarse(rng, 1+trial%17, scale)
		var all []float64
		for _, b := range base {
			for _, o := range other {
				all = append(all, o-b)
			}
		}
		slices.Sort(all)
		d := newDifferences(base, other)
		if d.len() != len(all) {
			t.Fatalf("%d differences, want %d", d.len(), len(all))
		}
		for i, want := range all {
			if got := d.nth(i + 1); got != want {
				t.Fatalf("difference %d of %v and %v: got %v, want %v", i+1, base, other, got, want)
			}
			if got, _ := slices.BinarySearch(all, want); got != d.countBelow(want) {
				t.Fatalf("%d differences below %v, want %d", d.countBelow(want), want, got)
			}
		}
		if got, want := d.median(), all[(len(all)-1)/2]/2+all[len(all)/2]/2; got != want {
			t.Fatalf("median %v, want %v", got, want)
		}
	}
}
