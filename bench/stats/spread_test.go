package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// With the spread known from eight values, an interval of two single values
// holds the truth as often as it says, and nothing differs in one of twenty.
func TestSpreadKeepsItsLevel(t *testing.T) {
	const confidence, trials, truth = 0.95, 4000, 0.3
	rng := rand.New(rand.NewPCG(1, 2))
	normal := func(n int, mean float64) []float64 {
		all := make([]float64, n)
		for i := range all {
			all[i] = mean + 0.1*rng.NormFloat64()
		}
		return all
	}
	for _, sides := range [][2]int{{1, 1}, {2, 3}} {
		held, alarms := 0, 0
		for range trials {
			s, err := SpreadOf(normal(8, 5))
			if err != nil {
				t.Fatal(err)
			}
			shift, err := s.Shift(normal(sides[0], 1), normal(sides[1], 1+truth), confidence)
			if err != nil {
				t.Fatal(err)
			}
			if shift.Interval.Low <= truth && truth <= shift.Interval.High {
				held++
			}
			same, err := s.Shift(normal(sides[0], 1), normal(sides[1], 1), confidence)
			if err != nil {
				t.Fatal(err)
			}
			if same.P <= 1-confidence {
				alarms++
			}
		}
		if share := float64(held) / trials; math.Abs(share-confidence) > 0.012 {
			t.Errorf("%v: the interval holds the truth in %.3f of the cases", sides, share)
		}
		if share := float64(alarms) / trials; math.Abs(share-(1-confidence)) > 0.012 {
			t.Errorf("%v: %.3f false alarms", sides, share)
		}
	}
}

// Moore, McCabe and Craig give 2.365 as the deviate of 95 % at 7 degrees of
// freedom, 2.228 at 10.
func TestSpreadAgainstTables(t *testing.T) {
	for _, c := range []struct {
		df   int
		want float64
	}{{7, 2.365}, {10, 2.228}, {1, 12.706}} {
		shift, err := Spread{SD: 1 / math.Sqrt2, DF: c.df}.Shift([]float64{0}, []float64{5}, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if half := shift.Interval.High - 5; math.Abs(half-c.want) > 5e-4 {
			t.Errorf("%d degrees: half an interval of %v, want %v", c.df, half, c.want)
		}
	}
}

func TestSpreadAboutZero(t *testing.T) {
	s, err := SpreadAboutZero([]float64{3, -4})
	if err != nil || math.Abs(s.SD-math.Sqrt(12.5)) > 1e-12 || s.DF != 2 {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestWidenNeverNarrows(t *testing.T) {
	shift := Shift{N: 10, Estimate: 1, P: 0.001, Interval: Interval{Low: 0.9, High: 1.1, Confidence: 0.951}, Detectable: 0.1}
	if got := (Spread{SD: 1e-9, DF: 5}).Widen(shift, 0.95); got != shift {
		t.Errorf("a small spread changed %+v to %+v", shift, got)
	}
	got := Spread{SD: 1, DF: 5}.Widen(shift, 0.95)
	if got.Interval.Low >= 0 || got.P < 0.3 || got.Detectable < 2 || got.Estimate != 1 || got.N != 10 {
		t.Errorf("a large one made it %+v", got)
	}
}

func TestSpreadRefuses(t *testing.T) {
	if _, err := SpreadOf([]float64{1}); !errors.Is(err, ErrTooFew) {
		t.Errorf("one value: %v", err)
	}
	if _, err := SpreadAboutZero(nil); !errors.Is(err, ErrTooFew) {
		t.Errorf("none: %v", err)
	}
	if _, err := SpreadOf([]float64{1, math.NaN()}); err == nil {
		t.Error("NaN is accepted")
	}
	for _, s := range []Spread{{SD: 1}, {SD: math.NaN(), DF: 3}, {SD: -1, DF: 3}, {SD: math.Inf(1), DF: 3}} {
		if _, err := s.Shift([]float64{1}, []float64{2}, 0.95); err == nil {
			t.Errorf("%+v is accepted", s)
		}
	}
}
