package timer

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestLeadIsAtMostAQuarterOfTheWait(t *testing.T) {
	for _, c := range []struct{ estimate, wait, want time.Duration }{
		{100, 1000, 100},
		{100, 400, 100},
		{100, 200, 50},
		{100, 1, 0},
		{0, 1000, 0},
	} {
		l := lead{estimate: c.estimate}
		if got := l.before(c.wait); got != c.want {
			t.Errorf("estimate %v, wait %v: lead %v, want %v", c.estimate, c.wait, got, c.want)
		}
	}
}

func TestLeadLearns(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	micros := func(low, width int) func() time.Duration {
		return func() time.Duration { return time.Duration(low+rng.IntN(width)) * time.Microsecond }
	}
	for _, c := range []struct {
		name      string
		took      func() time.Duration
		low, high time.Duration
	}{
		{"steady wake-ups are met", micros(120, 1), 115 * time.Microsecond, 125 * time.Microsecond},
		{"scattered ones in their lower half", micros(30, 100), 40 * time.Microsecond, 85 * time.Microsecond},
		{"hopeless ones no further than the bound", micros(5000, 1), 0, maxLead},
		{"a clock that steps back does no harm", func() time.Duration { return -time.Hour }, 0, time.Microsecond},
	} {
		l := lead{estimate: firstLead}
		var sum time.Duration
		for i := range 300 {
			l.learn(c.took())
			if l.estimate < 0 || l.estimate > maxLead {
				t.Fatalf("%s: estimate %v out of range", c.name, l.estimate)
			}
			if i >= 200 {
				sum += l.estimate
			}
		}
		if mean := sum / 100; mean < c.low || mean > c.high {
			t.Errorf("%s: settled at %v, want %v to %v", c.name, mean, c.low, c.high)
		}
	}
}
