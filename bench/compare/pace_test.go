package compare

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tlsbench/bench"
)

// paced gives every block of a result a machine that is so much slower.
func paced(r *bench.Result, factor float64) *bench.Result {
	for i := range r.Rounds {
		for k := range r.Rounds[i].Blocks {
			d := time.Duration(factor * float64(time.Millisecond))
			r.Rounds[i].Blocks[k].Pace = &bench.Pace{Handshake: d, CPU: d}
		}
	}
	return r
}

// A machine that was slower is no server that got worse, and one that got worse
// by more than the machine is found all the same.
func TestPaceExplainsWhatTheMachineDid(t *testing.T) {
	all := func(factor float64) map[string]float64 {
		worse := map[string]float64{}
		for _, m := range values() {
			worse[m] = factor
		}
		return worse
	}
	for _, tt := range []struct {
		name      string
		pace      float64 // of the machine in the new run
		worse     map[string]float64
		regressed bool
		doubt     bool
	}{
		{"nothing changed", 1, nil, false, false},
		{"the machine is slower", 1.25, all(1.25), false, true},
		{"the server is slower", 1, all(1.25), true, false},
		{"both are", 1.25, all(1.25 * 1.4), true, true},
		{"the machine is faster, and the server slower", 0.8, all(1), false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			base := paced(quiet.result(random, simulatedPlan(quiet.rounds), nil), 1)
			next := paced(quiet.result(random, simulatedPlan(quiet.rounds), tt.worse), tt.pace)
			a := between(t, []*bench.Result{base}, []*bench.Result{next}, nil)
			a.Judge(allow(t, "5%"), 0.95)
			if got := len(Regressions(a.Comparisons)) > 0; got != tt.regressed {
				t.Errorf("regressed: %v, want %v: %v", got, tt.regressed, a.Comparisons)
			}
			if got := strings.Contains(strings.Join(a.Doubts, "\n"), "this machine itself"); got != tt.doubt {
				t.Errorf("doubts %q", a.Doubts)
			}
			for _, c := range a.Comparisons {
				if c.P != nil && (*c.P <= 0.05) != (c.CI[0] > 0 || c.CI[1] < 0) {
					t.Errorf("p value and interval disagree: %s, p = %v", c, *c.P)
				}
			}
		})
	}
}

// Waiting for a network does not take longer on a slower machine.
func TestPaceStretchesWorkOnly(t *testing.T) {
	cpu, tls, total := 1e6, 10*time.Millisecond, 500*time.Microsecond
	own := timedStats(100)
	s := &own
	s.ClientCPU = &cpu
	put(s, "tls.p50", float64(tls))
	put(s, "total.p50", float64(total))
	p := pace{time: math.Log(2), cpu: -math.Log(3)}
	for name, want := range map[string][2]float64{
		"tls.p50":       {0, math.Log(1.1)}, // a tenth of it is work
		"total.p50":     {0, math.Log(2)},   // all of it
		"client_cpu":    {-math.Log(3), math.Log(2)},
		"rate":          {-math.Log(2), 0},
		"bytes_in":      {},
		"resumed_ratio": {},
	} {
		m, _ := bench.MetricByName(name)
		if low, high := p.explains(s, m); math.Abs(low-want[0]) > 1e-12 || math.Abs(high-want[1]) > 1e-12 {
			t.Errorf("%s: %v to %v, want %v", name, low, high, want)
		}
	}
}

// Results from before there was a pace, and of runs without one, are compared
// as they are.
func TestWithoutPace(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	base, next := quiet.result(random, simulatedPlan(10), nil), quiet.result(random, simulatedPlan(10), nil)
	if got := paceBetween(base, paced(next, 2)); got != (pace{}) {
		t.Errorf("got %+v", got)
	}
}
