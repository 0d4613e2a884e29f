package reach

import (
	"testing"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/selfwatch"
)

func TestOf(t *testing.T) {
	v := func(f float64) *float64 { return &f }
	r := &bench.Result{
		Env: bench.Env{CPUs: 4, GOMAXPROCS: 4},
		Arms: []bench.ArmResult{
			{Name: "a", Stats: bench.Stats{ClientCPU: v(500e3), ServerCPU: v(300e3), Rate: v(1000)}},
			{Name: "b", Stats: bench.Stats{ClientCPU: v(250e3), Rate: v(900)}},
			{Name: "no clock", Stats: bench.Stats{Rate: v(900)}},
		},
		Rounds: []bench.Round{{Blocks: []bench.Block{{Arm: "b", Client: &selfwatch.State{Cores: 0.5, Quota: 0.5}}}}},
	}
	all := Of(r)
	if len(all) != 2 {
		t.Fatalf("got %+v", all)
	}
	if a := all[0]; a.Arm != "a" || a.Alone != 8000 || a.Shared == nil || *a.Shared != 5000 || *a.Server != 300*time.Microsecond || a.Rate != 1000 {
		t.Errorf("got %+v", a)
	}
	if b := all[1]; b.Alone != 2000 || b.Shared != nil || b.Server != nil {
		t.Errorf("got %+v", b)
	}
}
