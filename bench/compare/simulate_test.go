package compare

import (
	"math"
	"math/rand/v2"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/hist"
)

// simulated is a machine and a server whose noise is known, in natural
// logarithms. Each metric has luck of its own: that is the worst case for many
// of them together.
type simulated struct {
	rounds int
	// block is what one block does not share with another, round what the
	// blocks of one round share, process what one of two servers in a run has
	// to itself, and run what all of a run shares.
	block, round, process, run float64
}

// values are the metrics that are simulated, all in nanoseconds.
func values() []string { return []string{"tls.p50", "total.p50", "client_cpu", "server_cpu"} }

// usual are the middle values of a full and of a resumed handshake.
func usual(want bench.Want, metric string) float64 {
	of := map[string]float64{"tls.p50": 1e6, "total.p50": 2e6, "client_cpu": 9e5, "server_cpu": 7e5}[metric]
	if want.Resumes() {
		of *= 0.7
	}
	return of
}

func simulatedPlan(rounds int) bench.Plan {
	p := bench.Plan{Compare: "session", Rounds: rounds, Count: 1000, Seed: 1, Confidence: 0.95}
	for _, want := range []bench.Want{bench.WantFull, bench.WantResumed} {
		arm := bench.NewArm(bench.Coord{Dimension: "session", Value: string(want)})
		arm.Want, arm.Target.URL, arm.Load.Workers, arm.Timeout = want, "tls://test:1", 1, time.Second
		p.Arms = append(p.Arms, arm)
	}
	return p
}

// doubledPlan is that of a run with --vs.
func doubledPlan(rounds int) bench.Plan {
	p := simulatedPlan(rounds)
	p.Compare = "target"
	var arms []bench.Arm
	for _, arm := range p.Arms {
		for _, side := range []string{"base", "new"} {
			named := bench.NewArm(arm.Coords[0], bench.Coord{Dimension: "target", Value: side})
			arm.Name, arm.Coords = named.Name, named.Coords
			arms = append(arms, arm)
		}
	}
	p.Arms = arms
	return p
}

// result is one run. worse is by which factor a metric of the server is slower
// than usual, and of the one that is "new" where there are two.
func (s simulated) result(random *rand.Rand, p bench.Plan, worse map[string]float64) *bench.Result {
	r := &bench.Result{Schema: bench.Schema, Ended: bench.Complete, Plan: p, Rounds: make([]bench.Round, p.Rounds)}
	sums := make([]map[string]float64, len(p.Arms)) // of logarithms
	for i := range p.Arms {
		sums[i] = map[string]float64{}
	}
	for i := range r.Rounds {
		for _, arm := range p.Arms {
			r.Rounds[i].Blocks = append(r.Rounds[i].Blocks, bench.Block{Arm: arm.Name, Stats: timedStats(0)})
		}
	}
	for _, metric := range values() {
		run := s.run * random.NormFloat64()
		process := map[string]float64{}
		for _, arm := range p.Arms {
			if side := arm.Coord("target"); process[side] == 0 {
				process[side] = s.process * random.NormFloat64()
			}
		}
		for i := range r.Rounds {
			weather := s.round * random.NormFloat64()
			for k, arm := range p.Arms {
				log := math.Log(usual(arm.Want, metric)) + run + process[arm.Coord("target")] + weather + s.block*random.NormFloat64()
				if factor, ok := worse[metric]; ok && arm.Coord("target") != "base" {
					log += math.Log(factor)
				}
				sums[k][metric] += log
				put(&r.Rounds[i].Blocks[k].Stats, metric, math.Exp(log))
			}
		}
	}
	for k, arm := range p.Arms {
		a := bench.ArmResult{Name: arm.Name, Stats: timedStats(int64(p.Rounds) * 100)}
		a.Kinds = map[bench.Kind]int64{bench.Full: a.Attempts}
		if arm.Want.Resumes() {
			a.Kinds = map[bench.Kind]int64{bench.PSK: a.Attempts}
		}
		for metric, sum := range sums[k] {
			put(&a.Stats, metric, math.Exp(sum/float64(p.Rounds)))
		}
		r.Arms = append(r.Arms, a)
	}
	return r
}

// noise is what tlsbench noise would find.
func (s simulated) noise(random *rand.Rand, runs int) (*Noise, error) {
	var all []*bench.Result
	for range runs {
		all = append(all, s.result(random, doubledPlan(s.rounds), nil))
	}
	return MeasureNoise(simulatedPlan(s.rounds), all)
}

func timedStats(attempts int64) bench.Stats {
	return bench.Stats{Attempts: attempts, Phases: map[bench.Phase]hist.Summary{}, Medians: map[bench.Phase]time.Duration{}}
}

func put(s *bench.Stats, metric string, v float64) {
	median := func(p bench.Phase) {
		d := time.Duration(v)
		s.Medians[p], s.Phases[p] = d, hist.Summary{P50: &d}
	}
	switch metric {
	case "tls.p50":
		median(bench.TLSPhase)
	case "total.p50":
		median(bench.Total)
	case "client_cpu":
		s.ClientCPU = &v
	case "server_cpu":
		s.ServerCPU = &v
	case "bytes_in":
		s.BytesIn = &v
	case "resumed_ratio":
		s.ResumedRatio = &v
	case "error_ratio":
		s.ErrorRatio = &v
	case "rate":
		s.Rate = &v
	}
}
