package chart

import (
	"math"
	"math/rand"
	"slices"
	"testing"
	"testing/quick"
)

func TestTicksAreRound(t *testing.T) {
	for _, tt := range []struct {
		scale Scale
		most  int
		want  []float64
	}{
		{Scale{0, 1, false}, 6, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{Scale{-0.35, 0.02, false}, 5, []float64{-0.3, -0.2, -0.1, 0}},
		{Scale{0.5, 10.5, false}, 8, []float64{2, 4, 6, 8, 10}},
		{Scale{1e6, 1e7, true}, 6, []float64{1e6, 2e6, 5e6, 1e7}},
		{Scale{4e5, 4e7, true}, 5, []float64{1e6, 3e6, 1e7, 3e7}},
		{Scale{1, 1e9, true}, 4, []float64{1, 1e3, 1e6, 1e9}},
		{Scale{1.1e6, 1.7e6, true}, 4, []float64{1.2e6, 1.4e6, 1.6e6}}, // inside one decade
		{Scale{3, 3, false}, 4, nil},
		{Scale{0, math.Inf(1), false}, 4, nil},
	} {
		got := tt.scale.Ticks(tt.most)
		if !slices.EqualFunc(got, tt.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9*math.Max(1, math.Abs(b)) }) {
			t.Errorf("%+v, at most %d: %v, want %v", tt.scale, tt.most, got, tt.want)
		}
	}
}

// Whatever the scale: no more ticks than were asked for, ascending, inside.
func TestTicksProperties(t *testing.T) {
	holds := func(a, span float64, log bool, most uint8) bool {
		s := Scale{math.Mod(math.Abs(a), 1e12) + 1e-6, 0, log}
		s.To = s.From + math.Mod(math.Abs(span), 1e12) + 1e-6
		n := int(most%12) + 1
		ticks := s.Ticks(n)
		slack := 1e-9 * s.To
		return len(ticks) <= n && slices.IsSorted(ticks) && len(slices.Compact(slices.Clone(ticks))) == len(ticks) &&
			!slices.ContainsFunc(ticks, func(v float64) bool { return v < s.From-slack || v > s.To+slack })
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 5000, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Error(err)
	}
}

func TestScaleGoesThereAndBack(t *testing.T) {
	for _, s := range []Scale{{0, 10, false}, {-3, 5, false}, {1e3, 1e9, true}} {
		for _, at := range []float64{0, 0.25, 0.5, 1} {
			if got := s.At(s.Value(at)); math.Abs(got-at) > 1e-12 {
				t.Errorf("%+v: %v comes back as %v", s, at, got)
			}
		}
		if s.At(s.To*10) != 1 || s.At(s.From-100) != 0 || s.At(math.NaN()) != 0 {
			t.Errorf("%+v: what lies outside is not put at an end", s)
		}
	}
}

func TestAroundHoldsAllThatItCan(t *testing.T) {
	if s, ok := Around(true, 0, -1, math.NaN(), 5, 50, math.Inf(1)); !ok || s.From > 5 || s.To < 50 || s.From <= 0 {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := Around(false, 7); !ok || s.At(7) != 0.5 {
		t.Errorf("one value: %+v, %v", s, ok)
	}
	for _, none := range [][]float64{nil, {math.NaN()}} {
		if s, ok := Around(false, none...); ok {
			t.Errorf("nothing: %+v", s)
		}
	}
	if s, ok := Around(true, 0); ok {
		t.Errorf("a logarithm of zero: %+v", s)
	}
}
