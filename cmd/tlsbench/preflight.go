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
		idle += uint64(arm.Load.AtOnce()) * bench.WorkerMemory
	}
	for _, arm := range p.Arms {
		d := demandOf(arm)
		d.Idle, d.Lasting = idle, p.Expected()
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
	d := limits.Demand{
		InFlight:      arm.Load.AtOnce(),
		Flag:          "-c",
		PerSecond:     arm.Load.Rate,
		Graceful:      arm.Net.Close != bench.CloseReset,
		Loopback:      arm.Target.Local(),
		Local:         arm.Target.Local(),
		PerConnection: bench.ConnectionMemory,
		PerServed:     bench.ConnectionMemory, // a server of the same library; others take less
	}
	switch {
	case arm.Load.Storm > 0:
		d.Flag = "--storm"
	case arm.Load.Rate > 0:
		d.Flag = "--max-inflight"
	}
	return d
}
