package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// arm draws rounds of lognormal samples; each round's level wavers.
func arm(rng *rand.Rand, rounds, samples int, shift, wavering float64) [][]Bar {
	out := make([][]Bar, rounds)
	for r := range out {
		level := shift + wavering*rng.NormFloat64()
		for range samples {
			out[r] = append(out[r], Bar{math.Exp(level + 0.3*rng.NormFloat64()), 1})
		}
	}
	return out
}

func mustTail(t *testing.T, base, other [][]Bar, q, confidence float64, resamples int) Shift {
	t.Helper()
	s, err := PairedTail(base, other, []float64{q}, confidence, resamples, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s[0]
}

func TestTailTableAgainstSortedData(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 1))
	for range 200 {
		rounds := make([][]Bar, 1+rng.IntN(5))
		for r := range rounds {
			for range 1 + rng.IntN(20) {
				rounds[r] = append(rounds[r], Bar{float64(1 + rng.IntN(30)), 1 + rng.Int64N(5)})
			}
		}
		table, err := newTailTable(rounds)
		if err != nil {
			t.Fatal(err)
		}
		weights := make([]int64, len(rounds))
		for r := range weights {
			weights[r] = rng.Int64N(3)
		}
		weights[0]++
		var all []float64
		for r, bars := range rounds {
			for _, b := range bars {
				all = append(all, slices.Repeat([]float64{b.Value}, int(b.Count*weights[r]))...)
			}
		}
		slices.Sort(all)
		for _, q := range []float64{0.001, 0.37, 0.5, 0.95, 0.999} {
			rank := min(max(int(q*float64(len(all))+0.5), 1), len(all))
			if got, want := table.quantile(q).log(weights), math.Log(all[rank-1]); got != want {
				t.Fatalf("q=%v of %v: got %v, want %v", q, all, got, want)
			}
		}
	}
}

func TestPairedTailFindsTheShift(t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 1))
	base, other := arm(rng, 10, 2000, 0, 0.02), arm(rng, 10, 2000, math.Log(0.7), 0.02)
	s := mustTail(t, base, other, 0.99, 0.95, 2000)
	if s.N != 10 || math.Abs(s.Estimate-math.Log(0.7)) > 0.05 || s.P > 0.02 || s.Interval.High >= 0 {
		t.Errorf("got %+v", s)
	}
	if s.Detectable <= 0 || s.Detectable > 0.2 {
		t.Errorf("detectable %v", s.Detectable)
	}
	if again := mustTail(t, base, other, 0.99, 0.95, 2000); again != s {
		t.Errorf("the same seed gave %+v and %+v", s, again)
	}
}

// What both arms of a round share must not widen the interval.
func TestPairedTailKeepsPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 1))
	base := arm(rng, 8, 500, 0, 1)
	other := make([][]Bar, len(base))
	for r, bars := range base {
		for _, b := range bars {
			other[r] = append(other[r], Bar{2 * b.Value, b.Count})
		}
	}
	s := mustTail(t, base, other, 0.95, 0.95, 1000)
	for _, v := range []float64{s.Estimate, s.Interval.Low, s.Interval.High} {
		if math.Abs(v-math.Ln2) > 1e-12 {
			t.Fatalf("got %+v", s)
		}
	}
}

func TestPairedTailConstant(t *testing.T) {
	same := slices.Repeat([][]Bar{{{5, 100}}}, 6)
	want := Shift{N: 6, P: 1, Interval: Interval{Confidence: 0.95}}
	if got := mustTail(t, same, same, 0.9, 0.95, 1000); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	more := slices.Repeat([][]Bar{{{10, 7}}}, 6)
	got := mustTail(t, same, more, 0.9, 0.95, 1000)
	if got.Estimate != got.Interval.Low || got.Estimate != got.Interval.High || got.P > 0.05 || got.Detectable != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPairedTailProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(24, 1))
	for trial := range 50 {
		n := 6 + trial%10
		base, other := arm(rng, n, 50, 0, 0.1), arm(rng, n, 50, 0.1, 0.1)
		s := mustTail(t, base, other, 0.9, 0.95, 999)
		if outside := s.Interval.Low > 0 || s.Interval.High < 0; outside != (s.P <= 0.05) {
			t.Errorf("p=%v with interval %v", s.P, s.Interval)
		}
		want := s
		want.Estimate, want.Interval.Low, want.Interval.High = -s.Estimate, -s.Interval.High, -s.Interval.Low
		if got := mustTail(t, other, base, 0.9, 0.95, 999); got != want {
			t.Errorf("swapped: got %+v, want %+v", got, want)
		}
	}
}

func TestPairedTailCoverage(t *testing.T) {
	const trials, shift = 250, 0.1
	for _, n := range []int{6, 10} {
		rng := rand.New(rand.NewPCG(25, uint64(n)))
		covered := 0
		for range trials {
			s := mustTail(t, arm(rng, n, 100, 0, 0.05), arm(rng, n, 100, shift, 0.05), 0.9, 0.95, 499)
			if s.Interval.Low <= shift && shift <= s.Interval.High {
				covered++
			}
		}
		t.Logf("%d rounds: coverage %.3f", n, float64(covered)/trials)
		if coverage := float64(covered) / trials; coverage < 0.92 {
			t.Errorf("%d rounds: coverage %v", n, coverage)
		}
	}
}

func TestPairedTailErrors(t *testing.T) {
	good := slices.Repeat([][]Bar{{{1, 5}}}, 6)
	with := func(bars ...Bar) [][]Bar { return append(slices.Clone(good[:5]), bars) }
	for _, c := range []struct {
		name          string
		base, other   [][]Bar
		q, confidence float64
		resamples     int
		tooFew        bool
	}{
		{"no rounds", nil, nil, 0.9, 0.95, 1000, true},
		{"five rounds", good[:5], good[:5], 0.9, 0.95, 1000, true},
		{"unequal arms", good, good[:5], 0.9, 0.95, 1000, false},
		{"an empty round", good, with(), 0.9, 0.95, 1000, false},
		{"a round of zero counts", with(Bar{1, 0}), good, 0.9, 0.95, 1000, false},
		{"negative count", with(Bar{1, -1}), good, 0.9, 0.95, 1000, false},
		{"zero value", with(Bar{0, 1}), good, 0.9, 0.95, 1000, false},
		{"NaN value", with(Bar{math.NaN(), 1}), good, 0.9, 0.95, 1000, false},
		{"infinite value", good, with(Bar{math.Inf(1), 1}), 0.9, 0.95, 1000, false},
		{"overflowing counts", good, with(Bar{1, math.MaxInt64 / 6}, Bar{2, 1}), 0.9, 0.95, 1000, false},
		{"q of zero", good, good, 0, 0.95, 1000, false},
		{"NaN q", good, good, math.NaN(), 0.95, 1000, false},
		{"confidence of one", good, good, 0.9, 1, 1000, false},
		{"no resamples", good, good, 0.9, 0.95, 0, false},
		{"too few resamples", good, good, 0.9, 0.95, 410, false},
		{"too many resamples", good, good, 0.9, 0.95, math.MaxInt, false},
	} {
		_, err := PairedTail(c.base, c.other, []float64{c.q}, c.confidence, c.resamples, 1)
		if err == nil || errors.Is(err, ErrTooFew) != c.tooFew {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	mustTail(t, good, good, 0.9, 0.95, 411)
	mustTail(t, with(Bar{1, math.MaxInt64 / 6}), good, 0.9, 0.95, 1000)
}

func BenchmarkPairedTail(b *testing.B) {
	rng := rand.New(rand.NewPCG(26, 1))
	base, other := arm(rng, 10, 500, 0, 0.05), arm(rng, 10, 500, 0.1, 0.05)
	for b.Loop() {
		if _, err := PairedTail(base, other, []float64{0.95, 0.99}, 0.95, 1000, 1); err != nil {
			b.Fatal(err)
		}
	}
}
