package compare

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tlsbench/bench"
)

// unsteady is a machine on which runs waver more than their rounds show, as
// shared ones do.
var unsteady = simulated{rounds: 10, block: 0.02, round: 0.02, process: 0.03, run: 0.06}

// rateOf is how often something happens.
func rateOf(trials int, happens func(random *rand.Rand) bool) float64 {
	random := rand.New(rand.NewPCG(4, 2))
	n := 0
	for range trials {
		if happens(random) {
			n++
		}
	}
	return float64(n) / float64(trials)
}

// apart compares runs of like servers, and of a worse one where worse says so.
func (s simulated) apart(t *testing.T, random *rand.Rand, runs int, n *Noise, a Allowance, worse map[string]float64) []Comparison {
	t.Helper()
	sides := [2][]*bench.Result{}
	for range runs {
		sides[0] = append(sides[0], s.result(random, simulatedPlan(s.rounds), nil))
		sides[1] = append(sides[1], s.result(random, simulatedPlan(s.rounds), worse))
	}
	found := between(t, sides[0], sides[1], n)
	Judge(found.Comparisons, a, 0.95)
	return Regressions(found.Comparisons)
}

// versus compares two servers in one run.
func (s simulated) versus(random *rand.Rand, n *Noise, a Allowance, worse map[string]float64) []Comparison {
	r := s.result(random, doubledPlan(s.rounds), worse)
	all := Within(r)
	if n != nil {
		n.Widen(all, r.Plan)
	}
	Judge(all, a, 0.95)
	return Regressions(all)
}

func (s simulated) mustNoise(t *testing.T, random *rand.Rand, runs int) *Noise {
	t.Helper()
	n, err := s.noise(random, runs)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Where nothing differs, rounds alone take the luck of runs and processes for a
// change. With the noise measured before, false alarms keep the level over all
// gated metrics together, even where next to nothing is allowed.
func TestKnownNoiseKeepsTheLevel(t *testing.T) {
	t.Parallel()
	const trials = 100
	for _, tt := range []struct {
		name    string
		allowed string
		fools   float64 // at least so many false alarms without the noise
		alarm   func(*rand.Rand, *Noise, Allowance) bool
	}{
		{"one run a side", "5%", 0.2, func(random *rand.Rand, n *Noise, a Allowance) bool {
			return len(unsteady.apart(t, random, 1, n, a, nil)) > 0
		}},
		{"one run a side, little allowed", "0.1%", 0.2, func(random *rand.Rand, n *Noise, a Allowance) bool {
			return len(unsteady.apart(t, random, 1, n, a, nil)) > 0
		}},
		{"two runs a side, little allowed", "0.1%", 0, func(random *rand.Rand, n *Noise, a Allowance) bool {
			return len(unsteady.apart(t, random, 2, n, a, nil)) > 0
		}},
		{"in one run, little allowed", "0.1%", 0.2, func(random *rand.Rand, n *Noise, a Allowance) bool {
			return len(unsteady.versus(random, n, a, nil)) > 0
		}},
	} {
		a := allow(t, tt.allowed)
		alone := rateOf(trials, func(random *rand.Rand) bool { return tt.alarm(random, nil, a) })
		known := rateOf(trials, func(random *rand.Rand) bool { return tt.alarm(random, unsteady.mustNoise(t, random, 8), a) })
		t.Logf("%s: %.1f %% false alarms by rounds alone, %.1f %% with the noise known", tt.name, 100*alone, 100*known)
		if alone < tt.fools {
			t.Errorf("%s: only %.1f %% are false alarms by rounds alone: this shows nothing", tt.name, 100*alone)
		}
		if known > 0.05 {
			t.Errorf("%s: with the noise known %.1f %% are false alarms", tt.name, 100*known)
		}
	}
}

// Several runs a side need no noise.
func TestRunsKeepTheLevel(t *testing.T) {
	t.Parallel()
	a := allow(t, "0.1%")
	if alarms := rateOf(100, func(random *rand.Rand) bool { return len(unsteady.apart(t, random, 6, nil, a, nil)) > 0 }); alarms > 0.05 {
		t.Errorf("%.1f %% are false alarms", 100*alarms)
	}
}

// What is said to be found is found: about four of five servers.
func TestKnownNoiseFindsWhatItSays(t *testing.T) {
	t.Parallel()
	const trials, least = 60, 0.72
	check := func(name string, need func(*Noise) (Need, bool), regressions func(*rand.Rand, *Noise, Allowance, map[string]float64) []Comparison, suffix string) {
		found := rateOf(trials, func(random *rand.Rand) bool {
			n := unsteady.mustNoise(t, random, 8)
			need, ok := need(n)
			worse := map[string]float64{need.Metric: 1 + need.Found(need.Allowed)}
			_, hit := Find(regressions(random, n, Allowance{Gated: &need.Allowed}, worse), need.Arm+suffix, need.Metric)
			return ok && hit
		})
		t.Logf("%s: %.1f %% were found", name, 100*found)
		if found < least {
			t.Errorf("%s: of changes that should be found four times in five, %.1f %% were", name, 100*found)
		}
	}
	for _, runs := range []int{1, 2, 6} {
		check(fmt.Sprintf("compare, %d a side", runs), func(n *Noise) (Need, bool) { return n.AllowBetween(runs) },
			func(random *rand.Rand, n *Noise, a Allowance, worse map[string]float64) []Comparison {
				return unsteady.apart(t, random, runs, n, a, worse)
			}, "")
	}
	check("--vs", func(n *Noise) (Need, bool) { return n.AllowVersus(unsteady.rounds) },
		func(random *rand.Rand, n *Noise, a Allowance, worse map[string]float64) []Comparison {
			return unsteady.versus(random, n, a, worse)
		}, ",target=new")
}
