package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"tlsbench/bench"
	"tlsbench/bench/limits"
	"tlsbench/bench/yardstick"
)

// preflight refuses what this machine cannot have at the same time, and keeps
// as warnings what may get tight.
func (o *options) preflight(p bench.Plan, l limits.Limits) error {
	p = p.Fitted()
	var idle uint64
	for _, arm := range p.Arms {
		idle += uint64(arm.Load.AtOnce()) * bench.WorkerMemory
	}
	pace := paceFor(p)
	for _, arm := range p.Arms {
		d := demandOf(arm)
		d.Idle, d.Lasting = idle, p.Expected()
		d.Handshake, d.Cores = pace, runtime.NumCPU()
		if !d.Local {
			d.Handshake /= 2 // the server's half is not this machine's
		}
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

// manyAtOnce is from how many connections on it matters what they cost this
// machine together.
const manyAtOnce = 500

// paceFor is the CPU time of a handshake here, both ends of it, where the plan
// has many at the same time, and else 0.
func paceFor(p bench.Plan) time.Duration {
	if !slices.ContainsFunc(p.Arms, func(a bench.Arm) bool { return a.Load.AtOnce() >= manyAtOnce }) {
		return 0
	}
	y, err := yardstick.New()
	if err != nil {
		return 0
	}
	defer y.Close()
	pace, err := y.Read(context.Background())
	if err != nil {
		return 0
	}
	return pace.CPU
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
		Timeout:       arm.Timeout,
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
