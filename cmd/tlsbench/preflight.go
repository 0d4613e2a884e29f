package main

import (
	"errors"
	"slices"

	"tlsbench/bench"
	"tlsbench/bench/limits"
)

// preflight refuses what this machine cannot have at the same time, and keeps
// as warnings what may get tight.
func (o *options) preflight(p bench.Plan, l limits.Limits) error {
	p = p.Fitted()
	var idle uint64
	for _, arm := range p.Arms {
		idle += uint64(arm.Load.Workers) * bench.WorkerMemory
	}
	for _, arm := range p.Arms {
		d := demandOf(arm)
		d.Idle = idle
		for _, f := range limits.Check(d, l) {
			if f.Short {
				return errors.New(f.Text)
			}
			w := bench.Warning{Code: bench.WarnLimits, Text: f.Text}
			if !slices.Contains(o.warnings, w) {
				o.warnings = append(o.warnings, w)
			}
		}
	}
	return nil
}

// demandOf is what an arm's connections take of this machine.
func demandOf(arm bench.Arm) limits.Demand {
	return limits.Demand{
		InFlight:      arm.Load.Workers,
		Flag:          "-c",
		Graceful:      arm.Net.Close != bench.CloseReset,
		Loopback:      arm.Target.Local(),
		Local:         arm.Target.Local(),
		PerConnection: bench.ConnectionMemory,
		PerServed:     bench.ConnectionMemory, // a server of the same library; others take less
	}
}
