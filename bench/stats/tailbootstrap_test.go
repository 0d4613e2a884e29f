package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What else is asked for does not change an answer.
func TestTailsOfSeveralQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 1))
	base, other := arm(rng, 9, 80, 0, 0.1), arm(rng, 9, 80, 0.1, 0.1)
	quantiles := []float64{0.99, 0.5, 0.9, 0.9}
	paired, err := PairedTail(base, other, quantiles, 0.95, 999, 1)
	if err != nil {
		t.Fatal(err)
	}
	unpaired, err := UnpairedTail(base, other, quantiles, 0.95, 999, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range quantiles {
		if want := mustTail(t, base, other, q, 0.95, 999); paired[i] != want {
			t.Errorf("q=%v: got %+v, want %+v", q, paired[i], want)
		}
		if want := mustUnpaired(t, base, other, q, 0.95, 999); unpaired[i] != want {
			t.Errorf("q=%v: got %+v, want %+v", q, unpaired[i], want)
		}
	}
	if none, err := PairedTail(base, other, nil, 0.95, 999, 1); err != nil || len(none) != 0 {
		t.Errorf("got %v, %v", none, err)
	}
}

// The order of tables is that of how many samples they have in each round up to
// each value.
func TestTailTablesCompare(t *testing.T) {
	dense := func(rounds [][]Bar, values []float64) (all []int64) {
		for _, v := range values {
			for _, bars := range rounds {
				var n int64
				for _, b := range bars {
					if b.Value <= v {
						n += b.Count
					}
				}
				all = append(all, n)
			}
		}
		return all
	}
	rng := rand.New(rand.NewPCG(72, 1))
	values := []float64{1, 2, 3}
	random := func() [][]Bar {
		rounds := [][]Bar{{{1, 1}, {2, 1}, {3, 1}}, {{1, 1}}, {{2, 1}}} // has each value
		for r := range rounds {
			for _, v := range values {
				if rng.IntN(3) > 0 && !slices.ContainsFunc(rounds[r], func(b Bar) bool { return b.Value == v }) {
					rounds[r] = append(rounds[r], Bar{v, 1 + rng.Int64N(2)})
				}
			}
		}
		return rounds
	}
	for range 300 {
		x, y := random(), random()
		a, err := newTailTable(x)
		if err != nil {
			t.Fatal(err)
		}
		b, err := newTailTable(y)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := a.compare(b), slices.Compare(dense(x, values), dense(y, values)); got != want {
			t.Fatalf("%v against %v: got %d, want %d", x, y, got, want)
		}
	}
}
