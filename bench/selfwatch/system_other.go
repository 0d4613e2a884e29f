//go:build !linux

package selfwatch

import "tlsbench/bench/cgroup"

type system struct{}

func newSystem() system { return system{} }

func (system) limits() ([]cgroup.Group, float64) { return nil, 0 }

func (system) read([]cgroup.Group) counters { return counters{} }

func machine() *Ticks { return nil }
