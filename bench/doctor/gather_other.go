//go:build !linux

package doctor

import (
	"runtime"

	"tlsbench/bench"
)

func processors() int { return runtime.NumCPU() }

func governors() []string { return nil }

func smt() *bool { return nil }

func load() *float64 { return nil }

func clockSource() string { return "" }

func gatherLimits(e bench.Env) Limits {
	return Limits{OpenFiles: e.OpenFiles, FirstPort: e.FirstPort, LastPort: e.LastPort}
}
