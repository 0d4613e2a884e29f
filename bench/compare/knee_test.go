package compare

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// loads is a result of arms with more and more workers, of which a test knows
// the rate and the response time.
type loads struct {
	workers []int
	rounds  int
	noise   float64 // of each block, as a fraction
	seed    uint64
	curve   func(workers float64) (rate float64, response time.Duration)
}

func (l loads) result() *bench.Result {
	r := &bench.Result{Ended: bench.Complete, Plan: bench.Plan{Compare: "session", Confidence: 0.95, Seed: 1, Rounds: l.rounds}}
	random := rand.New(rand.NewPCG(l.seed, 2))
	for _, n := range l.workers {
		arm := bench.NewArm(bench.Coord{Dimension: "workers", Value: strconv.Itoa(n)}, bench.Coord{Dimension: "session", Value: "full"})
		arm.Want, arm.Load.Workers = bench.WantFull, n
		r.Plan.Arms = append(r.Plan.Arms, arm)
		rate, response := l.curve(float64(n))
		tail := 2 * response
		r.Arms = append(r.Arms, bench.ArmResult{Name: arm.Name, Stats: bench.Stats{
			Rate: &rate, Phases: map[bench.Phase]hist.Summary{bench.Total: {P50: &response, P99: &tail}},
		}})
	}
	for range l.rounds {
		drift := math.Exp(0.1 * random.NormFloat64()) // the machine's, the same for all
		var round bench.Round
		for _, arm := range r.Plan.Arms {
			rate, response := l.curve(float64(arm.Load.Workers))
			rate *= drift * math.Exp(l.noise*random.NormFloat64())
			response = time.Duration(float64(response) / drift * math.Exp(l.noise*random.NormFloat64()))
			round.Blocks = append(round.Blocks, bench.Block{Arm: arm.Name, Stats: bench.Stats{
				Rate: &rate, Medians: map[bench.Phase]time.Duration{bench.Total: response},
			}})
		}
		r.Rounds = append(r.Rounds, round)
	}
	return r
}

// saturated is a server of some processors, each of which takes 1 ms a
// handshake, under a closed loop (Little's law).
func saturated(processors float64) func(float64) (float64, time.Duration) {
	return func(workers float64) (float64, time.Duration) {
		rate := 1000 * min(workers, processors)
		return rate, time.Duration(workers / rate * 1e9)
	}
}

func TestKnee(t *testing.T) {
	doubling := []int{1, 2, 4, 8, 16, 32}
	for name, tt := range map[string]struct {
		loads
		want string // the value at the knee, "" for none
	}{
		"saturated at 4":             {loads{workers: doubling, rounds: 10, curve: saturated(4)}, "4"},
		"saturated at 4, noisy":      {loads{workers: doubling, rounds: 10, noise: 0.05, curve: saturated(4)}, "4"},
		"saturated at 2, of 3":       {loads{workers: []int{1, 2, 4}, rounds: 6, noise: 0.03, curve: saturated(2)}, "2"},
		"out of order":               {loads{workers: []int{8, 1, 16, 4, 2}, rounds: 8, curve: saturated(4)}, "4"},
		"between two values":         {loads{workers: []int{1, 2, 4, 8, 16}, rounds: 10, curve: saturated(5.7)}, "8"},
		"congested, rate falls":      {loads{workers: doubling, rounds: 10, noise: 0.03, curve: congested}, "8"},
		"scales to the end":          {loads{workers: doubling, rounds: 10, noise: 0.05, curve: saturated(64)}, ""},
		"saturated from the start":   {loads{workers: doubling, rounds: 10, noise: 0.05, curve: saturated(1)}, ""},
		"flat":                       {loads{workers: doubling, rounds: 10, noise: 0.05, curve: flat}, ""},
		"flat, no noise at all":      {loads{workers: doubling, rounds: 10, curve: flat}, ""},
		"two values":                 {loads{workers: []int{2, 8}, rounds: 10, curve: saturated(4)}, ""},
		"too few rounds":             {loads{workers: doubling, rounds: 5, curve: saturated(4)}, ""},
		"no rounds":                  {loads{workers: doubling, curve: saturated(4)}, ""},
		"drowned in noise":           {loads{workers: []int{3, 4, 5}, rounds: 10, noise: 1, curve: saturated(4)}, ""},
		"a load that does not count": {loads{workers: []int{4, 4}, rounds: 10, curve: saturated(4)}, ""},
	} {
		r := tt.result()
		got := ""
		knees := Knees(r)
		for _, k := range knees {
			got += k.Arm.Coord("workers")
		}
		if got != tt.want {
			t.Errorf("%s: knee %q, want %q: %+v", name, got, tt.want, knees)
		}
	}
}

// congested loses rate to its queues when it is overloaded.
func congested(workers float64) (float64, time.Duration) {
	rate := 1000 * workers / (1 + math.Pow(workers/10, 2))
	return rate, time.Duration(workers / rate * 1e9)
}

func flat(float64) (float64, time.Duration) { return 1000, time.Millisecond }

func TestKneeTellsWhatGrows(t *testing.T) {
	knees := Knees(loads{workers: []int{1, 2, 4, 8}, rounds: 10, curve: saturated(4)}.result())
	if len(knees) != 1 {
		t.Fatal(knees)
	}
	k := knees[0]
	if k.Arm.Coord("workers") != "4" || k.Next.Coord("workers") != "8" || k.Rate != 1 || k.P50 != 2 || k.P99 != 2 {
		t.Errorf("%+v", k)
	}
}

// Where there is none, one is found no more often than the confidence allows.
func TestKneeInNoise(t *testing.T) {
	const runs = 400
	found := 0
	for seed := range uint64(runs) {
		l := loads{workers: []int{1, 2, 4, 8, 16, 32, 64, 128}, rounds: 10, noise: 0.1, seed: seed, curve: flat}
		found += len(Knees(l.result()))
	}
	if share := float64(found) / runs; share > 0.05 {
		t.Errorf("in %.1f %% of runs without a knee", 100*share)
	}
}

// What takes no part in comparisons takes none here.
func TestKneeLeavesOutWhatIsMixed(t *testing.T) {
	r := loads{workers: []int{1, 2, 4, 8}, rounds: 10, curve: saturated(2)}.result()
	for i := range r.Rounds {
		if i < 5 {
			r.Rounds[i].Blocks[0].Mixed = true
			r.Rounds[i].Blocks[3].Cut = true
		}
	}
	if knees := Knees(r); len(knees) > 0 {
		t.Errorf("five rounds are too few: %+v", knees)
	}
	r = loads{workers: []int{1, 2, 4, 8}, rounds: 10, curve: saturated(2)}.result()
	for i := range r.Rounds {
		r.Rounds[i].Blocks[1].Rate = nil // that arm failed altogether
	}
	for _, k := range Knees(r) {
		if k.Arm.Coord("workers") == "2" {
			t.Error("an arm without a rate is the knee")
		}
	}
}

// A round trip is no load: nothing is asked of the server at a time.
func TestKneeIsOfLoadsOnly(t *testing.T) {
	r := loads{workers: []int{1, 2, 4, 8}, rounds: 10, curve: saturated(2)}.result()
	for i := range r.Plan.Arms {
		r.Plan.Arms[i].Load.Workers = 1
	}
	if knees := Knees(r); len(knees) > 0 {
		t.Error(knees)
	}
}

// A knee at which the client was the limit is no knee of the server's.
func TestWhoseKneeItIs(t *testing.T) {
	const each = 3e6 // ns of CPU
	for _, tt := range []struct {
		name           string
		client, server map[int]float64 // CPU of a handshake, by workers
		want           LoadLimit
	}{
		{"open", nil, nil, OpenLimit},
		{"client, at it", map[int]float64{4: each}, nil, ClientLimit},
		{"client, next to it", map[int]float64{8: each}, nil, ClientLimit},
		{"client, far above", map[int]float64{16: each}, nil, OpenLimit},
		{"client, below", map[int]float64{2: each}, nil, OpenLimit},
		{"both", map[int]float64{8: each / 2}, map[int]float64{8: each / 2}, SharedLimit},
		{"both, far above", map[int]float64{16: each / 2}, map[int]float64{16: each / 2}, OpenLimit},
		{"client, and both at the next", map[int]float64{4: each, 8: each / 2}, map[int]float64{8: each / 2}, ClientLimit},
	} {
		r := loads{workers: []int{1, 2, 4, 8, 16}, rounds: 10, curve: saturated(4)}.result()
		r.Env = bench.Env{CPUs: 3, GOMAXPROCS: 3}
		for i := range r.Arms {
			a := &r.Arms[i]
			n := r.Plan.Arms[i].Load.Workers
			a.Attempts, a.Kinds, a.Took = 1000, map[bench.Kind]int64{bench.Full: 1000}, time.Second
			a.Facts = &bench.Facts{Remote: "127.0.0.1:443"}
			if v, ok := tt.client[n]; ok {
				a.ClientCPU = &v
			}
			if v, ok := tt.server[n]; ok {
				a.ServerCPU = &v
			}
		}
		knees := Knees(r)
		if len(knees) != 1 || knees[0].Arm.Load.Workers != 4 || knees[0].Of != tt.want {
			t.Errorf("%s: got %+v, want of %q", tt.name, knees, tt.want)
		}
	}
}
