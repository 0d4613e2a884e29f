package compare

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tlsbench/bench"
	"tlsbench/bench/stats"
)

func floor(t *testing.T, n *Noise, arm, metric string) Floor {
	t.Helper()
	f, ok := n.Find("session="+arm, metric)
	if !ok {
		t.Fatalf("no floor of %s of %s", metric, arm)
	}
	return f
}

// Many runs show the spreads that were put in.
func TestMeasureNoiseFindsTheSpreads(t *testing.T) {
	const runs = 400
	s := simulated{rounds: 20, block: 0.03, round: 0.05, process: 0.02, run: 0.06}
	n, err := s.noise(rand.New(rand.NewPCG(3, 1)), runs)
	if err != nil {
		t.Fatal(err)
	}
	overRounds := 1 / float64(s.rounds)
	want := map[string]float64{
		"round": math.Sqrt2 * s.block,
		"pair":  math.Sqrt(2*s.process*s.process + 2*s.block*s.block*overRounds/rankEfficiency),
		"run":   math.Sqrt(s.run*s.run + s.process*s.process + (s.round*s.round+s.block*s.block)*overRounds),
	}
	for _, arm := range []string{"full", "resumed"} {
		for _, metric := range values() {
			f := floor(t, n, arm, metric)
			for name, got := range map[string]*stats.Spread{"round": f.Round, "pair": f.Pair, "run": f.Run} {
				if got == nil || math.Abs(got.SD/want[name]-1) > 0.12 {
					t.Errorf("%s of %s of %s: %+v, want %.4f", name, metric, arm, got, want[name])
				}
			}
			if f.Round.DF != runs*(s.rounds-1) || f.Pair.DF != runs || f.Run.DF != runs-1 {
				t.Errorf("%s of %s: degrees of freedom %d, %d, %d", metric, arm, f.Round.DF, f.Pair.DF, f.Run.DF)
			}
		}
	}
	// Runs' and processes' luck is alike in full and resumed, so that savings
	// have none of it.
	saving := floor(t, n, "resumed", Saving("tls.p50"))
	if saving.Unit != bench.Fraction || saving.Round != nil || saving.Pair != nil || saving.Run.SD > 0.7*2*s.block*math.Sqrt(overRounds) {
		t.Errorf("saving: %+v, run %+v", saving, *saving.Run)
	}
	if _, ok := n.Find("session=full", Saving("tls.p50")); ok {
		t.Error("the baseline saves something")
	}
	if n.Runs != runs || len(n.Plan.Arms) != 2 || n.Plan.Compare != "session" {
		t.Errorf("the plan is %+v of %d runs", n.Plan, n.Runs)
	}
	if err := n.check(); err != nil {
		t.Errorf("what was measured is refused: %v", err)
	}
}

func TestMeasureNoiseRefuses(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	plan := simulatedPlan(10)
	for name, tt := range map[string]struct {
		runs   int
		change func([]*bench.Result)
		why    string
	}{
		"too few runs":  {MinNoiseRuns - 1, nil, "3 runs, where the noise between them takes 4"},
		"another load":  {6, func(all []*bench.Result) { all[3].Plan.Arms[0].Load.Workers = 8 }, "the runs are not alike: -c 1, and 8"},
		"single arms":   {6, func(all []*bench.Result) { all[2].Plan.Compare, all[2].Plan.Arms = "target", all[2].Plan.Arms[:1] }, "run 3 does not compare a target with itself"},
		"other arms":    {6, func(all []*bench.Result) { all[5].Plan.Arms = all[5].Plan.Arms[2:] }, "the runs are not alike: arms"},
		"nothing in it": {6, func(all []*bench.Result) { empty(all) }, "no run has a metric"},
	} {
		var all []*bench.Result
		for range tt.runs {
			all = append(all, quiet.result(random, doubledPlan(10), nil))
		}
		if tt.change != nil {
			tt.change(all)
		}
		if _, err := MeasureNoise(plan, all); err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := MeasureNoise(plan, nil); !errors.Is(err, stats.ErrTooFew) {
		t.Errorf("no run: %v", err)
	}
}

func empty(all []*bench.Result) {
	for _, r := range all {
		r.Rounds, r.Arms = nil, nil
	}
}

// The driver lowers rounds where attempts are few: what was run counts.
func TestMeasureNoiseTakesTheRoundsThatWereRun(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	var all []*bench.Result
	for _, rounds := range []int{7, 8, 6, 7, 7} {
		all = append(all, quiet.result(random, doubledPlan(rounds), nil))
	}
	n, err := MeasureNoise(simulatedPlan(10), all)
	if err != nil {
		t.Fatal(err)
	}
	if n.Plan.Rounds != 7 {
		t.Errorf("%d rounds, want 7", n.Plan.Rounds)
	}
}

// A metric that some runs lack has no floor from the others, if they are fewer
// than noise takes.
func TestMeasureNoiseOfMetricsThatRunsLack(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	var all []*bench.Result
	for i := range 6 {
		r := quiet.result(random, doubledPlan(10), nil)
		if i >= MinNoiseRuns-1 {
			for k := range r.Arms {
				r.Arms[k].ServerCPU = nil
			}
			for k := range r.Rounds {
				for b := range r.Rounds[k].Blocks {
					r.Rounds[k].Blocks[b].ServerCPU = nil
				}
			}
		}
		all = append(all, r)
	}
	n, err := MeasureNoise(simulatedPlan(10), all)
	if err != nil {
		t.Fatal(err)
	}
	if f := floor(t, n, "full", "server_cpu"); f.Run != nil || f.Pair != nil || f.Round == nil {
		t.Errorf("three runs make a floor: %+v", f)
	}
	if f := floor(t, n, "full", "client_cpu"); f.Run == nil || f.Pair == nil {
		t.Errorf("six runs make none: %+v", f)
	}
	a := between(t, several(1, quiet, 1, nil), several(1, quiet, 2, nil), n)
	if got := strings.Join(a.Doubts, "\n"); !strings.Contains(got, "the noise between runs is not known of server_cpu") || strings.Contains(got, "client_cpu") {
		t.Errorf("doubts %q", a.Doubts)
	}
}

func TestBetweenByNoise(t *testing.T) {
	n := unsteady.mustNoise(t, rand.New(rand.NewPCG(3, 1)), 8)
	base, next := several(1, unsteady, 1, nil), several(1, unsteady, 2, nil)
	alone := of(t, between(t, base, next, nil), "full", "tls.p50")
	known := between(t, base, next, n)
	wide := of(t, known, "full", "tls.p50")
	if wide.ByNoise || *wide.Change != *alone.Change || wide.CI[0] >= alone.CI[0] || wide.CI[1] <= alone.CI[1] || *wide.P < *alone.P || *wide.Detectable <= *alone.Detectable {
		t.Errorf("alone %+v %v, with the noise %+v %v", alone, *alone.CI, wide, *wide.CI)
	}
	if len(known.Doubts) > 0 {
		t.Errorf("with the noise known: doubts %q", known.Doubts)
	}
	// Too few rounds or runs for an interval of their own.
	for name, sides := range map[string][2][]*bench.Result{
		"three rounds":       {several(1, simulated{rounds: 3, block: 0.01}, 1, nil), several(1, simulated{rounds: 3, block: 0.01}, 2, map[string]float64{"tls.p50": 2})},
		"two runs":           {several(2, unsteady, 1, nil), several(2, unsteady, 2, map[string]float64{"tls.p50": 2})},
		"one run or another": {several(1, unsteady, 1, nil), several(3, unsteady, 2, map[string]float64{"tls.p50": 2})},
	} {
		c := of(t, between(t, sides[0], sides[1], n), "full", "tls.p50")
		if !c.ByNoise || c.Verdict != Worse || c.CI[0] > 1 || c.CI[1] < 1 {
			t.Errorf("%s: %s, by noise %v", name, c, c.ByNoise)
		}
	}
	// Enough runs speak for themselves.
	four := [2][]*bench.Result{several(4, unsteady, 1, nil), several(4, unsteady, 2, nil)}
	alone = of(t, between(t, four[0], four[1], nil), "full", "tls.p50")
	wide = of(t, between(t, four[0], four[1], n), "full", "tls.p50")
	if *alone.CI != *wide.CI || wide.ByNoise {
		t.Errorf("four runs a side: %v, with the noise %v", *alone.CI, *wide.CI)
	}
}

// Noise beyond any figure is no conclusion, and nothing that JSON cannot hold.
func TestBetweenWithAbsurdNoise(t *testing.T) {
	n := unsteady.mustNoise(t, rand.New(rand.NewPCG(3, 1)), 8)
	for i := range n.Floors {
		n.Floors[i].Run = &stats.Spread{SD: 1e200, DF: 1}
	}
	c := of(t, between(t, several(1, quiet, 1, nil), several(1, quiet, 2, nil), n), "full", "tls.p50")
	if c.Verdict != Inconclusive || c.Change != nil {
		t.Errorf("got %+v", c)
	}
}

func TestWiden(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	n := unsteady.mustNoise(t, random, 8)
	r := unsteady.result(random, doubledPlan(10), nil)
	alone, wide := Within(r), Within(r)
	n.Widen(wide, r.Plan)
	for i := range alone {
		a, w := alone[i], wide[i]
		if *w.Change != *a.Change && math.Abs(*w.Change-*a.Change) > 1e-12 || w.CI[0] > a.CI[0] || w.CI[1] < a.CI[1] || *w.P < *a.P || w.Rounds != a.Rounds {
			t.Errorf("%s: alone %v, widened %v", a.Metric, *a.CI, *w.CI)
		}
		if f := floor(t, n, "full", a.Metric); w.CI[1]-w.CI[0] < 3*f.Pair.SD {
			t.Errorf("%s: %v for a spread of %v", a.Metric, *w.CI, f.Pair.SD)
		}
	}
	// What the noise does not know stays as it is.
	n.Floors = n.Floors[:0]
	again := Within(r)
	n.Widen(again, r.Plan)
	for i := range alone {
		if *again[i].CI != *alone[i].CI {
			t.Errorf("%s: %v became %v", alone[i].Metric, *alone[i].CI, *again[i].CI)
		}
	}
}

func TestNoiseOfAnotherExperiment(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	n := quiet.mustNoise(t, random, 4)
	for name, plan := range map[string]bench.Plan{"single": simulatedPlan(6), "doubled": doubledPlan(30)} {
		if d := n.Differences([]*bench.Result{{Plan: plan}}); len(d) > 0 {
			t.Errorf("%s: %q", name, d)
		}
		plan.Arms[1].TLS.Groups = []string{"X25519"}
		if d := n.Differences([]*bench.Result{{Plan: plan}}); len(d) != 1 || !strings.HasPrefix(d[0], "--groups default, and X25519") {
			t.Errorf("%s, other groups: %q", name, d)
		}
		plan.Arms = plan.Arms[:1]
		if d := n.Differences([]*bench.Result{{Plan: plan}}); len(d) != 1 || !strings.HasPrefix(d[0], "arms: ") {
			t.Errorf("%s, fewer arms: %q", name, d)
		}
	}
	same, other := several(1, quiet, 1, nil), several(1, quiet, 2, nil)
	if d := between(t, same, same, n).Doubts; len(d) > 0 {
		t.Errorf("the same experiment: %q", d)
	}
	other[0].Env.CPUs, other[0].Plan.Rounds = 64, 11
	d := between(t, same, other, n).Doubts
	for _, want := range []string{"the noise's environment, CPUs: 0, and 64", "the noise is that of runs of another length: 10 rounds, 1000 attempts per arm, and 11 rounds, 1000 attempts per arm"} {
		if !strings.Contains(strings.Join(d, "\n"), want) {
			t.Errorf("want %q among %q", want, d)
		}
	}
}
