package compare

import (
	"testing"
	"time"

	"tlsbench/bench"
)

// BenchmarkBetween compares results of 200 rounds, with the tails of two phases.
func BenchmarkBetween(b *testing.B) {
	side := func(resumed time.Duration) []*bench.Result {
		m := made{rounds: 200, full: time.Millisecond, resumed: resumed, noise: 0.1}
		r := m.result(b)
		total := func(s *bench.Stats) {
			s.Phases[bench.Total], s.Medians[bench.Total] = s.Phases[bench.TLSPhase], s.Medians[bench.TLSPhase]
			s.Histograms[bench.Total] = s.Histograms[bench.TLSPhase]
		}
		for i := range r.Arms {
			total(&r.Arms[i].Stats)
		}
		for _, round := range r.Rounds {
			for i := range round.Blocks {
				total(&round.Blocks[i].Stats)
			}
		}
		return []*bench.Result{r}
	}
	base, next := side(700*time.Microsecond), side(650*time.Microsecond)
	b.ReportAllocs()
	for b.Loop() {
		a, err := Between(base, next, nil, 0.95)
		if err != nil {
			b.Fatal(err)
		}
		if c, ok := Find(a.Comparisons, "session=resumed", "total.p99"); !ok || c.Verdict != Better {
			b.Fatalf("total.p99: %v", c)
		}
	}
}
