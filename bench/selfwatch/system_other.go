//go:build !linux

package selfwatch

import "runtime"

type (
	system struct{}
	group  struct{}
)

func newSystem() system { return system{} }

func (system) limits() ([]group, float64) { return nil, 0 }

func (system) read([]group) counters { return counters{} }

func affinity() int { return runtime.NumCPU() }

func machine() *Ticks { return nil }
