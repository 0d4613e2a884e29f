package cryptotls_test

import (
	"testing"

	"go.uber.org/goleak"

	"tlsbench/bench"
	"tlsbench/bench/engine/cryptotls"
	"tlsbench/bench/engine/enginetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	enginetest.Run(t, cryptotls.Engine{}, bench.Arm{Load: bench.Load{Workers: 2}})
}

// The connections of a single worker are of another kind.
func TestConformanceOfOneWorker(t *testing.T) {
	enginetest.Run(t, cryptotls.Engine{}, bench.Arm{Load: bench.Load{Workers: 1}})
}

func TestCheckRefusesRequests(t *testing.T) {
	if err := (cryptotls.Engine{}).Check(bench.Arm{HTTP: bench.HTTP{Method: "GET"}}); err == nil {
		t.Error("an arm with a request was accepted")
	}
}
