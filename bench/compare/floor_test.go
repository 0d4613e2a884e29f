package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

func spread(sd float64) *stats.Spread { return &stats.Spread{SD: sd, DF: 1_000_000} }

// A normal spread is told from nothing by 1.96 + 0.84 of it.
const seen = 2.8016

func TestFloors(t *testing.T) {
	n := &Noise{Plan: bench.Plan{Rounds: 10, Confidence: 0.95}}
	round := func(sd, rounds float64) float64 { return sd / math.Sqrt(rankEfficiency*rounds) }
	for name, tt := range map[string]struct {
		f              Floor
		rounds, runs   int
		versus, change float64 // of a logarithm; 0 for not known
	}{
		"rounds alone":               {Floor{Round: spread(0.02)}, 40, 1, seen * round(0.02, 40), 0},
		"rounds explain the pair":    {Floor{Round: spread(0.02), Pair: spread(0.001)}, 40, 1, seen * round(0.02, 40), 0},
		"what rounds leave over":     {Floor{Round: spread(0.02), Pair: spread(0.03)}, 1e6, 1, seen * math.Sqrt(0.03*0.03-0.0004/rankEfficiency/10), 0},
		"as many rounds as measured": {Floor{Round: spread(0.02), Pair: spread(0.03)}, 10, 1, seen * 0.03, 0},
		"a tail":                     {Floor{Pair: spread(0.03)}, 10, 1, seen * 0.03, 0},
		"a tail, more rounds":        {Floor{Pair: spread(0.03)}, 1000, 1, seen * 0.03, 0},
		"runs":                       {Floor{Run: spread(0.03)}, 10, 1, 0, seen * 0.03 * math.Sqrt2},
		"many runs":                  {Floor{Run: spread(0.03)}, 10, 8, 0, seen * 0.03 / 2},
		"nothing":                    {Floor{}, 10, 1, 0, 0},
	} {
		for _, unit := range []bench.Unit{bench.Nanoseconds, bench.Fraction} {
			tt.f.Unit = unit
			versus, okVersus := n.Versus(tt.f, tt.rounds)
			change, okChange := n.Between(tt.f, tt.runs)
			for what, got := range map[string]struct {
				v    float64
				ok   bool
				want float64
			}{"versus": {versus, okVersus, tt.versus}, "between": {change, okChange, tt.change}} {
				want := got.want
				if unit != bench.Fraction {
					want = math.Expm1(want)
				}
				if got.ok != (got.want > 0) || math.Abs(got.v-want) > 1e-3*want {
					t.Errorf("%s, %s in %s: %v, %v; want %v", name, what, unit, got.v, got.ok, want)
				}
			}
		}
	}
}

func TestFound(t *testing.T) {
	for _, tt := range []struct {
		unit          bench.Unit
		need, allowed float64
		want          float64
	}{
		{bench.Nanoseconds, 0.05, 0.05, 0.1025}, {bench.Nanoseconds, 0.4, 0.5, 1.1}, {bench.Fraction, 0.03, 0.05, 0.08},
	} {
		if got := (Need{Allowed: tt.need, unit: tt.unit}).Found(tt.allowed); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

// The metric that asks for most decides, and only gated ones do.
func TestAllow(t *testing.T) {
	n := &Noise{Plan: bench.Plan{Rounds: 10, Confidence: 0.95}, Floors: []Floor{
		{Arm: "a", Metric: "tls.p50", Unit: bench.Nanoseconds, Round: spread(0.02), Run: spread(0.01)},
		{Arm: "a", Metric: "client_cpu", Unit: bench.Nanoseconds, Round: spread(0.01), Run: spread(0.03)},
		{Arm: "a", Metric: "rate", Unit: bench.PerSecond, Round: spread(0.5), Run: spread(0.5)},
		{Arm: "a", Metric: "tls.p99", Unit: bench.Nanoseconds, Pair: spread(0.5)},
	}}
	versus, ok := n.AllowVersus(10)
	if want, _ := n.Versus(n.Floors[0], 10); !ok || versus != (Need{want, "a", "tls.p50", bench.Nanoseconds}) {
		t.Errorf("--vs: %+v, %v", versus, ok)
	}
	between, ok := n.AllowBetween(1)
	if want, _ := n.Between(n.Floors[1], 1); !ok || between != (Need{want, "a", "client_cpu", bench.Nanoseconds}) {
		t.Errorf("compare: %+v, %v", between, ok)
	}
	for _, allowed := range []float64{0.5, 0.05, 0.02, 0.01} {
		rounds, runs := n.RoundsFor(allowed), n.RunsFor(allowed)
		if need, _ := n.AllowVersus(rounds); rounds == 0 || need.Allowed > allowed {
			t.Errorf("%d rounds for %v, which allow %v", rounds, allowed, need.Allowed)
		}
		if need, _ := n.AllowVersus(rounds - 1); rounds > stats.FewestSignedRank(0.975) && need.Allowed <= allowed {
			t.Errorf("%d rounds for %v, and fewer do", rounds, allowed)
		}
		if allowed < 0.05 {
			continue // beyond any number of runs
		}
		if need, _ := n.AllowBetween(runs); runs == 0 || need.Allowed > allowed {
			t.Errorf("%d runs for %v, which allow %v", runs, allowed, need.Allowed)
		}
	}
	// Two gated metrics share the confidence.
	if rounds, runs := n.RoundsFor(5), n.RunsFor(5); rounds != stats.FewestSignedRank(0.975) || runs != stats.FewestRankSum(0.975) {
		t.Errorf("%d rounds and %d runs for anything", rounds, runs)
	}
	if rounds, runs := n.RoundsFor(1e-4), n.RunsFor(1e-4); rounds != 0 || runs != 0 {
		t.Errorf("%d rounds and %d runs for nothing", rounds, runs)
	}
	nothing := &Noise{Plan: n.Plan, Floors: n.Floors[2:]}
	if _, ok := nothing.AllowVersus(10); ok {
		t.Error("metrics that are not gated ask for something")
	}
	if nothing.RoundsFor(1) != 0 || nothing.RunsFor(1) != 0 {
		t.Error("nothing gated is known, and rounds are recommended")
	}
}

func TestRoundUp(t *testing.T) {
	for allowed, want := range map[float64]float64{
		0: 0.001, 0.0004: 0.001, 0.001: 0.001, 0.0011: 0.002, 0.02: 0.02, 0.03: 0.03, 0.031: 0.05,
		0.05: 0.05, 0.06: 0.07, 0.07: 0.07, 0.071: 0.1, 0.1: 0.1, 0.11: 0.2, 0.99: 1, 1: 1, 7.5: 10,
	} {
		if got := RoundUp(allowed); math.Abs(got-want) > 1e-12 {
			t.Errorf("RoundUp(%v) = %v, want %v", allowed, got, want)
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		allowed := math.Exp(-8 * random.Float64())
		if got := RoundUp(allowed); got < allowed*(1-1e-12) || got > max(0.001, 2*allowed*(1+1e-12)) {
			t.Errorf("RoundUp(%v) = %v", allowed, got)
		}
	}
}
