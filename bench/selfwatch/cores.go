package selfwatch

import "runtime"

// Cores is how many processors this process may keep busy, as [State] has it.
func Cores() float64 { return cores(Quota()) }

// Quota is how many processors the cgroups of this process grant it, 0 where
// they set no limit or there are none.
func Quota() float64 {
	_, quota := newSystem().limits()
	return quota
}

// Affinity is how many processors this process may run on.
func Affinity() int { return affinity() }

func cores(quota float64) float64 {
	n := float64(min(runtime.GOMAXPROCS(0), affinity()))
	if quota > 0 {
		n = min(n, quota)
	}
	return n
}
