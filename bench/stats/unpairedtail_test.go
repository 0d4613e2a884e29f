package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func mustUnpaired(t *testing.T, base, other [][]Bar, q, confidence float64, resamples int) Shift {
	t.Helper()
	s, err := UnpairedTail(base, other, []float64{q}, confidence, resamples, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s[0]
}

func TestUnpairedTailFindsTheShift(t *testing.T) {
	rng := rand.New(rand.NewPCG(61, 1))
	base, other := arm(rng, 10, 2000, 0, 0.02), arm(rng, 14, 2000, math.Log(0.7), 0.02)
	s := mustUnpaired(t, base, other, 0.99, 0.95, 2000)
	if s.N != 10 || math.Abs(s.Estimate-math.Log(0.7)) > 0.05 || s.P > 0.02 || s.Interval.High >= 0 {
		t.Errorf("got %+v", s)
	}
	if s.Detectable <= 0 || s.Detectable > 0.2 {
		t.Errorf("detectable %v", s.Detectable)
	}
	if again := mustUnpaired(t, base, other, 0.99, 0.95, 2000); again != s {
		t.Errorf("the same seed gave %+v and %+v", s, again)
	}
}

// The same rounds in another order are other pairs, but not other sides.
func TestUnpairedTailIgnoresPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(62, 1))
	base := arm(rng, 8, 200, 0, 1)
	s := mustUnpaired(t, base, base, 0.9, 0.95, 1000)
	if s.Estimate != 0 || s.Interval.Low > -0.5 || s.Interval.High < 0.5 || s.P < 0.5 {
		t.Errorf("got %+v", s)
	}
}

func TestUnpairedTailConstant(t *testing.T) {
	same := slices.Repeat([][]Bar{{{5, 100}}}, 6)
	want := Shift{N: 6, P: 1, Interval: Interval{Confidence: 0.95}}
	if got := mustUnpaired(t, same, slices.Concat(same, same), 0.9, 0.95, 1000); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	more := slices.Repeat([][]Bar{{{10, 7}}}, 7)
	got := mustUnpaired(t, same, more, 0.9, 0.95, 1000)
	if got.Estimate != got.Interval.Low || got.Estimate != got.Interval.High || got.P > 0.05 || got.Detectable != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestUnpairedTailProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(63, 1))
	for trial := range 30 {
		base, other := arm(rng, 6+trial%10, 50, 0, 0.1), arm(rng, 6+trial%7, 50, 0.15, 0.1)
		s := mustUnpaired(t, base, other, 0.9, 0.95, 999)
		if outside := s.Interval.Low > 0 || s.Interval.High < 0; outside != (s.P <= 0.05) {
			t.Errorf("p=%v with interval %v", s.P, s.Interval)
		}
		if s.Interval.Low > s.Estimate || s.Estimate > s.Interval.High {
			t.Errorf("estimate %v outside %v", s.Estimate, s.Interval)
		}
		want := s
		want.Estimate, want.Interval.Low, want.Interval.High = -s.Estimate, -s.Interval.High, -s.Interval.Low
		if got := mustUnpaired(t, other, base, 0.9, 0.95, 999); got != want {
			t.Errorf("swapped: got %+v, want %+v", got, want)
		}

	}
}

func TestUnpairedTailScales(t *testing.T) {
	rng := rand.New(rand.NewPCG(66, 1))
	base, other := arm(rng, 8, 50, 0, 0.1), arm(rng, 11, 50, -0.5, 0.1)
	s := mustUnpaired(t, base, other, 0.9, 0.95, 999)
	slower := make([][]Bar, len(base)) // stays the side of greater values, which draws last
	for r, bars := range base {
		for _, b := range bars {
			slower[r] = append(slower[r], Bar{16 * b.Value, b.Count})
		}
	}
	got := mustUnpaired(t, slower, other, 0.9, 0.95, 999)
	for _, d := range []float64{got.Estimate - s.Estimate, got.Interval.Low - s.Interval.Low, got.Interval.High - s.Interval.High} {
		if math.Abs(d+math.Log(16)) > 1e-9 {
			t.Errorf("got %+v from %+v", got, s)
		}
	}
}

func TestUnpairedTailCoverage(t *testing.T) {
	const trials, shift = 150, 0.1
	for _, c := range []struct {
		n, m   int
		wn, wm float64 // how far the rounds of either side waver
	}{
		{6, 6, 0.05, 0.05}, {6, 6, 0.1, 0.01}, {10, 10, 0.1, 0.1}, {6, 20, 0.1, 0.02}, {20, 6, 0.1, 0.1},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(64, uint64(100*c.n+c.m)))
			// The sum of what wavers within and between rounds is normal.
			truth := shift + normalQuantile(0.9)*(math.Hypot(0.3, c.wm)-math.Hypot(0.3, c.wn))
			covered := 0
			for range trials {
				s := mustUnpaired(t, arm(rng, c.n, 60, 0, c.wn), arm(rng, c.m, 60, shift, c.wm), 0.9, 0.95, 499)
				if s.Interval.Low <= truth && truth <= s.Interval.High {
					covered++
				}
			}
			checkCoverage(t, covered, trials, 0.95)
		})
	}
}

func TestUnpairedTailErrors(t *testing.T) {
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
		{"five rounds on one side", good[:5], good, 0.9, 0.95, 1000, true},
		{"an empty round", good, with(), 0.9, 0.95, 1000, false},
		{"negative count", with(Bar{1, -1}), good, 0.9, 0.95, 1000, false},
		{"zero value", with(Bar{0, 1}), good, 0.9, 0.95, 1000, false},
		{"NaN value", good, with(Bar{math.NaN(), 1}), 0.9, 0.95, 1000, false},
		{"infinite value", good, with(Bar{math.Inf(1), 1}), 0.9, 0.95, 1000, false},
		{"q of one", good, good, 1, 0.95, 1000, false},
		{"NaN q", good, good, math.NaN(), 0.95, 1000, false},
		{"confidence of one", good, good, 0.9, 1, 1000, false},
		{"too few resamples", good, good, 0.9, 0.95, 410, false},
		{"too many resamples", good, good, 0.9, 0.95, math.MaxInt, false},
	} {
		_, err := UnpairedTail(c.base, c.other, []float64{c.q}, c.confidence, c.resamples, 1)
		if err == nil || errors.Is(err, ErrTooFew) != c.tooFew {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	mustUnpaired(t, good, slices.Concat(good, good), 0.9, 0.95, 411)
}

func BenchmarkUnpairedTail(b *testing.B) {
	rng := rand.New(rand.NewPCG(65, 1))
	base, other := arm(rng, 10, 500, 0, 0.05), arm(rng, 10, 500, 0.1, 0.05)
	for b.Loop() {
		if _, err := UnpairedTail(base, other, []float64{0.95, 0.99}, 0.95, 1000, 1); err != nil {
			b.Fatal(err)
		}
	}
}
