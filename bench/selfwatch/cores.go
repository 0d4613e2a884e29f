package selfwatch

import (
	"runtime"

	"tlsbench/bench/pin"
)

// Cores is how many processors this process may keep busy, as [State] has it.
func Cores() float64 { return cores(Quota()) }

// Quota is how many processors the cgroups of this process grant it, 0 where
// they set no limit or there are none.
func Quota() float64 {
	_, quota := newSystem().limits()
	return quota
}

// Affinity is how many processors this process may run on.
func Affinity() int {
	if allowed, err := pin.Allowed(); err == nil && len(allowed) > 0 {
		return len(allowed)
	}
	return runtime.NumCPU()
}

func cores(quota float64) float64 {
	n := float64(min(runtime.GOMAXPROCS(0), Affinity()))
	if quota > 0 {
		n = min(n, quota)
	}
	return n
}
