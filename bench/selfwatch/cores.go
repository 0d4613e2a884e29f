package selfwatch

import (
	"runtime"

	"tlsbench/bench/pin"
)

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
