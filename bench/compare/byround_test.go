package compare

import (
	"math"
	"testing"
	"time"

	"tlsbench/bench"
)

func TestByRound(t *testing.T) {
	block := func(arm string, ms time.Duration) bench.Block {
		return bench.Block{Arm: arm, Stats: bench.Stats{Medians: map[bench.Phase]time.Duration{bench.TLSPhase: ms * time.Millisecond}}}
	}
	cut := block("b", 2)
	cut.Cut = true
	r := &bench.Result{Rounds: []bench.Round{
		{Blocks: []bench.Block{block("a", 2), block("b", 1)}},
		{Blocks: []bench.Block{block("a", 2)}},
		{Blocks: []bench.Block{block("a", 2), cut}},
		{Blocks: []bench.Block{block("b", 3), block("a", 1)}},
		{Blocks: []bench.Block{block("a", 2), {Arm: "b"}}},
	}}
	m, _ := bench.MetricByName("tls.p50")
	nan := math.NaN()
	want := []float64{math.Log(0.5), nan, nan, math.Log(3), nan}
	got := ByRound(r, m, "a", "b")
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i := range got {
		if math.IsNaN(got[i]) != math.IsNaN(want[i]) || math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("round %d: %v, want %v", i, got[i], want[i])
		}
	}
}
