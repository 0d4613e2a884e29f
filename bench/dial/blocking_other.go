//go:build !linux

package dial

import "tlsbench/bench"

// blockingPays is false where it was not measured.
func blockingPays(bench.Arm) bool { return false }

func newBlocking(arm bench.Arm) kind { return newPolled(arm) }
