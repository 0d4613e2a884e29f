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
	enginetest.Run(t, cryptotls.Engine{}, bench.Arm{})
}

func TestCheckRefusesRequests(t *testing.T) {
	if err := (cryptotls.Engine{}).Check(bench.Arm{HTTP: bench.HTTP{Method: "GET"}}); err == nil {
		t.Error("an arm with a request was accepted")
	}
}
